"""Somebody comes in by themselves."""

import threading
from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.identity import verifications
from carefolio.identity.profile import NOTHING_SAID
from carefolio.ledger.entry import Kind
from carefolio.records.directory import directory_record, referring
from carefolio.workflows.registration.actions import add_hospital, sign_up
from carefolio.workflows.registration.profiles import profile_of
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.workflows.registration.cast import ADA, BEN, HEART

PATIENT = NewPerson(PersonRole.PATIENT, "Ada Byron", ADA, birth_date="1985-04-23")
DOCTOR = NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", BEN)


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value


def test_a_patient_gets_a_chart_and_is_not_verified(door, told, account):
    made = sign_up(door, PATIENT)
    assert made.code.startswith("PAT-")
    ada = account(ADA)
    assert (ada.role, ada.verified, bool(ada.chart)) == ("patient", False, True)
    for kind in (Kind.ACCOUNT_CREATED, Kind.ACCOUNT_LINKED):
        (entry,) = told(kind)
        assert entry["self"] is True
        assert "operator" not in entry
    assert all("operator" not in entry for entry in told(Kind.RECORD_CREATED))


def test_a_doctor_waits_with_what_they_say(door, told, account):
    sign_up(door, DOCTOR, HEART)
    ben = account(BEN)
    assert (ben.verified, ben.code[:4]) == (False, "DOC-")
    assert profile_of(door, ben) == HEART
    assert verifications.waiting(door.parts.database) == [ben.number]
    (post,) = referring(door.parts, "PractitionerRole", "practitioner", ben.person)
    assert directory_record(door.parts, post)["active"] is False
    assert [entry["verified"] for entry in told(Kind.ACCOUNT_CREATED)] == [False]


def test_a_doctor_may_say_it_later(door, account):
    sign_up(door, DOCTOR)
    assert profile_of(door, account(BEN)) == NOTHING_SAID
    assert verifications.waiting(door.parts.database) == [account(BEN).number]


def test_nobody_joins_a_hospital_by_saying_so(door, account):
    hospital = add_hospital(door, NewHospital("North Hospital")).organization
    sign_up(door, DOCTOR, replace(HEART, hospital=hospital))
    ben = account(BEN)
    assert (ben.organization, ben.hospital) == ("", 0)
    assert profile_of(door, ben).hospital == hospital


@pytest.mark.parametrize("role", [role for role in PersonRole if role.value not in ("patient", "doctor")])
def test_the_other_roles_are_added_by_an_operator(door, account, role):
    assert refused(lambda: sign_up(door, NewPerson(role, "Eve Marsh", ADA))).category is Category.FORBIDDEN
    assert account(ADA) is None


@pytest.mark.parametrize(
    "new",
    [
        replace(PATIENT, person="Patient/somebody"),
        replace(DOCTOR, hospital="Organization/north"),
        replace(DOCTOR, verified=True),
    ],
)
def test_nobody_takes_a_chart_a_hospital_or_a_verification(door, account, new):
    assert refused(lambda: sign_up(door, new)).category is Category.FORBIDDEN
    assert account(new.email) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licence", ""),
        ("licence", "x" * 41),
        ("licence", "12;34"),
        ("authority", " "),
        ("authority", "x" * 121),
        ("speciality", "Cardiology"),
        ("qualification", ""),
        ("place", "x" * 121),
        ("hospital", "Hospital North"),
        ("hospital", "Organization/none"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(door, account, field, value):
    failure = refused(lambda: sign_up(door, DOCTOR, replace(HEART, **{field: value})))
    assert failure.category is Category.MALFORMED
    assert [issue.path for issue in failure.issues] == [field]
    assert account(BEN) is None


def test_all_that_is_wrong_is_said_at_once(door):
    failure = refused(lambda: sign_up(door, DOCTOR, NOTHING_SAID))
    assert [issue.path for issue in failure.issues] == ["licence", "authority", "qualification", "speciality"]


def test_a_patient_has_no_profile(door):
    assert refused(lambda: sign_up(door, PATIENT, HEART)).category is Category.MALFORMED


def test_two_at_once_with_one_e_mail_are_one_account(door, told):
    outcomes = []

    def run():
        try:
            outcomes.append(sign_up(door, PATIENT).person)
        except Failure as failure:
            outcomes.append(failure.category)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Category.CONFLICT) == 1
    assert len(told(Kind.ACCOUNT_CREATED)) == 1
