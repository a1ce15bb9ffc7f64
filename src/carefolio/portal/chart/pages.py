"""The timeline of a chart, and one record of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import own, reading
from carefolio.portal.chart.addresses import Pager, trend_address
from carefolio.portal.chart.files import files_of
from carefolio.portal.chart.forms import FilterForm, Narrowed
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.items import Item, groups, items
from carefolio.portal.chart.kinds import COUNTED, slices
from carefolio.portal.chart.names import Names, Senders, reader_of
from carefolio.portal.chart.numbers import lines
from carefolio.portal.chart.reading import RecordRead
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.told import Reader
from carefolio.records.force import is_kept
from carefolio.records.timeline import Wanted

RECORDS_A_PAGE = 25
LINKED_SHOWN = 40
OTHERWISE = ("Patient", "Consent")
"""What has pages of its own to change it."""


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def timeline(request: HttpRequest, chart: str) -> HttpResponse:
    """What happened, newest first, as far as the visitor may see it."""
    visitor = visitor_of(request)
    narrowed, pager = Narrowed(request.GET.dict()), Pager(request.GET.dict())
    wanted = Wanted(
        kinds=slices(narrowed.kind),
        hospitals=narrowed.hospital,
        since=narrowed.low,
        until=narrowed.high,
        count=RECORDS_A_PAGE,
        cursor=pager.cursor,
        outlined=True,
    )
    read = visitor.do(reading.timeline, chart, wanted, COUNTED)
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    form = FilterForm(request.GET if narrowed.any else None, auto_id="filter_%s")
    form.offer(read.holdings, names)
    context = {
        "head": head_of(visitor, read.frame, names, "timeline"),
        "form": form,
        "groups": groups(items(read.page.found, reader, senders, chart), reader),
        "total": read.holdings.total,
        "older": pager.older(read.page.next),
        "newer": pager.newer(),
        "narrowed": narrowed.any,
        "clear": request.path,
    }
    return render(request, "chart/timeline.html", context)


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def record(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """One record in plain words."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    head = head_of(visitor, read.frame, names, "")
    one = next(items([read.found], reader, senders, chart))
    context = _shown(one, read, reader) | {
        "head": head,
        "item": one,
        "groups": linked_groups(items(read.linked[:LINKED_SHOWN], reader, senders, chart)),
        "more": max(0, len(read.linked) - LINKED_SHOWN),
        "older": list(items(read.older, reader, senders, chart)),
        "back": reverse("chart:timeline", args=[chart]),
        "editable": is_mine(one) and own.can_change(parse(read.found.body)),
        "deletable": is_mine(one),
        "kept": one.sender.mine and is_kept(read.found),
        "files": files_of(parse(read.found.body), chart, rid),
    }
    return render(request, "chart/record.html", context)


def is_mine(one: Item) -> bool:
    """Whether they wrote it by themselves, so that they change it or take it away."""
    return one.sender.mine and one.told.type not in OTHERWISE and not is_kept(one.found)


def about(visitor: Visitor, chart: str) -> tuple[Names, Senders, Reader]:
    """What every page of a chart tells records with; "your potassium" is said of nobody else's."""
    parts = visitor.reach.door.parts
    names = Names(parts)
    reader = reader_of(visitor, names)
    if visitor.chart_id != chart:
        reader = replace(reader, audience="doctor")
    return names, Senders(parts, visitor, names), reader


def linked_groups(linked: Any) -> list[dict[str, Any]]:
    """The records that belong to this one, by kind."""
    found: dict[str, list[Item]] = {}
    for one in linked:
        found.setdefault(one.told.kind_name, []).append(one)
    return [{"title": title, "entries": [one.entry() for one in some]} for title, some in found.items()]


def _shown(one: Item, read: RecordRead, reader: Reader) -> dict[str, Any]:
    """The record's words as the template's parts take them."""
    calendar = reader.calendar
    source = [
        (_("Hospital"), one.sender.hospital),
        (_("Written by"), _("You") if one.sender.mine else one.sender.person or one.told.author),
        (_("When"), one.told.when),
        (_("Last changed here"), calendar.moment(read.found.updated)),
        (_("Changes so far"), str(read.found.version - 1) if read.found.version > 1 else _("Not one")),
    ]
    is_trend = one.told.type == "Observation" and one.told.numbers and one.told.code
    return {
        "lines": lines(one.told, reader),
        "facts": [{"name": fact.label, "value": fact.value} for fact in one.told.facts],
        "source": [{"name": name, "value": value} for name, value in source if value],
        "technical": [{"name": fact.label, "value": fact.value} for fact in one.told.technical],
        "trend": trend_address(read.frame.id, one.told.code) if is_trend else "",
    }
