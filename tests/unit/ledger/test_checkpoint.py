import sqlite3

import pytest

from carefolio.base import clock
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import Log, read_head
from carefolio.ledger.note import read_checkpoint


@pytest.fixture
def tomorrow():
    yield lambda days: clock.shift(days * clock.DAY)
    clock.shift(0)


def sizes(ledger):
    return [size for (size,) in ledger.database.read("SELECT size FROM checkpoint ORDER BY size")]


def published(ledger):
    """The newest note that anybody may see."""
    row = ledger.database.one("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
    return row[0] if row else None


def test_an_empty_log_has_none(ledger):
    assert ledger.checkpointer.make() is None
    assert published(ledger) is None


def test_it_says_what_the_head_says(ledger):
    ledger.grow(5)
    note = ledger.checkpointer.make()
    told = read_checkpoint(note, ledger.keyring.public)
    head = read_head(ledger.database)
    assert (told.size, told.root) == (head.size, head.root())
    assert ledger.keyring.remembered() == (5, head.root(), note)
    assert published(ledger) == note


def test_nothing_new_nothing_made(ledger):
    ledger.grow(1)
    note = ledger.checkpointer.make()
    assert ledger.checkpointer.make() == note
    assert ledger.restart().make() == note
    assert sizes(ledger) == [1]


def test_of_today_the_newest_is_kept_and_of_each_day_the_last(ledger, tomorrow):
    for day in range(3):
        tomorrow(day)
        for _ in range(2):
            ledger.grow(1)
            ledger.checkpointer.make()
    assert sizes(ledger) == [2, 4, 6]
    assert ledger.verify().ok


def test_what_a_crash_kept_from_being_published_is_made_up_for(ledger):
    ledger.grow(3)
    note = ledger.checkpointer.make()
    ledger.sql("DELETE FROM checkpoint")
    assert ledger.verify().ok
    assert ledger.restart().make() == note
    assert published(ledger) == note


@pytest.mark.parametrize("forget", [False, True])
def test_a_new_process_and_other_processes_go_on(ledger, forget):
    ledger.grow(3)
    ledger.checkpointer.make()
    if forget:
        ledger.sql("DELETE FROM checkpoint")
    sealed = [ledger.seal(ledger.entry())]
    ledger.database.write_now(lambda tx: Log().append(tx, sealed))
    ledger.checkpointer.make()
    ledger.grow(1)
    ledger.restart().make()
    ledger.grow(1)
    ledger.checkpointer.make()
    assert sizes(ledger)[-1] == 6
    assert ledger.verify().ok


def cut(ledger, size):
    """Cut the log as somebody does who knows the format: entries, head and checkpoints."""
    keep = Log()
    rows = ledger.database.read("SELECT time, kind, owner, actor, body, leaf FROM entry ORDER BY seq")
    ledger.sql("DELETE FROM entry", f"DELETE FROM checkpoint WHERE size > {size}")
    ledger.sql("UPDATE ledger_head SET size = 0, frontier = x'0000000000000000'")
    from_rows = [type(ledger.seal(ledger.entry()))(*row) for row in rows[:size]]
    ledger.database.write_now(lambda tx: keep.append(tx, from_rows))


@pytest.mark.parametrize("again", [False, True])
def test_a_cut_log_gets_no_checkpoint(ledger, again):
    ledger.grow(5)
    before = ledger.checkpointer.make()
    cut(ledger, 3)
    if again:
        ledger.grow(9)
    for checkpointer in (ledger.checkpointer, ledger.restart()):
        with pytest.raises(Tampered, match="removed or exchanged"):
            checkpointer.make()
    assert ledger.keyring.remembered()[2] == before


@pytest.mark.parametrize("frontier", ["x'00'", "(SELECT frontier FROM ledger_head)"])
def test_a_damaged_published_frontier_is_not_believed(ledger, frontier):
    ledger.grow(3)
    ledger.checkpointer.make()
    ledger.grow(1)
    ledger.sql(f"UPDATE checkpoint SET frontier = {frontier}")
    ledger.restart().make()
    assert sizes(ledger) == [4]


def test_entries_that_do_not_give_the_head_get_no_checkpoint(ledger):
    ledger.grow(3)
    ledger.checkpointer.make()
    ledger.grow(2)
    ledger.sql("UPDATE entry SET leaf = zeroblob(32) WHERE seq = 5")
    with pytest.raises(Tampered, match="does not extend"):
        ledger.restart().make()


def test_a_crash_before_publishing_leaves_the_keys_ahead(ledger):
    ledger.grow(2)
    ledger.checkpointer.make()
    ledger.grow(2)
    ledger.sql("CREATE TRIGGER crash BEFORE INSERT ON checkpoint BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.checkpointer.make()
    assert sizes(ledger) == [2]
    assert ledger.keyring.remembered()[0] == 4
    assert ledger.verify().ok
    ledger.sql("DROP TRIGGER crash")
    ledger.restart().make()
    assert sizes(ledger)[-1] == 4
    assert ledger.verify().ok
