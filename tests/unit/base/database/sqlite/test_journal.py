"""Write-ahead logging is switched on even while somebody else holds the file."""

import sqlite3
import threading

import pytest

from carefolio.base.database.sqlite import journal
from carefolio.base.database.sqlite.journal import write_ahead


def held(path):
    """A connection that holds the whole file."""
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE t(x)")
    holder.execute("BEGIN EXCLUSIVE")
    return holder


def test_it_waits_until_the_file_is_free(tmp_path):
    holder = held(tmp_path / "a.db")
    connection = sqlite3.connect(tmp_path / "a.db", timeout=0)
    timer = threading.Timer(0.05, holder.execute, ("COMMIT",))
    timer.start()
    write_ahead(connection)
    timer.join()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_it_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "WAIT_SECONDS", 0.02)
    holder = held(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(sqlite3.connect(tmp_path / "a.db", timeout=0))
    holder.execute("ROLLBACK")


def test_what_is_no_database_is_told_at_once(tmp_path):
    (tmp_path / "a.db").write_bytes(b"nonsense" * 1_000)
    with pytest.raises(sqlite3.DatabaseError):
        write_ahead(sqlite3.connect(tmp_path / "a.db"))
