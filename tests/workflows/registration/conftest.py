"""An installation of the test's own, opened in the test's process."""

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.settings import read_settings
from carefolio.ledger.entry import Kind, SealedEntry, open_entry
from carefolio.records.verify import verify

_ENTRIES = "SELECT time, kind, owner, actor, body, leaf FROM entry ORDER BY seq"


@pytest.fixture
def carefolio(tmp_path):
    opened = open_carefolio(read_settings(tmp_path, environ={}), create=True)
    yield opened
    report = verify(opened.database, opened.keyring)
    opened.close()
    assert report.problems == []


@pytest.fixture
def door(carefolio):
    return carefolio.door


@pytest.fixture
def told(carefolio):
    """What the ledger says of a kind of event: the contents of its entries, with the owner."""

    def contents(kind: Kind):
        rows = [SealedEntry(*row) for row in carefolio.database.read(_ENTRIES)]
        opened = [open_entry(row, carefolio.keyring.of(row.owner)) for row in rows]
        return [entry.content | {"owner": entry.owner} for entry in opened if entry.kind is kind]

    return contents


@pytest.fixture
def principal(carefolio):
    """Who a token makes its bearer."""
    return lambda token: carefolio.door.admit(token, "test").principal
