"""Keys, a real database, a notifier over both, and a sender that does as it is told."""

import os
from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.base.keys import Keyring
from carefolio.notify.notifier import Notifier
from tests import stores

URL = "https://records.example.org"


class Told:
    """Keeps what it sends; ``problems`` are raised first, one for each attempt. ``during`` runs inside each sending."""

    def __init__(self, *problems):
        self.problems = list(problems)
        self.sent = []
        self.during = lambda mail: None

    def send(self, mail):
        self.during(mail)
        if self.problems:
            raise self.problems.pop(0)
        self.sent.append(mail)

    def look(self):
        return "kept"


@pytest.fixture(scope="session")
def keyring(tmp_path_factory):
    path, root = tmp_path_factory.mktemp("keys") / "keys.db", os.urandom(32)
    Keyring.create(path, root)
    with closing(Keyring.open(path, root)) as opened:
        yield opened


@pytest.fixture
def database(tmp_path):
    with closing(stores.opened(tmp_path)) as opened:
        yield opened


@pytest.fixture
def notifier(keyring):
    return Notifier(keyring, URL)


@pytest.fixture
def later():
    yield clock.shift
    clock.shift(0)


@pytest.fixture
def queue(database, notifier):
    """Queue one e-mail, as a transaction of its own."""

    def put(to="ada@example.org", subject="Subject", text="Text\n"):
        database.write_now(lambda tx: notifier.mail(tx, to, subject, text))

    return put
