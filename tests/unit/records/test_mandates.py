"""What a workflow's mandate opens, and what it leaves shut."""

import asyncio
from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NoticeKind
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import MANDATES, PRESCRIBING, REVIEWING, SCHEDULING, Telling, Under
from carefolio.records.trail import Asked
from carefolio.store import owners
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPerson, PersonRole
from tests.stores import installed

PEOPLE = {
    "Ada Quinn": (PersonRole.PATIENT, True),
    "Ben Osei": (PersonRole.DOCTOR, True),
    "Una Veale": (PersonRole.DOCTOR, False),
    "Mallory Quirke": (PersonRole.PATIENT, True),
}


class Surgery:
    """Ada, a patient; Ben, a verified doctor with a schedule; Una, a doctor who is not; Mallory, a stranger."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        actions.add_hospital(self.door, NewHospital("North"))
        self.persons, self.tokens = {}, {}
        for name, (role, verified) in PEOPLE.items():
            first = name.partition(" ")[0]
            email = f"{first.lower()}@example.org"
            self.persons[first] = actions.add_person(self.door, NewPerson(role, name, email, verified=verified)).person
            self.tokens[first] = actions.issue_token(self.door, email, minutes=600)
        self.schedule = self.write("Ben", Change(Method.CREATE, "Schedule", resource=self.plan())).row

    def plan(self):
        return {"resourceType": "Schedule", "actor": [{"reference": self.persons["Ben"]}]}

    def slot(self, **more):
        begin = {"resourceType": "Slot", "schedule": {"reference": self.schedule.reference}, "status": "busy"}
        resource = begin | {"start": "2030-05-06T09:00:00Z", "end": "2030-05-06T09:20:00Z"}
        return Change(Method.UPDATE, "Slot", "s1", resource, beside=self.schedule.reference, **more)

    def visit(self, of="Ada", status="booked"):
        actors = [{"actor": {"reference": self.persons[one]}, "status": "accepted"} for one in (of, "Ben")]
        resource = {"resourceType": "Appointment", "status": status, "participant": actors}
        return Change(
            Method.CREATE,
            "Appointment",
            "",
            resource | {"start": "2030-05-06T09:00:00Z", "end": "2030-05-06T09:20:00Z"},
        )

    def write(self, name, *changes, under=None):
        return asyncio.run(self.door.write(self.caller(name), changes, under=under))[0]

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def chart(self, name="Ada"):
        return owners.of_reference(self.carefolio.database, self.persons[name]).number

    def told(self, name):
        account = self.caller(name).principal.account
        return [
            one.kind for one in self.carefolio.door.parts.notifier.notices.of_account(self.carefolio.database, account)
        ]


@pytest.fixture
def surgery(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Surgery(carefolio)


UNDER = Under(SCHEDULING)


def test_a_patient_takes_the_doctors_slot_and_it_stays_the_doctors(surgery):
    row = surgery.write("Ada", surgery.slot(), under=UNDER).row
    assert (row.owner, row.author) == (surgery.schedule.owner, surgery.schedule.author)


def test_without_the_mandate_the_slot_is_none_of_theirs(surgery):
    with pytest.raises(Failure) as refused:
        surgery.write("Ada", surgery.slot())
    assert refused.value.category is Category.FORBIDDEN
    mine = surgery.write("Ben", surgery.slot()).row
    assert mine.owner == surgery.caller("Ben").principal.shelf, "beside counts under a mandate alone"


def test_a_doctor_adds_to_a_chart_what_the_mandate_names_and_nothing_else(surgery):
    made = surgery.write("Ben", surgery.visit(), under=UNDER)
    assert made.row.owner == surgery.chart()
    code = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}
    subject = {"reference": surgery.persons["Ada"]}
    other = {"resourceType": "Observation", "status": "final", "code": code, "subject": subject}
    with pytest.raises(Failure, match="no such patient here"):
        surgery.write("Ben", Change(Method.CREATE, "Observation", "", other), under=UNDER)
    with pytest.raises(Failure, match="no such patient here"):
        surgery.write("Ben", surgery.visit())


def test_both_sides_change_a_visit_and_a_stranger_does_not_see_it(surgery):
    row = surgery.write("Ben", surgery.visit(), under=UNDER).row
    gone = parse(asyncio.run(surgery.door.read(surgery.tokens["Ada"], "r", "Appointment", row.id)).body)
    change = Change(Method.UPDATE, "Appointment", row.id, gone | {"status": "cancelled"})
    with pytest.raises(Failure) as refused:
        surgery.write("Ada", change)
    assert refused.value.category is Category.FORBIDDEN
    with pytest.raises(Failure) as refused:
        surgery.write("Mallory", change, under=UNDER)
    assert refused.value.category is Category.CONFLICT, "as for every id that is taken and hidden"
    assert surgery.write("Ada", change, under=UNDER).row.version == 2


def test_who_is_not_verified_has_no_mandate(surgery):
    with pytest.raises(Failure) as refused:
        surgery.write("Una", surgery.visit(), under=UNDER)
    assert refused.value.category is Category.FORBIDDEN


def test_a_mandate_of_another_role_opens_nothing(surgery):
    resource = {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "subject": {"reference": surgery.persons["Ada"]},
    }
    resource["medicationCodeableConcept"] = {"text": "Amoxicillin"}
    with pytest.raises(Failure, match="no such patient here"):
        surgery.write("Ben", Change(Method.CREATE, "MedicationDispense", "", resource), under=Under(PRESCRIBING))


def test_what_moved_meanwhile_fails(surgery):
    now = ("Schedule", surgery.schedule.id, 1)
    surgery.write("Ada", surgery.slot(), under=Under(SCHEDULING, unmoved=(now,)))
    surgery.write("Ben", Change(Method.UPDATE, "Schedule", surgery.schedule.id, surgery.plan() | {"active": False}))
    with pytest.raises(Failure) as late:
        surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, unmoved=(now,)))
    assert late.value.category is Category.STALE
    with pytest.raises(Failure, match="has changed since"):
        surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, unmoved=(("Schedule", "nowhere", 1),)))


def test_what_is_not_to_be_there_yet_is_made_once(surgery):
    under = Under(SCHEDULING, unmoved=(("Slot", "s1", 0),))
    surgery.write("Ada", surgery.slot(), under=under)
    with pytest.raises(Failure) as late:
        surgery.write("Mallory", surgery.slot(), under=under)
    assert late.value.category is Category.STALE


def test_the_door_says_what_is_open_to_somebody(surgery):
    ada, ben, mallory = (surgery.caller(name) for name in ("Ada", "Ben", "Mallory"))
    chart = surgery.persons["Ada"]
    assert surgery.door.may_add(ada, chart, "Observation")
    assert surgery.door.may_see(ada, chart, "Observation")
    for other in (ben, mallory):
        assert not surgery.door.may_add(other, chart, "Observation")
        assert not surgery.door.may_see(other, chart, "Observation")
    assert not surgery.door.may_see(ada, "Patient/nobody", "Observation")
    assert not surgery.door.may_add(ada, "Patient/nobody", "Observation")


def test_what_moves_while_it_is_put_in_place_fails_too(surgery):
    under = Under(SCHEDULING, unmoved=(("Schedule", surgery.schedule.id, 1),))
    plan = surgery.door.preparer.plan(surgery.caller("Ada"), [surgery.visit()], under)
    surgery.write("Ben", Change(Method.UPDATE, "Schedule", surgery.schedule.id, surgery.plan() | {"active": False}))
    assert not surgery.carefolio.database.write_now(lambda tx: all(check(tx) for check in plan.checks))


def test_beside_what_is_not_there(surgery):
    change = surgery.slot()
    change.beside = "Schedule/nowhere"
    with pytest.raises(Failure, match="is not there any more"):
        surgery.write("Ada", change, under=UNDER)


def test_the_ledger_says_under_which_mandate(surgery):
    surgery.write("Ben", surgery.visit(), under=UNDER)
    steps = asyncio.run(surgery.door.trail_of(surgery.caller("Ada"), Asked(surgery.persons["Ada"])))
    written = [
        one.entry.content
        for one in steps
        if one.entry.kind is Kind.RECORD_CREATED and one.entry.content["who"] == surgery.persons["Ben"]
    ]
    assert [one["rules"] for one in written] == [["scheduling"]]


def test_both_sides_are_told_now_and_later_unless_it_is_forgotten(surgery):
    soon, mark = clock.now() + clock.HOUR, "Appointment/a"
    now = Telling(surgery.persons["Ada"], NoticeKind.VERIFIED, {})
    later = Telling(surgery.persons["Ben"], NoticeKind.VERIFIED, {"start": 1}, due=1, mark=mark)
    never = Telling(surgery.persons["Ben"], NoticeKind.SUSPENDED, {}, due=2, mark="Appointment/b")
    much_later = Telling(surgery.persons["Ben"], NoticeKind.SUSPENDED, {}, due=soon, mark=mark)
    surgery.write("Ben", surgery.visit(), under=Under(SCHEDULING, tell=(now, later, never, much_later)))
    assert (surgery.told("Ada"), surgery.told("Ben")) == ([NoticeKind.VERIFIED], [])
    surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, forget=("Appointment/b",)))
    assert surgery.door.reminding.run() == 1
    assert surgery.told("Ben") == [NoticeKind.VERIFIED]
    assert surgery.door.reminding.run() == 0


def test_of_several_processes_one_tells(surgery):
    later = Telling(surgery.persons["Ben"], NoticeKind.VERIFIED, {}, due=1, mark="m")
    surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, tell=(later,)))
    (due,) = surgery.door.parts.notifier.reminders.due(surgery.carefolio.database)
    told = [surgery.carefolio.database.write_now(lambda tx: surgery.door.reminding._tell(tx, due)) for _ in range(2)]
    assert (told, surgery.told("Ben")) == ([True, False], [NoticeKind.VERIFIED])


def test_who_is_shut_out_is_told_nothing(surgery):
    later = Telling(surgery.persons["Ben"], NoticeKind.VERIFIED, {}, due=1, mark="m")
    nobody = Telling("Practitioner/nobody", NoticeKind.VERIFIED, {})
    surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, tell=(later, nobody)))
    number = surgery.caller("Ben").principal.account
    surgery.carefolio.database.write_now(lambda tx: surgery.carefolio.accounts.change(tx, number, suspended=True))
    assert surgery.door.reminding.run() == 1
    notices = surgery.door.parts.notifier.notices
    assert notices.of_account(surgery.carefolio.database, number) == []


def test_every_pharmacist_of_a_pharmacy_is_told(surgery):
    place = actions.add_hospital(surgery.door, NewHospital("Corner", HospitalType.PHARMACY)).organization
    for name in ("Pia Moss", "Per Lund"):
        email = f"{name.partition(' ')[0].lower()}@example.org"
        actions.add_person(surgery.door, NewPerson(PersonRole.PHARMACIST, name, email, hospital=place, verified=True))
        surgery.tokens[name.partition(" ")[0]] = actions.issue_token(surgery.door, email, minutes=600)
    surgery.write("Ada", surgery.visit(), under=Under(SCHEDULING, tell=(Telling(place, NoticeKind.VERIFIED, {}),)))
    assert (surgery.told("Pia"), surgery.told("Per")) == ([NoticeKind.VERIFIED], [NoticeKind.VERIFIED])


def test_mandates_have_names_of_their_own_and_none_writes_contracts_or_deletes():
    assert len({one.name for one in MANDATES}) == len(MANDATES)
    for mandate in MANDATES:
        for types in mandate.may.values():
            assert not {"Consent", "AuditEvent", "Patient", "Practitioner", "Organization"} & set(types)
            assert all(set(interactions) <= set("cu") for interactions in types.values())


def test_what_must_not_be_there_yet_fails_where_it_is(surgery):
    first = Under(SCHEDULING, unmoved=(("Slot", "s1", 0),))
    assert surgery.write("Ada", surgery.slot(), under=first).row.version == 1
    with pytest.raises(Failure, match="has changed since"):
        surgery.write("Ada", surgery.slot(), under=first)


def rating(surgery, id_="r1", **more):
    questionnaire = "https://carefolio.org/fhir/Questionnaire/visit-rating"
    resource = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": questionnaire}
    return Change(Method.UPDATE, "QuestionnaireResponse", id_, resource | more, beside=surgery.schedule.reference)


def test_what_somebody_says_beside_a_doctor_is_their_own_and_changed_by_the_rules_alone(surgery):
    under = Under(REVIEWING)
    row = surgery.write("Ada", rating(surgery), under=under).row
    assert (row.owner, row.author) == (surgery.schedule.owner, surgery.caller("Ada").principal.account)
    with pytest.raises(Failure, match="on their own pages"):
        surgery.write("Ada", rating(surgery, authored="2030-01-01"))
    with pytest.raises(Failure, match="on their own pages"):
        surgery.write("Ada", rating(surgery, "r2"))
    with pytest.raises(Failure, match="on their own pages"):
        surgery.write("Ada", Change(Method.DELETE, "QuestionnaireResponse", "r1"))
    assert surgery.write("Ada", rating(surgery, authored="2030-01-01"), under=under).row.version == 2
