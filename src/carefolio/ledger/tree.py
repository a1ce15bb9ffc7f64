"""The Merkle tree of RFC 6962 section 2: hashes, the compact frontier, and proofs. Pure.

Everything here speaks of *leaf hashes* (32 bytes, ``leaf_hash`` of what the leaf holds). A proof is first
worked out as ranges of leaves, whose subtree roots it consists of; who holds the leaves makes hashes of them.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Self

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
_LEAF = b"\x00"
_NODE = b"\x01"
_SIZE_BYTES = 8

Range = tuple[int, int]
"""Leaves [start, end), counted from 0."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 ‖ content)."""
    return sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The roots of the complete subtrees that a tree of ``size`` leaves consists of, the largest first.

    At most 64 hashes: enough to append further leaves and to tell the root, without any of the leaves.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right."""
        peaks, size = self._peaks, self.size
        # A complete subtree stands for each 1 in the size: adding a leaf carries like adding 1.
        while size & 1:
            leaf = sha256(_NODE + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """Add leaf hashes in their order, and answer the frontier itself."""
        for leaf in leaves:
            self.append(leaf)
        return self

    def root(self) -> bytes:
        """The Merkle tree hash (32 bytes); for no leaves the hash of nothing, as RFC 6962 says."""
        if not self._peaks:
            return EMPTY_ROOT
        peaks = reversed(self._peaks)
        root = next(peaks)
        for peak in peaks:
            root = node_hash(peak, root)
        return root

    def copy(self) -> "Frontier":
        """A frontier that may grow apart from this one."""
        twin = Frontier()
        twin.size, twin._peaks = self.size, self._peaks.copy()
        return twin

    def to_bytes(self) -> bytes:
        """The size (8 bytes, big-endian) and the hashes, the largest subtree first."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The frontier that ``to_bytes`` wrote.

        Raises:
            ValueError: the length does not fit the size that it tells.
        """
        frontier = cls()
        frontier.size = int.from_bytes(data[:_SIZE_BYTES], "big")
        if len(data) != _SIZE_BYTES + frontier.size.bit_count() * HASH_SIZE:
            raise ValueError("a frontier's length must fit its size")
        frontier._peaks = [data[at : at + HASH_SIZE] for at in range(_SIZE_BYTES, len(data), HASH_SIZE)]
        return frontier

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frontier) and self.size == other.size and self._peaks == other._peaks

    __hash__ = None  # type: ignore[assignment]  # it changes as it grows


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    return Frontier().extend(leaves).root()


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (≥ 2): where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots are the inclusion proof of leaf ``index`` (RFC 6962 2.1.1).

    Raises:
        ValueError: the index is not inside the tree.
    """
    if not 0 <= index < size:
        raise ValueError("the leaf must be inside the tree")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(old: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots prove that the tree of ``size`` extends ``old`` (RFC 6962 2.1.2).

    Raises:
        ValueError: ``old`` is not in 1 … size.
    """
    if not 0 < old <= size:
        raise ValueError("the older tree must hold a leaf and not be the larger one")
    ranges: list[Range] = []
    start, end = 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        # Without it the verifier knows this subtree: it is the whole older tree.
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def _hashes(ranges: Iterable[Range], root: Callable[[int, int], bytes]) -> list[bytes]:
    return [root(start, end) for start, end in ranges]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of the tree over ``leaves``."""
    return _hashes(inclusion_ranges(index, len(leaves)), lambda start, end: root_of(leaves[start:end]))


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that prove that the tree over ``leaves`` extends the tree over the first ``old`` of them."""
    return _hashes(consistency_ranges(old, len(leaves)), lambda start, end: root_of(leaves[start:end]))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf hash at ``index`` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(proof):
        return False
    for (start, _), sibling in zip(ranges, proof, strict=True):
        leaf = node_hash(leaf, sibling) if start > index else node_hash(sibling, leaf)
    return leaf == root


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree (``size``, ``root``) extends the tree (``old``, ``old_root``)."""
    if not 0 < old <= size:
        return False
    ranges = consistency_ranges(old, size)
    if len(ranges) != len(proof):
        return False
    steps = list(zip(ranges, proof, strict=True))
    # The walk begins at the subtree that ends where the older tree ends: given in the proof,
    # or, where the older tree is complete, the older tree itself.
    if ranges and ranges[0][1] == old:
        older = newer = steps.pop(0)[1]
    else:
        older = newer = old_root
    for (start, _), sibling in steps:
        if start < old:
            older = node_hash(sibling, older)
            newer = node_hash(sibling, newer)
        else:
            newer = node_hash(newer, sibling)
    return older == old_root and newer == root
