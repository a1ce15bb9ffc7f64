"""Sessions of people in a browser begin, end, and are told of in the ledger."""

import threading

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.workflows.registration import actions, sessions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from carefolio.workflows.registration.sessions import Factor

HOUR = 60 * 60
NOBODY = 999


@pytest.fixture
def number(carefolio, door):
    """The account number of somebody of this role, verified."""

    def add(role, email=""):
        name = email or f"{role}@example.org"
        if carefolio.accounts.of_email(carefolio.database, name) is None:
            actions.add_person(door, NewPerson(PersonRole(role), "Ada Byron", name, verified=True))
        return carefolio.accounts.of_email(carefolio.database, name).number

    return add


@pytest.fixture
def ada(number):
    return number("patient")


@pytest.fixture(autouse=True)
def clock_put_right():
    yield
    clock.shift(0)


def opened(door, account, *, second_factor=False, seconds=HOUR):
    return sessions.open_session(door, account, second_factor=second_factor, seconds=seconds)


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


def test_a_session_has_a_token_that_is_not_the_operator_s(door, principal, told, ada):
    who = principal(opened(door, ada))
    assert (who.account, who.operator, who.scopes) == (ada, False, None)
    (entry,) = told(Kind.SIGN_IN)
    assert (entry["account"], entry["second_factor"]) == (ada, False)
    assert "operator" not in entry
    assert "failed" not in entry


def test_it_ends_when_the_session_does(door, principal, ada):
    token = opened(door, ada, seconds=60)
    clock.shift(clock.MINUTE)
    assert refused(lambda: principal(token)) is Category.UNAUTHENTICATED


@pytest.mark.parametrize("seconds", [0, -1, sessions.LONGEST_SESSION_SECONDS + 1])
def test_no_session_is_longer_than_half_a_day(door, ada, seconds):
    assert refused(lambda: opened(door, ada, seconds=seconds)) is Category.MALFORMED


@pytest.mark.parametrize("role", [role.value for role in PersonRole if role is not PersonRole.PATIENT])
def test_who_may_see_others_charts_needs_a_second_factor(door, principal, told, number, role):
    account = number(role)
    assert refused(lambda: opened(door, account)) is Category.FORBIDDEN
    assert told(Kind.SIGN_IN) == []
    assert principal(opened(door, account, second_factor=True)).account == account
    assert [entry["second_factor"] for entry in told(Kind.SIGN_IN)] == [True]


def test_neither_the_suspended_nor_systems_nor_strangers_get_one(carefolio, door, told, ada):
    hospital = actions.add_hospital(door, NewHospital("North Hospital"))
    systems = carefolio.accounts.of_hospital(carefolio.database, hospital.organization).number
    actions.suspend(door, "patient@example.org")
    for account in (ada, systems, NOBODY, 0):
        assert refused(lambda account=account: opened(door, account, second_factor=True)) is Category.FORBIDDEN
        assert refused(lambda account=account: sessions.note_recovery(door, account)) is Category.FORBIDDEN
    assert told(Kind.SIGN_IN) == told(Kind.RECOVERY) == []


def test_leaving_ends_the_token_once(door, principal, told, ada):
    token, other = opened(door, ada), opened(door, ada)
    sessions.close_session(door, token)
    sessions.close_session(door, token)
    sessions.close_session(door, "never issued")
    assert refused(lambda: principal(token)) is Category.UNAUTHENTICATED
    sessions.close_session(door, other, idle=True)
    assert [entry["idle"] for entry in told(Kind.SIGN_OUT)] == [False, True]


def test_all_sessions_end_but_this_one_and_the_console_s_tokens_go_on(door, principal, told, ada):
    here, elsewhere = opened(door, ada), opened(door, ada)
    console = actions.issue_token(door, "patient@example.org")
    assert sessions.end_sessions(door, ada, keep=here) == 1
    assert sessions.end_sessions(door, ada, keep=here) == 0
    assert principal(here).account == principal(console).account == ada
    assert refused(lambda: principal(elsewhere)) is Category.UNAUTHENTICATED
    assert [entry["tokens"] for entry in told(Kind.TOKEN_REVOKED)] == [1]


@pytest.mark.parametrize(("factor", "removed"), [(Factor.PASSWORD, False), (Factor.APP, True), (Factor.PASSKEY, True)])
def test_a_new_password_or_a_removed_factor_ends_the_other_sessions(door, principal, told, ada, factor, removed):
    here, elsewhere = opened(door, ada), opened(door, ada)
    sessions.note_factor_changed(door, ada, factor, removed=removed, keep=here)
    assert principal(here).account == ada
    assert refused(lambda: principal(elsewhere)) is Category.UNAUTHENTICATED
    (entry,) = told(Kind.FACTOR_CHANGED)
    assert (entry["factor"], entry["removed"]) == (factor.value, removed)


@pytest.mark.parametrize("factor", [Factor.APP, Factor.PASSKEY, Factor.RECOVERY_CODES])
def test_a_factor_more_ends_nothing(door, principal, told, ada, factor):
    here, elsewhere = opened(door, ada), opened(door, ada)
    sessions.note_factor_changed(door, ada, factor, keep=here)
    assert principal(here).account == principal(elsewhere).account == ada
    assert [entry["factor"] for entry in told(Kind.FACTOR_CHANGED)] == [factor.value]


def test_who_got_back_in_signs_in_anew_everywhere(door, principal, told, ada):
    token = opened(door, ada)
    sessions.note_recovery(door, ada)
    assert refused(lambda: principal(token)) is Category.UNAUTHENTICATED
    assert [entry["account"] for entry in told(Kind.RECOVERY)] == [ada]


def test_trying_again_and_again_fills_no_ledger(door, told, ada):
    for _ in range(20):
        sessions.note_failed(door, ada)
        sessions.note_failed(door, 0)
        sessions.note_failed(door, NOBODY)
    assert [(entry["account"], entry["count"]) for entry in told(Kind.SIGN_IN_FAILED)] == [(ada, 1), (0, 1)]
    clock.shift(clock.MINUTE)
    sessions.note_failed(door, NOBODY)
    assert told(Kind.SIGN_IN_FAILED)[-1]["count"] == 40


def test_who_signs_in_at_last_is_told_how_many_tries_went_before(door, told, ada):
    for _ in range(4):
        sessions.note_failed(door, ada)
    opened(door, ada)
    opened(door, ada)
    assert [entry.get("failed") for entry in told(Kind.SIGN_IN)] == [3, None]


def test_many_at_once_are_counted_one_by_one(door, told, ada):
    threads = [threading.Thread(target=sessions.note_failed, args=(door, ada)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    opened(door, ada)
    assert told(Kind.SIGN_IN_FAILED)[0]["count"] + told(Kind.SIGN_IN)[0]["failed"] == 12


def test_a_suspension_and_a_sign_in_at_once_leave_no_session_that_reads(door, principal, told, ada):
    tokens = []
    threads = [
        threading.Thread(target=lambda: tokens.append(_tried(door, ada))),
        threading.Thread(target=actions.suspend, args=(door, "patient@example.org")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told(Kind.SIGN_IN)) == len([token for token in tokens if token])
    for token in filter(None, tokens):
        assert refused(lambda token=token: principal(token)) is Category.UNAUTHENTICATED


def _tried(door, account):
    try:
        return opened(door, account)
    except Failure:
        return None
