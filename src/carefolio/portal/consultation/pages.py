"""The room: coming in, letting in, the call, the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.consultation.headers import with_media
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.messaging.forms import MessageForm
from carefolio.portal.messaging.pages import draft_name
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.failures import reason
from carefolio.workflows.consultation import actions, rules
from carefolio.workflows.consultation.actions import Room
from carefolio.workflows.consultation.rules import Side, Stage
from carefolio.workflows.messaging import actions as messaging
from carefolio.workflows.messaging.rules import Message

both_sides = for_roles(Role.PATIENT, Role.DOCTOR)
doctors_only = for_roles(Role.DOCTOR)
SEE_OTHER = 303
_LATE = (Category.CONFLICT, Category.STALE)
_TALKING = (Stage.OPEN, Stage.WAITING, Stage.ADMITTED)


@both_sides
@require_safe
@with_media
def room(request: HttpRequest, visit: str) -> HttpResponse:
    """The waiting room, then the call."""
    visitor = visitor_of(request)
    found = visitor.do(actions.room, visit)
    kept = keep.draft_of(request, draft_name(other_id(found)))
    return shown(request, found, MessageForm(initial={"text": kept["text"]} if kept and kept.get("text") else {}))


@both_sides
@require_POST
def here(request: HttpRequest, visit: str) -> HttpResponse:
    """The patient has come."""
    return _done(request, visit, actions.arrive)


@doctors_only
@require_POST
def admit(request: HttpRequest, visit: str) -> HttpResponse:
    """The doctor lets them in."""
    return _done(request, visit, actions.admit)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, visit: str) -> HttpResponse:
    """The doctor ends the visit, after a question."""
    visitor = visitor_of(request)
    if request.method == "POST":
        return _done(request, visit, actions.end)
    found = visitor.do(actions.room, visit)
    visitor.disclosed = True
    if found.went_on != rules.IN_PROGRESS:
        return see("consultation:room", visit)
    context = {"visit": found.visit, "name": other_name(found), "back": reverse("consultation:room", args=[visit])}
    return render(request, "consultation/end.html", context)


def shown(request: HttpRequest, found: Room, form: MessageForm) -> HttpResponse:
    """The room's page, with what was typed and could not be sent."""
    visitor, calendar = visitor_of(request), calendar_of(visitor_of(request))
    visitor.disclosed = True
    context = {
        "room": found,
        "visit": found.visit,
        "stage": found.stage.value,
        "is_doctor": found.side is Side.DOCTOR,
        "name": other_name(found),
        "other": other_id(found),
        "when": calendar.moment(found.visit.start),
        "opens": calendar.moment(rules.opens_at(found.visit)),
        "live": found.stage in _TALKING,
        "lines": _lines(visitor, found) if found.stage in _TALKING else [],
        "notes": [(calendar.moment(one.written), one.text) for one in visitor.do(actions.notes, found)],
        "form": form,
        "draft": draft_name(other_id(found)),
        "back": reverse("visits:visit", args=[found.visit.id]),
    }
    return render(request, "consultation/room.html", context)


def see(name: str, visit: str, fragment: str = "") -> HttpResponse:
    """Go on to this page by GET."""
    response = redirect(reverse(name, args=[visit]) + fragment)
    response.status_code = SEE_OTHER
    return response


def calendar_of(visitor: Visitor) -> Calendar:
    """Dates and times as the visitor reads them."""
    return Calendar(str(visitor.locale), visitor.zone.key)


def other_name(found: Room) -> str:
    """Whom they meet."""
    if found.side is Side.DOCTOR:
        return found.visit.patient.name or _("your patient")
    return found.visit.doctor.name or _("your doctor")


def other_id(found: Room) -> str:
    """The id of whom they meet."""
    return other_reference(found).partition("/")[2]


def other_reference(found: Room) -> str:
    """``Type/id`` of whom they meet."""
    return (found.visit.patient if found.side is Side.DOCTOR else found.visit.doctor).reference


def _done(request: HttpRequest, visit: str, action: Any) -> HttpResponse:
    try:
        visitor_of(request).do(action, visit)
    except Failure as failure:
        if failure.category not in _LATE:
            raise
        messages.warning(request, reason(failure))
    return see("consultation:room", visit)


def _lines(visitor: Visitor, found: Room) -> list[dict[str, Any]]:
    """What the two wrote since the room was opened, the oldest first."""
    try:
        talk = visitor.do(messaging.conversation, other_reference(found))
    except Failure as failure:
        if failure.category is not Category.ABSENT:
            raise
        return []
    since, calendar = rules.opens_at(found.visit), calendar_of(visitor)
    return [_line(visitor, calendar, one) for one in reversed(talk.messages) if one.sent >= since]


def _line(visitor: Visitor, calendar: Calendar, one: Message) -> dict[str, Any]:
    mine = one.sender.reference == visitor.person
    who = _("You") if mine else one.sender.name or _("Somebody")
    return {"who": who, "when": calendar.time_of(one.sent), "text": one.text, "mine": mine}
