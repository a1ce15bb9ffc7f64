"""A prescription in plain words: what, how to take it, where it is, what is left of it, what its signature is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from carefolio.fhir.dates import interval
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.supplies import supply_words
from carefolio.workflows.prescribing.reading import Seen
from carefolio.workflows.prescribing.rules import OVERRIDDEN, Act, Handed, Prescription, Standing, may
from carefolio.workflows.prescribing.signing import Verdict
from carefolio.workflows.prescribing.warnings import Danger, Warned

Rows = list[dict[str, Any]]
_STATES: Final[Mapping[Standing, tuple[str, Promise]]] = MappingProxyType(
    {
        Standing.READY: ("due", gettext_lazy("Choose a pharmacy")),
        Standing.SENT: ("new", gettext_lazy("At the pharmacy")),
        Standing.STARTED: ("new", gettext_lazy("Partly handed out")),
        Standing.USED_UP: ("done", gettext_lazy("Handed out")),
        Standing.CANCELLED: ("inactive", gettext_lazy("Cancelled")),
        Standing.EXPIRED: ("expired", gettext_lazy("Out of date")),
    }
)
_SIGNATURES: Final[Mapping[Verdict, Promise]] = MappingProxyType(
    {
        Verdict.HOLDS: gettext_lazy("The signature of {doctor} is right. Nothing was changed since."),
        Verdict.NONE: gettext_lazy("There is no signature. Nothing may be handed out."),
        Verdict.ALTERED: gettext_lazy("Something was changed after it was signed. Nothing may be handed out."),
        Verdict.SOMEBODY_ELSE: gettext_lazy("{doctor} did not sign this. Nothing may be handed out."),
        Verdict.ANOTHER: gettext_lazy("The signature is from another prescription. Nothing may be handed out."),
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """One handing out, as a list shows it."""

    number: int
    when: str
    amount: str
    by: str
    pharmacy: str
    returned: bool

    def cells(self) -> list[str]:
        """For a table: when, how much, by whom."""
        amount = _("{amount}, came back").format(amount=self.amount) if self.returned else self.amount
        return [self.when, amount, ", ".join(part for part in (self.by, self.pharmacy) if part)]


@dataclass(frozen=True, slots=True)
class Told:
    """A prescription as pages show it."""

    id: str
    version: int
    way: int
    medicine: str
    how: str
    doctor: str
    patient: str
    written: str
    until: str
    amount: str
    repeats: str
    note: str
    because: str
    state: str
    state_words: str
    at: str
    refused: str
    left: str
    signature: str
    holds: bool
    given: tuple[Given, ...]
    may_send: bool
    may_take_back: bool
    may_cancel: bool
    may_dispense: bool

    def rows(self) -> Rows:
        """The summary: what, how, how much, by whom, until when."""
        facts = (
            (_("Medicine"), self.medicine),
            (_("How to take it"), self.how),
            (_("The pharmacy hands out"), self.amount),
            (_("Repeats"), self.repeats),
            (_("Note from the doctor"), self.note),
            (_("Prescribed by"), self.doctor),
            (_("Signed on"), self.written),
            (_("Good until"), self.until),
        )
        return [{"name": name, "value": value} for name, value in facts if value]

    def table(self) -> list[list[str]]:
        """What was handed out, line by line."""
        return [one.cells() for one in self.given]


def calendar_of(visitor: Visitor) -> Calendar:
    """How the visitor is told dates."""
    return Calendar(str(visitor.locale), visitor.zone.key)


def told(seen: Seen, visitor: Visitor) -> Told:
    """A prescription for this reader."""
    prescription, calendar, locale = seen.prescription, calendar_of(visitor), str(visitor.locale)
    tone, words = _STATES[seen.standing]
    way = seen.way
    return Told(
        id=prescription.id,
        version=prescription.version,
        way=way.version if way else 0,
        medicine=prescription.medicine,
        how=directions(prescription.body, locale),
        doctor=prescription.doctor.name,
        patient=prescription.patient.name,
        written=calendar.moment(prescription.written),
        until=calendar.day(prescription.last_day),
        amount=supply_words(prescription.quantity, prescription.unit, locale),
        repeats=_repeats(prescription),
        note=" ".join(str(one.get("text", "")) for one in prescription.body.get("note", [])),
        because=_because(prescription),
        state=tone,
        state_words=str(words),
        at=seen.at.name,
        refused=way.why if way and way.status == "rejected" else "",
        left=left(seen, locale),
        signature=signature(seen.signed.verdict, prescription.doctor.name),
        holds=seen.signed.holds,
        given=tuple(given(one, prescription.unit, calendar, locale) for one in seen.handed),
        may_send=may(Act.SEND, seen.standing) and seen.signed.holds,
        may_take_back=bool(way and way.is_open),
        may_cancel=_is_by(seen, visitor) and may(Act.CANCEL, seen.standing) and not seen.handed,
        may_dispense=may(Act.DISPENSE, seen.standing) and seen.signed.holds,
    )


def to_send(found: Iterable[Seen], visitor: Visitor) -> Iterator[dict[str, str]]:
    """A line for each prescription that waits for a pharmacy, as the home page shows what needs an answer."""
    tone, state = _STATES[Standing.READY]
    for one in found:
        prescription = one.prescription
        words = _("Choose a pharmacy for {medicine}").format(medicine=prescription.medicine)
        day = calendar_of(visitor).day_of(prescription.written)
        if one.way and one.way.status == "rejected":
            detail = _("{pharmacy} did not hand it out").format(pharmacy=one.way.pharmacy.name)
        elif prescription.doctor.name:
            detail = _("{doctor} signed it on {day}").format(doctor=prescription.doctor.name, day=day)
        else:
            detail = _("It was signed on {day}").format(day=day)
        address = reverse("prescribing:one", args=[prescription.id])
        yield {"address": address, "words": words, "detail": detail, "state": tone, "state_words": str(state)}


def _is_by(seen: Seen, visitor: Visitor) -> bool:
    return seen.prescription.doctor.reference == visitor.person != ""


def given(handed: Handed, unit: str, calendar: Calendar, locale: str) -> Given:
    """One handing out in words."""
    when = calendar.moment(handed.when) if handed.when else ""
    said = supply_words(handed.amount, unit, locale)
    return Given(handed.number, when, said, handed.by.name, handed.pharmacy.name, handed.returned)


def directions(request: Mapping[str, Any], locale: str) -> str:
    """How to take it, in one or two sentences."""
    dosage: Mapping[str, Any] = next(iter(request.get("dosageInstruction", [])), {})
    repeat = dosage.get("timing", {}).get("repeat", {})
    dose: Mapping[str, Any] = next((one.get("doseQuantity", {}) for one in dosage.get("doseAndRate", [])), {})
    if not repeat or not dose:
        return str(dosage.get("text", ""))
    said = supply_words(Decimal(dose.get("value", 0)), str(dose.get("unit", "")), locale)
    days = int(repeat.get("boundsDuration", {}).get("value", 0))
    long = ngettext(", for {n} day", ", for {n} days", days).format(n=days) if days else ""
    needed = _(" Take it only when you need it.") if dosage.get("asNeededBoolean") is True else ""
    return f"{said} {_often(int(repeat.get('frequency', 1)), int(repeat.get('period', 1)))}{long}.{needed}"


def _often(times: int, every: int) -> str:
    if every == 1:
        return _("once a day") if times == 1 else _("{n} times a day").format(n=times)
    if times == 1:
        return _("once every {n} days").format(n=every)
    return _("{times} times every {n} days").format(times=times, n=every)


def _repeats(prescription: Prescription) -> str:
    n = prescription.repeats
    return ngettext("{n} more time", "{n} more times", n).format(n=n) if n else ""


def _because(prescription: Prescription) -> str:
    found = prescription.body.get("extension", [])
    return next((str(one.get("valueString", "")) for one in found if one.get("url") == OVERRIDDEN), "")


def left(seen: Seen, locale: str) -> str:
    """What is left, in a sentence."""
    rest, unit = seen.left, seen.prescription.unit
    if seen.standing in (Standing.CANCELLED, Standing.EXPIRED):
        return _("Nothing can be handed out any more.")
    if not rest.all:
        return _("Nothing is left.")
    now = supply_words(rest.now, unit, locale)
    if not rest.repeats:
        return _("{amount} can be handed out.").format(amount=now)
    words = ngettext(
        "{amount} can be handed out now, and {n} more supply after that.",
        "{amount} can be handed out now, and {n} more supplies after that.",
        rest.repeats,
    )
    return words.format(amount=now, n=rest.repeats)


def signature(verdict: Verdict, doctor: str) -> str:
    """What the signature is worth, in a sentence."""
    return str(_SIGNATURES[verdict]).format(doctor=doctor or _("This doctor"))


def warning(found: Warned) -> str:
    """A warning for the doctor who prescribes."""
    if found.danger is Danger.ALLERGY:
        words = _("The patient is allergic to {about}.")
        group = _("Both are {group}.").format(group=found.group) if found.group else ""
        return f"{words.format(about=found.about)} {group}".strip()
    if found.danger is Danger.SAME:
        return _("The patient has a prescription of this already: {about}.").format(about=found.about)
    words = _("Together with {about}: {says} Source: {source}.")
    return words.format(about=found.about, says=found.says, source=found.source)


def day_of(text: str, calendar: Calendar) -> str:
    """A FHIR instant as a moment on the reader's clock."""
    return calendar.moment(interval(text)[0]) if text else ""
