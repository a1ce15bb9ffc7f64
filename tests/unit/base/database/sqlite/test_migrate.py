"""Migrations: a fresh schema equals a migrated one, a crash leaves the old one whole, several may try at once."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.database.sqlite.migrate import migrate, migrations
from carefolio.base.failures import Failure


@pytest.fixture
def connect(tmp_path):
    """Connections to one file, closed in the end."""
    opened = []

    def open_one(name="carefolio.db"):
        opened.append(sqlite3.connect(tmp_path / name, isolation_level=None))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def schema(connection):
    """Everything that is declared, and what the tables begin with."""
    declared = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
    tables = [name for kind, name, _, _ in declared if kind == "table"]
    return declared, {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


def apply(connection, steps):
    """What an older Carefolio had done: these migrations and no more."""
    for number, sql in steps:
        connection.executescript(sql)
        connection.execute(f"PRAGMA user_version = {number}")


def test_they_are_numbered_from_one_on_without_a_gap():
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))


@pytest.mark.parametrize("done", range(len(migrations()) + 1))
def test_a_migrated_schema_equals_a_fresh_one(connect, done):
    fresh, old = connect("fresh.db"), connect("old.db")
    migrate(fresh)
    apply(old, migrations()[:done])
    migrate(old)
    assert schema(old) == schema(fresh)
    assert old.execute("PRAGMA user_version").fetchone() == (len(migrations()),)


def test_what_is_stored_survives_a_migration(connect):
    old = connect()
    apply(old, migrations()[:1])
    old.execute("INSERT INTO installation VALUES ('store', 'abc')")
    old.execute("UPDATE epoch SET value = 7")
    migrate(old)
    assert old.execute("SELECT value FROM installation").fetchall() == [("abc",)]
    assert old.execute("SELECT value FROM epoch").fetchone() == (7,)


def test_migrating_twice_changes_nothing(connect):
    connection = connect()
    migrate(connection)
    before = schema(connection), connection.total_changes
    migrate(connection)
    assert (schema(connection), connection.total_changes) == before


def test_a_migration_that_breaks_off_leaves_the_old_schema_whole(connect):
    """The third migration meets a table that is there already, after the second has been done."""
    connection = connect()
    apply(connection, migrations()[:1])
    connection.execute("CREATE TABLE token(mine)")
    before = schema(connection)
    with pytest.raises(sqlite3.OperationalError, match="token already exists"):
        migrate(connection)
    connection.close()
    another = connect()
    assert schema(another) == before
    assert another.execute("PRAGMA user_version").fetchone() == (1,)
    another.execute("DROP TABLE token")
    migrate(another)
    assert another.execute("PRAGMA user_version").fetchone() == (len(migrations()),)


def test_a_database_of_a_newer_carefolio_is_refused_and_left_alone(connect):
    connection = connect()
    migrate(connection)
    connection.execute("PRAGMA user_version = 9999")
    before = schema(connection)
    with pytest.raises(Failure, match="made by a newer Carefolio"):
        migrate(connection)
    assert not connection.in_transaction
    assert schema(connection) == before


def test_several_processes_may_migrate_at_once(tmp_path):
    program = (
        "import sys; from pathlib import Path; from carefolio.base.database.sqlite import SqliteDatabase\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "SqliteDatabase(Path(sys.argv[1])).close()"
    )
    path = tmp_path / "carefolio.db"
    command = [sys.executable, "-c", program, str(path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(4)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    with closing(SqliteDatabase(path)) as database:
        assert database.epoch() == 1
