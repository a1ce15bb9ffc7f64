"""Everybody at a visit by video, and what they do; each call is a request of its own."""

import asyncio

from carefolio.base import clock
from carefolio.base.clock import MINUTE
from carefolio.base.ids import new_id
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.visits import MODE
from carefolio.workflows.consultation import actions
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewPerson, PersonRole

PEOPLE = {
    "Ada": ("Ada Quinn", PersonRole.PATIENT),
    "Mallory": ("Mallory Quirke", PersonRole.PATIENT),
    "Ben": ("Dr Ben Osei", PersonRole.DOCTOR),
    "Zoe": ("Dr Zoe Wirth", PersonRole.DOCTOR),
}
MINUTES = 60 * 24 * 90


class Surgery:
    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.people, self.tokens = {}, {}
        for first, (name, role) in PEOPLE.items():
            new = NewPerson(role, name, f"{first.lower()}@example.org", verified=True)
            self.people[first] = registration.add_person(self.door, new)
            self.tokens[first] = registration.issue_token(self.door, new.email, minutes=MINUTES)
        self.visit = self.book()

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, action, name, *args, **more):
        return asyncio.run(action(self.door, self.caller(name), *args, **more))

    def book(self, begins=5 * MINUTE, *, mode="video", status="booked"):
        """A visit of 20 minutes; its id."""
        id_, start = new_id(), clock.now() + begins
        actors = [
            {"actor": {"reference": self.people[one].person, "display": PEOPLE[one][0]}, "status": "accepted"}
            for one in ("Ada", "Ben")
        ]
        resource = {
            "resourceType": "Appointment",
            "id": id_,
            "status": status,
            "extension": [{"url": MODE, "valueCode": mode}],
            "start": clock.instant(start),
            "end": clock.instant(start + 20 * MINUTE),
            "participant": actors,
        }
        self.write("Ben", Change(Method.UPDATE, "Appointment", id_, resource))
        return id_

    def write(self, name, *changes):
        return asyncio.run(self.door.write(self.caller(name), changes, under=Under(SCHEDULING)))

    def read(self, name, type_, id_):
        return parse(asyncio.run(self.door.read(self.tokens[name], "request", type_, id_)).body)

    def set_status(self, status, name="Ben"):
        now = self.read(name, "Appointment", self.visit)
        self.write(name, Change(Method.UPDATE, "Appointment", self.visit, now | {"status": status}))

    def room(self, name="Ben"):
        return self.do(actions.room, name, self.visit)

    def admitted(self):
        """Ada has come and was let in."""
        self.do(actions.arrive, "Ada", self.visit)
        return self.do(actions.admit, "Ben", self.visit)
