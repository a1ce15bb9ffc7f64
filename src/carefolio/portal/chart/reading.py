"""What a chart's page reads: everything in one go through the door, the main thing first.

The first read decides for all: where it finds the chart closed, nothing else is asked for, and one refusal is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from carefolio.base import clock
from carefolio.base.failures import absent
from carefolio.fhir.json import parse
from carefolio.fhir.parameters import TYPES
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import has_force
from carefolio.records.read import Found
from carefolio.records.timeline import Holdings, Page, Slice, Wanted
from carefolio.records.visits import visit_of
from carefolio.workflows.sharing.describe import Contract, State, Version, contract_of

Resource = dict[str, Any]

OLDER_VERSIONS: Final = 10
LINKED: Final[Mapping[str, tuple[str, ...]]] = {
    "Observation": ("has-member", "derived-from", "specimen", "encounter"),
    "DiagnosticReport": ("result", "media", "specimen", "based-on", "encounter"),
    "Condition": ("encounter", "evidence-detail"),
    "Procedure": ("reason-reference", "part-of", "encounter"),
    "MedicationRequest": ("medication", "encounter"),
    "MedicationDispense": ("prescription", "medication"),
    "MedicationAdministration": ("request", "medication"),
    "ServiceRequest": ("specimen", "encounter"),
    "ImagingStudy": ("basedon", "encounter"),
    "DocumentReference": ("encounter",),
    "CarePlan": ("condition", "goal", "care-team", "encounter"),
    "Composition": ("entry", "encounter"),
    "Encounter": ("appointment", "diagnosis", "part-of"),
    "ExplanationOfBenefit": ("claim", "encounter"),
    "Claim": ("encounter",),
}
"""Which references of a record lead to others that are shown beside it."""
OF_VISIT: Final = (
    *("Condition", "Procedure", "DiagnosticReport", "MedicationRequest", "Observation", "ImagingStudy"),
    *("DocumentReference", "ServiceRequest", "CarePlan"),
)
"""What names the visit that it belongs to, and is shown beside it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose chart it is, for the head of a page: the Patient where it may be seen, and for others than the patient
    what opens the chart to them.
    """

    id: str
    patient: Resource = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    emergency: bool = False
    version: int = 0
    """The Patient's version."""


class TimelineRead(NamedTuple):
    """A page of the timeline, with what the chart holds."""

    frame: Frame
    page: Page
    holdings: Holdings


class RecordRead(NamedTuple):
    """A record with the records that it is linked to and its older versions."""

    frame: Frame
    found: Found
    linked: tuple[Found, ...]
    older: tuple[Found, ...]


class PageRead(NamedTuple):
    """Some records of a chart."""

    frame: Frame
    page: Page


async def timeline(
    door: Door, caller: Caller, id_: str, wanted: Wanted, kinds: Mapping[str, Sequence[Slice]]
) -> TimelineRead:
    """A page of the timeline and the counts of all kinds; raises absent for a closed chart."""
    page = await door.timeline(caller, f"Patient/{id_}", wanted)
    frame, holdings = await asyncio.gather(frame_of(door, caller, id_), door.counts(caller, f"Patient/{id_}", kinds))
    return TimelineRead(frame, page, holdings)


async def page(door: Door, caller: Caller, id_: str, wanted: Wanted) -> PageRead:
    """Some records of a chart, newest first; raises absent for a closed chart."""
    found = await door.timeline(caller, f"Patient/{id_}", wanted)
    return PageRead(await frame_of(door, caller, id_), found)


async def record(door: Door, caller: Caller, id_: str, type_: str, rid: str) -> RecordRead:
    """One record of this chart; raises absent for one that is hidden, not there or in another chart."""
    if type_ not in TYPES:
        raise absent()
    found, linked = await _with_linked(door, caller, id_, type_, rid)
    number = _number(door, caller, id_)
    if found.row.owner != number:
        raise absent()
    linked = tuple(one for one in linked if one.row.owner == number)
    older, frame = await asyncio.gather(_older(door, caller, found), frame_of(door, caller, id_, known=found))
    return RecordRead(frame, found, linked, tuple(one for one in older if one.body))


async def own_patient(door: Door, caller: Caller, id_: str) -> Found:
    """The Patient of this chart."""
    return await door.read(caller.token, caller.request, "Patient", id_)


async def frame_of(door: Door, caller: Caller, id_: str, *, known: Found | None = None) -> Frame:
    """The head of a page about this chart, which the caller may open."""
    if known is not None and known.row.reference == f"Patient/{id_}":
        return Frame(id_, parse(known.body), version=known.version)
    number = _number(door, caller, id_)
    own = caller.principal.chart == number
    contracts = () if own else await _contracts(door, caller, id_)
    patient: Found | None = None
    if own or _may_see_patient(door, caller, number, id_):
        patient = await door.read(caller.token, caller.request, "Patient", id_)
    emergency = not own and any(window.rule == "break-glass" for window in door.viewer.of(caller, number).windows)
    body = parse(patient.body) if patient else {}
    if not body and not any(one.patient.name for one in contracts):
        body = await _as_met(door, caller, id_)
    return Frame(id_, body, contracts, emergency, patient.version if patient else 0)


async def _as_met(door: Door, caller: Caller, id_: str) -> Resource:
    """The Patient with nothing but the name that a visit of the caller's tells; empty where there is none."""
    pairs = [("patient", f"Patient/{id_}"), ("_sort", "-date"), ("_count", "1")]
    _query, found = await door.search(caller, "Appointment", pairs, Handling())
    names = [visit_of(parse(one.body)).patient.name for one in found.matches]
    return {"name": [{"text": names[0]}]} if any(names) else {}


def _number(door: Door, caller: Caller, id_: str) -> int:
    owner = door.naming.chart(caller.principal, f"Patient/{id_}")
    return owner.number if owner else -1


def _may_see_patient(door: Door, caller: Caller, number: int, id_: str) -> bool:
    """Whether asking for the Patient is worth while; the door decides. What cannot be seen is not asked for: each
    page of a narrow contract would stand in the trail as a refusal.
    """
    for window in door.viewer.of(caller, number).windows:
        of_kind = window.kinds is None or "Patient" in window.kinds
        of_record = window.records is None or f"Patient/{id_}" in window.records
        general = window.codes is None and window.authors is None and window.participants is None
        sent = window.hospitals is None
        if of_kind and of_record and general and sent:
            return True
    return False


async def _contracts(door: Door, caller: Caller, id_: str) -> tuple[Contract, ...]:
    """The contracts that open the chart to the caller or their hospital now."""
    principal = caller.principal
    names = ",".join(name for name in (principal.person, principal.organization) if name)
    pairs = [("patient", f"Patient/{id_}"), ("actor", names), ("status", "active"), ("_count", "50")]
    _, findings = await door.search(caller, "Consent", pairs, Handling(outlined=True))
    now = clock.now()
    found = [
        contract_of(parse(one.body), Version(one.version, one.updated, has_force(one)), now) for one in findings.matches
    ]
    return tuple(one for one in found if one.state is State.ACTIVE and one.purposes)


async def _with_linked(door: Door, caller: Caller, id_: str, type_: str, rid: str) -> tuple[Found, tuple[Found, ...]]:
    """The record, and what it names or what names it: one search, which is one line in the trail."""
    names = LINKED.get(type_)
    if names is not None:
        pairs = [("_id", rid), ("patient", f"Patient/{id_}"), *(("_include", f"{type_}:{name}") for name in names)]
        if type_ == "Encounter":
            pairs += [("_revinclude", f"{one}:encounter") for one in OF_VISIT]
        _, findings = await door.search(caller, type_, pairs, Handling())
        if findings.matches:
            return findings.matches[0], tuple(findings.included)
    return await door.read(caller.token, caller.request, type_, rid), ()


async def _older(door: Door, caller: Caller, found: Found) -> list[Found]:
    """The versions before this one, newest first."""
    if found.version == 1:
        return []
    return await door.history(caller, found.row.type, found.row.id, (found.version, OLDER_VERSIONS))
