"""The writer outlives its disk's faults: whoever waits is told, and what comes afterwards is written."""

from __future__ import annotations

import resource
import sqlite3
import threading
from contextlib import contextmanager

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from tests.faults import faulty
from tests.stores import ABOUT_SQLITE

pytestmark = ABOUT_SQLITE

SECONDS = 10
MEGABYTE = 1 << 20


class _Opened:
    """What ``faulty.put_into`` wants of an installation."""

    def __init__(self, database):
        self.database = database


@pytest.fixture
def database(tmp_path):
    opened = SqliteDatabase(tmp_path / "carefolio.db", background_checkpoints=True)
    yield opened
    opened.close()


def _add(tx):
    return tx.execute(
        "INSERT INTO installation SELECT 'n' || count(*), hex(randomblob(50000)) FROM installation"
    ).rowcount


def _names(database):
    return database.read("SELECT count(*) FROM installation")[0][0]


class _AlsoRollback(faulty.Faulty):
    """When a statement has failed, the first attempt to roll back fails as well."""

    def execute(self, sql, args=()):
        if sql == "ROLLBACK" and self.failed_at and self.mode == faulty.FAILED:
            self.mode = "done"
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, args)


@pytest.mark.parametrize("statement", [2, 3, 4, 5])
def test_a_rollback_that_fails_ends_nothing(database, statement):
    writer = database._writer
    database.write_now(_add)
    writer._connection = fault = _AlsoRollback(writer._connection)
    fault.arm(statement, faulty.FAILED)
    with pytest.raises(sqlite3.OperationalError):
        database.submit(_add).result(SECONDS)
    assert database.submit(_add).result(SECONDS) == 1
    assert _names(database) == 2


def test_a_checkpoint_that_fails_ends_nothing(database):
    fault = faulty.put_into(_Opened(database))
    fault.arm(6, faulty.FAILED)
    database._writer._restart_due = True
    assert database.submit(_add).result(SECONDS) == 1
    assert database.submit(_add).result(SECONDS) == 1
    assert "wal_checkpoint" in fault.failed_at
    assert _names(database) == 2


@contextmanager
def full_disk(size):
    """No file of this process may grow beyond this."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_got_over(database):
    told = 0
    with full_disk(2 * MEGABYTE):
        for _ in range(60):
            try:
                database.submit(_add).result(SECONDS)
            except sqlite3.Error:
                told += 1
        checkpoints = next(thread for thread in database._writer._threads if thread.name == "checkpoints")
        checkpoints.join(1.0)
    assert told > 0
    stored = _names(database)
    assert stored == 60 - told
    assert database.submit(_add).result(SECONDS) == 1
    assert _names(database) == stored + 1
    assert checkpoints.is_alive(), "nobody copies frames into the database file any more"
    assert all(thread.is_alive() for thread in database._writer._threads)
    assert threading.active_count() >= 2
