"""Paying at the desk and paying back; what a doctor earned."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.changes import Change, Method
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.rules import Kind, Outcome, State
from tests.workflows.payments.conftest import FIFTY


def test_the_doctor_says_that_the_money_came(practice):
    bill = practice.bill()
    practice.do(actions.receive, "Ben", practice.desk, bill)
    practice.do(actions.receive, "Ben", practice.desk, bill)
    seen = practice.seen("Ada", bill)
    assert (seen.state, seen.kept) == (State.BALANCED, FIFTY)
    (payment,) = practice.movements("Ada", bill)
    assert (payment.kind, payment.outcome, payment.amount) == (Kind.PAYMENT, Outcome.DONE, FIFTY)
    assert practice.movements("Ben", bill) == [payment]
    assert practice.told("Ada") == ["paid", "bill"]


def test_the_patient_cannot_say_so(practice):
    bill = practice.bill()
    with pytest.raises(Failure) as hidden:
        practice.do(actions.receive, "Ada", practice.desk, bill)
    assert hidden.value.category is Category.ABSENT
    with pytest.raises(Failure, match="at the desk"):
        practice.do(actions.pay, "Ada", practice.desk, bill)


def test_paying_back_in_parts(practice):
    bill = practice.bill()
    with pytest.raises(Failure, match="not paid yet"):
        practice.do(actions.refund, "Ben", practice.desk, bill, (FIFTY, 0))
    practice.do(actions.receive, "Ben", practice.desk, bill)
    part = practice.do(actions.refund, "Ben", practice.desk, bill, (Money(2000, "EUR"), 0))
    assert (part.state, part.kept.minor) == (State.PARTLY_REFUNDED, 3000)
    with pytest.raises(Failure, match="changed since"):
        practice.do(actions.refund, "Ben", practice.desk, bill, (Money(2000, "EUR"), 0))
    with pytest.raises(Failure, match="up to what was paid"):
        practice.do(actions.refund, "Ben", practice.desk, bill, (Money(3001, "EUR"), 1))
    practice.do(actions.refund, "Ben", practice.desk, bill, (Money(3000, "EUR"), 1))
    assert practice.seen("Ada", bill).state is State.REFUNDED
    assert [one.amount.minor for one in practice.movements("Ada", bill)] == [5000, 2000, 3000]
    assert practice.told("Ada")[:2] == ["refunded", "refunded"]


@pytest.mark.parametrize("name", ["Ada", "North"])
def test_whoever_knows_a_bill_takes_no_id_of_its_payments(practice, name):
    bill = practice.bill()
    for id_ in (f"{bill}.p1", f"{bill}.r1"):
        with pytest.raises(Failure, match="id is taken"):
            practice.write(name, Change(Method.UPDATE, "PaymentNotice", id_, notice(practice, id_)))
    assert practice.do(actions.receive, "Ben", practice.desk, bill).is_paid


def notice(practice, id_):
    return {
        "resourceType": "PaymentNotice",
        "id": id_,
        "status": "active",
        "created": "2030-05-06",
        "provider": {"reference": practice.ref("Ben")},
        "payment": {"display": "card"},
        "recipient": {"display": "desk"},
        "amount": {"value": 5, "currency": "EUR"},
    }


def test_a_payment_that_was_not_written_here_is_none(practice):
    practice.write("North", Change(Method.UPDATE, "PaymentNotice", "sent.p1", notice(practice, "sent.p1")))
    with pytest.raises(Failure) as hidden:
        practice.do(reading.attempt, "North", "sent.p1")
    assert hidden.value.category is Category.ABSENT


def test_of_many_who_say_so_at_once_one_is_written(practice):
    bill = practice.bill()

    def receive(_):
        return asyncio.run(actions.receive(practice.door, practice.caller("Ben"), practice.desk, bill)).state

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(receive, range(8))) == {State.BALANCED}
    assert practice.seen("Ben", bill).payments == 1
    assert practice.told("Ada").count("paid") == 1
