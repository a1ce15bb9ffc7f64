"""What can be added to a chart, a form of it, and undoing a deletion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.fhir.parameters import TYPES
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.counting import OTHER, system_of
from carefolio.portal.charting import hinting
from carefolio.portal.charting.forms import EntryForm, form_class
from carefolio.portal.charting.opening import (
    Opened,
    head,
    is_adult,
    opened,
    repeatable_of,
    setting_of,
    sex_of,
    today_of,
)
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.charting import actions
from carefolio.workflows.charting.fields import Form
from carefolio.workflows.charting.forms import DIAGNOSIS, FORMS, TEETH
from carefolio.workflows.charting.units import QUANTITIES

_BOTH = ["GET", "HEAD", "POST"]
_REFUSED = (Category.MALFORMED, Category.UNPROCESSABLE)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def index(request: HttpRequest, chart: str) -> HttpResponse:
    """All that can be added here."""
    visitor = visitor_of(request)
    chart_now = visitor.do(opened, chart)
    visitor.disclosed = True
    context = {
        "head": head(visitor, chart_now.frame),
        "offers": [
            {
                "address": reverse(f"charting:{key}", args=[chart]),
                "title": _(form.title),
                "about": _(form.about),
                "icon": form.icon,
            }
            for key, form in FORMS.items()
            if visitor.role in form.roles
        ],
        "is_doctor": visitor.role is Role.DOCTOR,
    }
    return render(request, "charting/index.html", context)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_http_methods(_BOTH)
def fill(request: HttpRequest, chart: str, form: str) -> HttpResponse:
    """One form: filled with what they typed before, or sent."""
    visitor = visitor_of(request)
    chart_now, entry = visitor.do(opened, chart), FORMS[form]
    visitor.disclosed = True
    if visitor.role not in entry.roles:
        raise absent()
    system, key = system_of(request), f"add/{chart}/{form}"
    filled = _form(request, form_class(form, system), key, visitor)
    if (again := shown_again(request, key, filled)) is not None:
        return again
    if request.method == "POST" and filled.is_valid() and _written(request, visitor, chart_now, filled):
        keep.forget(request, key)
        return redirect(_onward(chart, form))
    context = {
        "head": head(visitor, chart_now.frame),
        "form": filled,
        "title": _(entry.title),
        "about": _(entry.about),
        "draft": key,
        "back": reverse("charting:index", args=[chart]),
        "other": OTHER[system],
        "system": system,
        "counts": _counts(entry),
        "is_dense": visitor.role is Role.DOCTOR and any(one.quantity for one in entry.fields),
        "hints": _hints(visitor, chart_now) if entry is DIAGNOSIS else None,
        "upload": filled.is_multipart(),
    }
    return render(request, "charting/form.html", context)


def _counts(entry: Form) -> bool:
    """Whether people who count in other systems type other units."""
    units = (unit for one in entry.fields if one.quantity for unit in QUANTITIES[one.quantity].units)
    return any(one.system for one in units)


def _form(request: HttpRequest, of: type[EntryForm], key: str, visitor: Visitor) -> EntryForm:
    typed = typed_into(request, key)
    if typed is not None:
        return of(typed, request.FILES)
    start: dict[str, Any] = {} if of.entry.since else {"day": today_of(visitor)}
    draft = keep.draft_of(request, key)
    if draft is not None:
        fields = of.base_fields
        start |= {name: fields[name].widget.value_from_datadict(draft, {}, name) for name in fields}
    return of(initial=start)


def _written(request: HttpRequest, visitor: Visitor, chart: Opened, form: EntryForm) -> bool:
    """False where it was refused; the form then says why."""
    given, today = form.cleaned_data, today_of(visitor)
    day, since = (today, given["day"]) if form.entry.since else (given["day"], None)
    setting = setting_of(visitor, chart.frame, day, given["note"], since)
    try:
        made = visitor.do(actions.add, form.entry, form.values, setting, repeatable_of(request))
    except Failure as failure:
        if failure.category is Category.FORBIDDEN:
            form.add_error(None, _("Your access does not let you add this here. Ask the patient for more."))
        elif failure.category in _REFUSED:
            form.add_error(None, _("This cannot be saved so. Check what you typed, or load the page again."))
        else:
            raise
        return False
    saved = ngettext("Saved: {n} record.", "Saved: {n} records.", len(made)).format(n=len(made))
    messages.success(request, saved)
    return True


def _onward(chart: str, form: str) -> str:
    return reverse("charting:tooth-chart" if form == TEETH.key else "chart:timeline", args=[chart])


def _hints(visitor: Visitor, chart: Opened) -> list[hinting.Told]:
    adult = is_adult(chart.frame, today_of(visitor))
    return hinting.hints_of(visitor, chart.frame.id, adult=adult, sex=sex_of(chart.frame))


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_http_methods(_BOTH)
def deleted(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """It is deleted, and can be put back."""
    visitor = visitor_of(request)
    if type_ not in TYPES:
        raise absent()
    if request.method == "POST":
        visitor.do(actions.put_back, chart, f"{type_}/{rid}")
        visitor.disclosed = True
        messages.success(request, _("It is back, as it was."))
        return redirect(record_address(chart, type_, rid))
    visitor.do(actions.deleted, chart, f"{type_}/{rid}")
    visitor.disclosed = True
    return render(request, "charting/deleted.html", {"onward": reverse("chart:timeline", args=[chart])})
