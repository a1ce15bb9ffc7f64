"""Auditors and admins look at who opened a chart without a permission, and say whether that was right.

Each look is told in the trail of the charts that are listed: so nothing here is listed for a mere count.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.ledger.reading import NEWEST
from carefolio.notify.notices import NoticeKind
from carefolio.portal.asking.forms import EMERGENCY_REASONS
from carefolio.portal.digits import number_of
from carefolio.portal.drafts.keep import forget
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_kinds
from carefolio.portal.oversight.answers import acting, attempt, page, tells_of_conflicts, typed
from carefolio.portal.oversight.forms import EmergenciesForm, ReviewForm
from carefolio.portal.oversight.labels import (
    OUTCOMES,
    TONES,
    chart_called,
    colleague_called,
    organization_called,
)
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.contracts import purpose_words
from carefolio.portal.words.typenames import counted
from carefolio.workflows.oversight import actions
from carefolio.workflows.oversight.rules import Access, Outcome, Verdict

_READ_AND_SENT = require_http_methods(["GET", "HEAD", "POST"])
_REVIEWED = "oversight-reviewed"
_COUNT = 25


@dataclass(frozen=True, slots=True)
class Emergency:
    """One access in words; moments in µs UTC. ``tone`` is the tag of what was said of it."""

    seq: int
    time: int
    until: int
    is_open: bool
    chart: str
    doctor: str
    number: int
    hospital: str
    reason: str
    text: str
    read: tuple[str, ...]
    outcome: str
    tone: str
    reviewer: str
    reviewed: int
    said: str


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Emergency accesses, the newest first."""
    form = EmergenciesForm(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    visitor = visitor_of(request)
    see_kinds(visitor, (NoticeKind.BREAK_GLASS_REVIEW,))
    found, before = actions.list_accesses(visitor.reach.door, acting(request), _before(request), _COUNT)
    shown = [one for one in found if not state or (one.review is None) == (state == "open")]
    context = {
        "form": form,
        "rows": [_told(visitor, one) for one in shown],
        "hidden": len(found) - len(shown),
        "older": "?" + urlencode({"state": state, "before": before}) if before else "",
    }
    return page(request, "emergencies.html", context)


@for_roles(Role.ADMIN, Role.AUDITOR)
@_READ_AND_SENT
@tells_of_conflicts("oversight:emergency")
def review(request: HttpRequest, seq: int) -> HttpResponse:
    """One access, and what is said of it."""
    key = f"oversight/review/{seq}"
    form = ReviewForm(
        request.POST if request.method == "POST" else None, initial=typed(request, key, "outcome", "text")
    )
    visitor = visitor_of(request)
    if form.is_valid():
        given = form.cleaned_data
        verdict = Verdict(Outcome(given["outcome"]), given["text"], given["suspend"])
        if attempt(form, lambda: actions.review(visitor.reach.door, acting(request), seq, verdict)):
            forget(request, key)
            request.session[_REVIEWED] = [seq, verdict.outcome.value, verdict.suspend]
            return redirect("oversight:reviewed", seq=seq)
    found = actions.look(visitor.reach.door, acting(request), seq)
    return page(request, "emergency.html", {"form": form, "emergency": _told(visitor, found), "draft": key})


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def reviewed(request: HttpRequest, seq: int) -> HttpResponse:
    """What was done with the review, and who is told."""
    kept = request.session.get(_REVIEWED)
    if not kept or kept[0] != seq:
        return redirect("oversight:emergency", seq=seq)
    _seq, outcome, suspended = kept
    return page(request, "reviewed.html", {"outcome": OUTCOMES[Outcome(outcome)], "suspended": suspended})


def _before(request: HttpRequest) -> int:
    return number_of(request.GET.get("before", ""), NEWEST)


def _told(visitor: Visitor, access: Access) -> Emergency:
    said = access.review
    return Emergency(
        seq=access.seq,
        time=access.time,
        until=access.until,
        is_open=access.until > clock.now(),
        chart=chart_called(access.patient),
        doctor=access.name or _("A doctor who is not here any more"),
        number=access.doctor,
        hospital=organization_called(visitor, access.organization),
        reason=_reason(access.reason),
        text=access.text,
        read=tuple(counted(type_, number) for type_, number in access.read.items()),
        outcome=str(OUTCOMES[said.outcome]) if said else "",
        tone=TONES[said.outcome] if said else "",
        reviewer=colleague_called(visitor, said.by) if said else "",
        reviewed=said.time if said else 0,
        said=said.text if said else "",
    )


def _reason(code: str) -> str:
    """What the doctor chose on the page; a purpose of use where the chart was opened over the API."""
    chosen = dict(EMERGENCY_REASONS).get(code)
    return str(chosen) if chosen else purpose_words(code).capitalize()
