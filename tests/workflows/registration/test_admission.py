"""Admins look at what people say of themselves, shut them out, let them in again, and find them."""

import threading
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.identity.people import Sought
from carefolio.identity.verifications import Outcome
from carefolio.ledger.entry import Kind
from carefolio.records.directory import directory_record, referring
from carefolio.workflows.registration import actions, admission, sessions
from carefolio.workflows.registration.actions import add_hospital, sign_up
from carefolio.workflows.registration.profiles import Decided, change_profile, profile_of
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.workflows.registration.cast import ADA, BEN, CHARLIE, DORA, EVE, FAY, GUS, HEART

HOLDS, HOLDS_NOT = Decided(verified=True), Decided(verified=False, reason="No such licence.")
STRANGERS = [ADA, BEN, CHARLIE, EVE, GUS]


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


def both(first, second):
    """What comes of two at the same time: the categories of those that were refused."""
    failures = []

    def run(call):
        try:
            call()
        except Failure as failure:
            failures.append(failure.category)

    threads = [threading.Thread(target=run, args=(call,)) for call in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_but_an_admin_does_anything_of_it(door, people, told, who):
    by, charlie = people(who), people(CHARLIE)
    before = len(told(Kind.ACCOUNT_SUSPENDED)), len(told(Kind.VERIFICATION_CHANGED))
    for call in (
        lambda: admission.waiting(door, by),
        lambda: admission.look(door, by, charlie.number),
        lambda: admission.verify(door, by, charlie.number, HOLDS, seen=charlie.version),
        lambda: admission.suspend(door, by, charlie.number, "because"),
        lambda: admission.lift(door, by, people(EVE).number),
        lambda: admission.list_people(door, by, Sought()),
    ):
        assert refused(call) is Category.FORBIDDEN
    assert before == (len(told(Kind.ACCOUNT_SUSPENDED)), len(told(Kind.VERIFICATION_CHANGED)))
    assert not people(CHARLIE).verified


def test_an_admin_who_was_shut_out_since_they_looked_decides_nothing(door, people):
    dora, charlie = people(DORA), people(CHARLIE)
    actions.suspend(door, DORA)
    assert refused(lambda: admission.verify(door, dora, charlie.number, HOLDS, seen=1)) is Category.FORBIDDEN


def test_who_waits_is_seen_with_what_they_say_and_since_when(door, people):
    (charlie,) = admission.waiting(door, people(DORA))
    assert charlie.account.email == CHARLIE
    assert charlie.profile == HEART
    assert 0 < charlie.since <= clock.now()
    assert [step.outcome for step in charlie.steps] == [Outcome.ASKED]


def test_whose_licence_holds_waits_no_more(door, people, told):
    dora, charlie = people(DORA), people(CHARLIE)
    admission.verify(door, dora, charlie.number, HOLDS, seen=charlie.version)
    assert people(CHARLIE).verified
    assert admission.waiting(door, dora) == []
    (post,) = referring(door.parts, "PractitionerRole", "practitioner", charlie.person)
    assert directory_record(door.parts, post)["active"] is True
    (entry,) = told(Kind.VERIFICATION_CHANGED)
    assert (entry["by"], entry["account"], entry["verified"]) == (dora.number, charlie.number, True)
    assert "operator" not in entry


def test_whose_licence_does_not_hold_waits_no_more_either(door, people, told):
    dora, charlie = people(DORA), people(CHARLIE)
    admission.verify(door, dora, charlie.number, HOLDS_NOT, seen=charlie.version)
    assert admission.waiting(door, dora) == []
    seen = admission.look(door, dora, charlie.number)
    assert [(step.outcome, step.actor, step.reason) for step in seen.steps[1:]] == [
        (Outcome.REFUSED, dora.number, HOLDS_NOT.reason)
    ]
    assert told(Kind.VERIFICATION_CHANGED)[0]["reason"] == HOLDS_NOT.reason
    change_profile(door, people(CHARLIE), replace(HEART, place="Cork"))
    assert admission.waiting(door, dora) == []
    change_profile(door, people(CHARLIE), replace(HEART, licence="GMC 7041289"))
    assert [len(one.steps) for one in admission.waiting(door, dora)] == [3]


def test_a_refusal_may_be_taken_back_and_a_verification_too(door, people, noticed):
    dora, number = people(DORA), people(CHARLIE).number
    for decided in (HOLDS_NOT, HOLDS, HOLDS_NOT):
        admission.verify(door, dora, number, decided, seen=people(CHARLIE).version)
    seen = admission.look(door, dora, number)
    outcomes = [Outcome.ASKED, Outcome.REFUSED, Outcome.VERIFIED, Outcome.WITHDRAWN]
    assert [step.outcome for step in seen.steps] == outcomes
    assert not seen.account.verified
    refusal = ("verification-refused", HOLDS_NOT.reason)
    assert noticed(CHARLIE) == [refusal, ("verified", None), refusal]


@pytest.mark.parametrize("decided", [Decided(verified=False), Decided(verified=False, reason="x" * 1001)])
def test_a_refusal_has_a_reason(door, people, decided):
    charlie = people(CHARLIE)
    call = lambda: admission.verify(door, people(DORA), charlie.number, decided, seen=charlie.version)  # noqa: E731 - said once
    assert refused(call) is Category.MALFORMED


def test_two_admins_at_once_are_one_decision(door, people, told):
    charlie = people(CHARLIE)
    dora, fay = people(DORA), people(FAY)
    failures = both(
        lambda: admission.verify(door, dora, charlie.number, HOLDS, seen=charlie.version),
        lambda: admission.verify(door, fay, charlie.number, HOLDS_NOT, seen=charlie.version),
    )
    assert failures == [Category.CONFLICT]
    assert len(told(Kind.VERIFICATION_CHANGED)) == 1


def test_what_was_changed_since_it_was_seen_is_not_decided_on(door, people):
    seen = admission.look(door, people(DORA), people(CHARLIE).number).seen
    change_profile(door, people(CHARLIE), replace(HEART, licence="GMC 666"))
    call = lambda: admission.verify(door, people(DORA), people(CHARLIE).number, HOLDS, seen=seen)  # noqa: E731 - said once
    assert refused(call) is Category.CONFLICT
    assert not people(CHARLIE).verified


def test_who_is_verified_joins_the_hospital_that_they_named(door, people):
    hospital = add_hospital(door, NewHospital("North Hospital")).organization
    sign_up(door, NewPerson(PersonRole.DOCTOR, "Dr Ida Noll", "ida@example.org"), replace(HEART, hospital=hospital))
    ida = people("ida@example.org")
    admission.verify(door, people(DORA), ida.number, HOLDS, seen=ida.version)
    theirs = door.parts.accounts.of_hospital(door.parts.database, hospital)
    now = people("ida@example.org")
    assert (now.organization, now.hospital, now.shelf) == (hospital, theirs.hospital, theirs.shelf)
    assert profile_of(door, now).hospital == hospital


def test_patients_and_admins_are_not_verified_and_strangers_are_absent(door, people):
    dora = people(DORA)
    for who in (ADA, FAY):
        found = people(who)
        call = lambda found=found: admission.verify(door, dora, found.number, HOLDS, seen=found.version)  # noqa: E731 - said once
        assert refused(call) is Category.UNPROCESSABLE
    assert refused(lambda: admission.look(door, dora, 999)) is Category.ABSENT
    assert refused(lambda: admission.suspend(door, dora, 999, "because")) is Category.ABSENT


def test_who_is_shut_out_is_so_with_the_next_request(door, people, principal, told, noticed):
    session = sessions.open_session(door, people(ADA).number, second_factor=False, seconds=60)
    console = actions.issue_token(door, ADA)
    admission.suspend(door, people(DORA), people(ADA).number, "Lent the account to others.")
    for token in (session, console):
        assert refused(lambda token=token: principal(token)) is Category.UNAUTHENTICATED
    admission.lift(door, people(DORA), people(ADA).number)
    assert principal(console).account == people(ADA).number
    assert refused(lambda: principal(session)) is Category.UNAUTHENTICATED
    entries = [entry for entry in told(Kind.ACCOUNT_SUSPENDED) if "by" in entry]
    assert [(entry["suspended"], entry.get("reason")) for entry in entries] == [
        (True, "Lent the account to others."),
        (False, None),
    ]
    assert noticed(ADA) == [("suspended", "Lent the account to others."), ("suspension-lifted", None)]


def test_nobody_shuts_out_themselves_or_without_a_reason_or_twice(door, people):
    dora = people(DORA)
    assert refused(lambda: admission.suspend(door, dora, dora.number, "tired")) is Category.CONFLICT
    assert refused(lambda: admission.suspend(door, dora, people(ADA).number, " ")) is Category.MALFORMED
    assert refused(lambda: admission.suspend(door, dora, people(EVE).number, "again")) is Category.CONFLICT
    assert refused(lambda: admission.lift(door, dora, people(ADA).number)) is Category.CONFLICT


def test_one_admin_is_always_left(door, people):
    dora, fay = people(DORA), people(FAY)
    failures = both(
        lambda: admission.suspend(door, dora, fay.number, "she or I"),
        lambda: admission.suspend(door, fay, dora.number, "he or I"),
    )
    assert failures == [Category.FORBIDDEN]
    assert people(DORA).suspended is not people(FAY).suspended


def test_the_operator_s_own_decision_stands_among_the_others(door, people):
    actions.verify(door, CHARLIE)
    actions.verify(door, CHARLIE, verified=False)
    steps = admission.look(door, people(DORA), people(CHARLIE).number).steps
    assert [(step.outcome, step.actor) for step in steps[1:]] == [(Outcome.VERIFIED, 0), (Outcome.WITHDRAWN, 0)]
    assert admission.waiting(door, people(DORA)) == []


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(text="BEN@example.org"), [BEN]),
        (Sought(text="nobody@example.org"), []),
        (Sought(text=BEN, role="patient"), []),
        (Sought(text="osei be"), [BEN]),
        (Sought(text="byron", role="patient"), [ADA]),
        (Sought(text="byron", role="doctor"), []),
        (Sought(role="admin"), [FAY, EVE, DORA]),
        (Sought(count=1), [CHARLIE, GUS]),
    ],
)
def test_people_are_found_by_e_mail_role_or_name(door, people, sought, found):
    assert [one.account.email for one in admission.list_people(door, people(DORA), sought)] == found


def test_the_list_goes_on_and_tells_when_somebody_signed_in_last(door, people):
    sessions.open_session(door, people(BEN).number, second_factor=True, seconds=60)
    actions.issue_token(door, ADA)
    everybody = admission.list_people(door, people(DORA), Sought())
    assert len(everybody) == 7
    rest = admission.list_people(door, people(DORA), Sought(before=everybody[4].account.number))
    assert [one.account.email for one in rest] == [BEN, ADA]
    assert [bool(one.last_sign_in) for one in rest] == [True, False]
