"""Visits as one of their sides sees them, and whom a doctor may offer one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.clock import DAY
from carefolio.base.failures import absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.visits import Party, Visit, visit_in
from carefolio.workflows.scheduling import booking
from carefolio.workflows.scheduling.rules import Span
from carefolio.workflows.scheduling.sheets import search

Resource = dict[str, Any]

_LONGEST: Final = DAY
_CAME: Final = frozenset({"arrived", "fulfilled"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit with the Appointment that it is."""

    visit: Visit
    resource: Resource

    @property
    def called_off_by(self) -> str:
        """``pat``, ``prov``, or ""."""
        return booking.who_called_off(self.resource)

    @property
    def why(self) -> str:
        """What was said when it was called off."""
        return booking.why_called_off(self.resource)


async def visit(door: Door, caller: Caller, id_: str) -> Seen:
    """One visit of the caller's own, as its patient or its doctor; raises absent for everybody else."""
    found = await door.read(caller.token, caller.request, "Appointment", id_)
    resource, seen = parse(found.body), visit_in(found)
    if caller.principal.person not in (seen.patient.reference, seen.doctor.reference):
        raise absent()
    return Seen(seen, resource)


async def visits(door: Door, caller: Caller, span: Span) -> list[Visit]:
    """The caller's visits that begin between two instants, whatever became of them, by their beginning."""
    side = "patient" if caller.principal.role is Role.PATIENT else "practitioner"
    return await _found(door, caller, [(side, caller.principal.person), *_between(span)])


async def visits_with(door: Door, caller: Caller, patient: str) -> list[Visit]:
    """All that a doctor has with ``Patient/id``, by their beginning."""
    found = await _found(door, caller, [("patient", patient), ("practitioner", caller.principal.person)])
    return [one for one in found if one.doctor.reference == caller.principal.person]


async def meeting(door: Door, caller: Caller, span: Span) -> list[Visit]:
    """The caller's visits still to come that have a moment in common with this span."""
    found = await visits(door, caller, (span[0] - _LONGEST, span[1]))
    return [one for one in found if one.is_open and one.start < span[1] and span[0] < one.end]


async def known_patient(door: Door, caller: Caller, id_: str) -> Party:
    """A patient whom this doctor may offer a visit: they gave access by a contract, or came to a visit. An emergency is
    neither. Raises absent for all others.
    """
    reference = f"Patient/{id_}"
    number = door.finder.number(reference)
    if number is None:
        raise absent()
    with_me = await visits_with(door, caller, reference)
    came = [one for one in with_me if one.ours and one.status in _CAME and one.start < clock.now()]
    if not came and not door.has_contract(caller, reference):
        raise absent()
    account = door.parts.accounts.of_chart(door.parts.database, number)
    known = next((one.patient.name for one in with_me if one.patient.name), "")
    return Party(reference, account.name if account else known)


def _between(span: Span) -> list[tuple[str, str]]:
    return [("date", f"ge{clock.instant(span[0])}"), ("date", f"lt{clock.instant(span[1])}")]


async def _found(door: Door, caller: Caller, pairs: list[tuple[str, str]]) -> list[Visit]:
    found = [visit_in(one) for one in await search(door, caller, "Appointment", pairs)]
    return sorted((one for one in found if one.start), key=lambda one: (one.start, one.id))
