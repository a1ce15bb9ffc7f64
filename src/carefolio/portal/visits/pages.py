"""One's visits, one visit, what was done with it, its calendar file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_visit
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits import lists, parts
from carefolio.portal.visits.forms import VersionForm
from carefolio.portal.visits.ics import MEDIA_TYPE
from carefolio.portal.visits.ics import calendar_file as file_of
from carefolio.portal.visits.words import calendar_of, facts, other_name, other_side, state_of, waits_for
from carefolio.workflows.scheduling import reading
from carefolio.workflows.scheduling.booking import BY_DOCTOR, BY_PATIENT, may_have_been, may_take_back
from carefolio.workflows.scheduling.reading import Seen
from carefolio.workflows.scheduling.sheets import account_of

sides = for_roles(Role.PATIENT, Role.DOCTOR)


@sides
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """A patient's visits to come and past; a doctor's day and week."""
    if visitor_of(request).role is Role.DOCTOR:
        return render(request, "visits/doctors_list.html", lists.of_doctor(request))
    return render(request, "visits/list.html", lists.of_patient(request))


@sides
@require_safe
def visit(request: HttpRequest, visit: str) -> HttpResponse:
    """When, with whom, and what can be done."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    visitor.disclosed = True
    see_visit(visitor, visit)
    role = visitor.role
    context = {
        "seen": seen,
        "visit": seen.visit,
        "name": other_name(seen.visit, role),
        "other": other_side(seen.visit, role).reference.partition("/")[2],
        "state": state_of(seen.visit, role),
        "rows": facts(seen, visitor),
        "links": list(parts.links(visitor, seen)),
        "is_doctor": role is Role.DOCTOR,
        "back": reverse("visits:list"),
    }
    return render(request, "visits/visit.html", context | _can(seen, role) | _more(visitor, seen))


def _more(visitor: Visitor, seen: Seen) -> dict[str, bool]:
    """Whether another visit can be booked from here."""
    if visitor.role is not Role.DOCTOR:
        return {"can_book": account_of(visitor.reach.door, seen.visit.doctor.reference) is not None}
    try:
        visitor.do(reading.known_patient, seen.visit.patient.reference.partition("/")[2])
    except Failure as failure:
        if failure.category is not Category.ABSENT:
            raise
        return {"can_follow": False}
    return {"can_follow": True}


def _can(seen: Seen, role: Role | None) -> dict[str, Any]:
    """What of the usual things can be done now."""
    visit, now = seen.visit, clock.now()
    ours, to_come = visit.ours and bool(visit.slot), visit.start > now
    mine = BY_DOCTOR if role is Role.DOCTOR else BY_PATIENT
    doctors = role is Role.DOCTOR and ours
    return {
        "can_change": ours and to_come and visit.status in ("pending", "booked"),
        "can_answer": ours and to_come and waits_for(visit, role),
        "can_take_back": ours and to_come and visit.status == "cancelled" and seen.called_off_by == mine,
        "can_say": doctors and not to_come and may_have_been(visit, now),
        "can_unsay": doctors and may_take_back(visit, now),
        "can_miss": doctors and not to_come and visit.status in ("booked", "arrived"),
        "can_come": doctors and visit.status == "noshow",
        "button": VersionForm(initial={"version": visit.version}, auto_id=False),
    }


@sides
@require_safe
def done(request: HttpRequest, visit: str) -> HttpResponse:
    """It is booked, asked for or moved: what happens next."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    visitor.disclosed = True
    see_visit(visitor, visit)
    pending = seen.visit.status == "pending"
    asked = _("You offered a visit") if visitor.role is Role.DOCTOR else _("You asked for a visit")
    words = asked if pending else _("The visit is booked")
    if seen.visit.status == "cancelled":
        words = _("The visit is called off")
    context = {
        "done": words,
        "detail": calendar_of(visitor).moment(seen.visit.start),
        "visit": seen.visit,
        "pending": pending,
        "off": seen.visit.status == "cancelled",
        "name": other_name(seen.visit, visitor.role),
        "button": VersionForm(initial={"version": seen.visit.version}, auto_id=False),
    } | _can(seen, visitor.role)
    return render(request, "visits/done.html", context)


@sides
@require_safe
def calendar_file(request: HttpRequest, visit: str) -> HttpResponse:
    """The visit, for the calendar on one's phone or computer."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    response = HttpResponse(file_of(seen.visit, visitor), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response
