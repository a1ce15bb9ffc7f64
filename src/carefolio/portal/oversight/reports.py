"""Auditors and admins look into what patients say is wrong, and mark what they have looked at.

Each look is told in the trail of the charts that are listed: so nothing here is listed for a mere count. Of a record
that seems wrong they see that there is one, and who was told; never which, nor what the patient wrote of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.consent.principal import Role
from carefolio.ledger.reading import NEWEST
from carefolio.notify.notices import NoticeKind
from carefolio.portal.chart.names import Names, reader_of
from carefolio.portal.digits import number_of
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_kinds
from carefolio.portal.oversight.answers import acting, page
from carefolio.portal.oversight.labels import chart_called, colleague_called, organization_called
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.trail import Viewpoint, told_step
from carefolio.portal.words.wrongs import wrong_words
from carefolio.workflows.oversight import reports
from carefolio.workflows.oversight.rules import Report

_COUNT = 25


@dataclass(frozen=True, slots=True)
class Said:
    """One report in words; moments in µs UTC, ``seen`` 0 while nobody has looked into it."""

    seq: int
    time: int
    chart: str
    subject: str
    what: str
    text: str
    told: str
    look: int
    seen: int
    by: str


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What patients said is wrong, the newest first."""
    visitor = visitor_of(request)
    see_kinds(visitor, (NoticeKind.LOOK_REPORTED, NoticeKind.RECORD_OF_NOBODY))
    before = number_of(request.GET.get("before", ""), NEWEST)
    found, before = reports.list_reports(visitor.reach.door, acting(request), before, _COUNT)
    older = "?" + urlencode({"before": before}) if before else ""
    return page(request, "reports.html", {"rows": [_said(visitor, one) for one in found], "older": older})


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, seq: int) -> HttpResponse:
    """One of them, with the step that it is about; marked as looked at with a button."""
    visitor = visitor_of(request)
    if request.method == "POST":
        reports.mark(visitor.reach.door, acting(request), seq)
        messages.success(request, _("Marked as looked at. The patient is told."))
        return redirect("oversight:report", seq=seq)
    found, step = reports.look(visitor.reach.door, acting(request), seq)
    view = Viewpoint(reader_of(visitor, Names(visitor.reach.door.parts)), visitor.person, owns_chart=False)
    context = {"report": _said(visitor, found), "step": told_step(step, view) if step else None}
    return page(request, "report.html", context)


def _said(visitor: Visitor, report: Report) -> Said:
    return Said(
        seq=report.seq,
        time=report.time,
        chart=chart_called(report.patient),
        subject=_("A look at a chart") if report.look else _("A record"),
        what=wrong_words(report.what.value),
        text=report.text,
        told=_told(visitor, report),
        look=report.look,
        seen=report.seen,
        by=colleague_called(visitor, report.by) if report.seen else "",
    )


def _told(visitor: Visitor, report: Report) -> str:
    """Who was told of a record that seems wrong."""
    hospital = organization_called(visitor, report.hospital) or _("no hospital")
    words = {
        "doctor": _("The doctor who wrote it was told."),
        "staff": _("The staff of {hospital} was told."),
        "admin": _("Nobody of {hospital} is here. Pass on that a patient asks for a correction."),
    }
    return words[report.told].format(hospital=hospital) if report.told in words else ""
