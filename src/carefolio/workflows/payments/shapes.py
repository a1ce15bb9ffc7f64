"""Bills and attempts as FHIR resources, and back. Pure.

| resource | holds |
|---|---|
| Invoice | the bill: lines with their ChargeItems, the total; `status` issued, balanced or cancelled |
| its extension `bill` | the visit, how many attempts were claimed, which goes on, what came in and went back |
| PaymentNotice | one attempt, named after its bill: `….p1`, `….r1`; `status` draft, active (done) or cancelled |

R4's PaymentNotice (https://hl7.org/fhir/R4/paymentnotice.html) asks for a reconciliation and a recipient, which are
told in words. An Invoice's issuer is an Organization, whose people are no party to the bill: it is named, not referred
to, so that the bill concerns the patient and the doctor alone (https://hl7.org/fhir/R4/invoice.html).
"""

from __future__ import annotations

from typing import Any, Final

from carefolio.base import clock
from carefolio.fhir.dates import interval
from carefolio.records.visits import Party
from carefolio.workflows.payments.money import Money, money_of
from carefolio.workflows.payments.rules import Attempt, Bill, Kind, Line, Outcome, State, Way

Resource = dict[str, Any]

_STRUCTURE: Final = "https://carefolio.org/fhir/StructureDefinition/"
BILL: Final = _STRUCTURE + "bill"
KIND: Final = _STRUCTURE + "payment-kind"
WAY: Final = _STRUCTURE + "payment-way"
SETTLED: Final = _STRUCTURE + "payment-settled"
AT_PROVIDER: Final = "https://carefolio.org/fhir/payment-reference"
_PAID: Final = "http://terminology.hl7.org/CodeSystem/paymentstatus"
_STATUS: Final = {Outcome.OPEN: "draft", Outcome.DONE: "active", Outcome.FAILED: "cancelled"}
WAITING: Final = _STATUS[Outcome.OPEN]
"""The status of an attempt that the provider has not finished."""
_OUTCOME: Final = {status: outcome for outcome, status in _STATUS.items()}


def invoice_of(bill: Bill) -> Resource:
    """The Invoice."""
    total = bill.total.fhir()
    invoice: Resource = {
        "resourceType": "Invoice",
        "id": bill.id,
        "extension": [{"url": BILL, "extension": _account(bill)}],
        "status": {State.CANCELLED: "cancelled", State.ISSUED: "issued", State.PAYING: "issued"}.get(
            bill.state, "balanced"
        ),
        "subject": _named(bill.patient),
        "recipient": _named(bill.patient),
        "date": clock.instant(bill.date),
        "participant": [{"actor": _named(bill.doctor)}, {"actor": _named(bill.patient)}],
        "issuer": {"display": bill.issuer or bill.doctor.name},
        "lineItem": [_line(bill, number, line) for number, line in enumerate(bill.lines, 1)],
        "totalNet": total,
        "totalGross": total,
    }
    if bill.terms:
        invoice["paymentTerms"] = bill.terms
    if bill.cancelled is not None:
        invoice["cancelledReason"] = bill.cancelled or "Taken back"
    return invoice


def _line(bill: Bill, number: int, line: Line) -> Resource:
    return {
        "sequence": number,
        "chargeItemReference": {"reference": f"ChargeItem/{bill.id}.c{number}", "display": line.what},
        "priceComponent": [{"type": "base", "amount": line.amount.fhir()}],
    }


def _account(bill: Bill) -> list[Resource]:
    said: list[Resource] = [
        {"url": "payments", "valueInteger": bill.payments},
        {"url": "refunds", "valueInteger": bill.refunds},
        {"url": "paid", "valueMoney": Money(bill.paid, bill.currency).fhir()},
        {"url": "refunded", "valueMoney": Money(bill.refunded, bill.currency).fhir()},
    ]
    if bill.visit:
        said.append({"url": "visit", "valueReference": {"reference": f"Appointment/{bill.visit}"}})
    if bill.open:
        said.append({"url": "open", "valueReference": {"reference": f"PaymentNotice/{bill.open}"}})
    if bill.paid_at:
        said.append({"url": "paid-at", "valueInstant": clock.instant(bill.paid_at)})
    return said


def bill_of(invoice: Resource) -> Bill:
    """The bill that an Invoice of ours is."""
    account = {one["url"]: one for one in _extension(invoice, BILL).get("extension", [])}
    parties = [one.get("actor", {}) for one in invoice.get("participant", [])]
    lines = tuple(map(_line_of, invoice.get("lineItem", [])))
    return Bill(
        id=invoice.get("id", ""),
        patient=_party(parties, "Patient"),
        doctor=_party(parties, "Practitioner"),
        lines=lines,
        currency=lines[0].amount.currency if lines else "",
        date=_moment(invoice.get("date")),
        visit=_reference(account, "visit"),
        issuer=invoice.get("issuer", {}).get("display", ""),
        terms=invoice.get("paymentTerms", ""),
        version=int(invoice.get("meta", {}).get("versionId", 0)),
        cancelled=invoice.get("cancelledReason", "") if invoice.get("status") == "cancelled" else None,
        payments=account.get("payments", {}).get("valueInteger", 0),
        refunds=account.get("refunds", {}).get("valueInteger", 0),
        open=_reference(account, "open"),
        paid=money_of(account.get("paid", {}).get("valueMoney")).minor,
        refunded=money_of(account.get("refunded", {}).get("valueMoney")).minor,
        paid_at=_moment(account.get("paid-at", {}).get("valueInstant")),
    )


def _line_of(item: Resource) -> Line:
    prices = item.get("priceComponent", [])
    what = item.get("chargeItemReference", {}).get("display", "")
    return Line(what, money_of(prices[0].get("amount") if prices else None))


def is_bill(invoice: Resource) -> bool:
    """Whether an Invoice looks like ours; a hospital's may be of any kind."""
    return bool(_extension(invoice, BILL))


def charge_of(bill: Bill, number: int) -> Resource:
    """The ChargeItem of a line, counted from 1 (https://hl7.org/fhir/R4/chargeitem.html)."""
    line = bill.lines[number - 1]
    return {
        "resourceType": "ChargeItem",
        "id": f"{bill.id}.c{number}",
        "status": "billed",
        "code": {"text": line.what},
        "subject": _named(bill.patient),
        "performer": [{"actor": _named(bill.doctor)}],
        "priceOverride": line.amount.fhir(),
        "enteredDate": clock.instant(bill.date),
    }


def notice_of(attempt: Attempt) -> Resource:
    """The PaymentNotice."""
    settled = clock.instant(attempt.settled)[: len("2030-01-31")] if attempt.settled else ""
    notice: Resource = {
        "resourceType": "PaymentNotice",
        "id": attempt.id,
        "extension": [{"url": KIND, "valueCode": attempt.kind.value}, {"url": WAY, "valueCode": attempt.way.value}],
        "status": _STATUS[attempt.outcome],
        "request": {"reference": f"Invoice/{attempt.bill}"},
        "created": clock.instant(attempt.created),
        "provider": {"reference": attempt.doctor},
        "payment": {"display": "Paid for one bill"},
        "recipient": {"display": "Who wrote the bill"},
        "amount": attempt.amount.fhir(),
    }
    if attempt.reference:
        notice["identifier"] = [{"system": AT_PROVIDER, "value": attempt.reference}]
    if settled:
        notice["extension"].append({"url": SETTLED, "valueInstant": clock.instant(attempt.settled)})
        notice["paymentDate"] = settled
    if attempt.outcome is Outcome.DONE:
        notice["paymentStatus"] = {"coding": [{"system": _PAID, "code": "paid"}]}
    return notice


def attempt_of(notice: Resource) -> Attempt:
    """The attempt that a PaymentNotice of ours is."""
    identifiers = notice.get("identifier", [])
    return Attempt(
        id=notice.get("id", ""),
        bill=notice.get("request", {}).get("reference", "").partition("/")[2],
        kind=Kind(_extension(notice, KIND).get("valueCode", Kind.PAYMENT)),
        way=Way(_extension(notice, WAY).get("valueCode", Way.OFFLINE)),
        amount=money_of(notice.get("amount")),
        doctor=notice.get("provider", {}).get("reference", ""),
        created=_moment(notice.get("created")),
        version=int(notice.get("meta", {}).get("versionId", 0)),
        outcome=_OUTCOME.get(notice.get("status", ""), Outcome.FAILED),
        settled=_moment(_extension(notice, SETTLED).get("valueInstant")),
        reference=identifiers[0].get("value", "") if identifiers else "",
    )


def waits(notice: Resource) -> bool:
    """Whether a PaymentNotice is an attempt of ours that the provider has not finished."""
    return notice.get("status") == WAITING and bool(_extension(notice, KIND))


def _extension(resource: Resource, url: str) -> Resource:
    return next((one for one in resource.get("extension", []) if one.get("url") == url), {})


def _reference(account: dict[str, Resource], name: str) -> str:
    reference: str = account.get(name, {}).get("valueReference", {}).get("reference", "")
    return reference.partition("/")[2]


def _named(party: Party) -> Resource:
    return {"reference": party.reference} | ({"display": party.name} if party.name else {})


def _party(actors: list[Resource], type_: str) -> Party:
    found = next((one for one in actors if one.get("reference", "").startswith(f"{type_}/")), {})
    return Party(found.get("reference", ""), found.get("display", ""))


def _moment(text: str | None) -> int:
    return interval(text)[0] if text else 0
