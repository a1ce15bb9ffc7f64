"""Ada, a patient; Ben, whom she lets add; Sue, for visits; Una, who is not verified; Charlie and Zoe, strangers."""

import asyncio
from contextlib import closing
from datetime import date, timedelta

import pytest

from carefolio.base import clock
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.timeline import Wanted
from carefolio.workflows.charting import actions
from carefolio.workflows.charting.forms import FORMS
from carefolio.workflows.charting.rules import Setting
from carefolio.workflows.charting.units import QUANTITIES, read
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.stores import installed

MINUTES_20 = 20 * clock.MINUTE
TODAY = clock.moment(clock.now()).date()
PEOPLE = {
    "Ada Quinn": (PersonRole.PATIENT, True),
    "Charlie Stone": (PersonRole.PATIENT, True),
    "Ben Osei": (PersonRole.DOCTOR, True),
    "Sue Marsh": (PersonRole.DOCTOR, True),
    "Una Veale": (PersonRole.DOCTOR, False),
    "Zoe Wirth": (PersonRole.DOCTOR, True),
}


def amount(text, quantity, unit=""):
    found = QUANTITIES[quantity]
    return read(text, found, found.unit(unit) if unit else found.kept)


class Practice:
    """Everybody, and what they do; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.people, self.tokens = {}, {}
        for name, (role, verified) in PEOPLE.items():
            first = name.partition(" ")[0]
            email = f"{first.lower()}@example.org"
            self.people[first] = registration.add_person(self.door, NewPerson(role, name, email, verified=verified))
            self.tokens[first] = registration.issue_token(self.door, email, minutes=600)
        self.share("Ben", Terms(whole=True, ends=TODAY + timedelta(days=90), correct=True))

    def ref(self, name):
        return self.people[name].person

    @property
    def chart(self):
        return self.ref("Ada").removeprefix("Patient/")

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, action, name, *args, **more):
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def share(self, name, terms):
        """Ada gives it without being asked."""
        self.do(sharing.give, "Ada", self.ref(name), Narrowing(terms))

    def visit(self, name, status="booked", start=0):
        """An Appointment of Ada's with a doctor; ``start`` in µs from now."""
        begin, end = (f"{clock.moment(clock.now() + at):%Y-%m-%dT%H:%M:%SZ}" for at in (start, start + MINUTES_20))
        actors = [{"actor": {"reference": self.ref(one)}, "status": "accepted"} for one in ("Ada", name)]
        resource = {"resourceType": "Appointment", "status": status, "participant": actors}
        resource |= {"start": begin, "end": end}
        change = Change(Method.CREATE, "Appointment", resource=resource)
        return asyncio.run(self.door.write(self.caller(name), [change], under=Under(SCHEDULING)))[0].row

    def setting(self, name, **more):
        return Setting(self.ref("Ada"), self.ref(name), more.pop("day", date(2026, 5, 6)), **more)

    def add(self, name, form, repeatable=None, note="", **values):
        """Fill in a form; what was written, as resources."""
        setting = self.setting(name, note=note)
        made = self.do(actions.add, name, FORMS[form], values, setting, repeatable)
        return [parse(one.body) for one in made]

    def write(self, name, resource):
        """Something that no form makes."""
        change = Change(Method.CREATE, resource["resourceType"], resource=resource)
        asyncio.run(self.door.write(self.caller(name), [change]))

    def delete(self, name, reference):
        type_, _slash, id_ = reference.partition("/")
        asyncio.run(self.door.write(self.caller(name), [Change(Method.DELETE, type_, id_)]))

    def read(self, name, type_, id_):
        return parse(asyncio.run(self.door.read(self.tokens[name], "r", type_, id_)).body)

    def holds(self, name="Ada"):
        """Types of all that somebody sees in Ada's chart."""
        page = asyncio.run(self.door.timeline(self.caller(name), self.ref("Ada"), Wanted(count=100)))
        return sorted(one.row.type for one in page.found)


@pytest.fixture
def practice(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Practice(carefolio)
