"""The consultation's actions, one an intention: all of them through the door.

The Encounter's id is made of the visit with the installation's key, and each write holds only for the versions that it
was decided on: who presses twice, or in two windows, does it once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, conflict, forbidden, stale
from carefolio.base.ids import derived_id
from carefolio.fhir.dates import interval
from carefolio.fhir.json import parse
from carefolio.records import repeat
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.mandates import CONSULTATION, Under
from carefolio.records.versions import newest
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.consultation import rules
from carefolio.workflows.consultation.rules import FINISHED, Side, Stage

Resource = dict[str, Any]

_TRIES: Final = 5
_CHANGED: Final = "This was changed since you looked at it. Look at it again before you decide."
_NOTED_BEFORE: Final = "Another note was saved from this page before. Save this one again if it is to be kept too."
_NOT_NOW: Final = "This cannot be done just now."
_DOCTORS: Final = "Only the doctor of the visit does this."


@dataclass(frozen=True, slots=True)
class Room:
    """A visit's room as one of its sides sees it. ``appointment`` and ``encounter`` ({} where there is none) are the
    resources, ``versions`` theirs (0: there is none).
    """

    visit: Visit
    side: Side
    stage: Stage
    appointment: Resource
    encounter_id: str
    encounter: Resource
    versions: tuple[int, int]

    @property
    def went_on(self) -> str:
        """The Encounter's status, "" where there is none."""
        return str(self.encounter.get("status", ""))

    @property
    def may_note(self) -> bool:
        """Whether whoever looks may write a note of it."""
        return self.side is Side.DOCTOR and rules.may_note(self.visit, self.went_on, clock.now())

    @property
    def may_reopen(self) -> bool:
        """Whether its doctor, who ended it, may take that back."""
        ended = self.visit.status == "fulfilled" and self.went_on == FINISHED
        return self.side is Side.DOCTOR and ended and rules.is_open(self.visit, clock.now())


@dataclass(frozen=True, slots=True)
class Note:
    """What a doctor wrote down of a visit; ``written`` in µs UTC."""

    id: str
    written: int
    text: str


def encounter_id(door: Door, visit: str) -> str:
    """The id of the one Encounter of a visit."""
    return derived_id(door.keyring.blind.digest(f"encounter/{visit}"))


def versions(door: Door, visit: str) -> tuple[int, int]:
    """The newest versions of a visit's Appointment and Encounter: whether something of its room has changed."""
    database = door.parts.database
    return newest(database, "Appointment", visit), newest(database, "Encounter", encounter_id(door, visit))


async def room(door: Door, caller: Caller, id_: str) -> Room:
    """The room of a visit by video; raises absent for everybody but its two sides."""
    found = await door.read(caller.token, caller.request, "Appointment", id_)
    appointment = parse(found.body)
    visit = visit_in(found)
    side = rules.side_of(visit, caller.principal.person)
    if side is None or not (visit.ours and rules.has_room(visit)):
        raise absent()
    own, version, encounter = encounter_id(door, id_), 0, {}
    if newest(door.parts.database, "Encounter", own):
        met = await door.read(caller.token, caller.request, "Encounter", own)
        version, encounter = met.version, parse(met.body)
    stage = rules.stage_of(visit, str(encounter.get("status", "")), clock.now())
    return Room(visit, side, stage, appointment, own, encounter, (found.version, version))


async def arrive(door: Door, caller: Caller, id_: str) -> Room:
    """The patient is here."""

    async def attempt(found: Room) -> bool:
        if found.side is not Side.PATIENT:
            raise forbidden("Only the patient of the visit says so.")
        if found.stage in (Stage.WAITING, Stage.ADMITTED):
            return True
        _expect(found.stage is Stage.OPEN)
        await _write(door, caller, found, _with_status(found, "arrived"))
        return False

    return await _settled(door, caller, id_, attempt)


async def admit(door: Door, caller: Caller, id_: str) -> Room:
    """The doctor lets the patient in; or goes on with a visit that they had ended."""

    async def attempt(found: Room) -> bool:
        _expect_doctor(found)
        if found.stage is Stage.ADMITTED:
            return True
        _expect(found.stage is Stage.WAITING or found.may_reopen)
        if found.encounter:
            changes = [_with_status(found, "arrived"), _encounter(found, rules.begun_again(found.encounter))]
        else:
            changes = [_encounter(found, rules.encounter(found.visit, found.encounter_id, clock.now()))]
        await _write(door, caller, found, *changes)
        return False

    return await _settled(door, caller, id_, attempt)


async def end(door: Door, caller: Caller, id_: str) -> Room:
    """The doctor ends the visit, also when its time has passed."""

    async def attempt(found: Room) -> bool:
        _expect_doctor(found)
        if found.went_on == FINISHED:
            return True
        _expect(bool(found.encounter) and found.visit.status == "arrived")
        over = _encounter(found, rules.ended(found.encounter, clock.now()))
        await _write(door, caller, found, _with_status(found, "fulfilled"), over)
        return False

    return await _settled(door, caller, id_, attempt)


async def write_note(door: Door, caller: Caller, id_: str, text: str, once: str) -> None:
    """The doctor writes down what the visit showed, while it goes on or afterwards; ``once`` is the id that the form
    brought, so that pressing twice writes it once. Raises conflict when another text was written under it.
    """
    found = await room(door, caller, id_)
    _expect_doctor(found)
    _expect(found.may_note)
    made = rules.note(found.visit, found.encounter_id, text, clock.now()) | {"id": once}
    change = Change(Method.UPDATE, "ClinicalImpression", once, made)
    under = Under(CONSULTATION, unmoved=(("ClinicalImpression", once, 0),))
    try:
        await door.write(caller, [change], repeat.once(f"note/{once}", id_, text), under)
    except Failure as failure:
        raise conflict(_NOTED_BEFORE) if repeat.is_other(failure) else failure from None


async def notes(door: Door, caller: Caller, found: Room) -> list[Note]:
    """What was written down of it, the oldest first."""
    if not found.encounter:
        return []
    pairs = [("encounter", f"Encounter/{found.encounter_id}"), ("subject", found.visit.patient.reference)]
    _, findings = await door.search(caller, "ClinicalImpression", pairs, Handling())
    return sorted((_note(parse(one.body)) for one in findings.matches), key=lambda one: (one.written, one.id))


def _note(resource: Resource) -> Note:
    date = resource.get("date")
    return Note(resource.get("id", ""), interval(date)[0] if date else 0, resource.get("summary", ""))


async def _settled(door: Door, caller: Caller, id_: str, attempt: Callable[[Room], Awaitable[bool]]) -> Room:
    """Try until it is so; ``attempt`` says whether it was so already, or tries to make it so."""
    for _ in range(_TRIES):
        found = await room(door, caller, id_)
        try:
            if await attempt(found):
                return found
        except Failure as failure:
            if failure.category is not Category.STALE:
                raise
    raise stale(_CHANGED)


async def _write(door: Door, caller: Caller, found: Room, *changes: Change) -> None:
    unmoved = (
        ("Appointment", found.visit.id, found.versions[0]),
        ("Encounter", found.encounter_id, found.versions[1]),
    )
    await door.write(caller, changes, under=Under(CONSULTATION, unmoved=unmoved))


def _with_status(found: Room, status: str) -> Change:
    resource = found.appointment | {"status": status}
    return Change(Method.UPDATE, "Appointment", found.visit.id, resource, if_match=found.versions[0])


def _encounter(found: Room, resource: Resource) -> Change:
    return Change(Method.UPDATE, "Encounter", found.encounter_id, resource, if_match=found.versions[1] or None)


def _expect_doctor(found: Room) -> None:
    if found.side is not Side.DOCTOR:
        raise forbidden(_DOCTORS)


def _expect(it_is_so: bool) -> None:
    if not it_is_so:
        raise conflict(_NOT_NOW)
