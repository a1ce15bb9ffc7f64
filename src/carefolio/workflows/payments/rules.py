"""What a bill and its payments may become. Pure.

```
issued ──▶ paying ──▶ balanced ──▶ partly refunded ──▶ refunded
   │  ◀── (declined)
   └──▶ cancelled
```

Money moves in attempts, one at a time for each bill: an attempt is claimed before the provider is asked, under the
attempt's own name, and is closed with what the provider says. Whoever asks again under that name hears the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from carefolio.base.failures import Failure, conflict, unprocessable
from carefolio.base.sentences import sentence
from carefolio.records.visits import Party
from carefolio.workflows.payments.money import Money

MOST_LINES = 12


BILLABLE = frozenset({"booked", "arrived", "fulfilled", "noshow"})
"""What a visit has to be for its bill to be written or paid: one that is asked for, or called off, costs nothing."""
PAID_AHEAD = frozenset({"booked", "arrived"})
"""What it has to be for its patient to take the bill themselves, at the doctor's fee."""


class State(StrEnum):
    """Where a bill stands."""

    ISSUED = "issued"
    PAYING = "paying"
    BALANCED = "balanced"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


PAID = frozenset({State.BALANCED, State.PARTLY_REFUNDED, State.REFUNDED})
"""Money came in."""


class Kind(StrEnum):
    """Which way the money goes."""

    PAYMENT = "payment"
    REFUND = "refund"


class Outcome(StrEnum):
    """What became of an attempt."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class Way(StrEnum):
    """Who moves the money."""

    OFFLINE = "offline"
    STRIPE = "stripe"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill."""

    what: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Attempt:
    """One movement of money, to the doctor or back; times in µs UTC, ``reference`` is what the provider calls it."""

    id: str
    bill: str
    kind: Kind
    way: Way
    amount: Money
    doctor: str
    created: int
    version: int = 0
    outcome: Outcome = Outcome.OPEN
    settled: int = 0
    reference: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the provider has the last word still."""
        return self.outcome is Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill; ``paid`` and ``refunded`` in smallest units, ``open`` the attempt that goes on, ``date`` in µs UTC."""

    id: str
    patient: Party
    doctor: Party
    lines: tuple[Line, ...]
    currency: str
    date: int
    visit: str = ""
    issuer: str = ""
    terms: str = ""
    version: int = 0
    cancelled: str | None = None
    """Why there is nothing to pay any more."""
    payments: int = 0
    refunds: int = 0
    open: str = ""
    paid: int = 0
    refunded: int = 0
    paid_at: int = 0
    called_off: bool = False
    """Whether its visit does not take place, where that was looked for; it stands with the visit, not with the bill."""

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money(sum(line.amount.minor for line in self.lines), self.currency)

    @property
    def kept(self) -> Money:
        """What came in less what went back."""
        return Money(self.paid - self.refunded, self.currency)

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.cancelled is not None:
            return State.CANCELLED
        if not self.paid_at:
            return State.PAYING if self.open else State.ISSUED
        if not self.refunded:
            return State.BALANCED
        return State.REFUNDED if self.refunded == self.paid else State.PARTLY_REFUNDED

    @property
    def is_to_pay_back(self) -> bool:
        """Whether money is kept for a visit that was called off."""
        return self.called_off and self.is_paid and self.kept.minor > 0

    @property
    def is_paid(self) -> bool:
        """Whether money came in for it."""
        return self.state in PAID


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider says of an attempt. ``url``: where the payer goes on, while it is open; ``why``: in a word, why
    it failed.
    """

    outcome: Outcome
    reference: str = ""
    url: str = ""
    why: str = ""


def refuse_lines(lines: tuple[Line, ...], currency: str) -> None:
    """Raise what is wrong with the lines of a new bill."""
    if not 0 < len(lines) <= MOST_LINES:
        raise unprocessable(sentence("A bill has 1 to {most} lines.", most=MOST_LINES))
    if any(line.amount.minor <= 0 or line.amount.currency != currency or not line.what for line in lines):
        raise unprocessable("Each line of a bill says what it is for and what it costs.")


def claim_payment(bill: Bill, way: Way, now: int) -> tuple[Bill, Attempt]:
    """Begin to pay: the bill says so, and the attempt has a name before anybody is asked for money."""
    if bill.state is not State.ISSUED:
        raise refusal(bill)
    number = bill.payments + 1
    name = f"{bill.id}.p{number}"
    attempt = Attempt(name, bill.id, Kind.PAYMENT, way, bill.total, bill.doctor.reference, now)
    return replace(bill, payments=number, open=name), attempt


def claim_refund(bill: Bill, way: Way, amount: Money, now: int) -> tuple[Bill, Attempt]:
    """Begin to pay back, all or a part of what is left."""
    if not bill.is_paid or bill.open:
        raise refusal(bill)
    if amount.currency != bill.currency or not 0 < amount.minor <= bill.kept.minor:
        raise unprocessable("You can pay back up to what was paid and not paid back yet.")
    number = bill.refunds + 1
    name = f"{bill.id}.r{number}"
    attempt = Attempt(name, bill.id, Kind.REFUND, way, amount, bill.doctor.reference, now)
    return replace(bill, refunds=number, open=name), attempt


def settle(bill: Bill, attempt: Attempt, answer: Answer, now: int) -> tuple[Bill, Attempt]:
    """What both become with what the provider says; the same again where that is known already."""
    reference = answer.reference or attempt.reference
    if not attempt.is_open:
        return bill, attempt
    if answer.outcome is Outcome.OPEN:
        return bill, replace(attempt, reference=reference)
    closed = replace(attempt, outcome=answer.outcome, reference=reference, settled=now)
    freed = replace(bill, open="" if bill.open == attempt.id else bill.open)
    if answer.outcome is Outcome.FAILED:
        return freed, closed
    if attempt.kind is Kind.REFUND:
        return replace(freed, refunded=freed.refunded + attempt.amount.minor), closed
    return replace(freed, paid=attempt.amount.minor, paid_at=now), closed


def cancel(bill: Bill, why: str) -> Bill:
    """Take a bill back that nobody has paid or is paying."""
    if bill.state is State.CANCELLED:
        return bill
    if bill.state is not State.ISSUED:
        raise refusal(bill)
    return replace(bill, cancelled=why)


def refusal(bill: Bill) -> Failure:
    """Why what was wanted cannot be done with the bill as it stands."""
    if bill.open and bill.is_paid:
        return conflict("Money is being paid back just now. Try again in a minute.")
    return conflict(_REFUSALS[bill.state])


_REFUSALS = {
    State.ISSUED: "This bill is not paid yet.",
    State.PAYING: "This bill is being paid just now. Try again in a minute.",
    State.BALANCED: "This bill is paid.",
    State.PARTLY_REFUNDED: "This bill is paid, and a part of it was paid back.",
    State.REFUNDED: "All that was paid for this bill was paid back.",
    State.CANCELLED: "The doctor took this bill back. There is nothing to pay.",
}
