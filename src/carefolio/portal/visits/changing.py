"""Another time, calling off, taking that back; the answer of who was asked, and who came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, malformed
from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits.choosing import Choice, decide
from carefolio.portal.visits.forms import MoveForm, VersionForm, WhyForm
from carefolio.portal.visits.going import see, taken
from carefolio.portal.visits.pages import sides
from carefolio.portal.visits.weeks import Question, stamp, week_of
from carefolio.portal.visits.words import asks, calendar_of, facts, other_name, waits_for
from carefolio.portal.words.failures import reason
from carefolio.workflows.scheduling import actions, reading
from carefolio.workflows.scheduling.reading import Seen
from carefolio.workflows.scheduling.wanting import NotFree, Turn, slot_of

_LATE = (Category.STALE, Category.CONFLICT)
doctors_only = for_roles(Role.DOCTOR)


@sides
@require_safe
def times(request: HttpRequest, visit: str) -> HttpResponse:
    """The week to choose another time from."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    if not _is_to_come(seen):
        return see("visits:visit", visit)
    check = reverse("visits:move-check", args=[visit])
    question = Question(
        seen.visit.doctor.reference,
        lambda start: f"{check}?start={stamp(start)}&version={seen.visit.version}",
        mine=visitor.role is Role.DOCTOR,
        without=slot_of(seen.visit),
    )
    week, _party = week_of(request, question)
    context = {
        "visit": seen.visit,
        "name": other_name(seen.visit, visitor.role),
        "now": calendar_of(visitor).moment(seen.visit.start),
        "week": week,
        "back": reverse("visits:visit", args=[visit]),
    }
    return render(request, "visits/move.html", context)


@sides
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, visit: str) -> HttpResponse:
    """Check the new time, and move it there."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    if not _is_to_come(seen):
        return see("visits:visit", visit)
    turn = Turn(visit, seen.visit.version)
    choice = Choice(
        own=request.path,
        week=reverse("visits:move", args=[visit]),
        draft=f"visit-move-{visit}",
        doctor=seen.visit.doctor.reference,
        do=lambda wanted: visitor.do(actions.move, turn, wanted),
        form=MoveForm,
        without=slot_of(seen.visit),
        mode=seen.visit.mode,
        context={
            "template": "visits/move_check.html",
            "name": other_name(seen.visit, visitor.role),
            "before": calendar_of(visitor).moment(seen.visit.start),
        },
    )
    return decide(request, choice)


@sides
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, visit: str) -> HttpResponse:
    """Call it off, after a question."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    form = WhyForm(request.POST or None, initial={"version": seen.visit.version})
    if request.method == "POST" and form.is_valid():
        turn = Turn(visit, form.cleaned_data["version"], form.cleaned_data["why"].strip())
        visitor.do(actions.cancel, turn)
        return see("visits:done", visit)
    if not _is_to_come(seen):
        return see("visits:visit", visit)
    return render(request, "visits/cancel.html", _asked(visitor, seen, form))


@sides
@require_POST
def back(request: HttpRequest, visit: str) -> HttpResponse:
    """It takes place after all."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    try:
        visitor.do(actions.undo_cancel, visit)
    except NotFree:
        doctor = seen.visit.doctor.reference.partition("/")[2]
        mine = visitor.role is Role.DOCTOR
        week = reverse("visits:list") if mine else reverse("visits:doctor", args=[doctor])
        return taken(request, (), lambda _start: week, week)
    return see("visits:done", visit)


@sides
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, visit: str) -> HttpResponse:
    """Yes or no to a visit, by whoever was asked for it."""
    visitor = visitor_of(request)
    seen = visitor.do(reading.visit, visit)
    form = WhyForm(request.POST or None, initial={"version": seen.visit.version})
    if request.method == "POST" and form.is_valid():
        said = request.POST.get("answer", "")
        if said not in ("yes", "no"):
            raise malformed(_("Choose yes or no."))
        action = actions.accept if said == "yes" else actions.decline
        visitor.do(action, Turn(visit, form.cleaned_data["version"], form.cleaned_data["why"].strip()))
        name = other_name(seen.visit, visitor.role)
        words = _("The visit is booked. We tell {name}.") if said == "yes" else _("You said no. We tell {name}.")
        messages.success(request, words.format(name=name))
        return see("visits:visit", visit)
    if not waits_for(seen.visit, visitor.role) or seen.visit.start <= clock.now():
        return see("visits:visit", visit)
    return render(request, "visits/answer.html", _asked(visitor, seen, form) | {"asks": asks(seen.visit, visitor.role)})


@doctors_only
@require_POST
def missed(request: HttpRequest, visit: str) -> HttpResponse:
    """The patient did not come; or they did after all."""
    return _say(request, visit, actions.missed, came=request.POST.get("came") == "yes")


@doctors_only
@require_POST
def took_place(request: HttpRequest, visit: str) -> HttpResponse:
    """It took place, without a room here; or that was a mistake."""
    return _say(request, visit, actions.took_place, undo=request.POST.get("undo") == "yes")


def _say(request: HttpRequest, visit: str, action: Callable[..., Any], **how: bool) -> HttpResponse:
    """What the doctor says of a visit, from its page or from the list of a day."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        visitor_of(request).do(action, Turn(visit, version), **how)
    except Failure as failure:
        if failure.category not in _LATE:
            raise
        messages.warning(request, reason(failure))
    return see("visits:list") if "list" in request.POST else see("visits:visit", visit)


def _is_to_come(seen: Seen) -> bool:
    """Whether it can be moved or called off here."""
    return seen.visit.ours and seen.visit.status in ("pending", "booked") and seen.visit.start > clock.now()


def _asked(visitor: Visitor, seen: Seen, form: WhyForm) -> dict[str, Any]:
    """What a page shows that asks before it changes a visit."""
    return {
        "form": form,
        "visit": seen.visit,
        "name": other_name(seen.visit, visitor.role),
        "rows": facts(seen, visitor),
        "back": reverse("visits:visit", args=[seen.visit.id]),
    }
