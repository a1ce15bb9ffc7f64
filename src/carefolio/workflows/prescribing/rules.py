"""Prescribing's pure part: what a prescription may say, where it stands, what is left of it, who may do what with it.

A prescription says how much a pharmacy hands out at once and how often that is repeated. All of it together is the
most that is ever handed out; a part of one supply may be, and the rest of that supply later. What was returned counts
as not handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from carefolio.base import clock
from carefolio.base.failures import Failure, conflict, malformed
from carefolio.base.sentences import sentence
from carefolio.fhir.dates import interval
from carefolio.fhir.kinds import literal
from carefolio.records.visits import Visit
from carefolio.workflows.prescribing.names import MOST_HANDED

Resource = dict[str, Any]

CATEGORY: Final = "https://carefolio.org/fhir/CodeSystem/prescription"
SIGNED: Final = "signed"
OVERRIDDEN: Final = "https://carefolio.org/fhir/StructureDefinition/warning-overridden"
"""Extension of a MedicationRequest: why the doctor prescribed it in spite of an allergy (valueString)."""
UNITS: Final = ("tablet", "capsule", "ml", "dose", "drop", "patch", "sachet", "g")
"""What medicines are counted in; ml and g are UCUM's, the others its annotations, {tablet}."""
AROUND: Final = clock.DAY
"""So long before and after a visit its doctor may prescribe."""
_VISITS: Final = frozenset({"booked", "arrived", "fulfilled"})
MOST_REPEATS: Final = 12
MOST_TIMES: Final = 24
LONGEST_DAYS: Final = 366
LONGEST_VALID_DAYS: Final = 366
LARGEST: Final = Decimal(10_000)
LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 500
_PLACES: Final = Decimal("0.001")


class Standing(StrEnum):
    """Where a prescription stands."""

    READY = "ready"
    """Signed, and no pharmacy has it."""
    SENT = "sent"
    STARTED = "started"
    """A pharmacy has it and handed out a part."""
    USED_UP = "used-up"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Act(StrEnum):
    """What is done with a prescription."""

    SEND = "send"
    TAKE_BACK = "take-back"
    CANCEL = "cancel"
    DISPENSE = "dispense"
    REFUSE = "refuse"


_MAY: Final = MappingProxyType(
    {
        Standing.READY: frozenset({Act.SEND, Act.CANCEL}),
        Standing.SENT: frozenset({Act.SEND, Act.TAKE_BACK, Act.CANCEL, Act.DISPENSE, Act.REFUSE}),
        Standing.STARTED: frozenset({Act.SEND, Act.TAKE_BACK, Act.DISPENSE, Act.REFUSE}),
        Standing.USED_UP: frozenset[Act](),
        Standing.CANCELLED: frozenset({Act.TAKE_BACK, Act.REFUSE}),
        Standing.EXPIRED: frozenset({Act.TAKE_BACK, Act.REFUSE, Act.CANCEL}),
    }
)
"""What may still be done. Whose act it is, mandates and contracts say; that a cancelled one is still at a pharmacy, the
Task.
"""
_TOO_LATE: Final = MappingProxyType(
    {
        Standing.READY: "This prescription is at no pharmacy.",
        Standing.SENT: "This prescription is at a pharmacy.",
        Standing.STARTED: "A part of this prescription was handed out already.",
        Standing.USED_UP: "All of this prescription was handed out.",
        Standing.CANCELLED: "The doctor cancelled this prescription.",
        Standing.EXPIRED: "The time of this prescription is over.",
    }
)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whom a prescription names: ``Type/id``, and what they are called."""

    reference: str = ""
    name: str = ""

    def element(self) -> Resource:
        """As a Reference."""
        return {"reference": self.reference} | ({"display": self.name} if self.name else {})


def party(element: Any) -> Party:
    """Whom a Reference names."""
    return Party(literal(element), str(element.get("display", "")) if isinstance(element, dict) else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a doctor prescribes. ``dose`` of ``unit`` is taken ``times`` in ``every`` days, for ``days`` (0: as long as
    the prescription lasts); ``quantity`` is handed out at once, and ``repeats`` times again. It is valid until the end
    of the day ``until`` where the doctor is, in ``zone``. ``because``: why in spite of an allergy.
    """

    patient: Party
    medicine: str
    dose: Decimal
    unit: str
    times: int
    every: int
    days: int
    quantity: Decimal
    repeats: int
    until: date
    as_needed: bool = False
    note: str = ""
    because: str = ""
    zone: str = "UTC"

    def day_of(self, now: int) -> date:
        """Which day it is there at this moment (µs UTC)."""
        return clock.moment(now).astimezone(ZoneInfo(self.zone)).date()

    @property
    def end(self) -> datetime:
        """The last second of the last day; where clocks show it twice, the later one."""
        return datetime.combine(self.until, time(23, 59, 59, fold=1), ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Prescription:
    """A MedicationRequest that was signed here; times in µs UTC."""

    id: str
    version: int
    status: str
    patient: Party
    doctor: Party
    medicine: str
    quantity: Decimal
    unit: str
    repeats: int
    written: int
    until: int
    body: Resource

    @property
    def reference(self) -> str:
        """``MedicationRequest/id``."""
        return f"MedicationRequest/{self.id}"

    @property
    def is_cancelled(self) -> bool:
        """Whether it counts no more, whatever was to be handed out: its doctor cancelled it, or it was never meant."""
        return self.status != "active"

    @property
    def total(self) -> Decimal:
        """The most that is ever handed out."""
        return self.quantity * (1 + self.repeats)

    @property
    def last_day(self) -> str:
        """The last day on which it counts, as the doctor typed it: a FHIR date, which no reader's zone moves."""
        end = str(self.body.get("dispenseRequest", {}).get("validityPeriod", {}).get("end", ""))
        return end[: len("2024-03-04")]


@dataclass(frozen=True, slots=True)
class Handed:
    """One MedicationDispense: the how-manieth, how much, when (µs UTC), by whom and at which pharmacy."""

    number: int
    version: int
    amount: Decimal
    returned: bool
    when: int
    by: Party
    pharmacy: Party
    body: Resource


@dataclass(frozen=True, slots=True)
class Left:
    """What is left: of all, and of the supply that was begun or comes next; how many further supplies there are."""

    given: Decimal
    all: Decimal
    now: Decimal
    repeats: int


# ── when one prescribes, and what a prescription may say ──


def lets_prescribe(visit: Visit, now: int) -> bool:
    """Whether a visit is a reason for its doctor to prescribe now (µs UTC)."""
    return visit.status in _VISITS and visit.start - AROUND <= now <= visit.end + AROUND


def refuse_wanted(wanted: Wanted, today: date) -> None:
    """Raise the first thing that is wrong, for whoever typed it."""
    problems = (
        ("Type the name of the medicine.", not wanted.medicine.strip()),
        (sentence("A name has {most} letters at the most.", most=LONGEST_NAME), len(wanted.medicine) > LONGEST_NAME),
        ("There is no such unit; choose one.", wanted.unit not in UNITS),
        ("How much at a time is a number above 0.", not _is_amount(wanted.dose)),
        ("How much the pharmacy hands out is a number above 0.", not _is_amount(wanted.quantity)),
        (sentence("It is taken between 1 and {most} times.", most=MOST_TIMES), not 1 <= wanted.times <= MOST_TIMES),
        (sentence("It is taken every 1 to {most} days.", most=LONGEST_DAYS), not 1 <= wanted.every <= LONGEST_DAYS),
        (sentence("It lasts {most} days at the most.", most=LONGEST_DAYS), not 0 <= wanted.days <= LONGEST_DAYS),
        (
            sentence("It is repeated {most} times at the most.", most=MOST_REPEATS),
            not 0 <= wanted.repeats <= MOST_REPEATS,
        ),
        ("It has to be valid until today or later.", wanted.until < today),
        ("It can be valid for a year at the most.", wanted.until > today + timedelta(days=LONGEST_VALID_DAYS)),
        (
            sentence("A note has {most} letters at the most.", most=LONGEST_TEXT),
            max(len(wanted.note), len(wanted.because)) > LONGEST_TEXT,
        ),
    )
    found = next((text for text, wrong in problems if wrong), None)
    if found:
        raise malformed(found)


def _is_amount(value: Decimal) -> bool:
    return value.is_finite() and 0 < value <= LARGEST and value == value.quantize(_PLACES)


# ── what it says ──


def prescription_of(request: Resource) -> Prescription:
    """A MedicationRequest as we speak of it."""
    supply = request.get("dispenseRequest", {})
    end = supply.get("validityPeriod", {}).get("end")
    return Prescription(
        id=str(request.get("id", "")),
        version=int(request.get("meta", {}).get("versionId", 0)),
        status=str(request.get("status", "")),
        patient=party(request.get("subject")),
        doctor=party(request.get("requester")),
        medicine=str(request.get("medicationCodeableConcept", {}).get("text", "")),
        quantity=_amount(supply.get("quantity", {})),
        unit=str(supply.get("quantity", {}).get("unit", "")),
        repeats=_repeats(supply.get("numberOfRepeatsAllowed", 0)),
        written=interval(request["authoredOn"])[0] if "authoredOn" in request else 0,
        until=interval(end)[1] if end else 0,
        body=request,
    )


def handed_of(dispense: Resource, number: int) -> Handed:
    """A MedicationDispense as we speak of it. What was not handed out after all counts as returned."""
    actors = [party(one.get("actor")) for one in dispense.get("performer", [])]
    when = dispense.get("whenHandedOver")
    return Handed(
        number=number,
        version=int(dispense.get("meta", {}).get("versionId", 0)),
        amount=_amount(dispense.get("quantity", {})),
        returned=dispense.get("status") != "completed",
        when=interval(when)[0] if when else 0,
        by=next((one for one in actors if one.reference.startswith("Practitioner/")), Party()),
        pharmacy=next((one for one in actors if one.reference.startswith("Organization/")), Party()),
        body=dispense,
    )


def _amount(element: Resource) -> Decimal:
    """An amount; whatever is none, or less than nothing, is nothing."""
    value = element.get("value", 0)
    return max(Decimal(value), Decimal(0)) if isinstance(value, int | Decimal) else Decimal(0)


def _repeats(value: Any) -> int:
    return max(int(value), 0) if isinstance(value, int | Decimal) else 0


# ── what is left ──


def left(prescription: Prescription, handed: Iterable[Handed]) -> Left:
    """What may still be handed out."""
    given = sum((one.amount for one in handed if not one.returned), Decimal(0))
    rest = max(prescription.total - given, Decimal(0))
    if not rest or not prescription.quantity:
        return Left(given, Decimal(0), Decimal(0), 0)
    now = rest % prescription.quantity or prescription.quantity
    return Left(given, rest, now, int((rest - now) / prescription.quantity))


def refuse_amount(amount: Decimal, rest: Left) -> None:
    """Raise when so much cannot be handed out now."""
    if not _is_amount(amount):
        raise malformed("How much you hand out is a number above 0.")
    if amount > rest.now:
        raise conflict("The prescription does not allow that much now.")


def refuse_gap(handed: Iterable[Handed]) -> None:
    """Raise unless all that was handed out before is seen: numbers follow on each other, and none is missing."""
    numbers = sorted(one.number for one in handed)
    if len(numbers) >= MOST_HANDED:
        raise conflict("This prescription was handed out in too many parts. The patient needs a new one.")
    if numbers != list(range(1, len(numbers) + 1)):
        raise conflict("Not all that was handed out before can be seen here. Ask the patient to send it again.")


# ── where it stands ──


def standing(prescription: Prescription, handed: Iterable[Handed], task: str, now: int) -> Standing:
    """Where it stands at ``now`` (µs UTC); ``task`` is the status of the Task that it was sent with, "" for none."""
    known_ = tuple(handed)
    if prescription.is_cancelled:
        return Standing.CANCELLED
    if not left(prescription, known_).all:
        return Standing.USED_UP
    if prescription.until < now:
        return Standing.EXPIRED
    if task in OPEN:
        return Standing.STARTED if task == "in-progress" else Standing.SENT
    return Standing.READY


OPEN: Final = frozenset({"requested", "in-progress"})
"""What a Task's status is while a pharmacy has the prescription."""


def may(act: Act, stands: Standing) -> bool:
    """Whether this can still be done."""
    return act in _MAY[stands]


def refuse(act: Act, stands: Standing) -> None:
    """Raise, in a sentence, where it cannot."""
    if not may(act, stands):
        raise too_late(stands)


def too_late(stands: Standing) -> Failure:
    """Why something cannot be done any more."""
    return conflict(_TOO_LATE[stands])
