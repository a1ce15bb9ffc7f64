"""A time was chosen: how and why, a look at it all, and it is booked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.portal.drafts import keep
from carefolio.portal.visitor import visitor_of
from carefolio.portal.visits.doctors import fees_by_mode, patients_only, told
from carefolio.portal.visits.forms import BookForm
from carefolio.portal.visits.going import see, taken
from carefolio.portal.visits.weeks import stamp, start_of
from carefolio.portal.visits.words import calendar_of, length_of, other_name
from carefolio.records.visits import Visit
from carefolio.workflows.scheduling import actions, finding, reading
from carefolio.workflows.scheduling.rules import REQUEST, Time
from carefolio.workflows.scheduling.wanting import NotFree, Overlaps, Wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """A time on its way to a visit. ``own``: the address of this page, ``week``: the one where times are chosen;
    ``do``: what is done with the answers; ``form``: which one asks them; ``mode``: how they meet so far, "" where that
    is to be chosen.
    """

    own: str
    week: str
    draft: str
    doctor: str
    do: Callable[[Wanted], Visit]
    form: type[BookForm] = BookForm
    without: str = ""
    mode: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    def address(self, start: int) -> str:
        """This page with another time."""
        return f"{self.own}?start={stamp(start)}"


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, doctor: str) -> HttpResponse:
    """Check it, and book it or ask for it."""
    visitor = visitor_of(request)
    known = visitor.do(finding.doctor, doctor)
    choice = Choice(
        own=request.path,
        week=reverse("visits:doctor", args=[doctor]),
        draft=f"visit-{doctor}",
        doctor=known.reference,
        do=lambda wanted: visitor.do(actions.book, wanted),
        context={"name": known.name, "told": told(known)},
    )
    return decide(request, choice)


def decide(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Show the answers to be given for this time, or take them."""
    visitor = visitor_of(request)
    if not start_of(request):
        return see(choice.week)
    try:
        _sheet, time = visitor.do(actions.offer, choice.doctor, start_of(request), choice.without)
    except NotFree as late:
        mine = _mine(request, choice) if request.method == "POST" else None
        return see("visits:done", mine) if mine else taken(request, late.near, choice.address, choice.week)
    if request.method == "POST":
        overlaps = "knowing" in request.POST
        form = _form(request, choice, time, overlaps=overlaps)
        if form.is_valid():
            return _send(request, choice, time, form)
    else:
        form = _form(request, choice, time)
    return _page(request, choice, time, form)


def _form(request: HttpRequest, choice: Choice, time: Time, *, overlaps: bool = False) -> BookForm:
    """The answers that were given, or those that are known before; each kind of visit with what it costs a patient."""
    visitor = visitor_of(request)
    fees = {} if visitor.person == choice.doctor else fees_by_mode(visitor, choice.doctor)
    if request.method == "POST":
        return choice.form(time.modes, request.POST, overlaps=overlaps, fees=fees)
    draft = keep.draft_of(request, choice.draft)
    initial = {"comment": draft.get("comment", "")} if draft else {}
    if choice.mode in time.modes:
        initial["mode"] = choice.mode
    return choice.form(time.modes, initial=initial, fees=fees)


def _mine(request: HttpRequest, choice: Choice) -> str:
    """Pressed twice: the visit that they have at this time with this doctor."""
    start = start_of(request)
    found = visitor_of(request).do(reading.meeting, (start, start + 1))
    return next((one.id for one in found if one.start == start and one.doctor.reference == choice.doctor), "")


def _send(request: HttpRequest, choice: Choice, time: Time, form: BookForm) -> HttpResponse:
    visitor = visitor_of(request)
    given = form.cleaned_data
    wanted = Wanted(
        choice.doctor, time.start, given["mode"], given.get("comment", ""), visitor.zone.key, knowing=form.knows
    )
    try:
        visit = choice.do(wanted)
    except NotFree as late:
        return taken(request, late.near, choice.address, choice.week)
    except Overlaps as told:
        again = _form(request, choice, time, overlaps=True)
        again.is_valid()
        again.add_error("knowing", _meets(request, told.others))
        return _page(request, choice, time, again)
    keep.forget(request, choice.draft)
    return see("visits:done", visit.id)


def _meets(request: HttpRequest, others: Sequence[Visit]) -> str:
    """Which visit they have then."""
    visitor = visitor_of(request)
    calendar = calendar_of(visitor)
    named = (f"{other_name(one, visitor.role)}, {calendar.moment(one.start)}" for one in others)
    return _("You have another visit then: {visits}. Tick the box to have both").format(visits="; ".join(named))


def _page(request: HttpRequest, choice: Choice, time: Time, form: BookForm) -> HttpResponse:
    calendar, offers = calendar_of(visitor_of(request)), visitor_of(request).person == choice.doctor
    rows: list[dict[str, Any]] = [
        {"name": _("When"), "value": calendar.moment(time.start), "change": choice.week},
        {"name": _("How long"), "value": length_of(time.start, time.end)},
    ]
    context = {
        "form": form,
        "rows": rows,
        "back": choice.week,
        "draft": choice.draft,
        "asks": time.booking == REQUEST and not offers,
        "offers": offers,
    }
    return render(request, choice.context.get("template", "visits/book.html"), context | choice.context)
