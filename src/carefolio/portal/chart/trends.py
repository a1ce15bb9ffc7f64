"""Measurements of a chart, and one of them over time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carefolio.base.failures import absent
from carefolio.consent.principal import Role
from carefolio.portal.chart import reading, series
from carefolio.portal.chart.addresses import Pager, code_of
from carefolio.portal.chart.counting import system_of
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.kinds import MEASURED
from carefolio.portal.chart.numbers import lines
from carefolio.portal.chart.pages import about
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import visitor_of
from carefolio.records.timeline import Slice, Wanted

READ_AT_ONCE = 300
"""The newest so many values make one page of measurements."""
VALUES_A_PAGE = 40


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def measurements(request: HttpRequest, chart: str) -> HttpResponse:
    """What was measured more than once."""
    visitor, system = visitor_of(request), system_of(request)
    pager = Pager(request.GET.dict())
    read = visitor.do(reading.page, chart, Wanted(kinds=MEASURED, count=READ_AT_ONCE, cursor=pager.cursor))
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    context = {
        "head": head_of(visitor, read.frame, names, "trends"),
        "cards": list(series.measurements(read.page.found, reader, senders, chart)),
        "older": pager.older(read.page.next),
        "newer": pager.newer(),
        "read": len(read.page.found),
        "system": system,
    }
    return render(request, "chart/trends.html", context)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def measurement(request: HttpRequest, chart: str, key: str) -> HttpResponse:
    """One measurement: sentence, number line, trend, table."""
    visitor, system = visitor_of(request), system_of(request)
    pager, code = Pager(request.GET.dict()), code_of(key)
    kinds = (Slice("Observation", frozenset({code})),)
    read = visitor.do(reading.page, chart, Wanted(kinds=kinds, count=VALUES_A_PAGE, cursor=pager.cursor))
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    measured = series.measurement(read.page.found, reader, senders, code)
    if measured is None:
        raise absent()
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "measured": measured,
        "newest": measured.newest.told,
        "lines": lines(measured.newest.told, reader),
        "picture": series.picture(measured, reader),
        "change": series.describe(measured, measured.newest.told.numbers[0]),
        "table": series.table(measured, reader),
        "older": pager.older(read.page.next),
        "newer": pager.newer(),
        "back": reverse("chart:trends", args=[chart]),
        "system": system,
    }
    return render(request, "chart/trend.html", context)
