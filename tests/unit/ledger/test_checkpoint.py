import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from carefolio.base import clock
from carefolio.base.database import notes
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.keys import Keyring
from carefolio.ledger.daily import daily_root_of
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import Log, read_head
from carefolio.ledger.note import read_checkpoint
from carefolio.ledger.reading import entry_at
from tests.unit.ledger.conftest import Ledger


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


def test_only_the_newest_is_published(ledger, tomorrow):
    for day in range(3):
        tomorrow(day)
        ledger.time = clock.now()
        for _ in range(2):
            ledger.grow(1)
            ledger.checkpointer.make()
    assert sizes(ledger) == [8]
    assert daily(ledger) == [4, 7]
    assert ledger.verify().ok


def daily(ledger):
    """The numbers of the entries in which the log speaks of itself."""
    return [seq for (seq,) in ledger.database.read("SELECT seq FROM entry WHERE kind = 96 ORDER BY seq")]


def test_once_a_day_the_log_says_what_it_is_and_nothing_while_it_does_not_grow(ledger, tomorrow):
    ledger.grow(3)
    root = read_head(ledger.database).root()
    tomorrow(1)
    note = ledger.checkpointer.make()
    assert daily_root_of(entry_at(ledger.database, ledger.keyring, 4)) == (3, root)
    tomorrow(2)
    assert ledger.checkpointer.make() == ledger.restart().make() == note
    assert daily(ledger) == [4]
    assert ledger.verify().ok


def test_a_cut_log_does_not_say_what_it_is(ledger, tomorrow):
    ledger.grow(5)
    ledger.checkpointer.make()
    cut(ledger, 3)
    tomorrow(1)
    with pytest.raises(Tampered):
        ledger.restart().make()
    assert daily(ledger) == []


@pytest.mark.parametrize("change", ["UPDATE entry SET time = 'word' WHERE seq = 1", "DELETE FROM entry WHERE seq = 1"])
def test_a_changed_first_entry_does_not_keep_others_from_a_checkpoint(ledger, change):
    ledger.grow(2)
    ledger.checkpointer.make()
    ledger.sql(change)
    ledger.grow(1)
    ledger.checkpointer.make()
    assert not ledger.verify().ok


def test_what_was_deleted_while_nothing_grew_is_published_again(ledger):
    ledger.grow(3)
    note = ledger.checkpointer.make()
    ledger.sql("DELETE FROM checkpoint")
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


def test_a_failure_to_publish_leaves_the_keys_as_they_are(ledger):
    ledger.grow(2)
    ledger.checkpointer.make()
    ledger.grow(2)
    ledger.sql("CREATE TRIGGER crash BEFORE INSERT ON checkpoint BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.checkpointer.make()
    assert sizes(ledger) == [2]
    assert ledger.keyring.remembered()[0] == 2
    assert ledger.verify().ok
    ledger.sql("DROP TRIGGER crash")
    ledger.restart().make()
    assert sizes(ledger) == [4]
    assert ledger.verify().ok


def reopened(folder, root):
    """The ledger as the process finds it that starts after a crash."""
    keyring = Keyring.open(folder / "keys.db", root)
    return Ledger(SqliteDatabase(folder / "data" / "carefolio.db"), keyring, keyring.of(1), keyring.of(2))


def test_killed_before_any_statement(ledger, root, tmp_path, tomorrow):
    """A kill leaves the files as they are at that moment: a copy of them before each statement of a checkpoint, and
    after the last, verifies, goes on, and has lost nothing that the keys knew.
    """
    ledger.grow(3)
    ledger.checkpointer.make()
    ledger.grow(2)
    tomorrow(1)
    copies = []

    def copy(statement):
        copies.append((tmp_path / "crash" / str(len(copies)), statement))
        copies[-1][0].mkdir(parents=True)
        files = [str(tmp_path / name) for name in ("keys.db", "keys.db-wal", "data")]
        subprocess.run(["cp", "-r", *files, str(copies[-1][0])], check=True)

    with traced(ledger, copy):
        ledger.checkpointer.make()
    copy("done")
    seen = set()
    for folder, statement in copies:
        crashed = reopened(folder, root)
        state = (sizes(crashed)[0], crashed.keyring.remembered()[0])
        assert crashed.verify().problems == [], statement
        crashed.checkpointer.make()
        assert sizes(crashed) == [crashed.keyring.remembered()[0]] == [6]
        assert (daily(crashed), crashed.verify().problems) == ([6], [])
        crashed.database.close()
        crashed.keyring.close()
        seen.add(state)
    assert seen == {(3, 3), (6, 3), (6, 6)}


@contextmanager
def traced(ledger, callback):
    """Call back before each statement of the writer and of the keys."""
    connections = (ledger.database._writer._connection, ledger.keyring._store._connection)
    for connection in connections:
        connection.set_trace_callback(callback)
    try:
        yield
    finally:
        for connection in connections:
            connection.set_trace_callback(None)


@pytest.mark.parametrize("moment", range(4))
def test_another_process_overtakes(ledger, root, tmp_path, moment):
    """Another process writes and makes a checkpoint wherever no lock is held: ours puts nothing back."""
    ledger.grow(2)
    ledger.checkpointer.make()
    ledger.grow(1)
    other = reopened(tmp_path, root)
    moments = []

    def overtake(statement):
        if statement.startswith("BEGIN") or "remembered" in statement:
            moments.append(statement)
            if len(moments) == moment + 1:
                other.grow(2)
                other.checkpointer.make()
                assert other.verify().problems == []

    with traced(ledger, overtake):
        ledger.checkpointer.make()
    assert len(moments) > moment
    assert sizes(ledger) == [ledger.keyring.remembered()[0]] == [5]
    assert ledger.verify().problems == []
    other.database.close()
    other.keyring.close()


@pytest.fixture
def left(ledger, tomorrow):
    """A log that everything was moved out of a day later, before what came last was signed."""
    ledger.grow(3)
    ledger.checkpointer.make()
    ledger.grow(2)
    tomorrow(1)
    ledger.database.write_now(lambda tx: notes.note(tx, notes.MOVED, "elsewhere"))
    return ledger


def test_a_log_that_everything_was_moved_out_of_is_neither_signed_nor_grown(left):
    remembered = left.keyring.remembered()
    for checkpointer in (left.checkpointer, left.restart()):
        assert checkpointer.make() == remembered.note
    assert (sizes(left), left.keyring.remembered(), daily(left)) == ([3], remembered, [])
    assert read_head(left.database).size == 5


def test_a_log_that_everything_was_moved_out_of_and_that_grew_elsewhere_is_refused(left):
    cut(left, 2)
    for checkpointer in (left.checkpointer, left.restart()):
        with pytest.raises(Tampered):
            checkpointer.make()


@pytest.mark.parametrize(("moment", "grown"), [(0, []), (1, []), (2, [4])])
def test_whoever_is_overtaken_by_a_move_says_nothing_that_the_target_does_not_hold(
    ledger, root, tmp_path, tomorrow, moment, grown
):
    """The log speaks of itself before everything is moved, and then that is moved as well, or not at all."""
    ledger.grow(3)
    tomorrow(1)
    other = reopened(tmp_path, root)
    moments = []

    def overtake(statement):
        if statement.startswith("BEGIN"):
            moments.append(statement)
            if len(moments) == moment + 1:
                other.database.write_now(lambda tx: notes.note(tx, notes.MOVED, "elsewhere"))

    with traced(ledger, overtake):
        ledger.checkpointer.make()
    assert len(moments) > moment
    assert daily(ledger) == grown
    assert (ledger.keyring.remembered() or (0,))[0] <= 3 + len(grown)
    other.database.close()
    other.keyring.close()


def test_several_processes_make_checkpoints_while_one_verifies(ledger, root, tmp_path):
    others = [reopened(tmp_path, root) for _ in range(2)]

    def work(one):
        for _ in range(30):
            one.grow(1)
            one.checkpointer.make()

    with ThreadPoolExecutor() as pool:
        working = [pool.submit(work, one) for one in (ledger, *others)]
        problems = []
        while not all(one.done() for one in working):
            problems += ledger.verify().problems
        for one in working:
            one.result()
    assert problems == []
    assert sizes(ledger) == [ledger.keyring.remembered()[0]] == [90]
    for one in others:
        one.database.close()
        one.keyring.close()
