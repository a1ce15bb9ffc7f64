import pytest

from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import Log, read_head, read_leaves, roots_at
from carefolio.ledger.tree import Frontier, root_of


def test_entries_are_numbered_from_one(ledger):
    assert ledger.write(ledger.entry()) == 1
    assert ledger.write(ledger.entry(), ledger.entry()) == 2
    assert ledger.write(ledger.entry()) == 4
    assert ledger.database.read("SELECT seq FROM entry") == [(1,), (2,), (3,), (4,)]


@pytest.mark.parametrize("count", [1, 3, 4, 16, 64, 64 + 16 + 4 + 1, 131])
def test_the_head_is_the_tree_over_all(ledger, count):
    ledger.grow(2)
    ledger.grow(count)
    head = read_head(ledger.database)
    assert head.size == count + 2
    assert head.root() == root_of(ledger.leaves())
    assert ledger.verify().ok


def test_several_callers_at_once(ledger):
    groups = [[ledger.seal(ledger.entry()) for _ in range(count)] for count in (2, 0, 3)]
    ledger.database.write_now(lambda tx: ledger.log.append_many(tx, groups))
    assert ledger.leaves() == [sealed.leaf for group in groups for sealed in group]
    assert read_head(ledger.database).size == 5


def test_nothing_to_append(ledger):
    ledger.grow(1)
    assert ledger.write() == 2
    assert read_head(ledger.database).size == 1


def test_two_processes_take_turns(ledger):
    another = Log()
    for log in (ledger.log, another, another, ledger.log):
        sealed = [ledger.seal(ledger.entry())]
        ledger.database.write_now(lambda tx, log=log, sealed=sealed: log.append(tx, sealed))
    assert ledger.verify().ok
    assert ledger.verify().entries == 4


def test_what_is_rolled_back_leaves_no_trace(ledger):
    ledger.grow(1)

    def work(tx):
        ledger.log.append(tx, [ledger.seal(ledger.entry())])
        raise RuntimeError("afterwards")

    with pytest.raises(RuntimeError):
        ledger.database.write_now(work)
    ledger.grow(1)
    assert ledger.verify().ok
    assert ledger.verify().entries == 2


def test_the_chain_breaks_when_another_moves_the_head(ledger):
    def chain():
        return ledger.database.write_now(ledger.log.head).chain

    ledger.grow(1)
    first = chain()
    ledger.grow(1)
    assert chain() == first
    sealed = [ledger.seal(ledger.entry())]
    ledger.database.write_now(lambda tx: Log().append(tx, sealed))
    assert chain() != first


@pytest.mark.parametrize("change", ["DELETE FROM ledger_head", "UPDATE ledger_head SET frontier = x'00'"])
def test_a_damaged_head_stops_everything(ledger, change):
    ledger.sql(change)
    with pytest.raises(Tampered, match="head is missing or damaged"):
        ledger.grow(1)
    with pytest.raises(Tampered):
        read_head(ledger.database)


@pytest.mark.parametrize("gone", [1, 2, 5])
def test_a_missing_leaf_is_told(ledger, gone):
    ledger.grow(5)
    ledger.sql(f"DELETE FROM entry WHERE seq = {gone}")
    with pytest.raises(Tampered, match=f"Entry {gone} is missing"):
        list(read_leaves(ledger.database, 0, 5))


def test_roots_at_several_sizes(ledger):
    ledger.grow(9)
    leaves = ledger.leaves()
    base = Frontier().extend(leaves[:3])
    assert roots_at(ledger.database, base, {3, 7, 9}) == {size: root_of(leaves[:size]) for size in (3, 7, 9)}
    assert base.size == 3
