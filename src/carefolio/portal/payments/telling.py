"""Bills in words, as every page of this folder tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.consent.principal import Role
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.amounts import amount_words
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.choose import provider_of
from carefolio.workflows.payments.providers.port import Provider
from carefolio.workflows.payments.reading import Listed
from carefolio.workflows.payments.rules import Attempt, Bill, Kind, Outcome, State, Way

SEE_OTHER: Final = 303
_STATES: Final[Mapping[State, tuple[str, Promise]]] = {
    State.ISSUED: ("due", gettext_lazy("To pay")),
    State.PAYING: ("due", gettext_lazy("Payment begun")),
    State.BALANCED: ("active", gettext_lazy("Paid")),
    State.PARTLY_REFUNDED: ("active", gettext_lazy("Partly paid back")),
    State.REFUNDED: ("inactive", gettext_lazy("Paid back")),
    State.CANCELLED: ("inactive", gettext_lazy("Taken back")),
}
_OF_DOCTOR: Final[Mapping[State, Promise]] = {
    State.ISSUED: gettext_lazy("Not paid yet"),
    State.PAYING: gettext_lazy("Being paid"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One bill; ``other`` is the other side's name."""

    bill: Bill
    total: str
    other: str
    day: str
    tone: str
    state: str
    lines: tuple[tuple[str, str], ...]
    kept: str
    refunded: str
    unheard: bool = False
    """Whether the provider was asked how it stands, and has not answered yet."""

    @property
    def is_unpaid(self) -> bool:
        """Whether no money came in for it, and it was not taken back."""
        return self.bill.state in (State.ISSUED, State.PAYING)

    @property
    def waits(self) -> bool:
        """Whether it is still to be paid."""
        return self.is_unpaid and not self.bill.called_off


def told(bill: Bill, visitor: Visitor) -> Told:
    """The bill for who is looking."""
    is_doctor = visitor.role is Role.DOCTOR
    tone, words = _state(bill, is_doctor=is_doctor)
    return Told(
        bill,
        sum_of(bill.total, visitor),
        (bill.patient.name or _("A patient")) if is_doctor else (bill.doctor.name or _("A doctor")),
        calendar_of(visitor).day_of(bill.date),
        tone,
        words,
        tuple((line.what, sum_of(line.amount, visitor)) for line in bill.lines),
        sum_of(bill.kept, visitor),
        sum_of(Money(bill.refunded, bill.currency), visitor) if bill.refunded else "",
    )


def _state(bill: Bill, *, is_doctor: bool) -> tuple[str, str]:
    """The tone and the words for where it stands, for either side."""
    tone, state = _STATES[bill.state]
    if bill.is_to_pay_back and is_doctor:
        return "due", _("To pay back")
    if bill.called_off and bill.state in (State.ISSUED, State.PAYING):
        return "inactive", _("Visit called off")
    return tone, str(_OF_DOCTOR.get(bill.state, state) if is_doctor else state)


def bills_to_pay(listed: Listed, visitor: Visitor) -> list[dict[str, str]]:
    """A line for each bill that waits for the patient's money, as the home page shows it: what can be done about it
    here, or, where nobody takes cards, what to bring to the desk.
    """
    words = _("Pay {total} to {name}") if is_by_card(visitor) else _("{total} to {name}")
    return [
        {
            "address": reverse("payments:bill", args=[one.bill.id]),
            "words": words.format(total=one.total, name=one.other),
            "detail": _("The bill is of {day}").format(day=one.day),
            "state": "due",
            "state_words": one.state,
        }
        for one in (told(bill, visitor) for bill in listed.bills)
        if one.waits
    ]


def story(attempts: Sequence[Attempt], visitor: Visitor) -> list[str]:
    """What happened with a bill's money, the oldest first."""
    calendar = calendar_of(visitor)
    words = {
        (Kind.PAYMENT, Outcome.DONE): _("{amount} paid {how} on {day}."),
        (Kind.REFUND, Outcome.DONE): _("{amount} paid back {how} on {day}."),
        (Kind.PAYMENT, Outcome.FAILED): _("A payment of {amount} {how} was not made on {day}."),
        (Kind.REFUND, Outcome.FAILED): _("{amount} could not be paid back {how} on {day}."),
        (Kind.PAYMENT, Outcome.OPEN): _("A payment of {amount} {how} was begun on {day}."),
        (Kind.REFUND, Outcome.OPEN): _("{amount} are being paid back {how} since {day}."),
    }
    how = {Way.OFFLINE: _("at the desk or by transfer"), Way.STRIPE: _("by card")}
    return [
        words[one.kind, one.outcome].format(
            amount=sum_of(one.amount, visitor), how=how[one.way], day=calendar.day_of(one.settled or one.created)
        )
        for one in attempts
    ]


def sum_of(money: Money, visitor: Visitor) -> str:
    """An amount as the reader writes it."""
    return amount_words(money, visitor.locale)


def calendar_of(visitor: Visitor) -> Calendar:
    """The reader's calendar."""
    return Calendar(str(visitor.locale), visitor.zone.key)


def provider_for(visitor: Visitor) -> Provider:
    """Who moves money by card here, else the desk."""
    return provider_of(visitor.reach.settings)


def is_by_card(visitor: Visitor) -> bool:
    """Whether people can pay by card."""
    return provider_for(visitor).way is not Way.OFFLINE


def see(name: str, *args: Any) -> HttpResponse:
    """Go on to this page by GET."""
    response = redirect(name, *args)
    response.status_code = SEE_OTHER
    return response
