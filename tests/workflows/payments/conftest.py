"""Ada and Mallory, who are patients; Ben of North Hospital, a doctor; Zoe, a doctor who is a stranger to both."""

import asyncio
from contextlib import closing

import pytest

from carefolio.base.ids import new_id
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.verify import verify
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.actions import Draft
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.rules import Line
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.stores import installed

PEOPLE = {
    "Ada": (PersonRole.PATIENT, "Ada Quinn"),
    "Mallory": (PersonRole.PATIENT, "Mallory Quirke"),
    "Ben": (PersonRole.DOCTOR, "Ben Osei"),
    "Zoe": (PersonRole.DOCTOR, "Zoe Wirth"),
}
FIFTY = Money(5000, "EUR")
CONSULTATION = (Line("Consultation", Money(4000, "EUR")), Line("Blood test", Money(1000, "EUR")))


class Practice:
    """Everybody, and what they do; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door, self.desk = carefolio, carefolio.door, Offline()
        hospital = registration.add_hospital(self.door, NewHospital("North Hospital"))
        north = hospital.organization
        self.people, self.tokens = {}, {"North": hospital.token}
        for first, (role, name) in PEOPLE.items():
            email = f"{first.lower()}@example.org"
            place = {"hospital": north} if first == "Ben" else {}
            person = NewPerson(role, name, email, verified=True, **place)
            self.people[first] = registration.add_person(self.door, person)
            self.tokens[first] = registration.issue_token(self.door, email, minutes=60 * 24)

    def ref(self, name):
        return self.people[name].person

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, action, name, *args, **more):
        """One of the actions, by this person."""
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def write(self, name, *changes, under=None):
        return asyncio.run(self.door.write(self.caller(name), changes, under=under))

    def read(self, name, type_, id_):
        return parse(asyncio.run(self.door.read(self.tokens[name], "request", type_, id_)).body)

    def visit(self, status="booked", patient="Ada", mode="video", doctor="Ben"):
        """A visit of a patient's with a doctor; its id."""
        actors = [{"actor": {"reference": self.ref(one), "display": PEOPLE[one][1]}} for one in (patient, doctor)]
        resource = {
            "resourceType": "Appointment",
            "status": status,
            "participant": [one | {"status": "accepted"} for one in actors],
            "start": "2030-05-06T09:00:00Z",
            "end": "2030-05-06T09:20:00Z",
            "extension": [
                {"url": "https://carefolio.org/fhir/StructureDefinition/visit-mode", "valueCode": mode},
            ],
        }
        change = Change(Method.CREATE, "Appointment", "", resource)
        return self.write(doctor, change, under=Under(SCHEDULING))[0].row.id

    def call_off(self, visit):
        """The doctor cannot take it after all."""
        off = self.read("Ben", "Appointment", visit) | {"status": "cancelled"}
        self.write("Ben", Change(Method.UPDATE, "Appointment", visit, off), under=Under(SCHEDULING))

    def bill(self, lines=CONSULTATION, visit=None):
        """A bill of Ben's for Ada; its id."""
        draft = Draft(new_id(), visit or self.visit(), lines, "EUR")
        return self.do(actions.write_bill, "Ben", draft)

    def seen(self, name, bill):
        return self.do(reading.bill, name, bill)

    def movements(self, name, bill):
        return self.do(reading.attempts, name, [self.seen(name, bill)])

    def told(self, name):
        account, parts = self.caller(name).principal.account, self.door.parts
        return [one.kind.value for one in parts.notifier.notices.of_account(parts.database, account)]


@pytest.fixture
def practice(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Practice(carefolio)
        assert verify(carefolio.database, carefolio.keyring).problems == []
