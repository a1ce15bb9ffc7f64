"""A visit as the workflows share it: one shape of Appointment, which scheduling writes and the others read.

| element | holds |
|---|---|
| `status` | `pending` (asked for), `booked`, `arrived` (waiting), `fulfilled`, `cancelled`, `noshow` |
| `start`, `end` | instants in UTC |
| `slot` | the one Slot that it takes |
| `participant` | the patient and the doctor, with their names as `display`; `needs-action`: whose yes it waits for |
| `comment` | why the patient comes, in their own words |
| extension `visit-mode` | `video`, `place` or `phone` |
| extension `visit-zone` | the zone of the doctor's clock, `Europe/Dublin` |
| extension `visit-patient-zone` | the zone of the patient's clock, where it is known |

https://hl7.org/fhir/R4/appointment.html has no element for the last three.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from carefolio.fhir.dates import interval
from carefolio.fhir.json import parse
from carefolio.records.force import is_kept
from carefolio.records.read import Found

Resource = dict[str, Any]

MODE: Final = "https://carefolio.org/fhir/StructureDefinition/visit-mode"
ZONE: Final = "https://carefolio.org/fhir/StructureDefinition/visit-zone"
PATIENT_ZONE: Final = "https://carefolio.org/fhir/StructureDefinition/visit-patient-zone"
VIDEO: Final = "video"
MODES: Final = (VIDEO, "place", "phone")
OPEN: Final = frozenset({"pending", "booked", "arrived"})
"""A visit that is still to come, or goes on."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at a visit: ``Patient/id`` or ``Practitioner/id``, and what they are called."""

    reference: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One Appointment; ``start`` and ``end`` in µs UTC."""

    id: str
    version: int
    status: str
    start: int
    end: int
    patient: Party
    doctor: Party
    slot: str
    mode: str
    zone: str
    patient_zone: str
    comment: str
    waits_for: str = ""
    """Whose yes it waits for while it is asked for: the patient's or the doctor's reference."""
    ours: bool = False
    """Whether the rules of scheduling wrote it. Only such a visit lets its sides do something: what hospitals send of
    their own appointments is shown, and no more."""

    @property
    def reference(self) -> str:
        """``Appointment/id``."""
        return f"Appointment/{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to come, or goes on."""
        return self.status in OPEN


def visit_in(found: Found) -> Visit:
    """The visit that was read."""
    return replace(visit_of(parse(found.body)), ours=is_kept(found))


def visit_of(appointment: Resource) -> Visit:
    """The visit that an Appointment is; what it does not say is empty, times that it does not say are 0."""
    extensions = {one.get("url"): one.get("valueCode", "") for one in appointment.get("extension", [])}
    slots = appointment.get("slot", [])
    return Visit(
        id=appointment.get("id", ""),
        version=int(appointment.get("meta", {}).get("versionId", 0)),
        status=appointment.get("status", ""),
        start=_moment(appointment.get("start")),
        end=_moment(appointment.get("end")),
        patient=_party(appointment, "Patient"),
        doctor=_party(appointment, "Practitioner"),
        slot=slots[0].get("reference", "") if slots else "",
        mode=extensions.get(MODE, ""),
        zone=extensions.get(ZONE, "UTC"),
        patient_zone=extensions.get(PATIENT_ZONE, ""),
        comment=appointment.get("comment", ""),
        waits_for=_waits_for(appointment),
    )


def _moment(text: str | None) -> int:
    return interval(text)[0] if text else 0


def _waits_for(appointment: Resource) -> str:
    """Who has not answered; where nobody is named, the doctor, whom patients ask."""
    if appointment.get("status") != "pending":
        return ""
    asked = [one for one in appointment.get("participant", []) if one.get("status") == "needs-action"]
    return (
        next((str(one["actor"]["reference"]) for one in asked if one.get("actor", {}).get("reference")), "")
        or _party(appointment, "Practitioner").reference
    )


def _party(appointment: Resource, type_: str) -> Party:
    for one in appointment.get("participant", []):
        actor = one.get("actor", {})
        if actor.get("reference", "").startswith(f"{type_}/"):
            return Party(actor["reference"], actor.get("display", ""))
    return Party()
