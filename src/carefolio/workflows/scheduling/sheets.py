"""A doctor's sheet: their hours and what is taken of them, as one look at the directory shows it.

The hours are read before the slots. Whoever then writes under "the hours have not moved" knows all slots that were
taken on an older grid: they were there before the hours changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.clock import DAY
from carefolio.base.failures import Category, Failure, unprocessable
from carefolio.base.ids import derived_id
from carefolio.consent.principal import Role
from carefolio.fhir.dates import interval
from carefolio.fhir.json import parse
from carefolio.identity.accounts import Account
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.records.visits import Party
from carefolio.workflows.scheduling import rules
from carefolio.workflows.scheduling.booking import NOT_TAKEN
from carefolio.workflows.scheduling.rules import Plan, Span, Time
from carefolio.workflows.scheduling.schedules import plan_of

Resource = dict[str, Any]
Pairs = list[tuple[str, str]]

_AT_ONCE: Final = "1000"
_LONGEST: Final = DAY
"""A slot that began so long ago may last until now: those that a doctor's own calendar keeps busy."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One Slot that has been taken at some time: its version, and whether it is taken now."""

    version: int
    span: Span
    is_busy: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hours (``version`` 0: the doctor keeps none) and slots by their ids."""

    doctor: Party
    schedule: str
    version: int
    plan: Plan
    slots: dict[str, Taken] = field(default_factory=dict)
    resource: Resource = field(default_factory=dict)
    """The Schedule itself."""
    author: int = 0
    hospital: int = 0
    """Whose hours they are: the account that wrote them, the hospital that it belongs to."""

    @property
    def reference(self) -> str:
        """``Schedule/id``."""
        return f"Schedule/{self.schedule}"

    def free(self, span: Span, without: str = "") -> list[Time]:
        """The free times that begin in it; ``without``: as if this slot were free."""
        busy = [one.span for id_, one in self.slots.items() if one.is_busy and id_ != without]
        return rules.free(self.plan, span, busy)

    def offered(self, span: Span, *, mine: bool, without: str = "") -> list[Time]:
        """The free times in it that may be booked now, by a patient, or (``mine``) by the doctor themselves."""
        low, high = rules.own_span(clock.now()) if mine else rules.open_span(self.plan, clock.now())
        return self.free((max(low, span[0]), min(high, span[1])), without)


def schedule_id(door: Door, doctor: str) -> str:
    """The id of the one Schedule of ``Practitioner/id``; nobody can work it out and take it first."""
    return derived_id(door.keyring.blind.digest(f"schedule/{doctor}"))


def slot_id(door: Door, schedule: str, start: int) -> str:
    """The id of the one Slot that begins then: whoever writes it first has it."""
    return derived_id(door.keyring.blind.digest(f"slot/{schedule}/{start}"))


def account_of(door: Door, doctor: str) -> Account | None:
    """The account of a doctor who sees patients: verified, and not shut out."""
    account = door.parts.accounts.of_person(door.parts.database, doctor)
    if account is None or account.role != Role.DOCTOR or not account.verified or account.suspended:
        return None
    return account


async def hours_of(door: Door, caller: Caller, doctor: str) -> Sheet:
    """A doctor's hours, without the slots."""
    account = door.parts.accounts.of_person(door.parts.database, doctor)
    party = Party(doctor, account.name if account else "")
    id_ = schedule_id(door, doctor)
    try:
        found = await door.read(caller.token, caller.request, "Schedule", id_)
    except Failure as failure:
        if failure.category not in (Category.ABSENT, Category.GONE):
            raise
        return Sheet(party, id_, 0, Plan(active=False))
    resource = parse(found.body)
    return Sheet(party, id_, found.version, plan_of(resource), {}, resource, found.row.author, found.row.hospital)


async def sheet_of(door: Door, caller: Caller, doctor: str, span: Span) -> Sheet:
    """A doctor's hours with the slots between two instants; raises where nobody can book with them."""
    if account_of(door, doctor) is None:
        raise unprocessable("This doctor takes no bookings here now.")
    sheet = await hours_of(door, caller, doctor)
    low, high = (clock.instant(one) for one in (span[0] - _LONGEST, span[1]))
    pairs = [("schedule", sheet.reference), ("start", f"ge{low}"), ("start", f"lt{high}")]
    slots = await search(door, caller, "Slot", pairs) if sheet.version else ()
    writers = {author for author in {one.row.author for one in slots} if _may_take(door, sheet, author)}
    for found in slots:
        if found.row.author in writers:
            sheet.slots[found.row.id] = _taken(found.version, parse(found.body))
    return sheet


def _may_take(door: Door, sheet: Sheet, author: int) -> bool:
    """Whether a Slot of this writer's takes time of the sheet: the doctor's own, as is each that a booking took,
    and one by the systems of their hospital. Anybody else's says nothing.
    """
    if author == sheet.author:
        return True
    account = door.parts.accounts.of_number(door.parts.database, author) if author and sheet.hospital else None
    return account is not None and account.role == Role.HOSPITAL and account.hospital == sheet.hospital


async def search(door: Door, caller: Caller, type_: str, pairs: Pairs) -> Sequence[Found]:
    """All that a search finds, page by page. Appointments are only read, Slots are written again."""
    how = Handling(outlined=type_ == "Appointment")
    found: list[Found] = []
    cursor = ""
    while True:
        more = [("_page", cursor)] if cursor else []
        _, findings = await door.search(caller, type_, [*pairs, ("_count", _AT_ONCE), *more], how)
        found += findings.matches
        if not findings.following:
            return found
        cursor = door.finder.cursors.seal(caller.principal.account, findings.following)


def _taken(version: int, slot: Resource) -> Taken:
    span = interval(slot["start"])[0], interval(slot["end"])[0]
    return Taken(version, span, slot.get("status") not in NOT_TAKEN)
