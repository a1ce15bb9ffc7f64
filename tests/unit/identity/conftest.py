"""A real database with keys and accounts."""

import os
from contextlib import closing

import pytest

from carefolio.base.keys import Keyring
from carefolio.identity.accounts import Accounts
from tests import stores


@pytest.fixture
def keyring(tmp_path):
    root = os.urandom(32)
    Keyring.create(tmp_path / "keys.db", root)
    with closing(Keyring.open(tmp_path / "keys.db", root)) as opened:
        yield opened


@pytest.fixture
def database(tmp_path):
    with closing(stores.opened(tmp_path)) as opened:
        yield opened


@pytest.fixture
def accounts(keyring):
    return Accounts(keyring)


@pytest.fixture
def add(database, accounts):
    """Adds an account and gives its number."""
    return lambda new: database.write_now(lambda tx: accounts.add(tx, new))
