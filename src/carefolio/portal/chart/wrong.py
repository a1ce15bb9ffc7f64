"""When a record is wrong: whom to ask, and taking away what one wrote oneself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.portal.chart import reading
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.items import Item, items
from carefolio.portal.chart.names import phones
from carefolio.portal.chart.pages import about
from carefolio.portal.digits import number_of
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.changes import Change, Method

_OTHERWISE = ("Patient", "Consent")
"""What has pages of its own to change it."""


@for_roles(Role.PATIENT)
@require_safe
def wrong(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """How to have a record put right."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    names, senders, reader = about(visitor)
    one = next(items([read.found], reader, senders, chart))
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "item": one,
        "mine": _is_mine(one),
        "phones": phones(visitor.reach.door.parts, one.sender.reference),
        "back": one.address,
    }
    return render(request, "chart/wrong.html", context)


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """Take away what one wrote oneself."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    names, senders, reader = about(visitor)
    one = next(items([read.found], reader, senders, chart))
    if not _is_mine(one):
        raise absent()
    changed = False
    if request.method == "POST":
        changed = not _deleted(visitor, type_, rid, request.POST.get("version", ""))
        if not changed:
            messages.success(request, _("Deleted: {title}.").format(title=one.told.title))
            return redirect(reverse("chart:timeline", args=[chart]))
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "item": one,
        "version": read.found.version,
        "changed": changed,
        "back": record_address(chart, type_, rid),
    }
    return render(request, "chart/delete.html", context, status=409 if changed else 200)


def _is_mine(one: Item) -> bool:
    return one.sender.mine and one.told.type not in _OTHERWISE


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
