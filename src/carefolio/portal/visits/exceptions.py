"""Days off and extra hours."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.portal.visitor import visitor_of
from carefolio.portal.visits.changing import doctors_only
from carefolio.portal.visits.forms import ExtraForm, OffForm
from carefolio.portal.visits.going import see
from carefolio.portal.visits.hours import drafted, edit, kept, sheet_of_visitor
from carefolio.workflows.scheduling.rules import Extra, Off
from carefolio.workflows.scheduling.walls import MINUTES_A_DAY


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest) -> HttpResponse:
    """No visits on these days."""
    sheet = sheet_of_visitor(visitor_of(request))
    initial = {"version": sheet.version} | drafted(request, "visit-off", OffForm())
    form = OffForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        begin = given["begin"] if given["begin"] is not None else 0
        end = given["end"] if given["end"] is not None else MINUTES_A_DAY
        days = Off(given["first"], given["last"] or given["first"], begin, end)
        if kept(request, form, replace(sheet.plan, off=(*sheet.plan.off, days)), "visit-off"):
            return see("visits:hours")
    return edit(request, form, _("Add days off"), "visit-off")


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def extra(request: HttpRequest) -> HttpResponse:
    """Hours of one day more."""
    sheet = sheet_of_visitor(visitor_of(request))
    initial = {"version": sheet.version} | drafted(request, "visit-extra", ExtraForm())
    form = ExtraForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        hours = Extra(given["day"], given["begin"], given["end"], form.sort())
        if kept(request, form, replace(sheet.plan, extra=(*sheet.plan.extra, hours)), "visit-extra"):
            return see("visits:hours")
    return edit(request, form, _("Add hours on one day"), "visit-extra")
