"""The doctor books the next visit of a patient who gave them access, or came to a visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.portal.visitor import visitor_of
from carefolio.portal.visits.changing import doctors_only
from carefolio.portal.visits.choosing import Choice, decide
from carefolio.portal.visits.weeks import Question, stamp, week_of
from carefolio.workflows.scheduling import actions, reading


@doctors_only
@require_safe
def times(request: HttpRequest, patient: str) -> HttpResponse:
    """The doctor's own free times."""
    visitor = visitor_of(request)
    known = visitor.do(reading.known_patient, patient)
    book = reverse("visits:follow-book", args=[patient])
    question = Question(visitor.person, lambda start: f"{book}?start={stamp(start)}", mine=True)
    week, _party = week_of(request, question)
    context = {"name": known.name or _("a patient"), "week": week, "back": reverse("visits:list")}
    return render(request, "visits/follow.html", context)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, patient: str) -> HttpResponse:
    """Check it, and book it; the patient is told."""
    visitor = visitor_of(request)
    known = visitor.do(reading.known_patient, patient)
    choice = Choice(
        own=request.path,
        week=reverse("visits:follow", args=[patient]),
        draft=f"visit-for-{patient}",
        doctor=visitor.person,
        do=lambda wanted: visitor.do(actions.book_for, wanted, patient),
        context={"name": known.name or _("a patient"), "follows": True},
    )
    return decide(request, choice)
