"""Which entries were exchanged, when all of them are intact and do not give the root that was signed.

An entry does not know its own number, so a swap leaves only the tree wrong. Honest entries stand in the order
of their times but for small disorder between threads; where time steps back, a swap is tried out, and told
only when undoing it gives exactly the signed root. A copy betrays itself: no two entries have the same salt.
"""

from collections.abc import Iterator, Sequence
from heapq import heappush, heappushpop
from itertools import combinations
from typing import NamedTuple

from carefolio.base.database import Reader
from carefolio.ledger.log import read_leaves
from carefolio.ledger.tree import Frontier

_STEPS_KEPT = 12
_LEAF_OF = "SELECT leaf FROM entry WHERE seq = ?"
_COPY_OF = "SELECT min(seq) FROM entry WHERE leaf = ? AND seq <> ?"


class Finding(NamedTuple):
    """One thing that is wrong: the first entry it concerns, and a sentence."""

    seq: int
    text: str


class Steps:
    """The entries at which time steps back the furthest; a bounded number of them."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int]] = []

    def add(self, by: int, seq: int) -> None:
        """Entry ``seq`` is dated ``by`` µs before the one in front of it."""
        if len(self._heap) < _STEPS_KEPT:
            heappush(self._heap, (by, seq))
        else:
            heappushpop(self._heap, (by, seq))

    def after(self, seq: int) -> list[int]:
        """Those behind entry ``seq``, in order."""
        return sorted(at for _, at in self._heap if at > seq)


def exchanged(database: Reader, base: Frontier, size: int, root: bytes, steps: Sequence[int]) -> Finding | None:
    """Which two entries were swapped, or which one was overwritten by a copy; None if neither explains it.

    ``base`` is the newest tree known to be intact, ``size`` and ``root`` the signed one that they miss.
    """
    return _copied(database, base.size, steps) or _swapped(database, base, size, root, steps)


def _copied(database: Reader, intact: int, steps: Sequence[int]) -> Finding | None:
    # A copy of an earlier entry makes time step back at itself, one of a later entry at the entry behind it.
    for seq in sorted({near for step in steps for near in (step - 1, step)}):
        leaf = database.read(_LEAF_OF, (seq,))[0][0]
        twin = database.read(_COPY_OF, (leaf, seq))[0][0]
        if twin is not None:
            one, other = sorted((seq, twin))
            text = f"Entries {one} and {other} are the same: one was overwritten with the other."
            return Finding(one if one > intact else other, text)
    return None


def _swapped(database: Reader, base: Frontier, size: int, root: bytes, steps: Sequence[int]) -> Finding | None:
    # Swapped i < j: time steps back at i + 1 and at j (the same step when they are neighbours).
    neighbours = [(step - 1, step) for step in steps]
    for one, other in [*neighbours, *((first - 1, second) for first, second in combinations(steps, 2))]:
        leaves = _leaves_with_swap(database, base.size, size, (one, other))
        if base.copy().extend(leaves).root() == root:
            return Finding(one, f"Entries {one} and {other} were swapped.")
    return None


def _leaves_with_swap(database: Reader, after: int, upto: int, swap: tuple[int, int]) -> Iterator[bytes]:
    one, other = (database.read(_LEAF_OF, (seq,))[0][0] for seq in swap)
    instead = {swap[0]: other, swap[1]: one}
    for seq, leaf in enumerate(read_leaves(database, after, upto), after + 1):
        yield instead.get(seq, leaf)
