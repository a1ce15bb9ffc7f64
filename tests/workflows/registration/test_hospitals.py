"""Admins see who sends records, add a hospital, give its systems another token, and end them."""

import asyncio
from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.workflows.registration import actions, admission, hospitals, rules
from carefolio.workflows.registration.profiles import Decided
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPerson, NewPharmacist, PersonRole
from tests.workflows.registration.cast import ADA, BEN, CHARLIE, DORA, EVE, GUS


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


def post(door, account):
    """What the directory says of somebody's work."""
    return post_of(door.parts, account.person)[1]


PIA = NewPharmacist("Pia  Moss", "Pia@Example.org", "PSI 7041", "Pharmaceutical Society of Ireland")


@pytest.fixture
def corner(door, people):
    """A pharmacy."""
    new = NewHospital("Corner Pharmacy", HospitalType.PHARMACY)
    return hospitals.add_hospital(door, people(DORA), new).organization


@pytest.fixture
def north(door, people):
    return hospitals.add_hospital(door, people(DORA), NewHospital("North Clinic", HospitalType.CLINIC))


@pytest.mark.parametrize("who", [ADA, BEN, CHARLIE, EVE, GUS])
def test_nobody_but_an_admin_does_anything_of_it(door, people, told, north, corner, who):
    by, before = people(who), len(told(Kind.TOKEN_ISSUED))
    for call in (
        lambda: hospitals.list_hospitals(door, by),
        lambda: hospitals.add_hospital(door, by, NewHospital("East Clinic")),
        lambda: hospitals.issue_token(door, by, north.organization),
        lambda: hospitals.revoke_tokens(door, by, north.organization),
        lambda: hospitals.add_pharmacist(door, by, corner, PIA),
    ):
        assert refused(call) is Category.FORBIDDEN
    assert len(told(Kind.TOKEN_ISSUED)) == before
    assert told(Kind.TOKEN_REVOKED) == []
    assert people(PIA.email) is None


def test_one_that_an_admin_adds_says_by_whom(door, people, told, north, principal):
    assert principal(north.token).organization == north.organization
    assert not principal(north.token).operator
    assert told(Kind.ACCOUNT_CREATED)[-1]["by"] == people(DORA).number
    assert told(Kind.TOKEN_ISSUED)[-1]["by"] == people(DORA).number


def test_the_list_tells_what_it_is_and_what_it_wrote(door, people, north):
    (listed,) = hospitals.list_hospitals(door, people(DORA))
    assert (listed.account.name, listed.type, listed.charts, listed.last_write) == ("North Clinic", "Clinic", 0, 0)
    caller = door.admit(north.token, "test")
    patient = Change(Method.CREATE, "Patient", "p1", {"resourceType": "Patient", "id": "p1"})
    asyncio.run(door.write(caller, [patient]))
    (listed,) = hospitals.list_hospitals(door, people(DORA))
    assert listed.charts == 1
    assert listed.last_write > 0


def test_its_systems_get_further_tokens_and_lose_them_all(door, people, told, north, principal):
    second = hospitals.issue_token(door, people(DORA), north.organization)
    assert principal(second).hospital == principal(north.token).hospital
    assert hospitals.revoke_tokens(door, people(DORA), north.organization) == 2
    for token in (north.token, second):
        assert refused(lambda token=token: principal(token)) is Category.UNAUTHENTICATED
    assert [(entry["by"], entry["tokens"]) for entry in told(Kind.TOKEN_REVOKED)] == [(people(DORA).number, 2)]


def test_one_that_is_shut_out_or_not_there_gets_none(door, people, north):
    number = hospitals.list_hospitals(door, people(DORA))[0].account.number
    admission.suspend(door, people(DORA), number, "Lost its keys.")
    assert refused(lambda: hospitals.issue_token(door, people(DORA), north.organization)) is Category.CONFLICT
    assert refused(lambda: hospitals.issue_token(door, people(DORA), "Organization/none")) is Category.ABSENT
    assert refused(lambda: hospitals.revoke_tokens(door, people(DORA), "Organization/none")) is Category.ABSENT


def test_its_tokens_hold_again_when_it_is_let_in_again(door, people, north, principal):
    number = hospitals.list_hospitals(door, people(DORA))[0].account.number
    admission.suspend(door, people(DORA), number, "Lost its keys.")
    assert refused(lambda: principal(north.token)) is Category.UNAUTHENTICATED
    admission.lift(door, people(DORA), number, "Found them.")
    assert principal(north.token).organization == north.organization


def test_a_pharmacist_waits_until_somebody_has_looked_at_the_licence(door, people, told, noticed, corner):
    pia = hospitals.add_pharmacist(door, people(DORA), corner, PIA)
    pharmacy = next(one for one in hospitals.list_hospitals(door, people(DORA)) if one.is_pharmacy)
    assert (pia.email, pia.name, pia.role, pia.verified) == ("pia@example.org", "Pia Moss", "pharmacist", False)
    assert (pia.organization, pia.shelf) == (corner, pharmacy.account.shelf)
    created = told(Kind.ACCOUNT_CREATED)[-1]
    assert (created["account"], created["by"], created["verified"]) == (pia.number, people(DORA).number, False)
    assert noticed(PIA.email) == [("account-added", None)]
    waiting = next(one for one in admission.waiting(door, people(DORA)) if one.account == pia)
    assert (waiting.profile.licence, waiting.profile.authority) == (PIA.licence, PIA.authority)
    assert not post(door, pia)["active"]
    admission.verify(door, people(DORA), pia.number, Decided(True), seen=waiting.seen)
    assert people(PIA.email).verified
    assert people(PIA.email).organization == corner
    assert post(door, pia)["active"]
    actions.verify(door, PIA.email, verified=False)
    assert not post(door, pia)["active"]


@pytest.mark.parametrize("role", [PersonRole.DOCTOR, PersonRole.PHARMACIST, PersonRole.STAFF, PersonRole.RESEARCHER])
def test_nor_is_anybody_active_whom_the_operator_adds_unseen(door, people, corner, role):
    for verified in (False, True):
        email = f"{verified}@example.org".lower()
        actions.add_person(door, NewPerson(role, "Kit Moss", email, hospital=corner, verified=verified))
        assert post(door, people(email))["active"] is verified
        actions.verify(door, email)
        assert post(door, people(email))["active"]


def test_whose_licence_nobody_looks_at_is_active_at_once(door, people, north):
    actions.add_person(door, NewPerson(PersonRole.AUDITOR, "Kit Moss", "kit@example.org", hospital=north.organization))
    assert post(door, people("kit@example.org"))["active"]


def test_a_pharmacist_is_added_at_a_pharmacy_once(door, people, told, north, corner):
    for place in (north.organization, "Organization/none", ""):
        assert refused(lambda place=place: hospitals.add_pharmacist(door, people(DORA), place, PIA)) is Category.ABSENT
    hospitals.add_pharmacist(door, people(DORA), corner, PIA)
    before = len(told(Kind.ACCOUNT_CREATED))
    for email in (PIA.email, ADA):
        again = replace(PIA, email=email)
        with pytest.raises(Failure) as taken:
            hospitals.add_pharmacist(door, people(DORA), corner, again)
        assert taken.value.category is Category.CONFLICT
        assert [issue.path for issue in taken.value.issues] == ["email"]
    assert len(told(Kind.ACCOUNT_CREATED)) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"licence": "--"}, "licence"),
        ({"authority": " "}, "authority"),
        ({"name": " "}, None),
        ({"email": "pia"}, None),
    ],
)
def test_nonsense_about_a_pharmacist_is_refused(door, people, corner, wrong, field):
    with pytest.raises(Failure) as failure:
        hospitals.add_pharmacist(door, people(DORA), corner, replace(PIA, **wrong))
    assert failure.value.category is Category.MALFORMED
    assert [issue.path for issue in failure.value.issues] == [field]
    assert people(PIA.email) is None


@pytest.mark.parametrize("kind", HospitalType)
def test_what_kind_it_is_stands_in_the_directory(kind):
    assert rules.kind_of(rules.organization(NewHospital("Elm", kind))) is kind


def test_of_an_organisation_from_elsewhere_the_kind_may_not_be_known():
    assert rules.kind_of({"type": [{"coding": [{"code": "prov"}], "text": "Healthcare Provider"}]}) is None
