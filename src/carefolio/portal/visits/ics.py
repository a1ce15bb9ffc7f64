"""A visit as a calendar file (RFC 5545): the same time as on the page, with the clock's name, and nothing of why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar as File
from icalendar import Event

from carefolio.base import clock
from carefolio.base.clock import moment
from carefolio.consent.principal import Role
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.words import calendar_of
from carefolio.records.visits import Visit

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Carefolio//Visits//EN"


def calendar_file(visit: Visit, visitor: Visitor) -> bytes:
    """The file: the same ``UID`` for good, a ``SEQUENCE`` that grows with each change, ``CANCEL`` when it is off."""
    off = visit.status in ("cancelled", "noshow")
    link = f"{visitor.reach.settings.public_url}/visits/{visit.id}/"
    event = Event()
    event.add("uid", f"{visit.id}@carefolio")
    event.add("dtstamp", _second(clock.now()))
    event.add("dtstart", _second(visit.start))
    event.add("dtend", _second(visit.end))
    event.add("sequence", visit.version - 1)
    event.add("status", "CANCELLED" if off else "TENTATIVE" if visit.status == "pending" else "CONFIRMED")
    event.add("summary", _summary(visit, visitor))
    event.add("description", f"{calendar_of(visitor).moment(visit.start)}\n{link}")
    event.add("url", link)
    event.add("class", "PRIVATE")
    file = File()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("method", "CANCEL" if off else "PUBLISH")
    file.add_component(event)
    return bytes(file.to_ical())


def _summary(visit: Visit, visitor: Visitor) -> str:
    """Whom a patient meets; a doctor's calendar is no place for patients' names."""
    if visitor.role is Role.DOCTOR or not visit.doctor.name:
        return _("Visit, by Carefolio")
    return _("Visit with {name}").format(name=visit.doctor.name)


def _second(us: int) -> datetime:
    return moment(us).replace(microsecond=0)
