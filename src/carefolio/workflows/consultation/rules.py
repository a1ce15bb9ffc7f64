"""The consultation's pure part: when a room is open, and the Encounter and the note that a visit becomes.

A visit by video has one room. Its patient says that they are here (Appointment ``arrived``), its doctor lets them in
(Encounter ``in-progress``, https://hl7.org/fhir/R4/encounter.html) and ends it (``finished``, Appointment
``fulfilled``). What the doctor found is a ClinicalImpression (https://hl7.org/fhir/R4/clinicalimpression.html).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from carefolio.base.clock import DAY, MINUTE, instant
from carefolio.base.failures import malformed
from carefolio.base.sentences import sentence
from carefolio.records.visits import VIDEO, Party, Visit

Resource = dict[str, Any]

BEFORE: Final = 15 * MINUTE
AFTER: Final = 60 * MINUTE
"""The room is open from so long before the visit begins until so long after its end."""
NOTED: Final = 30 * DAY
"""So long after the visit its doctor may still write a note of it."""
LONGEST_NOTE: Final = 20_000
IN_PROGRESS, FINISHED = "in-progress", "finished"
_VIRTUAL: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "VR",
    "display": "virtual",
}


class Side(StrEnum):
    """Who somebody is in the room."""

    PATIENT = "patient"
    DOCTOR = "doctor"

    @property
    def other(self) -> Side:
        """Whom they meet."""
        return Side.DOCTOR if self is Side.PATIENT else Side.PATIENT


class Stage(StrEnum):
    """How far a room is."""

    EARLY = "early"
    OPEN = "open"
    WAITING = "waiting"
    ADMITTED = "admitted"
    OVER = "over"


def side_of(visit: Visit, person: str) -> Side | None:
    """Which side of the visit ``Type/id`` is; None for anybody else."""
    if person and person == visit.patient.reference:
        return Side.PATIENT
    return Side.DOCTOR if person and person == visit.doctor.reference else None


def has_room(visit: Visit) -> bool:
    """Whether it is held by video, at a time."""
    return visit.mode == VIDEO and bool(visit.start)


def opens_at(visit: Visit) -> int:
    """From when on one may come in, µs UTC."""
    return visit.start - BEFORE


def is_open(visit: Visit, now: int) -> bool:
    """Whether it is the time for it."""
    return opens_at(visit) <= now <= visit.end + AFTER


def can_join(visit: Visit, now: int) -> bool:
    """Whether either side may come into its room now."""
    return has_room(visit) and visit.status in ("booked", "arrived") and is_open(visit, now)


def stage_of(visit: Visit, encounter: str, now: int) -> Stage:
    """How far it is; ``encounter`` is the Encounter's status, "" where there is none."""
    if visit.status not in ("booked", "arrived") or encounter == FINISHED or now > visit.end + AFTER:
        return Stage.EARLY if visit.status == "pending" and now <= visit.end else Stage.OVER
    if now < opens_at(visit):
        return Stage.EARLY
    if visit.status == "booked":
        return Stage.OPEN
    return Stage.ADMITTED if encounter == IN_PROGRESS else Stage.WAITING


def may_note(visit: Visit, encounter: str, now: int) -> bool:
    """Whether the doctor may write down what the visit showed."""
    return encounter in (IN_PROGRESS, FINISHED) and now <= visit.end + NOTED


def encounter(visit: Visit, id_: str, now: int) -> Resource:
    """The Encounter that begins when the doctor lets the patient in."""
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": IN_PROGRESS,
        "class": _VIRTUAL,
        "subject": reference(visit.patient),
        "participant": [{"individual": reference(visit.doctor)}],
        "appointment": [{"reference": visit.reference}],
        "period": {"start": instant(now)},
    }


def ended(encounter: Resource, now: int) -> Resource:
    """The Encounter, over."""
    return encounter | {"status": FINISHED, "period": encounter.get("period", {}) | {"end": instant(now)}}


def begun_again(encounter: Resource) -> Resource:
    """The Encounter, going on after it had been ended."""
    period = {name: value for name, value in encounter.get("period", {}).items() if name != "end"}
    return encounter | {"status": IN_PROGRESS, "period": period}


def note(visit: Visit, encounter_id: str, text: str, now: int) -> Resource:
    """What the doctor wrote down of the visit; raises what cannot be kept."""
    if not text.strip():
        raise malformed("Write something first.", "ClinicalImpression.summary")
    if len(text) > LONGEST_NOTE:
        raise malformed(
            sentence("A note has {most} characters at the most.", most=LONGEST_NOTE), "ClinicalImpression.summary"
        )
    return {
        "resourceType": "ClinicalImpression",
        "status": "completed",
        "subject": reference(visit.patient),
        "encounter": {"reference": f"Encounter/{encounter_id}"},
        "assessor": reference(visit.doctor),
        "date": instant(now),
        "summary": text.strip(),
    }


def reference(party: Party) -> Resource:
    """A Reference to somebody, with their name where it is known."""
    return {"reference": party.reference} | ({"display": party.name} if party.name else {})
