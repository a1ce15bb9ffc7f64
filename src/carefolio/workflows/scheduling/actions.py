"""Scheduling's actions, one an intention: all of them through the door, each in one write.

A booking writes the Slot and the Appointment together. The Slot's id is made of the schedule and the time, so it can
be written first by one alone; and under "the hours have not moved", so that nobody books on an older grid. Pressing
twice does no harm. Whoever comes too late is told so in a sentence, with other times that are near.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.clock import DAY
from carefolio.base.failures import Category, Failure, conflict, forbidden, malformed, stale
from carefolio.base.ids import new_id
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.notify.notices import NoticeKind
from carefolio.records.changes import Change, Method, Outcome
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.read import Found
from carefolio.records.visits import Party, Visit, visit_in, visit_of
from carefolio.workflows.scheduling import booking, rules
from carefolio.workflows.scheduling.booking import Terms
from carefolio.workflows.scheduling.reading import Seen, known_patient, meeting, visit
from carefolio.workflows.scheduling.rules import LONGEST_COMMENT, VIEW, Plan, Span, Time
from carefolio.workflows.scheduling.schedules import schedule_of
from carefolio.workflows.scheduling.sheets import Sheet, hours_of, schedule_id, sheet_of, slot_id
from carefolio.workflows.scheduling.wanting import NotFree, Overlaps, Turn, Wanted, slot_of

Resource = dict[str, Any]

_TRIES: Final = 5
_AROUND: Final = (7 * DAY, 14 * DAY)
"""How far around a time that is gone others are looked for."""
_CHANGED: Final = "This was changed since you looked at it. Look at it again before you decide."


# ── the doctor's hours ──


async def my_hours(door: Door, caller: Caller) -> Sheet:
    """The doctor's own hours, with their version."""
    return await hours_of(door, caller, caller.principal.person)


async def keep_hours(door: Door, caller: Caller, plan: Plan, version: int) -> None:
    """Keep other hours; visits that are booked stay as they are."""
    if caller.principal.role is not Role.DOCTOR:
        raise forbidden("Only a doctor keeps hours.")
    rules.refuse_plan(plan)
    sheet = await my_hours(door, caller)
    if sheet.version != version:
        raise stale(_CHANGED)
    resource = schedule_of(plan, sheet.doctor.reference, sheet.doctor.name, sheet.resource)
    change = Change(Method.UPDATE, "Schedule", sheet.schedule, resource, if_match=version or None)
    await _write(door, caller, [change], Under(SCHEDULING, unmoved=(("Schedule", sheet.schedule, version),)))


# ── booking ──


async def book(door: Door, caller: Caller, wanted: Wanted) -> Visit:
    """The patient takes a free time, or asks for it where the doctor wants to be asked. Raises NotFree, Overlaps."""
    patient = Party(caller.principal.person, _name(door, caller))
    return await _book(door, caller, wanted, patient)


async def book_for(door: Door, caller: Caller, wanted: Wanted, patient: str) -> Visit:
    """The doctor offers a time of their own to a patient (an id) who gave them access or came to a visit. It is booked
    when the patient says yes: what a visit lets its doctor do is not the doctor's to begin.
    """
    party = await known_patient(door, caller, patient)
    return await _book(door, caller, replace(wanted, doctor=caller.principal.person), party)


async def _book(door: Door, caller: Caller, wanted: Wanted, patient: Party) -> Visit:
    if len(wanted.comment) > LONGEST_COMMENT:
        raise malformed(sentence("Keep it to {most} characters.", most=LONGEST_COMMENT))
    for _ in range(_TRIES):
        sheet = await sheet_of(door, caller, wanted.doctor, _around(wanted.start))
        others = await meeting(door, caller, (wanted.start, wanted.start + 1))
        slot = slot_id(door, sheet.schedule, wanted.start)
        for one in others:
            if one.slot == f"Slot/{slot}" and one.patient.reference == patient.reference:
                return one
        time = _time(caller, sheet, wanted.start)
        _refuse_mode(time, wanted.mode)
        if not wanted.knowing:
            await _refuse_overlap(door, caller, time, slot)
        try:
            return await _take(door, caller, sheet, time, _terms(caller, sheet, wanted, patient))
        except Failure as failure:
            if failure.category is not Category.STALE:
                raise
    raise NotFree(())


def _terms(caller: Caller, sheet: Sheet, wanted: Wanted, patient: Party) -> Terms:
    zone = wanted.zone if caller.principal.role is Role.PATIENT else ""
    return Terms(patient, sheet.doctor, wanted.mode, sheet.plan.zone, zone, wanted.comment.strip())


async def _take(door: Door, caller: Caller, sheet: Sheet, time: Time, terms: Terms) -> Visit:
    """Slot and Appointment in one write. If we crash before its commit, the time is free; if after it, pressing again
    finds the visit.
    """
    status, asked = _standing(caller, terms.doctor.reference, time)
    id_, slot = new_id(), slot_id(door, sheet.schedule, time.start)
    made = booking.appointment(terms, time, slot, status, asked) | {"id": id_}
    visit = visit_of(made)
    slot_change, unmoved = _taking(sheet, time, slot, booking.slot_status(status))
    under = Under(SCHEDULING, unmoved=unmoved, tell=booking.told(booking.news_of(visit), visit, clock.now()))
    outcomes = await _write(door, caller, [slot_change, Change(Method.UPDATE, "Appointment", id_, made)], under)
    return _made(outcomes[1])


def _standing(caller: Caller, doctor: str, time: Time) -> tuple[str, str]:
    """What a visit at this time is, and whose yes it waits for if it is asked for: whoever did not choose the time."""
    if caller.principal.person == doctor:
        return "pending", booking.PATIENT
    return booking.status_of(time.booking), booking.DOCTOR


def _taking(sheet: Sheet, time: Time, slot: str, status: str) -> tuple[Change, tuple[tuple[str, str, int], ...]]:
    """The Slot's change, and the versions that it hangs on: of the hours, and of the slot, be it there or not."""
    known = sheet.slots.get(slot)
    resource = booking.slot(sheet.reference, time, status) | {"id": slot}
    change = Change(Method.UPDATE, "Slot", slot, resource, beside=sheet.reference)
    return change, (("Schedule", sheet.schedule, sheet.version), ("Slot", slot, known.version if known else 0))


async def offer(door: Door, caller: Caller, doctor: str, start: int, without: str = "") -> tuple[Sheet, Time]:
    """The free time of a doctor that begins then; raises NotFree. ``without``: a Slot's id that would become free."""
    sheet = await sheet_of(door, caller, doctor, _around(start))
    return sheet, _time(caller, sheet, start, without)


def _time(caller: Caller, sheet: Sheet, start: int, without: str = "") -> Time:
    """The free time that is wanted; raises NotFree with others that are near."""
    mine = caller.principal.person == sheet.doctor.reference
    free = sheet.offered(_around(start), mine=mine, without=without)
    allowed = [one for one in free if mine or one.booking != VIEW]
    time = next((one for one in allowed if one.start == start), None)
    if time is None:
        raise NotFree(rules.near(allowed, start))
    return time


def _refuse_mode(time: Time, mode: str) -> None:
    if mode not in time.modes:
        raise malformed("Choose how you want to meet.")


async def _refuse_overlap(door: Door, caller: Caller, time: Time, slot: str) -> None:
    """Raises when there is another visit then; the one in this slot is the one that is moved, or was made meanwhile by
    pressing twice.
    """
    found = await meeting(door, caller, (time.start, time.end))
    others = [one for one in found if slot_of(one) != slot]
    if others:
        raise Overlaps(others)


# ── moving, calling off ──


async def move(door: Door, caller: Caller, turn: Turn, wanted: Wanted) -> Visit:
    """Another time for a visit, by either side; one that the doctor chose waits for the patient's yes. Raises NotFree,
    Overlaps.
    """
    for _ in range(_TRIES):
        seen = _still_open(await _here(door, caller, turn.id))
        if (seen.visit.start, seen.visit.mode) == (wanted.start, wanted.mode):
            return seen.visit
        _refuse_changed(seen, turn)
        sheet = await sheet_of(door, caller, seen.visit.doctor.reference, _around(wanted.start))
        time = _time(caller, sheet, wanted.start, without=slot_of(seen.visit))
        _refuse_mode(time, wanted.mode)
        if not wanted.knowing:
            await _refuse_overlap(door, caller, time, slot_of(seen.visit))
        try:
            return await _move(door, caller, (seen, sheet), time, wanted)
        except Failure as failure:
            if failure.category is not Category.STALE:
                raise
    raise NotFree(())


async def _move(door: Door, caller: Caller, looked_at: tuple[Seen, Sheet], time: Time, wanted: Wanted) -> Visit:
    """Old slot free, new slot taken, Appointment changed: all or nothing."""
    seen, sheet = looked_at
    status, asked = _standing(caller, sheet.doctor.reference, time)
    slot = slot_id(door, sheet.schedule, time.start)
    moved = booking.in_mode(booking.placed(seen.resource, time, slot, status, asked), wanted.mode)
    taking, unmoved = _taking(sheet, time, slot, booking.slot_status(status))
    changes = [Change(Method.UPDATE, "Appointment", seen.visit.id, moved, if_match=seen.visit.version), taking]
    if seen.visit.slot != f"Slot/{slot}":
        changes.append(await _slot_change(door, caller, seen.visit, booking.FREE))
    kind = booking.news_of(visit_of(moved), NoticeKind.VISIT_MOVED)
    tell = booking.told(kind, visit_of(moved), clock.now())
    under = Under(SCHEDULING, unmoved=unmoved, tell=tell, forget=(seen.visit.reference,))
    outcomes = await _write(door, caller, changes, under)
    return _made(outcomes[0])


async def cancel(door: Door, caller: Caller, turn: Turn) -> Visit:
    """Either side calls a visit off that has not begun; its time is free again."""
    seen = await _here(door, caller, turn.id)
    if seen.visit.status == "cancelled":
        return seen.visit
    _refuse_changed(_still_open(seen), turn)
    off = booking.called_off(seen.resource, _side(caller, seen), turn.why)
    return await _settle(door, caller, seen, off, NoticeKind.VISIT_CANCELLED)


async def undo_cancel(door: Door, caller: Caller, id_: str) -> Visit:
    """Whoever called a visit off wants it after all, and its time is free still."""
    seen = await _here(door, caller, id_)
    if seen.visit.is_open:
        return seen.visit
    if seen.visit.status != "cancelled" or seen.called_off_by != _side(caller, seen):
        raise conflict("Only a visit that you called off yourself can be taken back.")
    back = booking.on_again(seen.resource)
    sheet = await sheet_of(door, caller, seen.visit.doctor.reference, _around(seen.visit.start))
    time = Time(seen.visit.start, seen.visit.end)
    if time.start <= clock.now() or any(one.is_busy and time.meets(one.span) for one in sheet.slots.values()):
        raise NotFree(())
    slot = slot_of(seen.visit)
    taking, unmoved = _taking(sheet, time, slot, booking.slot_status(back["status"]))
    kind = booking.news_of(visit_of(back))
    under = Under(SCHEDULING, unmoved=unmoved, tell=booking.told(kind, visit_of(back), clock.now()))
    change = Change(Method.UPDATE, "Appointment", id_, back, if_match=seen.visit.version)
    outcomes = await _write(door, caller, [change, taking], under)
    return _made(outcomes[0])


# ── who was asked answers, and the doctor says who came ──


async def accept(door: Door, caller: Caller, turn: Turn) -> Visit:
    """Whoever was asked for a visit says yes."""
    seen = await _here(door, caller, turn.id)
    if seen.visit.status == "booked":
        return seen.visit
    _refuse_answered(caller, seen, turn)
    return await _settle(door, caller, seen, booking.with_status(seen.resource, "booked"), NoticeKind.VISIT_BOOKED)


async def decline(door: Door, caller: Caller, turn: Turn) -> Visit:
    """Whoever was asked for a visit cannot come to it, and says why if they like."""
    seen = await _here(door, caller, turn.id)
    if seen.visit.status == "cancelled":
        return seen.visit
    _refuse_answered(caller, seen, turn)
    off = booking.called_off(seen.resource, _side(caller, seen), turn.why)
    return await _settle(door, caller, seen, off, NoticeKind.VISIT_DECLINED)


async def missed(door: Door, caller: Caller, turn: Turn, *, came: bool = False) -> Visit:
    """The doctor says that the patient did not come, once the visit has begun; or that they did after all."""
    wanted, allowed = ("booked", {"noshow"}) if came else ("noshow", {"booked", "arrived"})
    return await _say(door, caller, turn, wanted, lambda one: one.status in allowed)


async def took_place(door: Door, caller: Caller, turn: Turn, *, undo: bool = False) -> Visit:
    """The doctor says that a visit took place of which no room says so; or, for a day, that they were wrong."""
    if undo:
        return await _say(door, caller, turn, "booked", lambda one: booking.may_take_back(one, clock.now()))
    return await _say(door, caller, turn, "fulfilled", lambda one: booking.may_have_been(one, clock.now()))


async def _say(door: Door, caller: Caller, turn: Turn, wanted: str, may: Callable[[Visit], bool]) -> Visit:
    """What the doctor says of a visit that has begun."""
    seen = await _here(door, caller, turn.id)
    if caller.principal.person != seen.visit.doctor.reference:
        raise forbidden("Only the doctor says who came.")
    if seen.visit.status == wanted:
        return seen.visit
    if not may(seen.visit) or seen.visit.start > clock.now():
        raise conflict("This cannot be said of this visit now.")
    _refuse_changed(seen, turn)
    new = booking.with_status(seen.resource, wanted)
    change = Change(Method.UPDATE, "Appointment", turn.id, new, if_match=turn.version)
    outcomes = await _settled(door, caller, [change], Under(SCHEDULING))
    return _made(outcomes[0])


# ── how ──


async def _settle(door: Door, caller: Caller, seen: Seen, new: Resource, kind: NoticeKind) -> Visit:
    """The Appointment's next state with its Slot's, both sides told; raises stale when either has moved."""
    status = str(new["status"])
    slot = await _slot_change(door, caller, seen.visit, booking.slot_status(status))
    change = Change(Method.UPDATE, "Appointment", seen.visit.id, new, if_match=seen.visit.version)
    tell = booking.told(kind, visit_of(new), clock.now())
    under = Under(SCHEDULING, tell=tell, forget=(seen.visit.reference,))
    outcomes = await _settled(door, caller, [change, slot], under)
    return _made(outcomes[0])


async def _settled(door: Door, caller: Caller, changes: list[Change], under: Under) -> list[Outcome]:
    try:
        return await _write(door, caller, changes, under)
    except Failure as failure:
        raise stale(_CHANGED) if failure.category is Category.STALE else failure from None


async def _slot_change(door: Door, caller: Caller, visit: Visit, status: str) -> Change:
    """The Slot of a visit with another status."""
    id_ = slot_of(visit)
    found = await door.read(caller.token, caller.request, "Slot", id_)
    resource = parse(found.body) | {"status": status}
    return Change(Method.UPDATE, "Slot", id_, resource, if_match=found.version)


def _made(outcome: Outcome) -> Visit:
    return visit_in(Found(outcome.row, outcome.body))


async def _write(door: Door, caller: Caller, changes: list[Change], under: Under) -> list[Outcome]:
    return await door.write(caller, changes, under=under)


async def _here(door: Door, caller: Caller, id_: str) -> Seen:
    """A visit that was booked here: the slot that it names is the one of its time, and nobody else's."""
    seen = await visit(door, caller, id_)
    doctor, start = seen.visit.doctor.reference, seen.visit.start
    if not seen.visit.ours or slot_of(seen.visit) != slot_id(door, schedule_id(door, doctor), start):
        raise conflict("This visit was made elsewhere. Ask there to change it.")
    return seen


def _still_open(seen: Seen) -> Seen:
    """Raises unless it is booked or asked for, and still to come."""
    if seen.visit.status not in ("pending", "booked") or seen.visit.start <= clock.now():
        raise conflict("This visit cannot be changed any more.")
    return seen


def _refuse_changed(seen: Seen, turn: Turn) -> None:
    if seen.visit.version != turn.version:
        raise stale(_CHANGED)


def _refuse_answered(caller: Caller, seen: Seen, turn: Turn) -> None:
    if seen.visit.waits_for not in ("", caller.principal.person):
        raise forbidden("Only who was asked answers this.")
    if seen.visit.status != "pending" or seen.visit.start <= clock.now():
        raise conflict("This request cannot be answered any more.")
    _refuse_changed(seen, turn)


def _side(caller: Caller, seen: Seen) -> str:
    return booking.BY_DOCTOR if caller.principal.person == seen.visit.doctor.reference else booking.BY_PATIENT


def _around(start: int) -> Span:
    return start - _AROUND[0], start + _AROUND[1]


def _name(door: Door, caller: Caller) -> str:
    account = door.parts.accounts.of_number(door.parts.database, caller.principal.account)
    return account.name if account else ""
