"""Keys and a real database; records of Ada's chart, owner number 7."""

import os
from contextlib import closing

import pytest

from carefolio.base.keys import Keyring
from tests import stores


@pytest.fixture(scope="module")
def keyring(tmp_path_factory):
    path, root = tmp_path_factory.mktemp("keys") / "keys.db", os.urandom(32)
    Keyring.create(path, root)
    with closing(Keyring.open(path, root)) as opened:
        opened.reserve(20)
        yield opened


@pytest.fixture
def database(tmp_path):
    with closing(stores.opened(tmp_path)) as opened:
        yield opened
