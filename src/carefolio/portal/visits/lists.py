"""Visits in lists: a patient's to come and past, a doctor's requests, day and week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from carefolio.base import clock
from carefolio.base.clock import DAY
from carefolio.consent.principal import Role
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits.words import (
    State,
    asks,
    calendar_of,
    is_over,
    mode_words,
    other_name,
    other_side,
    state_of,
    waits_for,
)
from carefolio.records.visits import Visit
from carefolio.workflows.consultation.rules import can_join
from carefolio.workflows.scheduling import actions, reading, rules
from carefolio.workflows.scheduling.booking import may_have_been
from carefolio.workflows.scheduling.rules import Span
from carefolio.workflows.scheduling.sheets import account_of
from carefolio.workflows.scheduling.walls import day_of, instant_of, monday_of

_AHEAD: Final = 400 * DAY
_PAST: Final = 3 * 365 * DAY
_MOST_PAST: Final = 50
_MOST_KNOWN: Final = 6
_WEEK: Final = timedelta(days=7)
_MIDDAY: Final = 12 * 60
_EARLIEST, _LATEST = timedelta(days=3 * 365), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Line:
    """A visit in a list."""

    id: str
    name: str
    other: str
    when: str
    time: str
    mode: str
    state: State
    comment: str
    joins: bool
    """Whether its room is open now."""
    asks: str = ""
    """What the other side wants, where it waits for an answer."""
    can_say: bool = False
    """Whether its doctor may say now that it took place, or did not."""
    version: int = 0


def line_of(visit: Visit, visitor: Visitor) -> Line:
    """A visit as a list shows it."""
    calendar, role, now = calendar_of(visitor), visitor.role, clock.now()
    return Line(
        id=visit.id,
        name=other_name(visit, role),
        other=other_side(visit, role).reference.partition("/")[2],
        when=calendar.moment(visit.start),
        time=calendar.time_of(visit.start),
        mode=mode_words(visit.mode),
        state=state_of(visit, role),
        comment=visit.comment,
        joins=visit.ours and can_join(visit, now),
        asks=asks(visit, role) if waits_for(visit, role) and visit.start > now else "",
        can_say=role is Role.DOCTOR and _can_say(visit, now),
        version=visit.version,
    )


def _can_say(visit: Visit, now: int) -> bool:
    return visit.ours and bool(visit.slot) and visit.start <= now and may_have_been(visit, now)


def to_come(found: list[Visit]) -> list[Visit]:
    """Those that are not over and not off."""
    return [one for one in found if one.is_open and not is_over(one, clock.now())]


def of_patient(request: HttpRequest) -> dict[str, Any]:
    """What ``visits/list.html`` shows."""
    visitor, now = visitor_of(request), clock.now()
    found = visitor.do(reading.visits, (now - _PAST, now + _AHEAD))
    visitor.disclosed = True
    coming = to_come(found)
    past = [one for one in reversed(found) if one not in coming][:_MOST_PAST]
    lines, door = [line_of(one, visitor) for one in coming], visitor.reach.door
    known = {one.doctor.reference: one.doctor for one in reversed(found) if one.doctor.name and one.ours}
    known = {one: doctor for one, doctor in known.items() if account_of(door, one) is not None}
    return {
        "requests": [one for one in lines if one.asks],
        "coming": [one for one in lines if not one.asks],
        "past": [line_of(one, visitor) for one in past],
        "known": [(one.name, one.reference.partition("/")[2]) for one in list(known.values())[:_MOST_KNOWN]],
    }


def of_doctor(request: HttpRequest) -> dict[str, Any]:
    """What ``visits/doctors_list.html`` shows: requests, today, and what else a week holds."""
    visitor, now = visitor_of(request), clock.now()
    today = day_of(now, visitor.zone)
    chosen = _asked(request.GET.get("week", ""), today)
    sheet = visitor.do(actions.my_hours)
    span = rules.week_span(chosen, visitor.zone)
    found = visitor.do(reading.visits, span)
    visitor.disclosed = True
    monday = monday_of(chosen)
    requests, of_today = _now(visitor, called_off=True)
    above = {one.id for one in of_today}
    days = [
        (
            calendar_of(visitor).weekday_of(instant_of(day, _MIDDAY, visitor.zone)),
            [line_of(one, visitor) for one in some if one.id not in above],
        )
        for day, some in _by_day(found, chosen, visitor)
    ]
    return {
        "requests": requests,
        "today": of_today,
        "days": [(name, some) for name, some in days if some],
        "some_above": any(one.id in above for one in found),
        "title": calendar_of(visitor).day_of(span[0]),
        "clock": calendar_of(visitor).clock(),
        "earlier": f"{reverse('visits:list')}?week={monday - _WEEK}#week",
        "later": f"{reverse('visits:list')}?week={monday + _WEEK}#week",
        "keeps_hours": sheet.version > 0,
        "standing": standing_of(visitor),
    }


def _now(visitor: Visitor, *, called_off: bool = False) -> tuple[list[Line], list[Line]]:
    """What waits for the doctor's answer, and what today holds, with or without what was ``called_off``, by one look at
    what is still to come.
    """
    now = clock.now()
    day = day_of(now, visitor.zone)
    low, high = (instant_of(day + timedelta(days=number), 0, visitor.zone) for number in (0, 1))
    found = visitor.do(reading.visits, (low, low + _AHEAD))
    requests = [one for one in found if waits_for(one, visitor.role) and one.start > now]
    today = [one for one in found if one.start < high or can_join(one, now)]
    shown = [one for one in today if called_off or one.status != "cancelled"]
    return [line_of(one, visitor) for one in requests], [line_of(one, visitor) for one in shown]


def _by_day(found: list[Visit], day: date, visitor: Visitor) -> list[tuple[date, list[Visit]]]:
    days = [monday_of(day) + timedelta(days=number) for number in range(7)]
    return [(one, [each for each in found if day_of(each.start, visitor.zone) == one]) for one in days]


def _asked(text: str, today: date) -> date:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(wanted, today - _EARLIEST), today + _LATEST)


def home_span() -> Span:
    """From when to when the home pages look for visits."""
    return clock.now() - DAY, clock.now() + _AHEAD


def home_of_patient(visitor: Visitor, found: list[Visit]) -> dict[str, Any]:
    """What the patient's home shows: the next visit, and how many more."""
    lines = [line_of(one, visitor) for one in to_come(found)]
    return {"next_visit": lines[0] if lines else None, "more_visits": len(lines) - 1}


def offers(visitor: Visitor, found: list[Visit]) -> list[dict[str, str]]:
    """What waits on the patient's home for a yes: a line for each visit that a doctor offers."""
    lines = [line_of(one, visitor) for one in to_come(found)]
    return [
        {"address": reverse("visits:answer", args=[one.id]), "words": one.asks, "detail": one.when, "state": "proposed"}
        for one in lines
        if one.asks
    ]


def home_of_doctor(visitor: Visitor) -> dict[str, Any]:
    """What the doctor's home shows: requests and today."""
    requests, of_today = _now(visitor)
    return {"visit_requests": requests, "visits_today": of_today}
