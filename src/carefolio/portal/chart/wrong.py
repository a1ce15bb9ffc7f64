"""When a record is wrong: telling who wrote it, and taking away what one wrote oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import own, reading
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.forms import RECORD, ComplaintForm
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.items import items
from carefolio.portal.chart.names import phones
from carefolio.portal.chart.pages import about, is_mine
from carefolio.portal.digits import number_of
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.changes import Change, Method
from carefolio.records.force import is_kept
from carefolio.workflows.oversight.reports import refuse_foreign, report_record

_TOLD = "told-wrong"


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """Say what is wrong with a record; who wrote it is told."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    refuse_foreign(visitor.caller(), read.found.row.owner)
    names, senders, reader = about(visitor, chart)
    one = next(items([read.found], reader, senders, chart))
    if one.sender.mine and is_kept(one.found):
        raise absent()
    key = f"wrong/{chart}/{type_}/{rid}"
    form = complaint_form(request, key, RECORD)
    if (again := shown_again(request, key, form)) is not None:
        return again
    if request.method == "POST" and form.is_valid() and not is_mine(one):
        told = report_record(visitor.reach.door, visitor.caller(), read.found, form.complaint)
        keep.forget(request, key)
        request.session[_TOLD] = [chart, rid, told, one.sender.hospital]
        return redirect("chart:told", chart, type_, rid)
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "item": one,
        "mine": is_mine(one),
        "editable": is_mine(one) and own.can_change(parse(read.found.body)),
        "form": form,
        "draft": key,
        "phones": phones(visitor.reach.door.parts, one.sender.reference),
        "back": one.address,
    }
    return render(request, "chart/wrong.html", context)


@for_roles(Role.PATIENT)
@require_safe
def told(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """Who was told that a record is wrong, and what happens next."""
    visitor = visitor_of(request)
    visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    kept = request.session.get(_TOLD)
    if not kept or kept[:2] != [chart, rid]:
        return redirect("chart:wrong", chart, type_, rid)
    _chart, _rid, to, hospital = kept
    context = {
        "done": _("We have told them"),
        "next": [*_who_was_told(to, hospital), _("When they put it right, you see it here.")],
        "onward": [
            (record_address(chart, type_, rid), _("Back to the record")),
            (reverse("chart:timeline", args=[chart]), _("Back to the health record")),
        ],
    }
    return render(request, "look/confirm.html", context)


def complaint_form(request: HttpRequest, key: str, about: str) -> ComplaintForm:
    """The form, with what was sent, or with what they typed before and did not send."""
    typed = typed_into(request, key)
    if typed is not None:
        return ComplaintForm(typed, about=about)
    draft = keep.draft_of(request, key)
    kept = {name: draft[name] for name in ("what", "text") if draft and draft.get(name)}
    return ComplaintForm(initial=kept, about=about)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """Take away what one wrote oneself."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    one = next(items([read.found], reader, senders, chart))
    if not is_mine(one):
        raise absent()
    changed = False
    if request.method == "POST":
        changed = not _deleted(visitor, type_, rid, request.POST.get("version", ""))
        if not changed:
            return redirect("charting:deleted", chart, type_, rid)
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "item": one,
        "version": read.found.version,
        "changed": changed,
        "back": record_address(chart, type_, rid),
    }
    return render(request, "chart/delete.html", context, status=409 if changed else 200)


def _who_was_told(to: str, hospital: str) -> list[str]:
    place = hospital or _("the hospital")
    if to == Role.DOCTOR:
        return [_("The doctor who wrote it reads what you said. They look at the record again.")]
    if to == Role.STAFF:
        return [_("The staff of {hospital} read what you said. They look at the record again.").format(hospital=place)]
    return [
        _("Nobody of {hospital} works with Carefolio yet.").format(hospital=place),
        _("Our admins pass on that you ask for a change. They do not see the record, nor what you wrote."),
        _("Call the hospital too: only you can say which record you mean."),
    ]


def _deleted(visitor: Visitor, type_: str, rid: str, version: str) -> bool:
    """False where it has changed since they looked at it."""
    looked_at = number_of(version, 0)
    try:
        visitor.write(Change(Method.DELETE, type_, rid, if_match=looked_at))
    except Failure as failure:
        if failure.category is not Category.STALE:
            raise
        return False
    return True
