"""Which store the tests run on: SQLite's file, or with ``TEST_STORE=postgresql`` a database of a PostgreSQL server that
this test process starts when it is first needed.

An installation's data folder has one database of its own: the same folder always gets the same one. What a test made
below its temporary folder is dropped when the test ends.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from shutil import copytree
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base.database import Database
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.settings import PREFIX, Settings, read_settings
from carefolio.ledger.waiting import WaitingLog
from tests import postgres

ON_POSTGRES = os.environ.get("TEST_STORE", "sqlite") == "postgresql"
URL = f"{PREFIX}DATABASE_URL"
FORBIDDEN = (
    "but expression is of type",
    "invalid byte sequence",
    "cannot cast",
    "invalid input syntax",
    "PRAGMA",
    "duplicate key",
)
NEWER = "INSERT INTO migration (number) VALUES (9999)" if ON_POSTGRES else "PRAGMA user_version = 9999"
"""Makes the schema a newer Carefolio's."""
BACKED_UP_HERE = pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL's own tools back it up")
CHOOSES_ITSELF = pytest.mark.skipif(ON_POSTGRES, reason="it chooses its stores itself: once is enough")
ABOUT_SQLITE = pytest.mark.skipif(ON_POSTGRES, reason="it is about SQLite's own files")


@dataclass(frozen=True)
class Place:
    """The database that belongs to a folder."""

    server: postgres.Server
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def sql(self, statement: str) -> str:
        return self.server.sql(self.name, statement)


_running = ExitStack()
_made: dict[Path, Place] = {}


@cache
def server() -> postgres.Server:
    """This test process's PostgreSQL, until ``end``."""
    return _running.enter_context(postgres.running())


@cache
def _migrated() -> str:
    """The name of a database with the tables and nothing in them: those of a test are copied from it."""
    name = "migrated"
    server().make(name)
    import_module("carefolio.base.database.postgres").PostgresDatabase(server().url(name)).close()
    return name


def place_of(data: Path, *, migrated: bool = False) -> Place:
    """The database that belongs to this folder; it is made when it is asked for first, with the tables or without."""
    folder = data.absolute()
    if folder not in _made:
        name = "d" + sha256(str(folder).encode()).hexdigest()[:16]
        server().make(name, like=_migrated() if migrated else "template1")
        _made[folder] = Place(server(), name)
    return _made[folder]


@contextmanager
def durable(data: Path) -> Iterator[postgres.Server | None]:
    """For tests that kill: what is committed in this folder's database is on the disk. SQLite is so at all times."""
    if not ON_POSTGRES:
        yield None
        return
    with postgres.running(fast=False) as own:
        _made[data.absolute()] = Place(own, "postgres")
        try:
            yield own
        finally:
            del _made[data.absolute()]


def environment_of(data: Path) -> dict[str, str]:
    """What a process that works on this folder needs in its environment."""
    if not ON_POSTGRES:
        return {}
    handed_on = os.environ.get(URL)  # in such a process itself
    return {URL: handed_on or place_of(data).url}


def settings_of(data: Path, environ: Mapping[str, str] | None = None, **more: Any) -> Settings:
    """The settings of an installation in this folder."""
    return read_settings(data, environ=environment_of(data) | dict(environ or {}), **more)


def processes_of(data: Path) -> dict[str, str]:
    """The shell's environment, without what would change what is tested, for a process that works on this folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | environment_of(data)


def opened(data: Path) -> Any:
    """The records' database alone, of an installation in this folder or of a test without one."""
    if not ON_POSTGRES:
        return SqliteDatabase(data / "carefolio.db")
    url = os.environ.get(URL) or place_of(data, migrated=True).url
    return import_module("carefolio.base.database.postgres").PostgresDatabase(url)


@cache
def _new() -> Path:
    """An installation that this process made once, and that nobody has open."""
    folder = Path(_running.enter_context(TemporaryDirectory(prefix="carefolio-new-"))) / "data"
    open_carefolio(settings_of(folder), create=True).close()
    return folder


def installed(data: Path, environ: Mapping[str, str] | None = None) -> Carefolio:
    """A new installation in this folder, opened. Unless it has a database already (``durable``) it is a copy of one
    that was made once: to make the tables takes ten times as long.
    """
    if data.absolute() in _made:
        return open_carefolio(settings_of(data, environ), create=True)
    copy(_new(), data)
    return open_carefolio(settings_of(data, environ))


def settle(database: Database) -> None:
    """Have all entries in the ledger that wait for their place, for whoever reads its table."""
    if ON_POSTGRES:
        WaitingLog().settle(database)


def columns_of(database: Database, table: str) -> list[str]:
    """The table's columns, in their order."""
    catalogue = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
    asked = catalogue if ON_POSTGRES else "SELECT name FROM pragma_table_info(?)"
    return [name for (name,) in database.read(asked, (table,))]


def bytes_of(data: Path) -> bytes:
    """All that the store has on its disk, for whoever looks for words in it; nobody has it open."""
    if not ON_POSTGRES:
        return b"".join(path.read_bytes() for path in data.glob("carefolio.db*"))
    place = place_of(data)
    place.sql("CHECKPOINT")
    ours = "relnamespace = 'public'::regnamespace"
    of_toast = f"oid IN (SELECT reltoastrelid FROM pg_class WHERE {ours})"
    files = place.sql(
        f"SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND ({ours} OR {of_toast})"
    )
    return b"".join((place.server.folder / "data" / name).read_bytes() for name in files.split())


def run_sql(data: Path, statement: str) -> None:
    """What somebody does with the store's own shell; one that PostgreSQL's types and keys forbid skips the test."""
    if not ON_POSTGRES:
        with closing(sqlite3.connect(data / "carefolio.db")) as connection, connection:
            connection.executescript(statement)
        return
    words = re.sub(r"x'([0-9a-fA-F]*)'", r"'\\x\1'::bytea", statement)
    words = words.replace("UPDATE OR REPLACE", "UPDATE")
    if words.startswith("INSERT OR IGNORE"):
        words = words.replace("INSERT OR IGNORE", "INSERT") + " ON CONFLICT DO NOTHING"
    try:
        place_of(data).sql(words)
    except CalledProcessError as problem:
        if any(said in problem.stderr for said in FORBIDDEN):
            pytest.skip("PostgreSQL's types and keys let nobody do that")
        raise AssertionError(problem.stderr) from None


def lose(data: Path) -> None:
    """The data is gone, the keys are not."""
    if ON_POSTGRES:
        place_of(data).sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        (data / "carefolio.db").unlink()


def copy(data: Path, target: Path) -> None:
    """The same installation in another folder; nobody has it open."""
    copytree(data, target, dirs_exist_ok=True)
    if ON_POSTGRES:
        place = place_of(data)
        _made[target.absolute()] = Place(place.server, place.server.copy(place.name))


def exchange(data: Path, other: Path) -> None:
    """The other's database in the place of this one's; nobody has either open."""
    if ON_POSTGRES:
        _made[data.absolute()], _made[other.absolute()] = _made[other.absolute()], _made[data.absolute()]
        return
    (other / "carefolio.db").replace(data / "carefolio.db")
    for beside in ("-wal", "-shm"):
        (data / f"carefolio.db{beside}").unlink(missing_ok=True)


def drop_below(folder: Path) -> None:
    """Drop what belongs to a folder that is done with."""
    for data in [data for data in _made if data.is_relative_to(folder.absolute())]:
        place = _made.pop(data)
        place.server.drop(place.name)


def end() -> None:
    """Stop the server, if one runs."""
    _made.clear()
    _new.cache_clear()
    _running.close()


def rose(before: int, after: int, by: int = 1) -> bool:
    """Whether the epoch moved so often: to the number on SQLite; PostgreSQL's is never below the microseconds."""
    return after >= before + by if ON_POSTGRES else after == before + by
