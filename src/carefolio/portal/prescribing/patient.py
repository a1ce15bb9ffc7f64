"""The patient's prescriptions: the list, one, the way to a pharmacy and back, and on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.papers.typeset import can_typeset, picture_code, typeset
from carefolio.portal.gate import for_roles
from carefolio.portal.prescribing import doctor
from carefolio.portal.prescribing.forms import FindForm, SendForm, version_of
from carefolio.portal.prescribing.paper import address_of, custody, facts_of
from carefolio.portal.prescribing.words import Told, told
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import reason
from carefolio.workflows.prescribing import actions
from carefolio.workflows.prescribing.reading import see

_LATE = (Category.STALE, Category.CONFLICT, Category.UNPROCESSABLE)
_FILE = "prescription.pdf"
patients_only = for_roles(Role.PATIENT)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All of them: a patient's own, or those that a doctor wrote."""
    visitor = visitor_of(request)
    if visitor.role is Role.DOCTOR:
        return doctor.overview(request)
    found = [told(one, visitor) for one in visitor.do(actions.mine)]
    visitor.disclosed = True
    return render(request, "prescribing/mine.html", {"prescriptions": found})


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def one(request: HttpRequest, id: str) -> HttpResponse:
    """One prescription."""
    visitor = visitor_of(request)
    shown = _one(visitor, id)
    own = visitor.role is Role.PATIENT
    context = {"told": shown, "own": own, "back": "/prescriptions/", "custody": custody(), "can_typeset": can_typeset()}
    return render(request, "prescribing/one.html", context | _columns())


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, id: str) -> HttpResponse:
    """Which pharmacy; what it will see stands beside it."""
    visitor = visitor_of(request)
    shown = _one(visitor, id)
    if not shown.may_send:
        return redirect("prescribing:one", id)
    find = FindForm(request.GET or None)
    words = find.cleaned_data["name"] if find.is_bound and find.is_valid() else ""
    offered = [party for party in visitor.do(actions.pharmacies, words) if party.name != shown.at]
    form = SendForm(offered, request.POST if request.method == "POST" else None, initial={"way": shown.way})
    if request.method == "POST" and form.is_valid():
        try:
            visitor.do(actions.send, id, form.cleaned_data["pharmacy"], version_of(request.POST))
        except Failure as failure:
            return late(request, failure, id)
        return redirect("prescribing:sent", id)
    context = {"told": shown, "form": form, "find": find, "offered": offered, "words": words}
    return render(request, "prescribing/choose.html", context | {"back": f"/prescriptions/{id}/"})


@patients_only
@require_safe
def sent(request: HttpRequest, id: str) -> HttpResponse:
    """It is on its way."""
    shown = _one(visitor_of(request), id)
    if not shown.at:
        return redirect("prescribing:one", id)
    return render(request, "prescribing/sent.html", {"told": shown})


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, id: str) -> HttpResponse:
    """Take it away from the pharmacy that has it."""
    visitor = visitor_of(request)
    if request.method == "POST":
        try:
            visitor.do(actions.take_back, id, version_of(request.POST))
        except Failure as failure:
            return late(request, failure, id)
        messages.success(request, _("The pharmacy cannot see it any more. You can send it again at any time."))
        return redirect("prescribing:one", id)
    shown = _one(visitor, id)
    if not shown.may_take_back:
        return redirect("prescribing:one", id)
    return render(request, "prescribing/take_back.html", {"told": shown, "back": f"/prescriptions/{id}/"})


@patients_only
@require_safe
def printed(request: HttpRequest, id: str) -> HttpResponse:
    """The page to print, with the picture code."""
    visitor = visitor_of(request)
    shown, address = _one(visitor, id), address_of(visitor, id)
    context = {"told": shown, "address": address, "picture": picture_code(address), "custody": custody()}
    return render(request, "prescribing/print.html", context | {"back": f"/prescriptions/{id}/"} | _columns())


@patients_only
@require_safe
def pdf(request: HttpRequest, id: str) -> HttpResponse:
    """The same as a PDF; where none can be made, the page to print says why."""
    visitor = visitor_of(request)
    shown = _one(visitor, id)
    if not can_typeset():
        messages.warning(request, _("PDFs are not set up here. Print this page instead."))
        return redirect("prescribing:print", id)
    made = typeset("prescription", facts_of(visitor, shown))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    return answer


def late(request: HttpRequest, failure: Failure, id_: str) -> HttpResponse:
    """It came too late, or cannot be: the words stand on the prescription's page."""
    if failure.category not in _LATE:
        raise failure
    messages.warning(request, reason(failure))
    return redirect("prescribing:one", id_)


def _one(visitor: Visitor, id_: str) -> Told:
    visitor.disclosed = True
    return told(visitor.do(see, id_), visitor)


def _columns() -> dict[str, Any]:
    return {"columns": [_("When"), _("How much"), _("By")]}
