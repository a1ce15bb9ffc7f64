"""Proofs for others: that an entry is in the tree, and that a newer tree extends an older one.

Read from the leaves, in pages: the work grows with the log, the memory does not.
"""

from typing import NamedTuple

from carefolio.base.database import Reader
from carefolio.base.failures import absent
from carefolio.ledger.log import read_head, read_leaves
from carefolio.ledger.tree import Range, consistency_ranges, inclusion_ranges, root_of


class InclusionProof(NamedTuple):
    """Shows leaf ``leaf_index`` (entry number - 1) in the tree of ``size``: the hashes up to its root."""

    leaf_index: int
    size: int
    hashes: list[bytes]


def prove_inclusion(database: Reader, seq: int, size: int | None = None) -> InclusionProof:
    """Proof for entry number ``seq`` in the tree of the first ``size`` entries, all of them by default.

    Raises:
        Failure: there is no such entry in a tree of that size (ABSENT).
        Tampered: an entry is missing.
    """
    newest = read_head(database).size
    size = newest if size is None else size
    if not 0 < seq <= size <= newest:
        raise absent()
    ranges = inclusion_ranges(seq - 1, size)
    return InclusionProof(seq - 1, size, _roots(database, ranges))


def prove_consistency(database: Reader, old: int, size: int | None = None) -> list[bytes]:
    """Proof that the tree of the first ``size`` entries, all by default, extends that of the first ``old``.

    Raises:
        Failure: the log has never had these two sizes (ABSENT).
        Tampered: an entry is missing.
    """
    newest = read_head(database).size
    size = newest if size is None else size
    if not 0 < old <= size <= newest:
        raise absent()
    return _roots(database, consistency_ranges(old, size))


def _roots(database: Reader, ranges: list[Range]) -> list[bytes]:
    return [root_of(read_leaves(database, start, end)) for start, end in ranges]
