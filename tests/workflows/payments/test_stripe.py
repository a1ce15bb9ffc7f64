"""The official client against localstripe: paid, declined, 3-D Secure, refunds, messages once, twice and never."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.workflows.payments import actions, tasks
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.providers.stripe import Account, Stripe
from carefolio.workflows.payments.rules import Answer, Line, Outcome, State, Way
from tests.workflows.payments.counter import ASKS_BANK, DECLINED, GOOD, SECRET, Counter, is_there, signed

LONG_AGO = 23 * clock.HOUR
"""Longer than a name is asked under, and not quite what a session may have been made after: that ends with a second."""

pytestmark = pytest.mark.skipif(not is_there(), reason="localstripe is not installed: make services")
AT_ONCE, AT_ONCE_DRILL = 20, 100


@pytest.fixture(scope="module")
def counter():
    made = Counter()
    yield made
    made.close()


@pytest.fixture
def card(counter):
    return Stripe(Account("sk_test_carefolio", SECRET, "http://127.0.0.1:8000", counter.url))


def settle(practice, card, attempt):
    return asyncio.run(actions.settle(practice.door, card, attempt))


def finish(practice, card):
    return asyncio.run(tasks.finish(practice.door, card))


def test_paid_and_seen_when_the_patient_comes_back(practice, counter, card):
    bill = practice.bill()
    before = counter.counts().get("charges", 0)
    paying = practice.do(actions.pay, "Ada", card, bill)
    assert paying.bill.state is State.PAYING
    assert counter.pay(paying.url) == 200
    assert practice.do(actions.look, "Ada", card, bill).state is State.BALANCED
    assert practice.do(actions.pay, "Ada", card, bill).bill.is_paid
    assert practice.do(actions.look, "Ben", card, bill).kept.minor == 5000
    assert counter.counts()["charges"] == before + 1
    assert practice.told("Ada") == ["paid", "bill"]
    assert practice.told("Ben") == ["paid"]


def test_declined_and_paid_with_another_card(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert counter.pay(paying.url, DECLINED) == 402
    assert practice.do(actions.look, "Ada", card, paying.bill.id).state is State.PAYING
    assert practice.do(actions.pay, "Ada", card, paying.bill.id).url == paying.url
    assert counter.pay(paying.url, GOOD) == 200
    assert practice.do(actions.look, "Ada", card, paying.bill.id).is_paid


@pytest.mark.parametrize("success", [True, False])
def test_the_bank_asks(practice, counter, card, success):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert counter.pay(paying.url, ASKS_BANK) == 302
    assert counter.prove(paying.url, success=success) == (200 if success else 402)
    assert practice.do(actions.look, "Ada", card, paying.bill.id).is_paid is success


def test_a_signed_message_settles_and_a_replayed_one_changes_nothing(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    attempt = paying.bill.open
    assert counter.pay(paying.url) == 200
    body, signature = counter.mailbox.about(attempt)
    for _ in range(2):
        assert card.heard(body, signature) == attempt
        assert settle(practice, card, attempt).state is State.BALANCED
    assert practice.told("Ada").count("paid") == 1
    old = signed(body, at=clock.now() // clock.SECOND - 301)
    for wrong in ("", "t=1,v1=00", signed(body, "whsec_other"), old):
        with pytest.raises(Failure) as refused:
            card.heard(body, wrong)
        assert refused.value.category is Category.MALFORMED
    other = json.dumps({"object": "event", "data": {"object": {}}}).encode()
    assert card.heard(other, signed(other)) == ""


def test_a_lost_message_is_made_up_for(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert finish(practice, card) == 0
    assert counter.pay(paying.url) == 200
    assert finish(practice, card) == 1
    assert practice.seen("Ada", paying.bill.id).is_paid
    assert finish(practice, card) == 0


def test_nobody_is_asked_any_more_when_the_server_stops(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert counter.pay(paying.url) == 200
    assert asyncio.run(tasks.finish(practice.door, card, lambda: True)) == 0
    assert finish(practice, card) == 1


def test_stopped_and_paid_at_the_desk(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert practice.do(actions.stop, "Ada", card, paying.bill.id).state is State.ISSUED
    assert counter.pay(paying.url) == 410
    again = practice.do(actions.pay, "Ada", card, paying.bill.id)
    assert again.url != paying.url
    desk = practice.do(actions.receive, "Ben", card, paying.bill.id)
    assert desk.state is State.BALANCED
    assert counter.pay(again.url) == 410
    assert [one.outcome for one in practice.movements("Ada", desk.id)] == [*[Outcome.FAILED] * 2, Outcome.DONE]


def test_paid_just_before_it_was_stopped(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    assert counter.pay(paying.url) == 200
    assert practice.do(actions.receive, "Ben", card, paying.bill.id).is_paid
    (only,) = practice.movements("Ada", paying.bill.id)
    assert only.way is card.way


def test_refunds_in_parts_each_once(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    counter.pay(paying.url)
    bill = practice.do(actions.look, "Ada", card, paying.bill.id)
    before = counter.counts()
    for seen, minor in ((0, 1500), (1, 3500)):
        practice.do(actions.refund, "Ben", card, bill.id, (Money(minor, "EUR"), seen))
    after = counter.counts()
    assert practice.seen("Ada", bill.id).state is State.REFUNDED
    assert after["given"] - before.get("given", 0) == 5000
    assert after["refunds"] - before.get("refunds", 0) == 2
    first = practice.movements("Ben", bill.id)[1]
    assert card.give_back(first, practice.movements("Ben", bill.id)[0]).outcome is Outcome.DONE
    assert counter.counts() == after


def test_a_crash_after_the_claim_is_finished_under_the_same_name(practice, counter, card):
    bill = practice.bill()
    counter.set_down(down=True)
    try:
        with pytest.raises(Failure) as away:
            practice.do(actions.pay, "Ada", card, bill)
        assert away.value.category is Category.UNAVAILABLE
        assert practice.seen("Ada", bill).state is State.PAYING
        assert finish(practice, card) == 0
    finally:
        counter.set_down(down=False)
    paying = practice.do(actions.pay, "Ada", card, bill)
    assert counter.pay(paying.url) == 200
    assert practice.do(actions.look, "Ada", card, bill).payments == 1


def test_what_was_begun_by_card_waits_where_cards_are_not_taken_any_more(practice, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    with pytest.raises(Failure, match="not set up here"):
        practice.do(actions.look, "Ada", Offline(), paying.bill.id)


def test_the_key_is_forgotten_after_a_day_and_the_session_is_found(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    (attempt,) = practice.movements("Ada", paying.bill.id)
    lost = replace(attempt, reference="", created=attempt.created - LONG_AGO)
    assert card.ask(lost, unhurried=True).reference == attempt.reference
    assert card.ask(replace(lost, id="never.p1"), unhurried=True).outcome is Outcome.FAILED
    before = counter.counts()
    assert card.ask(lost) == card.stop(lost) == Answer(Outcome.OPEN)  # nobody waits for the search
    assert counter.counts() == before


@pytest.mark.parametrize(("ahead", "found"), [(-23, True), (0.9, True), (2, False)])
def test_our_clock_may_be_ahead_and_the_session_made_late(practice, card, ahead, found):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    (attempt,) = practice.movements("Ada", paying.bill.id)
    late = replace(attempt, reference="", created=attempt.created + int(ahead * clock.HOUR))
    clock.shift(2 * clock.DAY)
    try:
        assert (card.ask(late, unhurried=True).reference == attempt.reference) is found
    finally:
        clock.shift(0)


def test_what_was_not_looked_for_among_all_is_not_known_to_be_gone(practice, card, monkeypatch):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    (attempt,) = practice.movements("Ada", paying.bill.id)
    monkeypatch.setattr("carefolio.workflows.payments.providers.stripe._MOST_LOOKED_THROUGH", 0)
    with pytest.raises(Failure) as unknown:
        card.ask(replace(attempt, id="other.p1", reference="", created=attempt.created - LONG_AGO), unhurried=True)
    assert unknown.value.category is Category.UNAVAILABLE


def test_a_session_of_another_account_settles_nothing(practice, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    (attempt,) = practice.movements("Ada", paying.bill.id)
    for act in (card.ask, card.stop):
        with pytest.raises(Failure) as unknown:
            act(replace(attempt, reference="cs_of_others"))
        assert unknown.value.category is Category.UNAVAILABLE
    with pytest.raises(Failure) as unknown:  # it may have been given back: a second refund would be one too many
        card.give_back(replace(attempt, reference=""), replace(attempt, reference="cs_of_others"))
    assert unknown.value.category is Category.UNAVAILABLE


def test_a_sum_that_is_too_small_for_cards_has_failed_and_is_paid_at_the_desk(practice, card):
    bill = practice.bill((Line("A form", Money(10, "EUR")),))
    refused = practice.do(actions.pay, "Ada", card, bill)
    assert (refused.bill.state, refused.url, refused.why) == (State.ISSUED, "", "amount_too_small")
    assert practice.do(actions.look, "Ada", card, bill).state is State.ISSUED
    assert practice.do(actions.receive, "Ben", card, bill).is_paid


def test_a_session_is_not_made_anew_when_it_would_end_too_soon(practice, counter, card):
    bill = practice.bill()
    counter.set_down(down=True)
    try:
        with pytest.raises(Failure):
            practice.do(actions.pay, "Ada", card, bill)
    finally:
        counter.set_down(down=False)
    for hours, outcome in ((20, Outcome.OPEN), (22, Outcome.FAILED)):
        (attempt,) = practice.movements("Ada", bill)
        late = replace(attempt, id=f"{hours}.p1", created=attempt.created - hours * clock.HOUR)
        assert card.ask(late, unhurried=True).outcome is outcome, hours


def test_what_was_given_back_on_stripes_own_pages_is_passed_over(practice, counter, card):
    paying = practice.do(actions.pay, "Ada", card, practice.bill())
    counter.pay(paying.url)
    practice.do(actions.look, "Ada", card, paying.bill.id)
    (payment,) = practice.movements("Ada", paying.bill.id)
    intent = card._client.v1.checkout.sessions.retrieve(payment.reference).payment_intent
    card._client.v1.refunds.create(params={"payment_intent": intent, "amount": 100})
    late = replace(payment, id="late.r1", reference="", created=payment.created - clock.DAY, amount=Money(200, "EUR"))
    made = card.give_back(late, payment)
    assert made.outcome is Outcome.DONE
    assert card.give_back(late, payment).reference == made.reference


class Odd(Offline):
    """A provider that stumbles over one attempt."""

    way = Way.STRIPE

    def __init__(self, over):
        self.over = over

    def ask(self, attempt, *, unhurried=False):
        if attempt.id == self.over:
            raise KeyError("Ada Quinn")
        return super().ask(attempt, unhurried=unhurried)


def test_one_that_cannot_be_settled_keeps_no_other_waiting(practice, card, caplog):
    first, second = (practice.do(actions.pay, "Ada", card, practice.bill()).bill for _ in range(2))
    assert finish(practice, Odd(first.open)) == 1
    assert practice.seen("Ada", second.id).is_paid
    assert practice.seen("Ada", first.id).state is State.PAYING
    assert "KeyError at" in caplog.text
    assert "Ada" not in caplog.text


def pay_at_once(practice, counter, card, many):
    """So many press "pay" and pay at the page at once: how many charges there were."""
    bill = practice.bill()
    before = counter.counts()

    def press(_):
        paying = asyncio.run(actions.pay(practice.door, practice.caller("Ada"), card, bill))
        status = counter.pay(paying.url) if paying.url else 0
        asyncio.run(actions.look(practice.door, practice.caller("Ada"), card, bill))
        return status

    with ThreadPoolExecutor(min(many, 20)) as pool:
        statuses = list(pool.map(press, range(many)))
    assert set(statuses) <= {0, 200, 410}
    after = counter.counts()
    seen = practice.do(actions.look, "Ada", card, bill)
    assert (seen.state, seen.payments) == (State.BALANCED, 1)
    assert practice.told("Ada").count("paid") == 1
    return after["charges"] - before.get("charges", 0), after["sessions"] - before.get("sessions", 0)


def test_many_who_pay_at_once_are_charged_once(practice, counter, card):
    assert pay_at_once(practice, counter, card, AT_ONCE) == (1, 1)


@pytest.mark.drill
def test_a_hundred_who_pay_at_once_are_charged_once(practice, counter, card):
    assert pay_at_once(practice, counter, card, AT_ONCE_DRILL) == (1, 1)
