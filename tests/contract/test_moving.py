"""Everything from one store into another, and back: whatever breaks off on the way."""

from contextlib import closing
from dataclasses import replace
from shutil import copytree

import pytest

from carefolio.assembly import open_carefolio, open_store
from carefolio.base.database.notes import MOVED, moved_to, note
from carefolio.base.failures import Failure
from carefolio.base.settings import at_database, read_settings
from carefolio.cli import casting
from carefolio.ledger.checkpoint import Checkpointer
from carefolio.ledger.log import read_head
from carefolio.records.archive import moving
from carefolio.records.verify import verify

TABLES_WITH_ROWS = {"record", "idx", "lookup", "entry", "account", "token", "owner", "presence"}


class BrokenOff(Exception):  # noqa: N818 - it is what happens
    """The move broke off."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An installation with the demo's people, in SQLite."""
    settings = read_settings(tmp_path_factory.mktemp("moving") / "data", environ={})
    with closing(open_carefolio(settings, create=True)) as carefolio:
        casting.make(carefolio, 2, 7, lambda done, total: None)
    return settings


@pytest.fixture
def source(made):
    with closing(open_carefolio(made)) as carefolio:
        yield carefolio


@pytest.fixture
def target_settings(source, server):
    return at_database(source.settings, server.fresh())


def nothing(done, total):
    pass


def whole(source, target, log, progress=nothing):
    """Move everything and finish; what was moved."""
    moved = moving.move(source.database, target, source.keyring, progress)
    moving.finish(source.database, target, log, moved, [])
    return moved


def content(database):
    with database.snapshot() as moment:
        return {
            table.name: (
                table.columns,
                moment.read(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY 1, 2"),
            )
            for table in moment.tables()
        }


def test_both_stores_have_the_same_tables_with_the_same_columns_and_keys(source, target_settings):
    there, _ = open_store(target_settings)
    with closing(there), source.database.snapshot() as ours, there.snapshot() as theirs:
        assert ours.tables() == theirs.tables()


def test_there_and_back_everything_is_equal(source, target_settings, tmp_path):
    before = content(source.database)
    there, log = open_store(target_settings)
    back, first = open_store(replace(source.settings, database=tmp_path / "back.db"))
    with closing(there), closing(back):
        moved = whole(source, there, log)
        assert {name for name, rows in moved.rows.items() if rows} >= TABLES_WITH_ROWS
        assert content(there) == before
        again = moving.move(there, back, source.keyring, nothing)
        moving.finish(there, back, first, again, [])
        assert content(back) == before
        assert verify(back, source.keyring).ok
        number = back.write_now(lambda tx: tx.numbers(1))[0]
        assert number == there.write_now(lambda tx: tx.numbers(1))[0] > max(rid for rid, *_ in before["record"][1])


@pytest.mark.parametrize("pieces", [1, 2, 5, 11])
def test_a_move_that_broke_off_goes_on_where_it_was(source, target_settings, monkeypatch, pieces):
    monkeypatch.setattr(moving, "PIECE", 400)
    monkeypatch.setattr(moving, "PIECE_OF_BODIES", 150)
    there, log = open_store(target_settings)
    seen = []

    def breaks(done, total):
        seen.append(done)
        if len(seen) == pieces:
            raise BrokenOff

    with closing(there):
        with pytest.raises(BrokenOff):
            moving.move(source.database, there, source.keyring, breaks)
        with pytest.raises(Failure, match="not finished"):
            open_carefolio(target_settings)
        moving.move(source.database, there, source.keyring, nothing)
        with pytest.raises(Failure, match="not finished"):
            open_carefolio(target_settings)
        whole(source, there, log)
        assert content(there) == content(source.database)


def test_a_move_begins_anew_where_the_source_has_moved_on(source, target_settings):
    there, log = open_store(target_settings)

    def breaks(done, total):
        raise BrokenOff

    with closing(there):
        with pytest.raises(BrokenOff):
            moving.move(source.database, there, source.keyring, breaks)
        entry = source.door.scribe.happened(91, 0, {"by": "Dora"})
        source.database.write_now(lambda tx: source.log.append(tx, [entry]))
        whole(source, there, log)
        assert content(there) == content(source.database)


def test_what_is_written_during_the_move_is_told(source, target_settings):
    there, _ = open_store(target_settings)
    entry = source.door.scribe.happened(91, 0, {"by": "Dora"})

    def writes(done, total):
        if done == total:
            source.database.write_now(lambda tx: source.log.append(tx, [entry]))

    with closing(there), pytest.raises(Failure, match="written to during the move"):
        moving.move(source.database, there, source.keyring, writes)


NOTICED = "INSERT INTO presence (source, owner) VALUES (77777, 1) ON CONFLICT DO NOTHING"
FORGOTTEN = "DELETE FROM presence WHERE source = 77777"


@pytest.fixture
def noticing(source):
    """Writes what no entry tells of, and takes it back at the end."""
    yield lambda: source.database.write_now(lambda tx: tx.execute(NOTICED).rowcount)
    source.database.write_now(lambda tx: tx.execute(FORGOTTEN).rowcount)


def test_what_is_written_during_the_move_without_an_entry_is_told_and_the_next_run_takes_it_along(
    source, target_settings, noticing
):
    there, log = open_store(target_settings)

    def writes(done, total):
        if done == total:
            noticing()

    with closing(there):
        with pytest.raises(Failure, match="written to during the move"):
            moving.move(source.database, there, source.keyring, writes)
        assert moved_to(source.database) == ""
        whole(source, there, log)
        assert content(there) == content(source.database)


def test_what_is_written_when_the_source_was_left_is_taken_along_by_the_next_run(made, server, tmp_path):
    copytree(made.data, tmp_path / "data")
    settings = read_settings(tmp_path / "data", environ={})
    there, log = open_store(at_database(settings, server.fresh()))
    source = open_carefolio(settings)
    with closing(there):
        moved = moving.move(source.database, there, source.keyring, nothing)
        moving.leave(source.database, moved, "postgresql://new")
        source.database.write_now(lambda tx: tx.execute(NOTICED).rowcount)
        with pytest.raises(Failure, match="written to during the move"):
            moving.finish(source.database, there, log, moved, [])
        moving.finish(source.database, there, log, whole_again(source, there), [])
        assert content(there)["presence"] == content(source.database)["presence"]
        assert verify(there, source.keyring).ok
    source.leave()


def test_what_came_out_otherwise_is_copied_anew_by_the_next_run(source, target_settings, monkeypatch):
    there, log = open_store(target_settings)
    with closing(there):
        with monkeypatch.context() as patched:
            prove = moving.verify

            def damaged(*how):
                there.write_now(lambda tx: tx.execute("DELETE FROM entry WHERE seq = 3").rowcount)
                return prove(*how)

            patched.setattr(moving, "verify", damaged)
            with pytest.raises(Failure, match="does not verify"):
                moving.move(source.database, there, source.keyring, nothing)
        with pytest.raises(Failure, match="not finished"):
            open_carefolio(target_settings)
        whole(source, there, log)
        assert content(there) == content(source.database)


def test_what_is_written_after_the_proof_is_told_also_where_it_has_no_entry(source, target_settings):
    """A notice, a mail, a token's end: the ledger says nothing of them, and they are lost all the same."""
    there, log = open_store(target_settings)
    with closing(there):
        moved = moving.move(source.database, there, source.keyring, nothing)
        source.database.write_now(lambda tx: tx.execute(NOTICED).rowcount)
        with pytest.raises(Failure, match="written to during the move"):
            moving.finish(source.database, there, log, moved, [])
        with pytest.raises(Failure, match="not finished"):
            open_carefolio(target_settings)
        entry = source.door.scribe.happened(91, 0, {"by": "Dora"})
        source.database.write_now(lambda tx: source.log.append(tx, [entry]))
        with pytest.raises(Failure, match="written to during the move"):
            moving.leave(source.database, moved, "elsewhere")
        assert moved_to(source.database) == ""


def test_what_was_left_is_opened_to_be_moved_alone_and_takes_everything_in_again(made, server, tmp_path):
    copytree(made.data, tmp_path / "data")
    settings = read_settings(tmp_path / "data", environ={})
    there, log = open_store(at_database(settings, server.fresh()))
    with closing(there):
        with closing(open_carefolio(settings)) as source:
            moved = moving.move(source.database, there, source.keyring, nothing)
            moving.leave(source.database, moved, "postgresql://new")
        with pytest.raises(Failure, match="moved to postgresql://new"):
            open_carefolio(settings)
        source = open_carefolio(settings, moving=True)
        moving.finish(source.database, there, log, whole_again(source, there), [])
        grown = source.door.scribe.happened(91, 0, {"by": "Dora"})
        there.write_now(lambda tx: log.append(tx, [grown]))
        log.settle(there)
        back = moving.move(there, source.database, source.keyring, nothing)
        moving.finish(there, source.database, source.log, back, [])
        source.leave()
        with closing(open_carefolio(settings)) as carefolio:
            assert verify(carefolio.database, carefolio.keyring).ok
            assert content(carefolio.database)["entry"] == content(there)["entry"]


def whole_again(source, there):
    """The same move, run again after it broke off before its end."""
    return moving.move(source.database, there, source.keyring, nothing)


def test_what_waits_where_everything_was_moved_out_of_gets_no_place_there(source, target_settings):
    there, log = open_store(target_settings)
    with closing(there):
        whole(source, there, log)
        head = read_head(there)
        entry = source.door.scribe.happened(91, 0, {"by": "Dora"})
        there.write_now(lambda tx: (note(tx, MOVED, "elsewhere"), log.append(tx, [entry])))
        Checkpointer(there, source.keyring, log).make()
        assert there.one("SELECT count(*) FROM waiting") == (1,)
        assert read_head(there) == head


def test_what_was_left_and_grew_another_way_is_not_cleared_away(source, target_settings, server):
    first, log = open_store(target_settings)
    second, other = open_store(at_database(source.settings, server.fresh()))
    with closing(first), closing(second):
        for store, its in ((first, log), (second, other)):
            whole(source, store, its)
        entry = source.door.scribe.happened(91, 0, {"by": "Dora"})
        first.write_now(lambda tx: (log.append(tx, [entry]), note(tx, MOVED, "elsewhere")))
        with pytest.raises(Failure, match="already"):
            moving.move(second, first, source.keyring, nothing)
        log.settle(first)
        with pytest.raises(Failure, match="already"):
            moving.move(second, first, source.keyring, nothing)


def test_a_target_that_is_in_use_is_refused(source, target_settings):
    there, log = open_store(target_settings)
    with closing(there):
        whole(source, there, log)
        before = content(there)
        with pytest.raises(Failure, match="already"):
            moving.move(source.database, there, source.keyring, nothing)
        assert content(there) == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM token WHERE account = (SELECT min(account) FROM token)", "rows of token"),
        ("UPDATE presence SET owner = owner + 1000000", "presence are not the same"),
        ("UPDATE account SET suspended = 1 - suspended", "account are not the same"),
    ],
)
def test_rows_that_came_out_otherwise_are_told(source, target_settings, monkeypatch, statement, words):
    there, _ = open_store(target_settings)
    compare = moving._compare

    def spoilt(*how):
        there.write_now(lambda tx: tx.execute(statement))
        compare(*how)

    monkeypatch.setattr(moving, "_compare", spoilt)
    with closing(there), pytest.raises(Failure, match=words):
        moving.move(source.database, there, source.keyring, nothing)


def test_it_serves_from_the_new_store_and_the_old_one_is_refused(made, server, tmp_path):
    copytree(made.data, tmp_path / "data")
    settings = read_settings(tmp_path / "data", environ={})
    target_settings = at_database(settings, server.fresh())
    there, log = open_store(target_settings)
    with closing(there), closing(open_carefolio(settings)) as source:
        whole(source, there, log)
    with closing(open_carefolio(target_settings)) as carefolio:
        people = casting.cast(carefolio)
        assert {person.role for person in people} >= {"patient", "doctor"}
        assert verify(carefolio.database, carefolio.keyring).ok
    left = open_carefolio(settings)
    with closing(left.database), closing(left.keyring), pytest.raises(Failure, match="does not extend"):
        left.checkpointer.make()
