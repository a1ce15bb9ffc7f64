"""RFC 6962 against a naive reading of its definitions and against the vectors that CT logs share."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistency_ranges,
    inclusion_proof,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
SIZES = st.integers(1, 70)


def naive_root(leaves):
    """MTH as section 2.1 defines it, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m, leaves):
    """PATH(m, D[n]) of section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m, leaves, complete):
    """SUBPROOF(m, D[n], b) of section 2.1.2."""
    if m == len(leaves):
        return [] if complete else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], complete), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def split(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def leaves_of(size):
    return [leaf_hash(b"%d" % number) for number in range(size)]


@pytest.mark.parametrize("size", ROOTS)
def test_shared_vectors(size):
    assert root_of(map(leaf_hash, INPUTS[:size])).hex() == ROOTS[size]


def test_no_leaves():
    assert Frontier().root() == EMPTY_ROOT == naive_root([])


def test_node_hash_is_prefixed():
    assert node_hash(b"a", b"b") == sha256(b"\x01ab").digest()


@given(st.integers(0, 200))
def test_root_is_the_definition(size):
    leaves = leaves_of(size)
    assert root_of(leaves) == naive_root(leaves)


@given(st.integers(0, 100), st.integers(0, 40))
def test_a_frontier_goes_on_from_its_bytes(size, more):
    leaves = leaves_of(size + more)
    stored = Frontier().extend(leaves[:size]).to_bytes()
    frontier = Frontier.from_bytes(stored)
    assert frontier.to_bytes() == stored
    twin = frontier.copy()
    assert twin == frontier
    assert twin.extend(leaves[size:]).root() == root_of(leaves)
    assert (twin == frontier) == (more == 0)
    assert frontier.size == size


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 9, (3).to_bytes(8, "big") + bytes(32)])
def test_a_damaged_frontier_is_refused(data):
    with pytest.raises(ValueError, match="length"):
        Frontier.from_bytes(data)


def test_a_frontier_is_no_key():
    assert Frontier() != "a frontier"
    with pytest.raises(TypeError):
        hash(Frontier())


@given(SIZES, st.data())
def test_inclusion(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = inclusion_proof(leaves, index)
    assert proof == naive_path(index, leaves)
    root = root_of(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"another"), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert size == 1 or not verify_inclusion(leaves[index], (index + 1) % size, size, proof, root)
    for at in range(len(proof)):
        changed = [*proof[:at], leaf_hash(b"another"), *proof[at + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, changed, root)


@given(SIZES, st.data())
def test_consistency(size, data):
    old = data.draw(st.integers(1, size))
    leaves = leaves_of(size)
    proof = consistency_proof(leaves, old)
    assert proof == naive_subproof(old, leaves, True)
    old_root, root = root_of(leaves[:old]), root_of(leaves)
    another = leaf_hash(b"another")
    assert verify_consistency(old, size, old_root, root, proof)
    assert not verify_consistency(old, size, another, root, proof)
    assert not verify_consistency(old, size, old_root, another, proof)
    assert not verify_consistency(old, size, old_root, root, [*proof, root])
    for at in range(len(proof)):
        changed = [*proof[:at], another, *proof[at + 1 :]]
        assert not verify_consistency(old, size, old_root, root, changed)


def test_outside_the_tree():
    root = leaf_hash(b"")
    assert not verify_inclusion(root, 1, 1, [], root)
    assert not verify_consistency(0, 1, root, root, [])
    assert not verify_consistency(2, 1, root, root, [])
    with pytest.raises(ValueError, match="inside"):
        inclusion_ranges(1, 1)
    with pytest.raises(ValueError, match="older"):
        consistency_ranges(2, 1)
