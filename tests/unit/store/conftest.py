"""A real database, and rows to put into it."""

from contextlib import closing

import pytest

from carefolio.store.rows import Flag, Indexed, NewRecord, Row, State
from tests import stores


def make(id_="o1", type_="Observation", *, chart=(), lookup=(), **columns):
    """A first version; ``chart`` and ``lookup`` are its index rows in the compartment of its owner."""
    row = Row(0, type_, id_, 1, 7, 1_000, 2, 3, 0, 50, 60, State.LIVE, Flag.NONE, b"", id_.encode())
    row = row._replace(**columns)
    index = Indexed(row.owner, tuple(chart), tuple(lookup))
    return NewRecord(row._replace(indexed=index.digest(row.low)), index)


@pytest.fixture
def new():
    return make


@pytest.fixture(scope="module")
def new_factory():
    return make


@pytest.fixture
def database(tmp_path):
    with closing(stores.opened(tmp_path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def database_factory(tmp_path_factory):
    """A new database for every example of a property."""
    return lambda: closing(stores.opened(tmp_path_factory.mktemp("store")))
