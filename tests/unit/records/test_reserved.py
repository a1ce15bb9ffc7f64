"""Which ids a workflow makes of a record's, and that all whose ids the workflows make are among them."""

import pytest

from carefolio.records.reserved import root_of
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.rules import (
    Answer,
    Bill,
    Line,
    Outcome,
    Party,
    Way,
    claim_payment,
    claim_refund,
    settle,
)
from carefolio.workflows.payments.shapes import charge_of
from carefolio.workflows.prescribing import names

RX = "0190c8a4-7d3e-8b1a-9f00-123456789012"


@pytest.mark.parametrize(
    ("type_", "id_"),
    [
        ("MedicationDispense", names.dispense_id(RX, 1)),
        ("MedicationDispense", names.dispense_id(RX, names.MOST_HANDED)),
        ("Task", names.way_id(RX)),
        ("Provenance", names.signature_id(RX)),
    ],
)
def test_what_belongs_to_a_prescription(type_, id_):
    assert root_of(type_, id_) == ("MedicationRequest", RX)


def test_what_belongs_to_a_bill():
    fifty = Money(5000, "EUR")
    bill = Bill(RX, Party(), Party(), (Line("Visit", fifty),), "EUR", 0)
    bill, payment = claim_payment(bill, Way.OFFLINE, 0)
    bill, _payment = settle(bill, payment, Answer(Outcome.DONE), 1)
    _bill, refund = claim_refund(bill, Way.OFFLINE, fifty, 2)
    for type_, id_ in (
        ("PaymentNotice", payment.id),
        ("PaymentNotice", refund.id),
        ("ChargeItem", charge_of(bill, 1)["id"]),
    ):
        assert root_of(type_, id_) == ("Invoice", RX)


@pytest.mark.parametrize(
    ("type_", "id_"),
    [
        ("Observation", f"{RX}-1"),
        ("Task", f"{RX}-1"),
        ("Task", "way"),
        ("MedicationDispense", "-1"),
        ("MedicationDispense", "1"),
        ("MedicationDispense", f"{RX}-x1"),
        ("PaymentNotice", f"{RX}.q1"),
        ("PaymentNotice", ""),
    ],
)
def test_all_other_ids_are_anybodys(type_, id_):
    assert root_of(type_, id_) is None
