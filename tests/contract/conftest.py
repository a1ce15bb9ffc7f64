"""Every port on each of its backends: a test of the port is written once."""

import asyncio
from contextlib import closing

import pytest

from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.blobs.files import Files
from carefolio.blobs.s3 import S3
from tests import stores
from tests.contract import bucket
from tests.ports import free_port


@pytest.fixture
def server():
    """A PostgreSQL server, the test process's own."""
    return stores.server()


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


@pytest.fixture(scope="session")
def endpoint():
    with bucket.serving() as address:
        yield address


@pytest.fixture
def files(tmp_path):
    store = Files(tmp_path / "blobs")
    store.make()
    return store


@pytest.fixture
def s3(endpoint, monkeypatch):
    for name, value in bucket.NOBODYS.items():
        monkeypatch.setenv(name, value)
    return S3(bucket.fresh(endpoint)[1])


@pytest.fixture(params=["files", "s3"])
def store(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def free_address():
    """An address of this machine at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
