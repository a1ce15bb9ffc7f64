"""Finding a doctor, and a doctor's page with the free times of a week."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.consent.principal import Role
from carefolio.portal.chart.addresses import Pager
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits.forms import DoctorCodeForm, SearchForm
from carefolio.portal.visits.going import see
from carefolio.portal.visits.weeks import Question, stamp, week_of
from carefolio.portal.visits.words import mode_words
from carefolio.portal.words.amounts import amount_words
from carefolio.portal.words.ratings import rating_words
from carefolio.records.visits import MODES
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.reading import fees_resource
from carefolio.workflows.reviewing.actions import tally
from carefolio.workflows.scheduling import finding
from carefolio.workflows.scheduling.finding import Doctor, Sought

patients_only = for_roles(Role.PATIENT)


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By what is known of them, or by their code."""
    visitor = visitor_of(request)
    code = DoctorCodeForm(request.POST if request.method == "POST" else None, auto_id="code_%s")
    if request.method == "POST" and code.is_valid():
        known = finding.by_code(visitor.reach.door, code.cleaned_data["typed"])
        if known:
            return see("visits:doctor", known)
        code.add_error("typed", _("There is no doctor with this code who sees patients here"))
    search = SearchForm(request.GET or None, auto_id="filter_%s")
    given = search.cleaned_data if search.is_bound and search.is_valid() else {}
    pager = Pager(request.GET.dict())
    found = visitor.do(finding.find, Sought(**given), pager.cursor)
    context = {
        "form": code,
        "search": search,
        "doctors": [(one, _detail(visitor, one)) for one in found.doctors],
        "more": pager.older(found.next),
        "before": pager.newer(),
        "asked": any(given.values()),
        "back": reverse("visits:list"),
    }
    return render(request, "visits/find.html", context)


@patients_only
@require_safe
def doctor(request: HttpRequest, doctor: str) -> HttpResponse:
    """Who they are, and when they have time."""
    visitor = visitor_of(request)
    known = visitor.do(finding.doctor, doctor)
    book = reverse("visits:book", args=[doctor])
    week, _party = week_of(request, Question(known.reference, lambda start: f"{book}?start={stamp(start)}"))
    context = {
        "doctor": known,
        "told": _detail(visitor, known),
        "fees": fees_told(visitor, known.reference, MODES),
        "week": week,
        "back": reverse("visits:find"),
    }
    return render(request, "visits/doctor.html", context)


def fees_told(visitor: Visitor, doctor: str, modes: Iterable[str]) -> list[str]:
    """What visits of these kinds cost, where the doctor says so."""
    fees, words = fees_by_mode(visitor, doctor), _("{mode}: {fee}")
    return [words.format(mode=mode_words(one), fee=fees[one]) for one in modes if one in fees]


def fees_by_mode(visitor: Visitor, doctor: str) -> dict[str, str]:
    """What a visit of each kind costs, in the reader's way of writing; without those that have no fee."""
    fees = fees_of(fees_resource(visitor.reach.door, doctor))
    return {mode: amount_words(fee, visitor.locale) for mode, fee in fees.items()}


def _detail(visitor: Visitor, doctor: Doctor) -> str:
    """The same with what patients say of them."""
    rated = rating_words(tally(visitor.reach.door, doctor.reference), visitor.locale)
    return f"{told(doctor)}. {rated}" if told(doctor) else rated


def told(doctor: Doctor) -> str:
    """What they work in and where, in one line."""
    return ", ".join(part for part in (doctor.speciality, doctor.hospital, doctor.place) if part)
