"""Every port on each of its backends: a test of the port is written once."""

import asyncio
from contextlib import closing

import pytest

from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.database.sqlite import SqliteDatabase
from tests import stores


@pytest.fixture(params=["sqlite", "postgresql"])
def open_database(request, tmp_path):
    """Opens the same new database each time."""
    if request.param == "sqlite":
        return lambda: SqliteDatabase(tmp_path / "carefolio.db")
    url = stores.server().fresh()
    return lambda: PostgresDatabase(url)


@pytest.fixture
def database(open_database):
    with closing(open_database()) as opened:
        yield opened


@pytest.fixture
def on_loop(database):
    """Runs a coroutine as the server runs requests."""

    async def run(coroutine):
        try:
            return await database.hosted(coroutine)
        finally:
            await database.leave()

    return lambda coroutine: asyncio.run(run(coroutine))
