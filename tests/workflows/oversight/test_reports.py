"""A patient says that something is wrong, and somebody looks into it."""

import asyncio

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NoticeKind
from carefolio.records.changes import Change, Method
from carefolio.records.trail import Asked
from carefolio.workflows.oversight import reports
from carefolio.workflows.oversight.rules import Complaint, Wrong
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from tests.acceptance.resources import action, consent
from tests.workflows.oversight.cast import ADA, BEN, CHARLIE, DORA, EVE, GUS, STRANGERS

SECRET = "I never had that illness."
LOOK = Complaint(Wrong.NO_REASON, "He is my neighbour.")
RECORD = Complaint(Wrong.NOT_TRUE, SECRET)
HAL = "hal@example.org"


@pytest.fixture
def said(door, caller, opened):
    """Ada says that Ben's look was wrong; answers the number of that look."""

    def say(complaint=LOOK):
        steps = asyncio.run(door.trail_of(caller(ADA), Asked()))
        (step,) = [step for step in steps if step.entry.kind is Kind.BREAK_GLASS]
        reports.report_look(door, caller(ADA), step, complaint)
        return step.seq

    opened()
    return say


@pytest.fixture
def told(door, people):
    """The notices of one kind that somebody has, with what they say."""

    def of(email, kind):
        found = door.parts.notifier.notices.of_account(door.parts.database, people(email).number)
        return [one.about for one in found if one.kind is kind]

    return of


@pytest.fixture
def sent(door, people):
    """A record in Ada's chart that a hospital's systems sent; answers how Ada finds it."""
    place = registration.add_hospital(door, registration.NewHospital("South Hospital"))
    subject = {"reference": people(ADA).person}
    body = {"resourceType": "Condition", "id": "c1", "subject": subject, "code": {"text": "Asthma"}}
    hospital = door.admit(place.token, "test")
    asyncio.run(door.write(hospital, [Change(Method.CREATE, "Condition", "c1", body)]))
    return place.organization


@pytest.fixture
def complain(door, caller):
    def say(complaint=RECORD, id_="c1"):
        found = asyncio.run(door.read(caller(ADA).token, "test", "Condition", id_))
        reports.report_record(door, caller(ADA), found, complaint)

    return say


def test_a_look_is_told_to_auditors_and_stands_in_the_trail(door, people, said, told, entries, caller):
    seq = said()
    (about,) = told(GUS, NoticeKind.LOOK_REPORTED)
    assert (about["what"], about["text"], about["look"]) == ("no-reason", LOOK.text, seq)
    assert "name" not in about["patient"]
    assert told(DORA, NoticeKind.LOOK_REPORTED) == []
    ((number, entry),) = entries(Kind.WRONG_REPORTED)
    assert (entry.owner, entry.actor) == (people(ADA).chart, people(ADA).number)
    (report,), _before = reports.list_reports(door, people(GUS))
    assert (report.seq, report.look, report.text, report.seen) == (number, seq, LOOK.text, 0)
    again, step = reports.look(door, people(GUS), number)
    assert (again, step.seq, step.name) == (report, seq, "Dr Ben Osei")
    steps = asyncio.run(door.trail_of(caller(ADA), Asked()))
    assert [step.name for step in steps if step.entry.kind is Kind.DISCLOSED_AUDIT] == ["Gus Tarn", "Gus Tarn"]


def test_admins_are_told_where_there_is_no_auditor_and_nobody_who_is_shut_out(door, said, told):
    registration.suspend(door, GUS)
    said()
    assert len(told(DORA, NoticeKind.LOOK_REPORTED)) == 1
    assert told(EVE, NoticeKind.LOOK_REPORTED) == told(GUS, NoticeKind.LOOK_REPORTED) == []


def test_the_same_said_twice_is_one_report_until_somebody_has_looked(door, people, said, told, entries):
    said()
    said()
    ((number, _entry),) = entries(Kind.WRONG_REPORTED)
    reports.mark(door, people(GUS), number)
    reports.mark(door, people(DORA), number)
    (report,), _before = reports.list_reports(door, people(GUS))
    assert (report.seen > 0, report.by) == (True, people(GUS).number)
    assert len(entries(Kind.REPORT_SEEN)) == len(told(ADA, NoticeKind.REPORT_SEEN)) == 1
    said()
    assert len(entries(Kind.WRONG_REPORTED)) == 2


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_sees_or_marks_reports(door, people, said, entries, who):
    said()
    number = entries(Kind.WRONG_REPORTED)[0][0]
    for call in (
        lambda: reports.list_reports(door, people(who)),
        lambda: reports.look(door, people(who), number),
        lambda: reports.mark(door, people(who), number),
    ):
        with pytest.raises(Failure) as failure:
            call()
        assert failure.value.category is Category.FORBIDDEN
    assert entries(Kind.REPORT_SEEN) == []


def test_nobody_says_in_a_patients_name_that_something_is_wrong(door, caller, said, sent, entries):
    seq = said()
    step = asyncio.run(door.step_of(caller(GUS), str(seq)))
    found = asyncio.run(door.read(caller(ADA).token, "test", "Condition", "c1"))
    for call in (
        lambda: reports.report_look(door, caller(GUS), step, LOOK),
        lambda: reports.report_record(door, caller(BEN), found, RECORD),
    ):
        with pytest.raises(Failure) as failure:
            call()
        assert failure.value.category is Category.ABSENT
    assert len(entries(Kind.WRONG_REPORTED)) == 1


def test_a_record_said_to_be_wrong_twice_is_one_report(sent, complain, told, entries):
    complain()
    complain()
    assert len(entries(Kind.WRONG_REPORTED)) == len(told(DORA, NoticeKind.RECORD_OF_NOBODY)) == 1


def test_an_entry_that_is_no_report_is_none(door, people, opened):
    with pytest.raises(Failure) as failure:
        reports.look(door, people(GUS), opened())
    assert failure.value.category is Category.ABSENT


def test_staff_are_told_of_a_record_of_their_hospital(door, people, sent, complain, told, entries):
    registration.add_person(door, NewPerson(PersonRole("staff"), "Hal Moor", HAL, hospital=sent))
    complain()
    (about,) = told(HAL, NoticeKind.RECORD_REPORTED)
    assert (about["record"], about["text"], about["patient"]["name"]) == ("Condition/c1", SECRET, "Ada Byron")
    assert told(DORA, NoticeKind.RECORD_OF_NOBODY) == told(BEN, NoticeKind.RECORD_REPORTED) == []
    (report,), _before = reports.list_reports(door, people(GUS))
    assert (report.look, report.text, report.told, report.hospital) == (0, "", "staff", sent)
    assert reports.look(door, people(GUS), report.seq) == (report, None)


def test_admins_pass_on_what_a_hospital_without_staff_sent_and_see_nothing_of_it(door, sent, complain, told):
    complain()
    (about,) = told(DORA, NoticeKind.RECORD_OF_NOBODY)
    assert about["hospital"] == {"reference": sent, "name": "South Hospital"}
    assert "text" not in about
    assert "record" not in about
    assert "name" not in about["patient"]


def test_the_doctor_who_wrote_a_record_is_told(door, people, caller, told, complain):
    """Rule 6: Ada lets Ben add to her chart."""
    given = consent(
        people(ADA).person, people(BEN).person, status="active", action=[*action("access"), *action("correct")]
    )
    resource = given | {"id": "k1"}
    asyncio.run(door.write(caller(ADA), [Change(Method.CREATE, "Consent", "k1", resource)]))
    body = {"resourceType": "Condition", "id": "b1", "subject": {"reference": people(ADA).person}}
    asyncio.run(door.write(caller(BEN), [Change(Method.CREATE, "Condition", "b1", body)]))
    complain(id_="b1")
    (about,) = told(BEN, NoticeKind.RECORD_REPORTED)
    assert about["record"] == "Condition/b1"
    assert told(CHARLIE, NoticeKind.RECORD_REPORTED) == []


def test_e_mails_say_nothing_of_the_record(door, people, sent, complain):
    registration.add_person(door, NewPerson(PersonRole("staff"), "Hal Moor", HAL, hospital=sent))
    complain()
    database, mails = door.parts.database, door.parts.notifier.mails
    found = list(iter(lambda: database.write_now(mails.take), None))
    (mail,) = [one for one in found if one.to == HAL]
    assert "a record is wrong" in mail.text
    for private in (SECRET, "Ada", "Condition", "South"):
        assert private not in mail.subject + mail.text


@pytest.mark.parametrize(
    ("complaint", "field"),
    [(Complaint(Wrong.NOT_ME), "what"), (Complaint(Wrong.OTHER, "x" * 1001), "text")],
)
def test_what_makes_no_sense_is_refused(said, entries, complaint, field):
    with pytest.raises(Failure) as failure:
        said(complaint)
    assert failure.value.issues[0].path == field
    assert entries(Kind.WRONG_REPORTED) == []
