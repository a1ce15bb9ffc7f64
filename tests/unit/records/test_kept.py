"""What a workflow wrote is changed by its rules alone: by no author, no employer, no import; and what only looks so."""

import asyncio
from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.door import Handling
from carefolio.records.mandates import CONSULTATION, MESSAGING, PAYING, PRESCRIBING, REVIEWING, SCHEDULING, Under
from carefolio.records.rights import RATING
from carefolio.records.verify import verify
from carefolio.records.visits import visit_in
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPerson, PersonRole
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.stores import installed, settle

PEOPLE = {
    "Ada": (PersonRole.PATIENT, ""),
    "Mallory": (PersonRole.PATIENT, ""),
    "Ben": (PersonRole.DOCTOR, "North"),
    "Zoe": (PersonRole.DOCTOR, ""),
    "Pia": (PersonRole.PHARMACIST, "Corner"),
    "Olu": (PersonRole.PHARMACIST, "Mill"),
}
PLACES = {"North": HospitalType.HOSPITAL, "Corner": HospitalType.PHARMACY, "Mill": HospitalType.PHARMACY}


class Ward:
    """Ada, a patient; Ben, a doctor of North Hospital; Pia of the corner's pharmacy; the systems of these places.
    Mallory, Zoe and Olu of the mill's pharmacy are strangers.
    """

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.refs, self.tokens = {}, {}
        for name, type_ in PLACES.items():
            made = actions.add_hospital(self.door, NewHospital(name, type_))
            self.refs[name], self.tokens[name] = made.organization, made.token
        for name, (role, place) in PEOPLE.items():
            email = f"{name.lower()}@example.org"
            person = NewPerson(role, f"{name} Quinn", email, hospital=self.refs.get(place, ""), verified=True)
            self.refs[name] = actions.add_person(self.door, person).person
            self.tokens[name] = actions.issue_token(self.door, email, minutes=60)

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def ref(self, name):
        return {"reference": self.refs[name]}

    def write(self, name, resource, under=None, method=Method.UPDATE):
        change = Change(method, resource["resourceType"], resource["id"], resource)
        return asyncio.run(self.door.write(self.caller(name), [change], under=Under(under) if under else None))[0]

    def delete(self, name, resource):
        change = Change(Method.DELETE, resource["resourceType"], resource["id"])
        return asyncio.run(self.door.write(self.caller(name), [change]))

    def read(self, name, resource):
        return asyncio.run(self.door.see(self.caller(name), resource["resourceType"], resource["id"]))

    def finds(self, name, type_):
        return len(asyncio.run(self.door.search(self.caller(name), type_, [], Handling()))[1].matches)

    def visit(self, id_="a1", status="booked"):
        actors = [{"actor": self.ref(one), "status": "accepted"} for one in ("Ada", "Ben")]
        times = {"start": "2030-05-06T09:00:00Z", "end": "2030-05-06T09:20:00Z"}
        return {"resourceType": "Appointment", "id": id_, "status": status, "participant": actors} | times

    def bill(self):
        return {
            "resourceType": "Invoice", "id": "b1", "status": "issued", "subject": self.ref("Ada"),
            "participant": [{"actor": self.ref("Ben")}],
        }  # fmt: skip

    def handed(self, by="Corner"):
        return {
            "resourceType": "MedicationDispense", "id": "p1-1", "status": "completed", "subject": self.ref("Ada"),
            "medicationCodeableConcept": {"text": "Amoxicillin"}, "performer": [{"actor": self.ref(by)}],
        }  # fmt: skip

    def message(self):
        sides = {"sender": self.ref("Ben"), "recipient": [self.ref("Ada")], "subject": self.ref("Ada")}
        return {"resourceType": "Communication", "id": "m1", "status": "completed"} | sides

    def paid(self, to="Ben"):
        return {
            "resourceType": "PaymentNotice", "id": "b1.p1", "status": "active", "provider": self.ref(to),
            "created": "2030-05-06", "payment": {"display": "card"}, "recipient": {"display": "desk"},
            "amount": {"value": 5, "currency": "EUR"}, "request": {"reference": "Invoice/b1"},
        }  # fmt: skip

    def rated(self):
        return {
            "resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed", "questionnaire": RATING,
            "subject": self.ref("Ben"),
        }  # fmt: skip

    def finding(self):
        code = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}
        return {"resourceType": "Observation", "id": "o1", "status": "final", "code": code, "subject": self.ref("Ada")}


@pytest.fixture
def ward(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Ward(carefolio)
        settle(carefolio.database)
        assert verify(carefolio.database, carefolio.keyring).problems == []


def refused(call, *args):
    with pytest.raises(Failure) as failed:
        call(*args)
    return failed.value.category


KEPT = {
    "visit": ("Ben", SCHEDULING, ("Ben", "Ada", "North")),
    "bill": ("Ben", PAYING, ("Ben", "Ada", "North")),
    "handed": ("Pia", PRESCRIBING, ("Corner", "Ada")),
    "message": ("Ben", MESSAGING, ("Ben", "Ada", "North")),
}


def test_who_wrote_it_and_where_they_work_changes_nothing_that_a_workflow_keeps(ward):
    for name, (writer, mandate, readers) in KEPT.items():
        resource = getattr(ward, name)()
        ward.write(writer, resource, mandate)
        for reader in readers:
            changed = resource | {"language": "en"}
            assert refused(ward.write, reader, changed) is Category.FORBIDDEN, (name, reader)
            assert refused(ward.delete, reader, resource) is Category.FORBIDDEN, (name, reader)
        assert refused(ward.read, "Zoe", resource) is Category.ABSENT
        assert refused(ward.write, "Zoe", resource) in (Category.CONFLICT, Category.FORBIDDEN)
        assert ward.read("Ada", resource).version == 1
    assert ward.write("Ada", ward.visit(status="cancelled"), SCHEDULING).row.version == 2


def test_findings_of_a_visit_stay_their_writers(ward):
    ward.write("Ben", ward.visit(), SCHEDULING)
    ward.write("Ben", ward.finding(), CONSULTATION)
    assert ward.write("North", ward.finding() | {"status": "amended"}).row.version == 2
    ward.delete("Ben", ward.finding())


def test_what_a_workflow_took_over_it_keeps(ward):
    ward.write("North", ward.bill())
    assert ward.write("North", ward.bill() | {"note": [{"text": "Ours"}]}).row.version == 2
    ward.write("Ben", ward.bill(), PAYING)
    assert refused(ward.write, "North", ward.bill()) is Category.FORBIDDEN


def test_visits_are_written_by_people_under_their_mandate_alone(ward):
    terms = Terms(whole=True, ends=clock.moment(clock.now() + clock.DAY).date(), correct=True)
    asyncio.run(sharing.give(ward.door, ward.caller("Ada"), ward.refs["Ben"], Narrowing(terms)))
    for name in ("Ada", "Ben"):
        assert refused(ward.write, name, ward.visit()) is Category.FORBIDDEN
    for name in ("Mallory", "Zoe"):
        assert refused(ward.write, name, ward.visit()) is Category.UNPROCESSABLE
    ward.write("North", ward.visit("h1", "fulfilled"))
    for name in ("Ada", "Ben"):
        assert not visit_in(ward.read(name, ward.visit("h1"))).ours
        assert refused(ward.write, name, ward.visit("h1")) is Category.FORBIDDEN
        assert refused(ward.delete, name, ward.visit("h1")) is Category.FORBIDDEN
    assert ward.write("North", ward.visit("h1")).row.version == 2
    ward.write("Ada", ward.visit(), SCHEDULING)
    assert visit_in(ward.read("Ben", ward.visit())).ours


@pytest.mark.parametrize(
    ("make", "reader", "writer", "mandate"),
    [("handed", "Pia", "Pia", PRESCRIBING), ("paid", "Ben", "Ada", PAYING), ("rated", "Ben", "Ada", REVIEWING)],
)
def test_others_words_for_who_did_it_open_nothing(ward, make, reader, writer, mandate):
    resource = getattr(ward, make)()
    ward.write("Mill" if make == "handed" else "Corner", resource | {"id": "sent"})
    assert refused(ward.read, reader, resource | {"id": "sent"}) is Category.ABSENT
    assert ward.finds(reader, resource["resourceType"]) == 0
    ward.write(writer, resource, mandate)
    assert parse(ward.read(reader, resource).body)["id"] == resource["id"]
    assert ward.finds(reader, resource["resourceType"]) == 1
    older = asyncio.run(ward.door.vread(ward.caller(reader), resource["resourceType"], resource["id"], 1))
    assert older.version == 1
    assert refused(ward.read, "Olu", resource) is Category.ABSENT
    assert refused(ward.read, "Zoe", resource) is Category.ABSENT
