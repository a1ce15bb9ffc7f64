"""Ada and Max, who are patients; Ben of North Hospital, Bo who works for himself; and Zoe, a stranger to them all."""

import asyncio
from contextlib import closing
from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.fhir.json import parse
from carefolio.ledger.entry import SealedEntry, open_entry
from carefolio.records.changes import Change, Method
from carefolio.records.timeline import Wanted
from carefolio.records.verify import verify
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from carefolio.workflows.sharing.rules import Ask, Terms
from tests.faults.cast import observation
from tests.stores import installed, settle

_ENTRIES = "SELECT time, kind, owner, actor, body, leaf FROM entry ORDER BY seq"
IN_A_YEAR = clock.moment(clock.now()).date() + timedelta(days=365)
DAYS_90 = 90 * 24 * 60
WHOLE = Terms(whole=True, ends=IN_A_YEAR)
RESULTS = Terms(categories=frozenset({"results"}), ends=IN_A_YEAR)


def vital_sign(patient):
    category = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
    return observation(patient, 80, category=[{"coding": [category]}])


class Town:
    """Everybody, and what they do; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.hospital = registration.add_hospital(self.door, NewHospital("North Hospital"))
        north = self.hospital.organization
        self.people = {
            "Ada": self.add(PersonRole.PATIENT, "Ada Quinn"),
            "Max": self.add(PersonRole.PATIENT, "Max Berg"),
            "Ben": self.add(PersonRole.DOCTOR, "Ben Osei", hospital=north, verified=True),
            "Bo": self.add(PersonRole.DOCTOR, "Bo Lind", verified=True),
            "Zoe": self.add(PersonRole.DOCTOR, "Zoe Wirth", verified=True),
        }
        self.tokens = {"North": self.hospital.token} | {
            name: registration.issue_token(self.door, person.account, minutes=DAYS_90)
            for name, person in self.people.items()
        }
        self.write("North", observation(self.ref("Ada")), vital_sign(self.ref("Ada")))

    def add(self, role, name, **more):
        email = f"{name.split()[0].lower()}@example.org"
        return registration.add_person(self.door, NewPerson(role, name, email, **more))

    def ref(self, name):
        return self.people[name].person

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def write(self, name, *resources, method=Method.CREATE):
        changes = [Change(method, one["resourceType"], one.get("id", ""), one) for one in resources]
        return asyncio.run(self.door.write(self.caller(name), changes))

    def do(self, action, name, *args, **more):
        """One of sharing's actions, by this person."""
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def asks(self, name, patient, terms=WHOLE, **more):
        return Ask(self.people[patient].code, terms, "Your blood pressure", **more)

    def sees(self, name, patient="Ada"):
        """How many records of the chart somebody sees; None for a closed one."""
        page = asyncio.run(self.door.timeline(self.caller(name), self.ref(patient), Wanted()))
        return len(page.found)

    def consent(self, id_, name="Ada"):
        caller = self.caller(name)
        return parse(asyncio.run(self.door.read(caller.token, "request", "Consent", id_)).body)

    def told(self, kind):
        settle(self.carefolio.database)
        rows = [SealedEntry(*row) for row in self.carefolio.database.read(_ENTRIES)]
        opened = [open_entry(row, self.carefolio.keyring.of(row.owner)) for row in rows]
        return [entry for entry in opened if entry.kind is kind]


@pytest.fixture
def town(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Town(carefolio)
        assert verify(carefolio.database, carefolio.keyring).problems == []
