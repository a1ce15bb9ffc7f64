"""What all pages share: who is looking, whether they may, how a failure becomes a page, and the headers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import catalog

from carefolio.base.clock import stopwatch
from carefolio.base.failures import HTTP_STATUS, Category, Failure, broken, unavailable
from carefolio.base.ids import new_request_id
from carefolio.base.logs import where
from carefolio.portal.accounts import admission, attempts
from carefolio.portal.accounts.database import AWAY
from carefolio.portal.gate import ENROLLING, Audience, audience_of
from carefolio.portal.reach import reach_of
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.failures import sentences_of
from carefolio.portal.words.translate import speaking

LOG = logging.getLogger("carefolio.portal")
Next = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_ANSWERED = (
    Http404,
    PermissionDenied,
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    ImmediateHttpResponse,
    ReauthenticationRequired,
)
_TWO_YEARS = "max-age=63072000; includeSubDomains"
_STATIC = "/static/"
_SAFE = frozenset({"GET", "HEAD"})
_NANOSECONDS_A_MILLISECOND = 1e6
_ABSENT_STEP_NANOSECONDS = 25_000_000
"""What is hidden and what is absent are answered at the same moments: several times what either takes."""
_STEP_NANOSECONDS = MappingProxyType(
    {
        "account_login": 250_000_000,
        "account_reset_password": 100_000_000,
        "sign_up_patient": 1_000_000_000,
        "sign_up_doctor": 1_000_000_000,
    }
)
"""Forms that must not tell by their time whether an e-mail is known here are answered at these moments."""


class Answering:
    """Around everything: the headers of every answer, and the moment at which an absent one leaves."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        started = stopwatch()
        request.arrived = time.perf_counter()  # type: ignore[attr-defined]  # read by the footer of chart pages
        request.request_id = new_request_id()  # type: ignore[attr-defined]
        response = self._next(request)
        step = _step(request, response)
        if step:
            _even_out(started, step)
        settings = reach_of(request).settings
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.public_url.startswith("https"):
            response.headers["Strict-Transport-Security"] = _TWO_YEARS
        if not request.path.startswith(_STATIC):
            response.headers.setdefault("Cache-Control", "no-store")
            patch_vary_headers(response, ["Cookie"])
        response.headers["X-Carefolio-Region"] = settings.region
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        took = (stopwatch() - started) / _NANOSECONDS_A_MILLISECOND
        response.headers["Server-Timing"] = f"total;dur={took:.3f}"
        return response


class Admitting:
    """Inside: who is looking, and whether this page is for them. What raises a Failure becomes a page here."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let one request in."""
        visitor = request.visitor = admission.admit(request)  # type: ignore[attr-defined]
        if visitor.role is not None:
            request.signs_out = admission.signs_out_at(request, visitor.role)  # type: ignore[attr-defined]
        with speaking(catalog()):
            response = self._next(request)
        email = getattr(request, "known_device", "")
        if email:
            attempts.remember(request, response, email)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse whoever the page is not for. A page that does not say who it is for is for nobody."""
        match = request.resolver_match
        name = (match.url_name if match else None) or ""
        audience = audience_of(view, name)
        if audience is None:
            return failure_page(request, HTTP_STATUS[Category.FORBIDDEN])
        if not audience.signed_in or (name in ENROLLING and request.user.is_authenticated):
            return None
        return _refusal(request, audience)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """The page of a Failure; what Django and the library answer themselves is left to them; anything else is logged
        without what it quotes.
        """
        if isinstance(problem, _ANSWERED):
            return None
        if not isinstance(problem, Failure):
            LOG.error("page %s failed: %s", request.request_id, where(problem))  # type: ignore[attr-defined]
            return fault_page(request, problem)
        if problem.category is Category.UNAUTHENTICATED:
            admission.leave(request)
            return to_sign_in(request)
        return _later(failure_page(request, HTTP_STATUS[problem.category], sentences_of(problem)), problem)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to where they wanted to go."""
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


def failure_page(request: HttpRequest, status: int, sentences: Sequence[str] = ()) -> HttpResponse:
    """A page that says what went wrong and where to go from here."""
    context = {"status": status, "sentences": [*sentences] or [_sentence(status)]}
    return render(request, "look/error.html", context, status=status)


def fault_page(request: HttpRequest, problem: BaseException | None) -> HttpResponse:
    """The page of what nobody expected: a fault of ours, or a store that is away, for which it is worth to come again.
    It looks at nothing, not even at who is looking: what tells that may be what is away.
    """
    failure = _failure_of(problem)
    status = HTTP_STATUS[failure.category]
    sentence = _sentence(status) if request.method in _SAFE else _doubt()
    context = {"status": status, "sentences": [sentence], "request": request}
    return _later(HttpResponse(render_to_string("look/error.html", context), status=status), failure)


def interrupted_page(request: HttpRequest) -> HttpResponse:
    """For whose session ended before their answer left: to the sign-in page; who sent something is told that first."""
    if request.method in _SAFE:
        return to_sign_in(request)
    status = HTTP_STATUS[Category.FORBIDDEN]
    context = {"status": status, "title": _("You are signed out"), "sentences": [_doubt()], "request": request}
    return HttpResponse(render_to_string("look/error.html", context), status=status)


def _doubt() -> str:
    """A page saves its session when all else is done: whoever sends it again at once may have it done twice."""
    return _("What you sent may have been done. Look before you send it again.")


def _failure_of(problem: BaseException | None) -> Failure:
    if isinstance(problem, Failure):
        return problem
    return unavailable("") if isinstance(problem, AWAY) else broken("")


def _later(response: HttpResponse, failure: Failure) -> HttpResponse:
    """With the moment at which another try is worth it."""
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _sentence(status: int) -> str:
    if status == HTTP_STATUS[Category.FORBIDDEN]:
        return _("This page is not for your account.")
    if status == HTTP_STATUS[Category.ABSENT]:
        return _("We could not find this page, or you may not see it.")
    return _("Something went wrong here. It is not your fault. Please try again in a minute.")


def _refusal(request: HttpRequest, audience: Audience) -> HttpResponse | None:
    visitor = visitor_of(request)
    if visitor.account is None:
        if request.user.is_authenticated:
            return redirect("mfa_activate_totp")
        return to_sign_in(request)
    if not audience.admits(visitor.role):
        return failure_page(request, HTTP_STATUS[Category.FORBIDDEN])
    return None


def _step(request: HttpRequest, response: HttpResponse) -> int:
    """The moments at which an answer like this leaves, in nanoseconds; 0: whenever it is ready."""
    if response.status_code == HTTP_STATUS[Category.ABSENT]:
        return _ABSENT_STEP_NANOSECONDS
    match = request.resolver_match if request.method == "POST" else None
    return _STEP_NANOSECONDS.get(match.url_name or "", 0) if match else 0


def _even_out(started: int, step: int) -> None:
    passed = stopwatch() - started
    due = (passed // step + 1) * step
    time.sleep((due - passed) / 1e9)
