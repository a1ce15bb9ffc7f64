"""Where a page goes on, and what whoever comes too late is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from carefolio.base.failures import HTTP_STATUS, Category
from carefolio.portal.visitor import visitor_of
from carefolio.portal.visits.weeks import Offered
from carefolio.portal.visits.words import calendar_of
from carefolio.workflows.scheduling.rules import Time

SEE_OTHER: Final = 303


def see(address: str, *args: Any) -> HttpResponse:
    """Go on to this page by GET."""
    response = redirect(address, *args)
    response.status_code = SEE_OTHER
    return response


def taken(request: HttpRequest, near: Sequence[Time], address: Callable[[int], str], week: str) -> HttpResponse:
    """The time is gone: other times that are near, and the way to all of them."""
    calendar = calendar_of(visitor_of(request))
    others = [
        Offered(f"{calendar.weekday_of(one.start)}, {calendar.time_of(one.start)}", "", address(one.start))
        for one in near
    ]
    context = {"others": others, "week": week, "clock": calendar.clock()}
    return render(request, "visits/taken.html", context, status=HTTP_STATUS[Category.CONFLICT])
