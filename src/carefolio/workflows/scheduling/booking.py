"""What a booking writes, and whom it tells: the Slot, the Appointment, notices at once and reminders. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR, MINUTE
from carefolio.notify.notices import NoticeKind
from carefolio.records.mandates import Telling
from carefolio.records.visits import MODE, PATIENT_ZONE, VIDEO, ZONE, Party, Visit
from carefolio.workflows.scheduling.rules import REQUEST, Time

Resource = dict[str, Any]

FREE, BUSY, HELD = "free", "busy", "busy-tentative"
"""A Slot's status: nobody has it, a visit has it, a visit that waits for the doctor's answer has it."""
NOT_TAKEN: Final = frozenset({FREE, "entered-in-error"})
REASONS: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
BY_PATIENT, BY_DOCTOR = "pat", "prov"
BEFORE: Final = (DAY, HOUR)
"""So long before a visit both sides are reminded of it."""
PATIENT, DOCTOR = "Patient/", "Practitioner/"
"""Who is asked for their yes, by how their reference begins: whoever did not choose the time."""
_ACCEPTED, _ASKED = "accepted", "needs-action"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a visit is beside its time: its sides, how they meet, what for, and on which clocks."""

    patient: Party
    doctor: Party
    mode: str
    zone: str
    patient_zone: str = ""
    comment: str = ""


def slot(schedule: str, time: Time, status: str) -> Resource:
    """The Slot of this time; ``schedule`` is ``Schedule/id``."""
    return {
        "resourceType": "Slot",
        "schedule": {"reference": schedule},
        "status": status,
        "start": clock.instant(time.start),
        "end": clock.instant(time.end),
    }


def status_of(booking: str) -> str:
    """What an Appointment is when it is made: asked for, or booked."""
    return "pending" if booking == REQUEST else "booked"


def slot_status(status: str) -> str:
    """What the Slot is while the Appointment is so."""
    return {"pending": HELD, "cancelled": FREE}.get(status, BUSY)


def appointment(terms: Terms, time: Time, slot_id: str, status: str, asked: str = DOCTOR) -> Resource:
    """The Appointment, in the shape of ``records/visits.py``; ``pending``, it waits for the yes of ``asked``."""
    zones = [{"url": ZONE, "valueCode": terms.zone}]
    if terms.patient_zone:
        zones.append({"url": PATIENT_ZONE, "valueCode": terms.patient_zone})
    resource: Resource = {
        "resourceType": "Appointment",
        "extension": [{"url": MODE, "valueCode": terms.mode}, *zones],
        "created": clock.instant(clock.now()),
        "participant": [{"actor": _reference(one), "status": _ACCEPTED} for one in (terms.patient, terms.doctor)],
    }
    if terms.comment:
        resource["comment"] = terms.comment
    return placed(resource, time, slot_id, status, asked)


def placed(old: Resource, time: Time, slot_id: str, status: str, asked: str = DOCTOR) -> Resource:
    """The Appointment at this time."""
    return with_status(old, status, asked) | {
        "start": clock.instant(time.start),
        "end": clock.instant(time.end),
        "minutesDuration": (time.end - time.start) // MINUTE,
        "slot": [{"reference": f"Slot/{slot_id}"}],
    }


def in_mode(old: Resource, mode: str) -> Resource:
    """The Appointment, met in this way."""
    others = [one for one in old.get("extension", []) if one.get("url") != MODE]
    return old | {"extension": [{"url": MODE, "valueCode": mode}, *others]}


def with_status(old: Resource, status: str, asked: str = DOCTOR) -> Resource:
    """The Appointment with another status: booked, both have said yes; pending, only who is not ``asked`` has."""
    new = _on(old) | {"status": status}
    if status in ("booked", "pending"):
        waiting = asked if status == "pending" else "nobody"
        new["participant"] = [one | {"status": _answer(one, waiting)} for one in old.get("participant", [])]
    return new


def on_again(old: Resource) -> Resource:
    """The Appointment as it was before it was called off: the answers that were given stand."""
    answers = [one.get("status") for one in old.get("participant", [])]
    return _on(old) | {"status": "pending" if _ASKED in answers else "booked"}


def _on(old: Resource) -> Resource:
    """Nothing says any more why it was off."""
    return {key: value for key, value in old.items() if key != "cancelationReason"}


def _answer(participant: Resource, waiting: str) -> str:
    return _ASKED if str(participant.get("actor", {}).get("reference", "")).startswith(waiting) else _ACCEPTED


def called_off(old: Resource, by: str, why: str = "") -> Resource:
    """The Appointment, cancelled by one of its sides, with a word to the other."""
    reason: Resource = {"coding": [{"system": REASONS, "code": by}]}
    return with_status(old, "cancelled") | {"cancelationReason": reason | ({"text": why} if why else {})}


def may_have_been(visit: Visit, now: int) -> bool:
    """Whether its doctor may say that it took place: the room of one by video says so itself, unless nobody came in."""
    by_itself = visit.mode == VIDEO and (visit.status == "arrived" or now <= visit.end)
    return visit.status in ("booked", "arrived") and not by_itself


def may_take_back(visit: Visit, now: int) -> bool:
    """Whether they may take that back; what a room said stands."""
    return visit.status == "fulfilled" and visit.mode != VIDEO and now <= visit.end + DAY


def who_called_off(appointment: Resource) -> str:
    """Which side cancelled it: ``pat``, ``prov`` or ""."""
    codings = appointment.get("cancelationReason", {}).get("coding", [])
    return next((one.get("code", "") for one in codings if one.get("system") == REASONS), "")


def why_called_off(appointment: Resource) -> str:
    """What they said."""
    return str(appointment.get("cancelationReason", {}).get("text", ""))


# ── telling ──


def news_of(visit: Visit, booked: NoticeKind = NoticeKind.VISIT_BOOKED) -> NoticeKind:
    """What is told of a visit that was made or put to another time: it is asked for, or ``booked``."""
    if visit.status != "pending":
        return booked
    return NoticeKind.VISIT_OFFERED if visit.waits_for == visit.patient.reference else NoticeKind.VISIT_ASKED


def at_once(kind: NoticeKind, visit: Visit) -> Iterator[Telling]:
    """Both sides are told now, each on their own clock."""
    for party, zone in _sides(visit):
        yield Telling(party.reference, kind, _about(visit, zone))


def reminders(visit: Visit, now: int) -> Iterator[Telling]:
    """Both sides are told again before it, as far as that is still to come; of a booked one alone."""
    for before in BEFORE if visit.status == "booked" else ():
        due = visit.start - before
        if due > now:
            for party, zone in _sides(visit):
                yield Telling(party.reference, NoticeKind.VISIT_SOON, _about(visit, zone), due, visit.reference)


def told(kind: NoticeKind, visit: Visit, now: int) -> tuple[Telling, ...]:
    """Now and later."""
    return (*at_once(kind, visit), *reminders(visit, now))


def _sides(visit: Visit) -> Iterable[tuple[Party, str]]:
    return (visit.patient, visit.patient_zone or visit.zone), (visit.doctor, visit.zone)


def _about(visit: Visit, zone: str) -> Resource:
    """What a notice of a visit holds; nothing of why the patient comes."""
    return {
        "visit": visit.reference,
        "start": visit.start,
        "zone": zone,
        "patient": {"reference": visit.patient.reference, "name": visit.patient.name},
        "doctor": {"reference": visit.doctor.reference, "name": visit.doctor.name},
    }


def _reference(party: Party) -> Resource:
    return {"reference": party.reference} | ({"display": party.name} if party.name else {})
