"""One request or contract: where it stands, what it opens, and its end."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.portal.asking import memory
from carefolio.portal.asking.contracts import (
    PURPOSE_NAMES,
    Entry,
    calendar_of,
    directory_names,
    entries,
    terms_lines,
)
from carefolio.portal.asking.pages import chart_of, see
from carefolio.portal.digits import number_of
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_about
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import said
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import Contract, State

_OVER: Final = (State.INACTIVE, State.REJECTED, State.EXPIRED, State.POWERLESS)


@for_roles(Role.DOCTOR)
@require_safe
def request_page(request: HttpRequest, consent: str) -> HttpResponse:
    """Where it stands, and what can be done."""
    entry = _entry(request, consent)
    visitor = visitor_of(request)
    see_about(visitor, consent)
    chart = chart_of(request, memory.Known(entry.patient, entry.name), [entry.contract])
    context = {"entry": entry, "rows": _rows(visitor, entry), "chart": chart}
    return render(request, "asking/request.html", context)


@for_roles(Role.DOCTOR)
@require_safe
def sent(request: HttpRequest, consent: str) -> HttpResponse:
    """It is sent: what happens next."""
    entry = _entry(request, consent)
    return render(request, "asking/sent.html", {"entry": entry})


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, consent: str) -> HttpResponse:
    """Take a request back, or give an access up, after a question."""
    entry = _entry(request, consent)
    waits = entry.contract.state is State.PROPOSED
    if waits and not entry.mine:
        raise absent()
    if request.method == "POST":
        return _end(request, entry)
    if entry.contract.state in _OVER:
        return see(reverse("asking:request", args=[consent]))
    return render(request, "asking/end.html", {"entry": entry, "waits": waits})


def _end(request: HttpRequest, entry: Entry) -> HttpResponse:
    visitor, id_ = visitor_of(request), entry.contract.id
    number = number_of(request.POST.get("version", ""), 0)
    act = actions.take_back if request.POST.get("waits") == "yes" else actions.end
    try:
        visitor.do(act, id_, number)
    except Failure as failure:
        if failure.category not in (Category.CONFLICT, Category.STALE):
            raise
        for issue in failure.issues:
            messages.warning(request, said(issue.text))
        return see(reverse("asking:request", args=[id_]))
    taken_back = act is actions.take_back
    messages.success(request, _("Your request is taken back.") if taken_back else _("Your access has ended."))
    return see(reverse("asking:request", args=[id_]))


def _entry(request: HttpRequest, consent: str) -> Entry:
    visitor = visitor_of(request)
    contract = visitor.do(actions.contract, consent)
    names = {one.reference: one.name for one in memory.found(request)}
    if not _concerns(visitor, contract):
        raise absent()
    return entries(visitor, [contract], names)[0]


def _concerns(visitor: Visitor, contract: Contract) -> bool:
    """Whether it names the doctor or their hospital, or they made it."""
    organization = visitor.account.organization if visitor.account else ""
    named = {one.reference for one in contract.actors} | {contract.asker.reference}
    return not named.isdisjoint({visitor.person, organization} - {""})


def _rows(visitor: Visitor, entry: Entry) -> list[dict[str, object]]:
    contract, terms, calendar = entry.contract, entry.contract.terms, calendar_of(visitor)
    hospitals = directory_names(visitor, terms.hospitals)
    until = calendar.last_day(contract.ends) if contract.ends else _("Until somebody ends it")
    purpose = PURPOSE_NAMES.get(terms.purpose, terms.purpose)
    rows: list[dict[str, object]] = [
        {"name": _("What"), "lines": terms_lines(visitor, terms, hospitals)},
        {"name": _("Last day"), "value": until},
        {"name": _("For whom"), "value": ", ".join(one.name or _("somebody") for one in contract.actors)},
        {"name": _("May add records"), "value": _("Yes") if terms.correct else _("No, read only")},
        {"name": _("Purpose"), "value": purpose},
        {"name": _("Reason"), "value": contract.reason},
    ]
    if contract.refusal:
        rows.append({"name": _("The patient's answer"), "value": contract.refusal})
    return rows
