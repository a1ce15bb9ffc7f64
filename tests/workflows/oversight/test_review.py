"""Somebody says of an emergency access whether it was right."""

import asyncio
import threading

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NoticeKind
from carefolio.records.trail import Asked
from carefolio.workflows.oversight import actions
from carefolio.workflows.oversight.rules import Outcome, Verdict
from carefolio.workflows.registration import actions as registration
from tests.workflows.oversight.cast import ADA, BEN, DORA, GUS, STRANGERS

RIGHT = Verdict(Outcome.JUSTIFIED)
ABUSE = Verdict(Outcome.ABUSE, "There was no emergency.")


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_says_anything_of_it(door, people, opened, entries, who):
    seq = opened()
    assert refused(lambda: actions.review(door, people(who), seq, RIGHT)) is Category.FORBIDDEN
    assert entries(Kind.BREAK_GLASS_REVIEWED) == []


def test_the_patient_and_the_platform_are_told(door, people, opened, caller, entries):
    seq = opened()
    verdict = Verdict(Outcome.QUESTIONED, "The note says nothing of an emergency.")
    made = actions.review(door, people(GUS), seq, verdict)
    assert (made.outcome, made.text, made.by) == (verdict.outcome, verdict.text, people(GUS).number)
    (_, in_chart), (_, in_platform) = entries(Kind.BREAK_GLASS_REVIEWED)
    assert (in_chart.owner, in_platform.owner) == (people(ADA).chart, 0)
    assert in_chart.content["text"] == verdict.text
    assert "text" not in in_platform.content
    steps = asyncio.run(door.trail_of(caller(ADA), Asked()))
    (step,) = [step for step in steps if step.entry.kind is Kind.BREAK_GLASS_REVIEWED]
    assert (step.name, step.entry.content["outcome"]) == ("Gus Tarn", "questioned")
    assert actions.look(door, people(DORA), seq).review == made


def test_the_same_said_again_changes_nothing_and_something_else_is_refused(door, people, opened, entries):
    seq = opened()
    made = actions.review(door, people(GUS), seq, RIGHT)
    assert actions.review(door, people(DORA), seq, RIGHT) == made
    assert refused(lambda: actions.review(door, people(DORA), seq, ABUSE)) is Category.CONFLICT
    assert len(entries(Kind.BREAK_GLASS_REVIEWED)) == 2


def test_two_at_once_are_one_review(door, people, opened, entries):
    seq, outcomes = opened(), []

    def run(who, verdict):
        try:
            outcomes.append(actions.review(door, who, seq, verdict).outcome)
        except Failure as failure:
            outcomes.append(failure.category)

    threads = [threading.Thread(target=run, args=pair) for pair in ((people(GUS), RIGHT), (people(DORA), ABUSE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Category.CONFLICT) == 1
    assert len(entries(Kind.BREAK_GLASS_REVIEWED)) == 2


def test_the_patient_and_the_doctor_are_told_once(door, people, opened):
    seq = opened()
    for _ in range(2):
        actions.review(door, people(GUS), seq, RIGHT)
    for name in (ADA, BEN):
        found = door.parts.notifier.notices.of_account(door.parts.database, people(name).number)
        told = [one for one in found if one.kind is NoticeKind.BREAK_GLASS_REVIEWED]
        assert [one.about["outcome"] for one in told] == [RIGHT.outcome.value]
        assert told[0].about["doctor"]["name"] == people(BEN).name


def test_after_an_abuse_the_doctor_may_be_shut_out_at_once(door, people, opened, entries, caller):
    seq, token = opened(), caller(BEN).token
    actions.review(door, people(GUS), seq, Verdict(Outcome.ABUSE, "No emergency.", suspend=True))
    assert people(BEN).suspended
    assert refused(lambda: door.admit(token, "test")) is Category.UNAUTHENTICATED
    _, last = entries(Kind.ACCOUNT_SUSPENDED)[-1]
    assert (last.content["by"], last.content["reason"]) == (people(GUS).number, "No emergency.")
    notices = door.parts.notifier.notices.of_account(door.parts.database, people(BEN).number)
    told = [(one.kind.value, one.about) for one in notices if one.kind is not NoticeKind.BREAK_GLASS_REVIEWED]
    assert told == [("suspended", {"reason": "No emergency."})]


def test_who_is_shut_out_already_stays_so(door, people, opened, entries):
    seq = opened()
    registration.suspend(door, BEN)
    before = len(entries(Kind.ACCOUNT_SUSPENDED))
    actions.review(door, people(GUS), seq, Verdict(Outcome.ABUSE, "No emergency.", suspend=True))
    assert len(entries(Kind.ACCOUNT_SUSPENDED)) == before


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict(Outcome.QUESTIONED), "text"),
        (Verdict(Outcome.ABUSE, " "), "text"),
        (Verdict(Outcome.JUSTIFIED, "x" * 1001), "text"),
        (Verdict(Outcome.QUESTIONED, "Why?", suspend=True), "suspend"),
    ],
)
def test_nonsense_is_refused_and_names_its_field(door, people, opened, verdict, field):
    with pytest.raises(Failure) as refusal:
        actions.review(door, people(GUS), opened(), verdict)
    assert [issue.path for issue in refusal.value.issues] == [field]


def test_what_is_no_access_is_not_reviewed(door, people, opened):
    opened()
    assert refused(lambda: actions.review(door, people(GUS), 1, RIGHT)) is Category.ABSENT


def test_a_row_that_leads_to_another_entry_is_no_review(door, people, opened):
    seq = opened()
    door.parts.database.write_now(lambda tx: tx.execute("INSERT INTO review VALUES (?, ?)", (seq, 1)))
    with pytest.raises(ValueError, match="no review"):
        actions.look(door, people(GUS), seq)
