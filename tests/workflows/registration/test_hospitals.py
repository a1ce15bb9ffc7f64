"""Admins see who sends records, add a hospital, give its systems another token, and end them."""

import asyncio

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Change, Method
from carefolio.workflows.registration import admission, hospitals
from carefolio.workflows.registration.rules import HospitalType, NewHospital
from tests.workflows.registration.cast import ADA, BEN, CHARLIE, DORA, EVE, GUS


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


@pytest.fixture
def north(door, people):
    return hospitals.add_hospital(door, people(DORA), NewHospital("North Clinic", HospitalType.CLINIC))


@pytest.mark.parametrize("who", [ADA, BEN, CHARLIE, EVE, GUS])
def test_nobody_but_an_admin_does_anything_of_it(door, people, told, north, who):
    by, before = people(who), len(told(Kind.TOKEN_ISSUED))
    for call in (
        lambda: hospitals.list_hospitals(door, by),
        lambda: hospitals.add_hospital(door, by, NewHospital("East Clinic")),
        lambda: hospitals.issue_token(door, by, north.organization),
        lambda: hospitals.revoke_tokens(door, by, north.organization),
    ):
        assert refused(call) is Category.FORBIDDEN
    assert len(told(Kind.TOKEN_ISSUED)) == before
    assert told(Kind.TOKEN_REVOKED) == []


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
