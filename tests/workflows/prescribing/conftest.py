"""Ada and Max, patients; Ben, whom Ada lets add records; Pia and Per of Corner Pharmacy, Olu of Mill Pharmacy, Una whom
nobody verified; New Pharmacy, where nobody works yet; and Zoe, a doctor who is a stranger to them all.
"""

import asyncio
from contextlib import closing, contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from carefolio.base import clock
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.verify import verify
from carefolio.store.rows import Flag
from carefolio.workflows.prescribing import actions, desk
from carefolio.workflows.prescribing.rules import Party, Wanted
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPerson, PersonRole
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.stores import installed, settle

TODAY = clock.moment(clock.now()).date()
NEXT_MONTH = TODAY + timedelta(days=30)
DAYS_90 = 90 * 24 * 60
_FLAGS = "UPDATE record SET flags = ? WHERE type = ?"


class Street:
    """Everybody, and what they do; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.systems = {}
        self.corner = self.place("Corner Pharmacy", HospitalType.PHARMACY)
        self.mill = self.place("Mill Pharmacy", HospitalType.PHARMACY)
        self.new = self.place("New Pharmacy", HospitalType.PHARMACY)
        self.north = self.place("North Hospital", HospitalType.HOSPITAL)
        self.people = {
            "Ada": self.add(PersonRole.PATIENT, "Ada Quinn"),
            "Max": self.add(PersonRole.PATIENT, "Max Berg"),
            "Ben": self.add(PersonRole.DOCTOR, "Ben Osei", verified=True),
            "Zoe": self.add(PersonRole.DOCTOR, "Zoe Wirth", verified=True),
            "Pia": self.add(PersonRole.PHARMACIST, "Pia Moss", hospital=self.corner, verified=True),
            "Per": self.add(PersonRole.PHARMACIST, "Per Lund", hospital=self.corner, verified=True),
            "Olu": self.add(PersonRole.PHARMACIST, "Olu Adeyemi", hospital=self.mill, verified=True),
            "Una": self.add(PersonRole.PHARMACIST, "Una Veale", hospital=self.corner),
        }
        self.tokens = {
            name: registration.issue_token(self.door, person.account, minutes=DAYS_90)
            for name, person in self.people.items()
        } | self.systems
        terms = Terms(whole=True, ends=NEXT_MONTH, correct=True)
        self.contract = self.do(sharing.give, "Ada", self.people["Ben"].person, Narrowing(terms))

    def entries(self):
        """Kinds of all that the ledger holds."""
        settle(self.carefolio.database)
        return [row[0] for row in self.carefolio.database.read("SELECT kind FROM entry ORDER BY seq")]

    def place(self, name, type_):
        made = registration.add_hospital(self.door, NewHospital(name, type_))
        self.systems[name] = made.token
        return made.organization

    def add(self, role, name, **more):
        email = f"{name.split()[0].lower()}@example.org"
        return registration.add_person(self.door, NewPerson(role, name, email, **more))

    def ref(self, name):
        return self.people[name].person

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, action, name, *args, **more):
        """An action by this person."""
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def write(self, name, *resources, method=Method.CREATE):
        changes = [Change(method, one["resourceType"], one.get("id", ""), one) for one in resources]
        return asyncio.run(self.door.write(self.caller(name), changes))

    def read(self, name, type_, id_):
        return parse(asyncio.run(self.door.read(self.tokens[name], "request", type_, id_)).body)

    def wanted(self, **more):
        plain = {"patient": Party(self.ref("Ada"), "Ada Quinn"), "medicine": "Amoxicillin 500 mg"}
        plain |= {"dose": Decimal(1), "unit": "capsule", "times": 3, "every": 1, "days": 10}
        plain |= {"quantity": Decimal(30), "repeats": 0, "until": NEXT_MONTH}
        return Wanted(**(plain | more))

    def prescribed(self, **more):
        return self.do(actions.prescribe, "Ben", self.wanted(**more))

    def sent(self, to="", **more):
        id_ = self.prescribed(**more)
        self.do(actions.send, "Ada", id_, to or self.corner)
        return id_

    def seen(self, id_, name="Ada"):
        return self.do(actions.see, name, id_)

    def way(self, id_):
        return self.seen(id_).way.version

    def hand_out(self, id_, amount, name="Pia"):
        return self.do(desk.dispense, name, id_, Decimal(amount), self.way(id_))

    def allergic(self, text, **code):
        concept = {"text": text} | ({"coding": [code]} if code else {})
        self.write(
            "Ada",
            {"resourceType": "AllergyIntolerance", "patient": {"reference": self.ref("Ada")}, "code": concept}
            | {"clinicalStatus": {"coding": [{"system": ALLERGY_STATUS, "code": "active"}]}},
        )

    @contextmanager
    def unmarked(self, type_):
        """Records of this type count as somebody else's, as they would if a workflow had not written them."""
        self._mark(type_, Flag.NONE)
        yield
        self._mark(type_, Flag.KEPT)

    def _mark(self, type_, flag):
        self.carefolio.database.write_now(lambda tx: tx.execute(_FLAGS, (flag, type_)).rowcount)

    def told(self, name):
        number = self.caller(name).principal.account
        notices = self.door.parts.notifier.notices.of_account(self.carefolio.database, number)
        return [one.kind.value for one in notices]


ALLERGY_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"


@pytest.fixture
def street(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Street(carefolio)
        problems = verify(carefolio.database, carefolio.keyring).problems
        clock.shift(0)
        assert problems == []
