"""Somebody is registered who will sign in."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.base.ids import normal_code
from carefolio.ledger.entry import Kind
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.actions import add_hospital, add_person
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole

ADA = NewPerson(PersonRole.PATIENT, "Ada Byron", "Ada@Example.org")
BEN = NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", "ben@example.org", verified=True)


def account_of(carefolio, email):
    return carefolio.accounts.of_email(carefolio.database, email)


def test_a_patient_s_chart_begins_with_the_account(carefolio, door, told):
    made = add_person(door, ADA)
    account = account_of(carefolio, "ADA@example.org")
    assert made.account == account.email == "ada@example.org"
    assert made.person == account.person
    assert account.chart == account.shelf != 0
    assert made.code == normal_code(made.code.lower())
    assert actions.chart_code(door, account) == made.code
    (linked,) = told(Kind.ACCOUNT_LINKED)
    assert linked["owner"] == account.chart


def test_the_directory_gets_neither_e_mail_nor_birth_date(carefolio, door):
    add_person(door, BEN)
    account = account_of(carefolio, "ben@example.org")
    assert account.verified
    assert account.code.startswith("DOC-")
    assert account.hospital == account.chart == 0
    assert actions.chart_code(door, account) == ""


def test_who_works_for_a_hospital_has_its_shelf(carefolio, door):
    hospital = add_hospital(door, NewHospital("North Hospital"))
    add_person(door, NewPerson(PersonRole.STAFF, "Kim Vale", "kim@example.org", hospital=hospital.organization))
    kim = account_of(carefolio, "kim@example.org")
    theirs = carefolio.accounts.of_hospital(carefolio.database, hospital.organization)
    assert (kim.shelf, kim.hospital, kim.organization) == (theirs.shelf, theirs.hospital, hospital.organization)


def test_somebody_in_the_directory_already_keeps_their_record(carefolio, door, told):
    made = add_person(door, BEN)
    with pytest.raises(Failure, match="has an account already"):
        add_person(door, NewPerson(PersonRole.DOCTOR, "Ben Osei", "ben2@example.org", person=made.person))
    assert account_of(carefolio, "ben2@example.org") is None


def test_an_e_mail_is_one_person_s(carefolio, door, told):
    add_person(door, ADA)
    before = len(told(Kind.RECORD_CREATED))
    with pytest.raises(Failure) as refused:
        add_person(door, NewPerson(PersonRole.DOCTOR, "Ada Twin", "ada@EXAMPLE.org"))
    assert refused.value.category is Category.CONFLICT
    assert len(told(Kind.RECORD_CREATED)) == before


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewPerson(PersonRole.PATIENT, "", "a@example.org"), "A name has to have"),
        (NewPerson(PersonRole.PATIENT, "Ada\x07", "a@example.org"), "A name has to have"),
        (NewPerson(PersonRole.PATIENT, "Ada", "a@b@example.org"), "This is no e-mail address"),
        (NewPerson(PersonRole.PATIENT, "Ada", f"{'a' * 250}@example.org"), "This is no e-mail address"),
        (NewPerson(PersonRole.PATIENT, "Ada", "a@example.org", birth_date="1985-02-30"), "A birth date"),
        (NewPerson(PersonRole.PATIENT, "Ada", "a@example.org", birth_date="1985-02-03T10:00:00Z"), "A birth date"),
        (NewPerson(PersonRole.PATIENT, "Ada", "a@example.org", hospital="Organization/x"), "A patient works for no"),
        (NewPerson(PersonRole.PATIENT, "Ada", "a@example.org", person="Patient/a/b"), "A patient is linked"),
        (NewPerson(PersonRole.DOCTOR, "Ben", "a@example.org", person="Patient/a"), "A doctor is linked"),
        (NewPerson(PersonRole.DOCTOR, "Ben", "a@example.org", hospital="North"), "A hospital has to look like"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(door, told, new, sentence):
    with pytest.raises(Failure) as refused:
        add_person(door, new)
    assert refused.value.sentence.startswith(sentence)
    assert told(Kind.RECORD_CREATED) == []


def test_charlie_who_was_never_registered_is_nobody_here(door):
    with pytest.raises(Failure, match="no such account"):
        actions.issue_token(door, "charlie@example.org")
    with pytest.raises(Failure, match="no such account"):
        actions.verify(door, "charlie@example.org")
    with pytest.raises(Failure, match="no such account"):
        actions.suspend(door, "Organization/none")
