"""Writing bills, taking them back, and what they cost."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.changes import Change, Method
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.actions import Draft
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.rules import Line, State, Way
from tests.workflows.payments.conftest import CONSULTATION, FIFTY


def test_both_sides_see_the_bill_and_the_patient_is_told(practice):
    bill = practice.bill()
    for name in ("Ada", "Ben"):
        seen = practice.seen(name, bill)
        assert (seen.state, seen.total, seen.issuer) == (State.ISSUED, FIFTY, "North Hospital")
        assert seen.lines == CONSULTATION
        assert [one.id for one in practice.do(reading.bills, name).bills] == [bill]
    assert practice.told("Ada") == ["bill"]
    assert practice.read("Ada", "ChargeItem", f"{bill}.c2")["code"]["text"] == "Blood test"


@pytest.mark.parametrize("stranger", ["Mallory", "Zoe"])
def test_a_stranger_finds_nothing(practice, stranger):
    bill = practice.bill()
    for action, more in ((reading.bill, ()), (actions.cancel, ("why",)), (actions.pay, (practice.desk,))):
        arguments = (*more, bill) if action is actions.pay else (bill, *more)
        with pytest.raises(Failure) as hidden:
            practice.do(action, stranger, *arguments)
        assert hidden.value.category is Category.ABSENT
    assert practice.do(reading.bills, stranger).bills == ()
    with pytest.raises(Failure) as hidden:
        practice.do(actions.write_bill, stranger, Draft("x", practice.visit(), CONSULTATION, "EUR"))
    assert hidden.value.category is Category.ABSENT


def test_sending_the_form_twice_writes_one_bill(practice):
    visit = practice.visit()
    draft = Draft("once", visit, CONSULTATION, "EUR")
    assert {practice.do(actions.write_bill, "Ben", draft) for _ in range(2)} == {"once"}
    assert practice.told("Ada") == ["bill"]
    assert practice.seen("Ben", "once").version == 1


def test_a_bill_is_for_a_visit_that_is_or_was(practice):
    with pytest.raises(Failure, match="once it is booked"):
        practice.bill(visit=practice.visit("cancelled"))
    with pytest.raises(Failure, match="1 to 12 lines"):
        practice.bill(lines=())
    with pytest.raises(Failure, match="what it costs"):
        practice.bill(lines=(Line("Nothing", Money(0, "EUR")),))


def test_the_patient_pays_the_doctors_fee_when_they_book(practice):
    practice.do(actions.set_fees, "Ben", {"video": FIFTY, "place": Money(0, "EUR")})
    fees = fees_of(reading.fees_resource(practice.door, practice.ref("Ben")))
    assert fees == {"video": FIFTY}
    visit = practice.visit()
    bill = practice.do(actions.take_bill, "Ada", visit)
    assert practice.do(actions.take_bill, "Ada", visit) == bill
    assert practice.seen("Ben", bill).total == FIFTY
    assert practice.do(actions.take_bill, "Ada", practice.visit(mode="place")) == ""
    practice.do(actions.set_fees, "Ben", {"video": Money(7000, "EUR")})
    assert practice.seen("Ada", bill).total == FIFTY


@pytest.mark.parametrize("status", ["pending", "cancelled", "fulfilled"])
def test_nobody_pays_ahead_for_a_visit_that_is_not_booked(practice, status):
    practice.do(actions.set_fees, "Ben", {"video": FIFTY})
    visit = practice.visit(status)
    assert practice.do(actions.offer, "Ada", visit) is None
    assert practice.do(actions.take_bill, "Ada", visit) == ""


def test_a_bill_of_a_visit_that_was_called_off_is_not_paid(practice):
    visit = practice.visit()
    unpaid, paid = (practice.bill(visit=visit) for _ in range(2))
    other = practice.bill()
    practice.do(actions.receive, "Ben", practice.desk, paid)
    practice.call_off(visit)
    with pytest.raises(Failure, match="does not take place") as refused:
        practice.do(actions.pay, "Ada", Card(), unpaid)
    assert refused.value.category is Category.CONFLICT
    assert practice.do(actions.pay, "Ada", Card(), other).bill.is_paid
    for name in ("Ada", "Ben"):
        listed = {one.id: one for one in practice.do(reading.bills, name).bills}
        assert [listed[one].called_off for one in (unpaid, paid, other)] == [True, True, False]
        assert [listed[one].is_to_pay_back for one in (unpaid, paid, other)] == [False, True, False]
    practice.do(actions.refund, "Ben", practice.desk, paid, (FIFTY, 0))
    assert not any(one.is_to_pay_back for one in practice.do(reading.bills, "Ben").bills)


class Card(Offline):
    """Takes cards, and every one of them at once."""

    way = Way.STRIPE


def test_only_doctors_set_fees(practice):
    with pytest.raises(Failure, match="Only a doctor"):
        practice.do(actions.set_fees, "Ada", {"video": FIFTY})


def test_a_bill_is_taken_back_while_it_is_not_paid(practice):
    bill = practice.bill()
    practice.do(actions.cancel, "Ben", bill, "Wrong visit")
    practice.do(actions.cancel, "Ben", bill, "Wrong visit")
    assert practice.seen("Ada", bill).state is State.CANCELLED
    assert practice.told("Ada") == ["bill-cancelled", "bill"]
    paid = practice.bill()
    practice.do(actions.receive, "Ben", practice.desk, paid)
    with pytest.raises(Failure, match="This bill is paid"):
        practice.do(actions.cancel, "Ben", paid, "")
    with pytest.raises(Failure) as hidden:
        practice.do(actions.cancel, "Ada", practice.bill(), "")
    assert hidden.value.category is Category.ABSENT


def test_nobody_writes_a_bill_or_a_payment_as_a_record(practice):
    bill = practice.bill()
    for name in ("Ada", "Ben"):
        paid = practice.read(name, "Invoice", bill) | {"status": "balanced"}
        with pytest.raises(Failure, match="on their own pages") as refused:
            practice.write(name, Change(Method.UPDATE, "Invoice", bill, paid))
        assert refused.value.category is Category.FORBIDDEN
    with pytest.raises(Failure, match="on their own pages"):
        practice.write("Ben", Change(Method.DELETE, "Invoice", bill))
    forged = practice.read("Ada", "Invoice", bill) | {"id": "forged"}
    with pytest.raises(Failure, match="on their own pages"):
        practice.write("Ada", Change(Method.UPDATE, "Invoice", "forged", forged))
