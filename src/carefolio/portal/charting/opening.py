"""Opening a chart to write in it: by what somebody may, whose chart it is, and in which units they count."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import NamedTuple

from django.http import HttpRequest

from carefolio.base import clock
from carefolio.base.ids import derived_id
from carefolio.portal.chart import reading
from carefolio.portal.chart.head import Head, head_of
from carefolio.portal.chart.names import Names
from carefolio.portal.chart.reading import Frame
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.elements import text
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.repeat import Repeatable
from carefolio.workflows.charting import actions
from carefolio.workflows.charting.actions import Standing, Way
from carefolio.workflows.charting.rules import Setting

_ADULT_YEARS = 18
_ONCE = 64


class Opened(NamedTuple):
    """A chart that somebody may write in."""

    standing: Standing
    frame: Frame


async def opened(door: Door, caller: Caller, chart: str) -> Opened:
    """By what the caller may write there, and whose it is; raises absent for a chart that they may not write in."""
    standing = await actions.standing(door, caller, chart)
    if standing.way is Way.VISIT and standing.visit is not None:
        return Opened(standing, Frame(chart, {"name": [{"text": standing.visit.patient.name}]}))
    return Opened(standing, await reading.frame_of(door, caller, chart))


def head(visitor: Visitor, frame: Frame, here: str = "add") -> Head:
    """The head of the page."""
    return head_of(visitor, frame, Names(visitor.reach.door.parts), here)


def today_of(visitor: Visitor) -> date:
    """Today on the visitor's clock."""
    return clock.moment(clock.now()).astimezone(visitor.zone).date()


def is_adult(frame: Frame, today: date) -> bool:
    """Whether the patient is known to be one."""
    born = text(frame.patient, "birthDate")
    try:
        birthday = date.fromisoformat(born)
    except ValueError:
        return False
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return years >= _ADULT_YEARS


def sex_of(frame: Frame) -> str:
    """The patient's administrative sex, as FHIR writes it; "" where it is not known."""
    return text(frame.patient, "gender")


def setting_of(visitor: Visitor, frame: Frame, day: date, note: str = "", since: date | None = None) -> Setting:
    """What a form is filled in about."""
    adult = is_adult(frame, today_of(visitor))
    return Setting(f"Patient/{frame.id}", visitor.person, day, note.strip(), adult, visitor.name, since, sex_of(frame))


def repeatable_of(request: HttpRequest) -> Repeatable | None:
    """The mark by which a form that is sent twice is known, with the digest of what was sent."""
    once = request.POST.get("once", "")[:_ONCE]
    if not once:
        return None
    digest = sha256()
    for name in sorted(request.POST):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for one in request.FILES.getlist(name):
            one.seek(0)
            digest.update(sha256(one.read()).digest())
    return Repeatable(derived_id(sha256(f"charting {request.path} {once}".encode()).digest()), digest.digest())
