"""Stripe takes whoever calls, and says nothing: those who pay are told, and nobody else waits."""

import asyncio
import threading
from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.base.apart import Apart
from carefolio.base.failures import Category, Failure
from carefolio.workflows.payments import actions, asking, tasks
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers import stripe
from carefolio.workflows.payments.providers.stripe import Account, Stripe
from carefolio.workflows.payments.rules import Answer, Attempt, Kind, Outcome, State, Way
from tests.mute import Mute

SOON, LONG_SECONDS = 0.2, 20


@pytest.fixture
def card(monkeypatch):
    for threads in ("_ASKING", "_GLANCING", "_UNHURRIED"):
        monkeypatch.setattr(asking, threads, Apart("test", asking.THREADS))
    with closing(Mute()) as mute:
        yield Stripe(Account("sk_test_carefolio", "whsec_x", "http://127.0.0.1:8000", mute.url))


@pytest.fixture
def impatient(monkeypatch):
    """What takes ten seconds otherwise."""
    for setting in ("ANSWER_SECONDS", "GLANCE_SECONDS", "UNHURRIED_SECONDS"):
        monkeypatch.setattr(asking, setting, SOON)


def test_those_who_look_are_told_and_nobody_else_waits(practice, card, impatient):
    bill = practice.bill()
    with pytest.raises(Failure) as away:
        practice.do(actions.pay, "Ada", card, bill)
    assert away.value.category is Category.UNAVAILABLE
    assert "It may still be done" in str(away.value)  # the call goes on
    caller = practice.caller("Ada")

    async def story():
        looks = [actions.look(practice.door, caller, card, bill) for _ in range(20)]
        told = asyncio.ensure_future(asyncio.gather(*looks, return_exceptions=True))
        others = await asyncio.gather(*(asyncio.to_thread(threading.get_ident) for _ in range(50)))
        return len(others), {one.category for one in await told}

    ended = asyncio.run(asyncio.wait_for(story(), LONG_SECONDS))
    assert ended == (50, {Category.UNAVAILABLE})
    assert asyncio.run(tasks.finish(practice.door, card)) == 0
    assert practice.seen("Ada", bill).state is State.PAYING


def test_looking_holds_no_thread_of_those_who_pay(practice, card, monkeypatch):
    """However many look at bills of a service that is silent, and however soon they go away again."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", SOON)
    with pytest.raises(Failure):
        practice.do(actions.pay, "Ada", card, bill := practice.bill())
    monkeypatch.setattr(asking, "_ASKING", Apart("test", asking.THREADS))
    monkeypatch.setattr(asking, "ANSWER_SECONDS", LONG_SECONDS)
    for _ in range(2 * asking.THREADS):
        with pytest.raises(Failure) as away:
            practice.do(actions.look, "Ada", card, bill)
        assert away.value.category is Category.UNAVAILABLE
    paid = Answer(Outcome.DONE)
    assert asyncio.run(asking.asked(card, lambda: paid)) is paid


@pytest.mark.parametrize(
    ("act", "true"),
    [
        (lambda card, one: card.ask(one), "Nothing is taken unless a card was entered there"),
        (lambda card, one: card.stop(one), "may be stopped already, or paid"),
        (lambda card, one: card.give_back(one, one), "may be on its way back already"),
    ],
    ids=["ask", "stop", "give back"],
)
def test_what_is_said_of_a_service_that_is_away_is_true_of_each_act(act, true):
    """Its answer was lost: what was asked for may be done."""
    money, doctor = Money(100, "EUR"), "Practitioner/b"
    attempt = Attempt("b.p1", "b", Kind.PAYMENT, Way.STRIPE, money, doctor, clock.now(), reference="cs_1")
    with closing(Mute()) as mute:
        gone = mute.url
    with pytest.raises(Failure) as away:
        act(Stripe(Account("sk_test_carefolio", "whsec_x", "http://127.0.0.1:8000", gone)), attempt)
    assert true in str(away.value)
    assert "Nothing was decided" not in str(away.value)


def test_an_old_attempt_is_looked_for_by_nobody_who_waits(practice, card, impatient, monkeypatch):
    """However often its bill is looked at; and looking for it holds no thread of theirs."""
    with pytest.raises(Failure):
        practice.do(actions.pay, "Ada", card, bill := practice.bill())
    monkeypatch.setattr(stripe, "_REMEMBERED", -1)
    monkeypatch.setattr(asking, "ANSWER_SECONDS", LONG_SECONDS)  # whoever asks now is answered
    for _ in range(2 * asking.THREADS):
        assert practice.do(actions.look, "Ada", card, bill).state is State.PAYING
        assert practice.do(actions.stop, "Ada", card, bill).state is State.PAYING
        assert asyncio.run(tasks.finish(practice.door, card)) == 0
    paid = Answer(Outcome.DONE)
    assert asyncio.run(asking.asked(card, lambda: paid)) is paid


def test_the_client_itself_does_not_wait_for_long(practice, card, impatient, monkeypatch):
    monkeypatch.setattr(stripe, "_ANSWER_SECONDS", SOON)
    with pytest.raises(Failure):
        practice.do(actions.pay, "Ada", card, bill := practice.bill())
    (attempt,) = practice.movements("Ada", bill)
    hasty, told = Stripe(card._account), []

    def ask():
        try:
            hasty.ask(attempt)
        except Failure as problem:
            told.append(problem.category)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(LONG_SECONDS)
    assert told == [Category.UNAVAILABLE]
