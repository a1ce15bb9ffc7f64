"""Which store the tests run on: SQLite's file, or with ``TEST_STORE=postgresql`` a database of a PostgreSQL server that
this test process starts when it is first needed.

An installation's data folder has one database of its own: the same folder always gets the same one. What a test made
below its temporary folder is dropped when the test ends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from carefolio.base.database import Database
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.settings import PREFIX, Settings, read_settings
from carefolio.ledger.waiting import WaitingLog
from tests import postgres

ON_POSTGRES = os.environ.get("TEST_STORE", "sqlite") == "postgresql"
URL = f"{PREFIX}DATABASE_URL"
ABOUT_SQLITE = pytest.mark.skipif(ON_POSTGRES, reason="it is about SQLite's own files")
_running = ExitStack()
_made: dict[Path, str] = {}


@cache
def server() -> postgres.Server:
    """This test process's PostgreSQL, until ``end``."""
    return _running.enter_context(postgres.running())


def name_of(data: Path) -> str:
    """The name of the database that belongs to this folder; it is made when it is asked for first."""
    folder = data.absolute()
    if folder not in _made:
        name = "d" + sha256(str(folder).encode()).hexdigest()[:16]
        server().sql("postgres", f"CREATE DATABASE {name}")
        _made[folder] = name
    return _made[folder]


def environment_of(data: Path) -> dict[str, str]:
    """What a process that works on this folder needs in its environment."""
    if not ON_POSTGRES:
        return {}
    handed_on = os.environ.get(URL)  # in such a process itself
    return {URL: handed_on or server().url(name_of(data))}


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
    return import_module("carefolio.base.database.postgres").PostgresDatabase(server().url(name_of(data)))


def settle(database: Database) -> None:
    """Have all entries in the ledger that wait for their place, for whoever reads its table."""
    if ON_POSTGRES:
        WaitingLog().settle(database)


def copy(data: Path, target: Path) -> None:
    """The same installation in another folder; nobody has it open."""
    copytree(data, target)
    if ON_POSTGRES:
        _made[target.absolute()] = server().copy(name_of(data))


def drop_below(folder: Path) -> None:
    """Drop what belongs to a folder that is done with."""
    for data in [data for data in _made if data.is_relative_to(folder.absolute())]:
        server().sql("postgres", f"DROP DATABASE {_made.pop(data)} WITH (FORCE)")


def end() -> None:
    """Stop the server, if one runs."""
    _made.clear()
    _running.close()
