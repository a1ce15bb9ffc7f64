import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.log import read_head
from carefolio.ledger.proof import prove_consistency, prove_inclusion
from carefolio.ledger.tree import root_of, verify_consistency, verify_inclusion

SIZE = 21


@pytest.fixture
def grown(ledger):
    ledger.grow(SIZE)
    return ledger


@pytest.mark.parametrize("size", [None, 13, 16])
def test_every_entry_can_be_proven(grown, size):
    leaves = grown.leaves()[:size]
    root = root_of(leaves)
    for seq, leaf in enumerate(leaves, 1):
        proof = prove_inclusion(grown.database, seq, size)
        assert proof[:2] == (seq - 1, len(leaves))
        assert verify_inclusion(leaf, proof.leaf_index, proof.size, proof.hashes, root)


def test_every_older_tree_is_extended(grown):
    leaves = grown.leaves()
    root = read_head(grown.database).root()
    for old in range(1, SIZE + 1):
        proof = prove_consistency(grown.database, old)
        assert verify_consistency(old, SIZE, root_of(leaves[:old]), root, proof)
    assert prove_consistency(grown.database, 8, 16) == [root_of(leaves[8:16])]


@pytest.mark.parametrize("call", [(0,), (SIZE + 1,), (5, 4), (1, SIZE + 1)])
@pytest.mark.parametrize("prove", [prove_inclusion, prove_consistency])
def test_what_is_not_there_is_absent(grown, prove, call):
    with pytest.raises(Failure) as caught:
        prove(grown.database, *call)
    assert caught.value.category is Category.ABSENT
