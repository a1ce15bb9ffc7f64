"""An installation with the cast in it, and a chart that was opened in an emergency."""

import asyncio

import pytest

from carefolio.base import clock
from carefolio.ledger.entry import Kind, SealedEntry, open_entry
from carefolio.records.changes import Change, Method
from carefolio.records.emergency import Reason
from carefolio.records.verify import verify
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.stores import installed, settle
from tests.workflows.oversight import cast

_ENTRIES = "SELECT seq, time, kind, owner, actor, body, leaf FROM entry ORDER BY seq"
_REASON = Reason("http://terminology.hl7.org/CodeSystem/v3-ActReason", "ETREAT", "Found without consciousness.")


@pytest.fixture
def carefolio(tmp_path):
    opened = installed(tmp_path)
    yield opened
    report = verify(opened.database, opened.keyring)
    opened.close()
    assert report.problems == []


@pytest.fixture(autouse=True)
def clock_put_right():
    yield
    clock.shift(0)


@pytest.fixture
def door(carefolio):
    return carefolio.door


@pytest.fixture
def entries(carefolio):
    """The ledger's entries of a kind, with their numbers."""

    def of(kind: Kind):
        settle(carefolio.database)
        rows = [(row[0], SealedEntry(*row[1:])) for row in carefolio.database.read(_ENTRIES)]
        opened = [(seq, open_entry(row, carefolio.keyring.of(row.owner))) for seq, row in rows]
        return [(seq, entry) for seq, entry in opened if entry.kind is kind]

    return of


@pytest.fixture
def people(carefolio, door):
    """The account of each of the cast, as it is when asked for."""
    hospital = actions.add_hospital(door, NewHospital("North Hospital")).organization
    roles = {
        cast.ADA: ("patient", "Ada Byron", "", False),
        cast.BEN: ("doctor", "Dr Ben Osei", hospital, True),
        cast.CHARLIE: ("doctor", "Dr Charlie Rook", "", False),
        cast.DORA: ("admin", "Dora Lind", "", False),
        cast.EVE: ("admin", "Eve Marsh", "", False),
        cast.GUS: ("auditor", "Gus Tarn", "", False),
    }
    for email, (role, name, at, verified) in roles.items():
        actions.add_person(door, NewPerson(PersonRole(role), name, email, hospital=at, verified=verified))
    actions.suspend(door, cast.EVE)
    return lambda email: carefolio.accounts.of_email(carefolio.database, email)


@pytest.fixture
def caller(door, people):
    """Somebody of the cast at the door."""
    return lambda email: door.admit(actions.issue_token(door, email), "test")


@pytest.fixture
def write(door, caller, people):
    """Ada writes something of her own; answers its type and id."""

    def put(type_, id_, **content):
        subject = {"reference": people(cast.ADA).person}
        resource = {"resourceType": type_, "id": id_, "subject": subject} | content
        asyncio.run(door.write(caller(cast.ADA), [Change(Method.CREATE, type_, id_, resource)]))
        return type_, id_

    return put


@pytest.fixture
def read(door, caller):
    """Somebody reads a record."""

    def get(email, type_, id_):
        asyncio.run(door.read(caller(email).token, "test", type_, id_))

    return get


@pytest.fixture
def opened(door, caller, people, entries):
    """Ben opens Ada's chart in an emergency; answers the number of the entry."""

    def open_chart(email=cast.BEN):
        asyncio.run(door.break_glass(caller(email), people(cast.ADA).person.partition("/")[2], _REASON))
        return entries(Kind.BREAK_GLASS)[-1][0]

    return open_chart
