"""An installation of the test's own, opened in the test's process."""

import pytest

from carefolio.ledger.entry import Kind, SealedEntry, open_entry
from carefolio.records.verify import verify
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from tests.stores import installed, settle
from tests.workflows.registration import cast

_ENTRIES = "SELECT time, kind, owner, actor, body, leaf FROM entry ORDER BY seq"


@pytest.fixture
def carefolio(tmp_path):
    opened = installed(tmp_path)
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
        settle(carefolio.database)
        rows = [SealedEntry(*row) for row in carefolio.database.read(_ENTRIES)]
        opened = [open_entry(row, carefolio.keyring.of(row.owner)) for row in rows]
        return [entry.content | {"owner": entry.owner} for entry in opened if entry.kind is kind]

    return contents


@pytest.fixture
def principal(carefolio):
    """Who a token makes its bearer."""
    return lambda token: carefolio.door.admit(token, "test").principal


@pytest.fixture
def account(carefolio):
    """The account of somebody, by e-mail, as it is now."""
    return lambda email: carefolio.accounts.of_email(carefolio.database, email)


@pytest.fixture
def people(door, account):
    """The cast: all are there, and each one is looked up anew when asked for."""
    roles = {
        cast.ADA: ("patient", "Ada Byron", False),
        cast.BEN: ("doctor", "Dr Ben Osei", True),
        cast.DORA: ("admin", "Dora Lind", False),
        cast.EVE: ("admin", "Eve Marsh", False),
        cast.FAY: ("admin", "Fay Quill", False),
        cast.GUS: ("auditor", "Gus Tarn", False),
    }
    for email, (role, name, verified) in roles.items():
        actions.add_person(door, NewPerson(PersonRole(role), name, email, verified=verified))
    actions.sign_up(door, NewPerson(PersonRole.DOCTOR, "Dr Charlie Rook", cast.CHARLIE), cast.HEART)
    actions.suspend(door, cast.EVE)
    return account


@pytest.fixture
def noticed(carefolio, account):
    """What somebody was told, the oldest first: the kind, and the reason."""

    def of(email):
        notices = carefolio.door.parts.notifier.notices.of_account(carefolio.database, account(email).number)
        return [(notice.kind.value, notice.about.get("reason")) for notice in notices[::-1]]

    return of
