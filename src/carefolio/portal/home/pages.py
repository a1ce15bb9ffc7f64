"""The first page of each role, and the pages of what went wrong."""

from __future__ import annotations

import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carefolio.consent.principal import Role
from carefolio.portal.asking.home import context as asking_home
from carefolio.portal.gate import open_to_all
from carefolio.portal.home import patient
from carefolio.portal.middleware import failure_page, fault_page, interrupted_page
from carefolio.portal.oversight.home import context as oversight_home
from carefolio.portal.visitor import visitor_of
from carefolio.portal.visits import lists


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """Where everybody begins."""
    visitor = visitor_of(request)
    if visitor.account is None and request.user.is_authenticated:
        return redirect("mfa_activate_totp")
    if visitor.account is None:
        return render(request, "home/welcome.html")
    if visitor.role is Role.PATIENT:
        return render(request, "home/patient.html", patient.context(visitor))
    return render(request, "home/staff.html", _of_staff(request))


def _of_staff(request: HttpRequest) -> dict[str, object]:
    """The part of the page that the role's own folder makes; others find a list of links."""
    role = visitor_of(request).role
    if role is Role.DOCTOR:
        visits = lists.home_of_doctor(visitor_of(request))
        return asking_home(request) | visits | {"part": "home/doctor.html"}
    if role in (Role.ADMIN, Role.AUDITOR):
        return oversight_home(request) | {"part": ["oversight/home_part.html", "home/links.html"]}
    return {"part": "home/links.html"}


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came from another site, or from a page that is too old."""
    del reason
    return failure_page(
        request, 403, [_("This page was open for too long. Go back, load it again and send it once more.")]
    )


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page of a request that makes no sense. Whose session was ended meanwhile, by themselves on another device for
    one, signs in again.
    """
    if isinstance(exception, SessionInterrupted):
        return interrupted_page(request)
    return failure_page(request, 400, [_("We could not read what your browser sent.")])


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what this account may not do."""
    del exception
    return failure_page(request, 403)


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address where there is nothing."""
    del exception
    return failure_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """The page of what was raised outside any page: there Django asks for it while the problem is being dealt with."""
    return fault_page(request, sys.exception())
