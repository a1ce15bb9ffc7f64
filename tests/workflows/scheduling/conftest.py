"""Ada, Max and Mallory are patients; Ben of North Hospital sees patients in Dublin. Zoe is a doctor and a stranger to
them all, and so are the systems of South Hospital.
"""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR
from carefolio.fhir.json import parse
from carefolio.notify.notices import NoticeKind
from carefolio.records.verify import verify
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from carefolio.workflows.scheduling import actions, reading
from carefolio.workflows.scheduling.actions import Turn, Wanted
from carefolio.workflows.scheduling.rules import Hours, Plan, Sort, times
from tests.stores import installed, settle

DAYS_90 = 90 * 24 * 60
ALL_DAY = tuple(Hours(day, 0, 24 * 60, Sort(60, ("video", "place"))) for day in range(7))
PLAN = Plan("Europe/Dublin", ALL_DAY, ahead=90, notice=60)


class Practice:
    """Everybody, and what they do; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        names = {"Ada": "Ada Quinn", "Max": "Max Berg", "Mallory": "Mallory Quirke"}
        self.people = {first: self.add(PersonRole.PATIENT, name) for first, name in names.items()}
        north, south = (registration.add_hospital(self.door, NewHospital(name)) for name in ("North", "South"))
        self.people["Ben"] = self.add(PersonRole.DOCTOR, "Dr Ben Osei", north.organization)
        self.people["Zoe"] = self.add(PersonRole.DOCTOR, "Dr Zoe Wirth")
        self.tokens = {
            name: registration.issue_token(self.door, person.account, minutes=DAYS_90)
            for name, person in self.people.items()
        } | {"North": north.token, "South": south.token}

    def add(self, role, name, hospital=""):
        email = f"{name.split()[-1].lower()}@example.org"
        return registration.add_person(self.door, NewPerson(role, name, email, hospital=hospital, verified=True))

    def ref(self, name):
        return self.people[name].person

    def chart(self, name):
        return self.ref(name).partition("/")[2]

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, action, name, *args, **more):
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def keep(self, name="Ben", **more):
        version = self.do(actions.my_hours, name).version
        self.do(actions.keep_hours, name, replace(PLAN, **more), version)

    def time(self, hours=48, number=0):
        """A time of the plan, so many hours from now or later."""
        now = clock.now() + hours * HOUR
        return times(PLAN, now, now + 10 * DAY)[number].start

    def wanted(self, start=0, **more):
        given = {"mode": "video", "comment": "A cough", "zone": "America/New_York"} | more
        return Wanted(self.ref("Ben"), start or self.time(), **given)

    def book(self, name="Ada", start=0, **more):
        return self.do(actions.book, name, self.wanted(start, **more))

    def turn(self, visit, why=""):
        return Turn(visit.id, visit.version, why)

    def visit(self, id_, name="Ben"):
        return self.do(reading.visit, name, id_).visit

    def read(self, name, type_, id_):
        return parse(asyncio.run(self.door.read(self.tokens[name], "request", type_, id_)).body)

    def slot(self, visit):
        return self.read("Mallory", "Slot", visit.slot.partition("/")[2])["status"]

    def told(self, name):
        """What somebody was told of visits, the oldest first."""
        account = self.caller(name).principal.account
        found = self.door.parts.notifier.notices.of_account(self.carefolio.database, account)
        return [one.kind for one in reversed(found) if one.kind.value.startswith("visit-")]

    def due(self):
        """What is still to be told: whom, and how long before the visit."""
        rows = self.carefolio.database.read("SELECT account, due FROM reminder ORDER BY due, account")
        numbers = {self.caller(name).principal.account: name for name in self.people}
        return [(numbers[account], due) for account, due in rows]

    def go_to(self, at):
        clock.shift(0)
        clock.shift(at - clock.now())

    def remind(self, at):
        """Let the time come; the clock is put right by the fixture."""
        self.go_to(at)
        return self.door.reminding.run()


@pytest.fixture
def practice(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        made = Practice(carefolio)
        made.keep()
        yield made
        settle(carefolio.database)
        assert verify(carefolio.database, carefolio.keyring).problems == []
        clock.shift(0)


BOOKED, ASKED, MOVED = NoticeKind.VISIT_BOOKED, NoticeKind.VISIT_ASKED, NoticeKind.VISIT_MOVED
OFFERED = NoticeKind.VISIT_OFFERED
CANCELLED, DECLINED, SOON = NoticeKind.VISIT_CANCELLED, NoticeKind.VISIT_DECLINED, NoticeKind.VISIT_SOON
