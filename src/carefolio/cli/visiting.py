"""The demo's hours and visits, put in place as doctors and patients would: through the door, under scheduling's rules.

Nobody is told of visits that were always there; only what is still to come is reminded of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefolio.assembly import Carefolio
from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR, MINUTE
from carefolio.base.database import run
from carefolio.base.ids import new_id
from carefolio.demo import Demo, visits
from carefolio.identity.accounts import Account
from carefolio.records.changes import Change, Method
from carefolio.records.entries import Caller
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.visits import VIDEO, Party, visit_of
from carefolio.workflows.consultation.rules import can_join
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.scheduling import actions, booking, reading
from carefolio.workflows.scheduling.booking import Terms
from carefolio.workflows.scheduling.rules import Hours, Plan, Sort, Time, times
from carefolio.workflows.scheduling.sheets import Sheet, sheet_of, slot_id

_MINUTES, _NOTICE = 10, 60
_LOOK = 10 * DAY
_STEP, _STEPS, _LASTS = 5 * MINUTE, 4, 30 * MINUTE
_TRYING = "I would like to try how a visit by video works."


@dataclass(frozen=True, slots=True)
class _Doctor:
    """A doctor with their session and hours."""

    account: Account
    caller: Caller
    plan: Plan


def arrange(carefolio: Carefolio, demo: Demo) -> None:
    """Hours for the demo's doctors, and visits for some of its people. Doctors who keep hours already are left alone,
    with their visits.
    """
    fresh: dict[int, _Doctor] = {}
    for kept in visits.hours():
        account = carefolio.accounts.of_email(carefolio.database, kept.doctor.email)
        if account is not None and account.verified:
            made = _keep(carefolio, account, kept)
            if made is not None:
                fresh[demo.doctors.index(kept.doctor)] = made
    emails = {patient.index: patient.email for patient in demo.patients}
    for visit in visits.visits(demo.seed, demo.patients):
        patient = carefolio.accounts.of_email(carefolio.database, emails[visit.patient])
        if patient is not None and visit.doctor in fresh:
            _place(carefolio, fresh[visit.doctor], patient, visit)


def meet(carefolio: Carefolio, doctor: Account, patient: Account) -> None:
    """A visit by video that is now, so that somebody new can open its room; none where one is open already, or where
    the doctor keeps no hours or has no time.
    """
    token = registration.issue_token(carefolio.door, doctor.email or "", minutes=_MINUTES)
    caller, now = carefolio.door.admit(token, new_id()), clock.now()
    sheet = run(carefolio.database, sheet_of(carefolio.door, caller, doctor.person, (now - DAY, now + DAY)))
    known = run(carefolio.database, reading.visits_with(carefolio.door, caller, patient.person))
    if not sheet.version or any(can_join(one, now) for one in known):
        return
    first, busy = now // _STEP * _STEP, [one.span for one in sheet.slots.values() if one.is_busy]
    times_ = (Time(first + n * _STEP, first + n * _STEP + _LASTS, (VIDEO,)) for n in range(_STEPS))
    time = next((one for one in times_ if not any(map(one.meets, busy))), None)
    if time is not None:
        terms = Terms(Party(patient.person, patient.name), sheet.doctor, VIDEO, sheet.plan.zone, comment=_TRYING)
        made = booking.appointment(terms, time, _slot(carefolio, sheet, time), "booked")
        _write(carefolio, _Doctor(doctor, caller, sheet.plan), sheet, time, made)


def _keep(carefolio: Carefolio, account: Account, kept: visits.Hours) -> _Doctor | None:
    """The doctor's hours; None where they keep some."""
    token = registration.issue_token(carefolio.door, account.email or "", minutes=_MINUTES)
    caller = carefolio.door.admit(token, new_id())
    sheet = run(carefolio.database, actions.my_hours(carefolio.door, caller))
    if sheet.version:
        return None
    lines = (
        Hours(one.weekday, one.begin, one.end, Sort(one.minutes, one.modes, one.booking)) for one in kept.stretches
    )
    plan = Plan(kept.zone, tuple(lines), notice=_NOTICE)
    run(carefolio.database, actions.keep_hours(carefolio.door, caller, plan, 0))
    return _Doctor(account, carefolio.door.admit(token, new_id()), plan)


def _place(carefolio: Carefolio, doctor: _Doctor, patient: Account, visit: visits.Visit) -> None:
    """One visit, at a time that is free."""
    low = clock.now() // HOUR * HOUR + visit.days * DAY
    span = (low, low + _LOOK)
    sheet = run(carefolio.database, sheet_of(carefolio.door, doctor.caller, doctor.account.person, span))
    busy = [one.span for one in sheet.slots.values()]
    free = [one for one in times(doctor.plan, *span) if not any(map(one.meets, busy))]
    fit = [one for one in free if visit.mode in one.modes]
    if not fit:
        return
    time = fit[min(visit.place, len(fit) - 1)]
    terms = Terms(Party(patient.person, patient.name), sheet.doctor, visit.mode, doctor.plan.zone, comment=visit.reason)
    status = booking.status_of(time.booking) if visit.days > 0 else "fulfilled" if visit.came else "noshow"
    _write(carefolio, doctor, sheet, time, booking.appointment(terms, time, _slot(carefolio, sheet, time), status))


def _write(carefolio: Carefolio, doctor: _Doctor, sheet: Sheet, time: Time, made: dict[str, Any]) -> None:
    id_, status = new_id(), str(made["status"])
    appointment = made | {"id": id_}
    slot = _slot(carefolio, sheet, time)
    taken = booking.slot(sheet.reference, time, booking.slot_status(status)) | {"id": slot}
    changes = [
        Change(Method.UPDATE, "Slot", slot, taken, beside=sheet.reference),
        Change(Method.UPDATE, "Appointment", id_, appointment),
    ]
    tell = tuple(booking.reminders(visit_of(appointment), clock.now()))
    run(carefolio.database, carefolio.door.write(doctor.caller, changes, under=Under(SCHEDULING, tell=tell)))


def _slot(carefolio: Carefolio, sheet: Sheet, time: Time) -> str:
    return slot_id(carefolio.door, sheet.schedule, time.start)
