"""Tokens from the operator's console."""

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def ada(door):
    return actions.add_person(door, NewPerson(PersonRole.PATIENT, "Ada Byron", ADA))


@pytest.fixture(autouse=True)
def clock_put_right():
    yield
    clock.shift(0)


def test_it_is_marked_as_the_operator_s_and_ends_on_time(door, principal, told):
    token = actions.issue_token(door, ADA, scope="patient/Observation.rs", minutes=10)
    assert principal(token).operator
    (entry,) = told(Kind.TOKEN_ISSUED)
    assert (entry["operator"], entry["scope"]) == (True, "patient/Observation.rs")
    clock.shift(10 * clock.MINUTE)
    with pytest.raises(Failure) as refused:
        principal(token)
    clock.shift(0)
    assert refused.value.category is Category.UNAUTHENTICATED


def test_a_hospital_s_systems_get_further_ones_by_the_organisation(door, principal):
    made = actions.add_hospital(door, NewHospital("North Hospital"))
    assert principal(actions.issue_token(door, made.organization)).organization == made.organization
    assert actions.revoke_tokens(door, made.organization) == 2
    with pytest.raises(Failure):
        principal(made.token)


def test_one_is_revoked_and_the_others_hold(door, principal, told):
    kept, ended = actions.issue_token(door, ADA), actions.issue_token(door, ADA)
    actions.revoke_token(door, ended)
    assert principal(kept).person
    with pytest.raises(Failure):
        principal(ended)
    with pytest.raises(Failure, match="no such token"):
        actions.revoke_token(door, ended)
    assert [entry["tokens"] for entry in told(Kind.TOKEN_REVOKED)] == [1]


def test_suspension_and_verification_hold_from_the_next_request(door, principal, told):
    token = actions.issue_token(door, ADA)
    assert not principal(token).verified
    actions.verify(door, ADA)
    assert principal(token).verified
    actions.suspend(door, ADA)
    with pytest.raises(Failure):
        principal(token)
    with pytest.raises(Failure, match="suspended"):
        actions.issue_token(door, ADA)
    actions.suspend(door, ADA, suspended=False)
    assert principal(token).verified
    assert [entry["suspended"] for entry in told(Kind.ACCOUNT_SUSPENDED)] == [True, False]


@pytest.mark.parametrize("minutes", [0, -1, actions.LONGEST_TOKEN_MINUTES + 1])
def test_a_token_holds_neither_for_nothing_nor_for_ever(door, minutes):
    with pytest.raises(Failure, match="between 1 and"):
        actions.issue_token(door, ADA, minutes=minutes)


def test_a_scope_that_means_nothing_is_refused(door):
    with pytest.raises(Failure, match="No scope"):
        actions.issue_token(door, ADA, scope="all of it")
