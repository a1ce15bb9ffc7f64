"""Visits in plain words: states, ways to meet, hours, facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from babel.dates import get_day_names
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from carefolio.base import clock
from carefolio.base.clock import MINUTE
from carefolio.consent.principal import Role
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar, locale_of
from carefolio.records.visits import Party, Visit
from carefolio.workflows.consultation.rules import can_join
from carefolio.workflows.scheduling.booking import BY_DOCTOR
from carefolio.workflows.scheduling.reading import Seen
from carefolio.workflows.scheduling.rules import OPEN, REQUEST, VIEW

MODES: Final[Mapping[str, Promise]] = {
    "video": _("Video call"),
    "place": _("At the doctor's place"),
    "phone": _("Phone call"),
}
BOOKING: Final[Mapping[str, Promise]] = {
    OPEN: _("Patients book at once"),
    REQUEST: _("Patients ask, and you answer"),
    VIEW: _("Only shown: you book yourself"),
}
_STATES: Final[Mapping[str, tuple[str, Promise]]] = {
    "booked": ("active", _("Booked")),
    "arrived": ("active", _("In the waiting room")),
    "fulfilled": ("done", _("Took place")),
    "cancelled": ("rejected", _("Called off")),
    "noshow": ("inactive", _("Missed")),
}
_HOUR: Final = 60


class State(NamedTuple):
    """Tag and words of where a visit stands."""

    tag: str
    words: str


def calendar_of(visitor: Visitor) -> Calendar:
    """How the reader is told times."""
    return Calendar(str(visitor.locale), visitor.zone.key)


def is_over(visit: Visit, now: int) -> bool:
    """Whether its time is past; one by video goes on as long as its room is open."""
    return visit.end <= now and not can_join(visit, now)


def state_of(visit: Visit, role: Role | None) -> State:
    """Where it stands, for who is looking."""
    over = is_over(visit, clock.now())
    if visit.status == "pending":
        if over:
            return State("expired", now_("Not answered in time"))
        return State("proposed", "") if waits_for(visit, role) else State("asked", "")
    if visit.status == "booked" and over:
        return State("done", now_("Over"))
    tag, words = _STATES.get(visit.status, ("inactive", _("Over")))
    return State(tag, str(words))


def waits_for(visit: Visit, role: Role | None) -> bool:
    """Whether it waits for the yes of who is looking."""
    me = visit.doctor if role is Role.DOCTOR else visit.patient
    return bool(visit.waits_for) and visit.waits_for == me.reference


def asks(visit: Visit, role: Role | None) -> str:
    """What the other side wants, for who is to answer."""
    words = now_("{name} asks for a visit") if role is Role.DOCTOR else now_("{name} offers you a visit")
    return words.format(name=other_name(visit, role))


def other_side(visit: Visit, role: Role | None) -> Party:
    """Whom the reader meets."""
    return visit.patient if role is Role.DOCTOR else visit.doctor


def other_name(visit: Visit, role: Role | None) -> str:
    """What they are called."""
    return other_side(visit, role).name or (now_("A patient") if role is Role.DOCTOR else now_("A doctor"))


def mode_words(mode: str) -> str:
    """How they meet."""
    return str(MODES.get(mode, ""))


def minutes_words(minutes: int) -> str:
    """So many minutes, in words."""
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)


def length_of(start: int, end: int) -> str:
    """How long it takes."""
    return minutes_words((end - start) // MINUTE)


def wall(minute: int) -> str:
    """A minute of the day as hours are told: "09:30"."""
    return f"{minute // _HOUR:02}:{minute % _HOUR:02}"


def weekday_name(weekday: int, calendar: Calendar) -> str:
    """What a day of the week is called; 0 is Monday."""
    return str(get_day_names("wide", "stand-alone", locale_of(calendar.locale))[weekday])


def facts(seen: Seen, visitor: Visitor) -> list[dict[str, Any]]:
    """The rows of a visit's page."""
    visit, calendar = seen.visit, calendar_of(visitor)
    rows = [
        {"name": now_("When"), "value": calendar.moment(visit.start)},
        {"name": now_("How long"), "value": length_of(visit.start, visit.end)},
        {"name": now_("How you meet"), "value": mode_words(visit.mode)},
    ]
    if visit.zone != visitor.zone.key and visitor.role is not Role.DOCTOR:
        there = Calendar(calendar.locale, visit.zone).moment(visit.start)
        rows.insert(1, {"name": now_("On the doctor's clock"), "value": there})
    if visit.comment:
        rows.append({"name": now_("What it is about"), "value": visit.comment})
    if seen.called_off_by:
        rows.append({"name": now_("Called off by"), "value": _who(seen)})
    if seen.why:
        rows.append({"name": now_("What they said"), "value": seen.why})
    return rows


def _who(seen: Seen) -> str:
    party = seen.visit.doctor if seen.called_off_by == BY_DOCTOR else seen.visit.patient
    return party.name or (now_("The doctor") if seen.called_off_by == BY_DOCTOR else now_("The patient"))
