"""The pharmacy's desk: what was sent there, handing out, what came back, refusing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.prescribing.forms import DispenseForm, WhyForm, version_of
from carefolio.portal.prescribing.paper import custody
from carefolio.portal.prescribing.words import calendar_of, day_of, given, told
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import reason
from carefolio.portal.words.plain import words_of
from carefolio.workflows.prescribing import desk
from carefolio.workflows.prescribing.desk import Received
from carefolio.workflows.prescribing.reading import Seen

_LATE = (Category.STALE, Category.CONFLICT)
_STATES = {
    "completed": ("done", gettext_lazy("Handed out")),
    "rejected": ("rejected", gettext_lazy("Refused")),
    "cancelled": ("inactive", gettext_lazy("Taken back")),
    "in-progress": ("new", gettext_lazy("Partly handed out")),
}
"""By a Task's status: the tag, and its words."""
_CANCELLED = ("inactive", gettext_lazy("Cancelled by the doctor"))
_NEW = ("new", gettext_lazy("New"))
pharmacists_only = for_roles(Role.PHARMACIST)


@pharmacists_only
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What waits, and what is done."""
    visitor = visitor_of(request)
    if not _is_at_work(visitor):
        return render(
            request, "prescribing/no_desk.html", {"verified": bool(visitor.account and visitor.account.verified)}
        )
    waiting, done = visitor.do(desk.received)
    visitor.disclosed = True
    context = {"waiting": [_line(one, visitor) for one in waiting], "done": [_line(one, visitor) for one in done]}
    return render(request, "prescribing/desk.html", context)


@pharmacists_only
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, id: str) -> HttpResponse:
    """One prescription: signature, allergies, what was handed out, and handing out."""
    visitor = visitor_of(request)
    seen = _opened(visitor, id)
    form = DispenseForm(request.POST if request.method == "POST" else None, initial=_initial(seen))
    if request.method == "POST" and form.is_valid():
        try:
            visitor.do(desk.dispense, id, form.given(), version_of(request.POST))
        except Failure as failure:
            if failure.category not in (*_LATE, Category.MALFORMED):
                raise
            form.add_error("amount", reason(failure))
        else:
            messages.success(request, _("Handed out. The patient was told."))
            return redirect("pharmacy:received")
    return render(request, "prescribing/at_desk.html", _shown(visitor, seen) | {"form": form})


@pharmacists_only
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, id: str) -> HttpResponse:
    """Not to hand it out, and why."""
    visitor = visitor_of(request)
    seen = _opened(visitor, id)
    form = WhyForm(request.POST if request.method == "POST" else None, initial=_initial(seen))
    if request.method == "POST" and form.is_valid():
        try:
            visitor.do(desk.refuse, id, form.cleaned_data["why"], version_of(request.POST))
        except Failure as failure:
            if failure.category not in _LATE:
                raise
            messages.warning(request, reason(failure))
        else:
            messages.success(request, _("The patient and the doctor were told, with your reason."))
        return redirect("pharmacy:received")
    shown = _shown(visitor, seen) | {"form": form, "back": f"/pharmacy/{id}/", "draft": f"refuse-{id}"}
    return render(request, "prescribing/refuse.html", shown)


@pharmacists_only
@require_http_methods(["GET", "HEAD", "POST"])
def came_back(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """What was handed out came back."""
    visitor = visitor_of(request)
    if not _is_at_work(visitor):
        raise absent()
    waiting, done = visitor.do(desk.received)
    at = next((line for line in [*waiting, *done] if line.way.prescription == id), None)
    handed = visitor.do(desk.handed_here, id, number)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        visitor.do(desk.take_return, id, number, form.cleaned_data["why"])
        messages.success(request, _("It counts as not handed out. The patient can send the rest again."))
        return redirect("pharmacy:received")
    unit = str(handed.body.get("quantity", {}).get("unit", ""))
    context = {
        "form": form,
        "given": given(handed, unit, calendar_of(visitor), str(visitor.locale)),
        "medicine": words_of(handed.body.get("medicationCodeableConcept")),
        "patient": at.way.patient.name if at else "",
        "back": "/pharmacy/",
        "draft": f"return-{id}-{number}",
    }
    visitor.disclosed = True
    return render(request, "prescribing/came_back.html", context)


def _is_at_work(visitor: Visitor) -> bool:
    account = visitor.account
    return bool(account and account.verified and account.organization)


def _opened(visitor: Visitor, id_: str) -> Seen:
    if not _is_at_work(visitor):
        raise absent()
    visitor.disclosed = True
    return visitor.do(desk.open_one, id_)


def _initial(seen: Seen) -> dict[str, Any]:
    now = seen.left.now
    shown = now.normalize() if now != now.to_integral_value() else now.to_integral_value()
    return {"amount": shown, "way": seen.way.version if seen.way else 0}


def _shown(visitor: Visitor, seen: Seen) -> dict[str, Any]:
    allergies = [_allergy(one) for one in seen.allergies]
    columns = [_("When"), _("How much"), _("By")]
    about = {
        "told": told(seen, visitor),
        "allergies": allergies,
        "columns": columns,
        "draft": f"dispense-{seen.prescription.id}",
    }
    return about | {"custody": custody(), "back": "/pharmacy/"}


def _allergy(resource: dict[str, Any]) -> str:
    """What, and what it did."""
    what = words_of(resource.get("code")) or _("An allergy")
    shown = [words_of(sign) for one in resource.get("reaction", []) for sign in one.get("manifestation", [])]
    signs = ", ".join(one for one in shown if one)
    return _("{what}: {signs}").format(what=what, signs=signs) if signs else what


def _state(received: Received) -> tuple[str, str]:
    """The tag of a line, and its words."""
    tone, words = _CANCELLED if received.cancelled else _STATES.get(received.way.status, _NEW)
    return tone, str(words)


def _line(received: Received, visitor: Visitor) -> dict[str, Any]:
    way, calendar = received.way, calendar_of(visitor)
    units = (str(one.body.get("quantity", {}).get("unit", "")) for one in received.handed)
    state, state_words = _state(received)
    return {
        "id": way.prescription,
        "patient": way.patient.name or _("A patient"),
        "sent": day_of(way.sent, calendar),
        "state": state,
        "state_words": state_words,
        "given": [
            given(one, unit, calendar, str(visitor.locale)) for one, unit in zip(received.handed, units, strict=True)
        ],
        "medicine": received.medicine
        or next((words_of(one.body.get("medicationCodeableConcept")) for one in received.handed), ""),
        "why": way.why,
    }
