"""Doctors change what they say of themselves."""

import threading
from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.identity import verifications
from carefolio.ledger.entry import Kind
from carefolio.records.directory import directory_record, referring
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.actions import add_hospital, add_person
from carefolio.workflows.registration.profiles import change_profile, profile_of
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.workflows.registration.cast import ADA, BEN, CHARLIE, DENTISTRY, DORA, EVE, HEART


@pytest.fixture
def north(door):
    return add_hospital(door, NewHospital("North Hospital")).organization


@pytest.fixture
def ben(door, north):
    """A verified doctor of North Hospital, whose profile was looked at."""
    new = NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", BEN, hospital=north, verified=True)
    add_person(door, new, HEART)
    return replace(HEART, hospital=north)


def waiting(door):
    return verifications.waiting(door.parts.database)


def post_of(door, person):
    (reference,) = referring(door.parts, "PractitionerRole", "practitioner", person)
    return directory_record(door.parts, reference)


def test_it_is_read_as_it_was_said(door, account, ben):
    assert profile_of(door, account(BEN)) == ben
    assert post_of(door, account(BEN).person)["active"] is True


@pytest.mark.parametrize("changes", [{"speciality": DENTISTRY}, {"place": ""}, {"qualification": "BDS"}])
def test_what_nobody_checks_changes_nothing_else(door, account, told, ben, changes):
    assert change_profile(door, account(BEN), replace(ben, **changes)) is False
    assert profile_of(door, account(BEN)) == replace(ben, **changes)
    assert account(BEN).verified
    assert waiting(door) == []
    (entry,) = told(Kind.ACCOUNT_CHANGED)
    assert (entry["self"], entry["check"]) == (True, False)
    assert all("operator" not in one for one in told(Kind.RECORD_UPDATED))


@pytest.mark.parametrize("changes", [{"licence": "GMC 1"}, {"authority": "Medical Council"}])
def test_another_licence_has_to_be_looked_at(door, account, told, ben, changes):
    assert change_profile(door, account(BEN), replace(ben, **changes)) is True
    assert not account(BEN).verified
    assert waiting(door) == [account(BEN).number]
    assert post_of(door, account(BEN).person)["active"] is False
    assert [(one["self"], one["verified"]) for one in told(Kind.VERIFICATION_CHANGED)] == [(True, False)]


def test_another_name_has_to_be_looked_at(door, account, ben):
    assert change_profile(door, account(BEN), ben, name="Dr  Ben Osei-Bonsu")
    assert (account(BEN).name, account(BEN).verified) == ("Dr Ben Osei-Bonsu", False)
    person = directory_record(door.parts, account(BEN).person)
    assert person["name"][0]["family"] == "Osei-Bonsu"
    assert post_of(door, account(BEN).person)["practitioner"]["display"] == "Dr Ben Osei-Bonsu"
    assert not change_profile(door, account(BEN), ben, name="Dr Ben Osei-Bonsu")


def test_who_leaves_their_hospital_is_of_it_no_more(door, account, ben):
    assert change_profile(door, account(BEN), replace(ben, hospital="")) is False
    now = account(BEN)
    assert (now.organization, now.hospital, now.verified) == ("", 0, True)
    assert now.shelf


def test_another_hospital_holds_once_it_was_looked_at(door, account, ben):
    south = add_hospital(door, NewHospital("South Hospital")).organization
    assert change_profile(door, account(BEN), replace(ben, hospital=south))
    assert (account(BEN).organization, account(BEN).verified) == ("", False)
    actions.verify(door, BEN)
    now = account(BEN)
    assert (now.organization, now.verified) == (south, True)
    assert post_of(door, now.person)["active"] is True


def test_who_said_nothing_yet_says_it_now(door, account, north):
    add_person(door, NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", BEN, verified=True))
    assert change_profile(door, account(BEN), HEART)
    assert profile_of(door, account(BEN)) == HEART
    assert not account(BEN).verified


def test_who_was_in_the_directory_already_keeps_what_stands_there(door, account, north):
    first = add_person(door, NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", BEN, hospital=north))
    door.parts.database.write_now(lambda tx: tx.execute("UPDATE account SET person = '' WHERE email = ?", (BEN,)))
    again = NewPerson(PersonRole.DOCTOR, "Dr Ben Osei", "ben2@example.org", hospital=north, person=first.person)
    add_person(door, again, HEART)
    assert profile_of(door, account("ben2@example.org")) == replace(HEART, hospital=north)
    person = account("ben2@example.org").person
    door.parts.database.write_now(lambda tx: tx.execute("UPDATE account SET person = ? WHERE email = ?", (person, BEN)))


@pytest.mark.parametrize("who", [ADA, DORA, EVE])
def test_only_doctors_have_one(door, people, who):
    with pytest.raises(Failure) as refused:
        change_profile(door, people(who), HEART)
    assert refused.value.category is Category.FORBIDDEN


def test_a_doctor_who_was_shut_out_changes_nothing(door, people):
    charlie = people(CHARLIE)
    actions.suspend(door, CHARLIE)
    with pytest.raises(Failure) as refused:
        change_profile(door, charlie, replace(HEART, licence="GMC 2"))
    assert refused.value.category is Category.FORBIDDEN


def test_nonsense_is_refused(door, account, ben):
    with pytest.raises(Failure, match="A name has"):
        change_profile(door, account(BEN), ben, name=" \x07")
    with pytest.raises(Failure, match="hospital"):
        change_profile(door, account(BEN), replace(ben, hospital="Organization/none"))


def test_two_at_once_are_both_done_one_after_the_other(door, account, told, ben):
    texts = ["MBBS", "MD"]
    run = [
        threading.Thread(target=change_profile, args=(door, account(BEN), replace(ben, qualification=text)))
        for text in texts
    ]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert profile_of(door, account(BEN)).qualification in texts
    assert len(told(Kind.ACCOUNT_CHANGED)) == 2
