"""What a transaction finds changed since it was prepared: nothing of it is written, and it is prepared anew."""

import asyncio
from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.database import Taken
from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.ledger.daily import append_daily_root
from carefolio.records import commit, inquiry
from carefolio.records.archive import data, moving
from carefolio.records.changes import Plan
from carefolio.records.disclose import Moved
from carefolio.records.verify import verify
from tests import stores

FORGED = "INSERT INTO waiting (time, kind, owner, actor, body, leaf) VALUES (1, 20, 0, 0, zeroblob(40), zeroblob(32))"


class Stale:
    """A guard, or a write, that does not hold any more."""

    before = before_index = None
    rid, version, type, owner, low = 1, 1, "Observation", 7, 0
    record = None

    def holds(self, tx, epoch):
        return False


class One:
    """A transaction that finds the version that was prepared for."""

    now = 0

    def one(self, sql, args=()):
        return (1,)

    def epoch(self):
        return 1


@pytest.fixture
def carefolio(tmp_path):
    with closing(open_carefolio(read_settings(tmp_path / "data", environ={}), create=True)) as opened:
        yield opened


def taken(*args):
    raise Taken("taken")


def test_a_plan_whose_guard_does_not_hold(carefolio):
    with pytest.raises(Moved):
        carefolio.database.write_now(lambda tx: commit.commit(tx, carefolio.log, Plan(Stale())))


def test_an_id_that_somebody_took(monkeypatch):
    monkeypatch.setattr(commit.records, "insert", taken)
    with pytest.raises(Moved):
        commit._begin(One(), [Plan(Stale())])


def test_a_version_that_somebody_superseded_beside_us(monkeypatch):
    monkeypatch.setattr(commit.records, "supersede", taken)
    with pytest.raises(Moved):
        commit._supersede(One(), Stale(), Stale())


def test_the_day_s_root_is_looked_at_again_where_it_is_written(carefolio):
    told = carefolio.database.write_now(lambda tx: append_daily_root(tx, carefolio.keyring, carefolio.log))
    assert told is False


def test_an_entry_that_waits_and_was_changed_is_told(carefolio):
    carefolio.database.write_now(lambda tx: tx.execute(FORGED))
    report = verify(carefolio.database, carefolio.keyring)
    assert "waits for its place cannot be used" in report.problems[0]


def test_postgresql_is_backed_up_by_its_own_tools_and_a_target_that_does_not_verify_is_told(carefolio, tmp_path):
    with closing(PostgresDatabase(stores.server().fresh())) as database:
        with pytest.raises(Failure, match="its own tools"):
            data.save(database, tmp_path / "backup")
        database.write_now(lambda tx: tx.execute(FORGED))
        with pytest.raises(Failure, match="does not verify"):
            moving._proven(carefolio.database, database, carefolio.keyring, moving.Moved({}, 0, "", ""))


def test_a_list_of_records_that_was_decided_on_what_moved(carefolio):
    class Viewer:
        def guard(self, caller, number):
            return Stale()

    class Scribe:
        def disclosed(self, *args, **how):
            return None

    class Owner:
        number = 7

    asked = inquiry.Inquiry(carefolio.door.parts, Viewer(), Scribe(), None)
    with pytest.raises(Moved):
        asyncio.run(asked._write(None, Owner(), []))
