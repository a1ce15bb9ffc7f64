"""Data was put back as it was before, by whatever means, and the keys were not: nobody serves it until the ledger says
so. What came after that moment may still be found again, so nothing of it is deleted.
"""

import sqlite3
from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base import clock
from carefolio.records import orphans
from tests import stores
from tests.acceptance.console import Console, serving
from tests.contract import bucket

SESSION = "INSERT INTO {} (session_key, session_data, expire_date) VALUES ('a', 'b', '2999-01-01')"
LEFT = "SELECT count(*) FROM {}"


def portal(data, statement):
    """What somebody does in the sign-ins' own tables, with their sessions for ``{}``."""
    if stores.ON_POSTGRES:
        return stores.place_of(data).sql(statement.format("portal.django_session"))
    with closing(sqlite3.connect(data / "accounts.db")) as connection, connection:
        return "".join(str(number) for (number,) in connection.execute(statement.format("django_session")))


@pytest.fixture
def opened():
    """Opens an installation as the server does; the clock can be two days ahead in it."""
    yield lambda data: closing(open_carefolio(stores.settings_of(data)))
    clock.shift(0)


@pytest.fixture
def put_back(tmp_path, opened):
    """An installation with Ada's account and a session; since the moment to which its data was put back a hospital and
    a long attachment have come. Its console, and the attachment's name.
    """
    console, earlier = Console(tmp_path / "data"), tmp_path / "earlier"
    console.account("patient", "Ada Quinn", "ada@example.org")
    console.token("ada@example.org")
    portal(console.data, SESSION)
    stores.copy(console.data, earlier)
    console.hospital()
    with opened(console.data) as carefolio:
        name = f"{carefolio.door.parts.mark}_7_Binary_b_1_00"
        carefolio.blobs.make()
        carefolio.blobs.put(bucket.upload(name, b"sealed"))
    stores.exchange(console.data, earlier)
    return console, name


def test_it_is_not_served_until_the_ledger_says_why(put_back):
    console, _ = put_back
    assert "does not extend" in console.refused("serve", "--port", "0")
    assert console.told("ledger", "restored") == {"restored": True}
    with serving(console.data):
        pass
    assert "Restored at" in console.call("ledger", "verify").stdout
    assert "nothing to account for" in console.refused("ledger", "restored")


def test_whoever_was_signed_in_then_is_not_now(put_back, opened):
    """They may have signed out since, or were shut out."""
    console, _ = put_back
    assert portal(console.data, LEFT) == "1"
    console.told("ledger", "restored")
    assert portal(console.data, LEFT) == "0"
    with opened(console.data) as carefolio:
        assert carefolio.database.one("SELECT count(*) FROM token WHERE revoked = 0") == (0,)


def test_what_came_since_is_not_swept(put_back, opened):
    console, name = put_back
    console.told("ledger", "restored")
    with opened(console.data) as carefolio:
        clock.shift(2 * clock.DAY)
        assert orphans.sweep(carefolio.door.parts) == 0
        assert [stored.name for stored in carefolio.blobs.list("")] == [name]
