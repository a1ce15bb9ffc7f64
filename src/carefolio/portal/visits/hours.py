"""The doctor's hours: lines of each week, exceptions, how early and late one may book."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.portal.asking.forms import kept_in
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.digits import number_of
from carefolio.portal.drafts import keep
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits.changing import doctors_only
from carefolio.portal.visits.forms import NOTICES, HoursForm, SettingsForm
from carefolio.portal.visits.going import see
from carefolio.portal.visits.words import BOOKING, calendar_of, minutes_words, mode_words, wall, weekday_name
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.failures import reason
from carefolio.workflows.scheduling import actions
from carefolio.workflows.scheduling.rules import MOST_AHEAD, Extra, Hours, Off, Plan, Sort
from carefolio.workflows.scheduling.sheets import Sheet
from carefolio.workflows.scheduling.walls import MINUTES_A_DAY, day_of


@doctors_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All of it."""
    visitor = visitor_of(request)
    sheet = _sheet(visitor)
    plan, calendar = sheet.plan, calendar_of(visitor)
    today = day_of(clock.now(), plan.clock)
    notices = {int(value): words for value, words in NOTICES}
    context = {
        "version": sheet.version,
        "plan": plan,
        "clock": Calendar(calendar.locale, plan.zone).clock(),
        "lines": [(number, *_told_hours(one, calendar)) for number, one in _ordered(plan)],
        "off": [(n, told_off(one, calendar)) for n, one in enumerate(plan.off) if one.last >= today],
        "extra": [(n, *_told_extra(one, calendar)) for n, one in enumerate(plan.extra) if one.day >= today],
        "notice": notices.get(plan.notice, minutes_words(plan.notice)),
        "back": reverse("visits:list"),
        "standing": standing_of(visitor),
    }
    return render(request, "visits/hours.html", context)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The same hours on some days of each week."""
    visitor = visitor_of(request)
    sheet, calendar = _sheet(visitor), calendar_of(visitor)
    initial = {"version": sheet.version} | drafted(request, "visit-hours", HoursForm(calendar))
    form = HoursForm(calendar, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        lines = [Hours(int(day), given["begin"], given["end"], form.sort()) for day in given["weekdays"]]
        plan = replace(sheet.plan, hours=(*sheet.plan.hours, *lines))
        if kept(request, form, plan, "visit-hours"):
            return see("visits:hours")
    return edit(request, form, _("Add hours"), "visit-hours")


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The clock, how early and how late, and whether at all."""
    visitor = visitor_of(request)
    sheet = _sheet(visitor)
    plan = sheet.plan
    initial = {"zone": plan.zone, "ahead": plan.ahead, "notice": str(plan.notice), "version": sheet.version}
    initial |= {"active": "yes" if plan.active else "no"} | drafted(request, "visit-settings", SettingsForm())
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        active = given["active"] == "yes"
        changed = replace(plan, zone=given["zone"], ahead=given["ahead"], notice=int(given["notice"]), active=active)
        if kept(request, form, changed, "visit-settings"):
            return see("visits:hours")
    return edit(request, form, _("How patients book"), "visit-settings")


@doctors_only
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a line or an exception away; what is booked stays."""
    visitor = visitor_of(request)
    plan = _sheet(visitor).plan
    number, kind = number_of(request.POST.get("number", ""), MOST_AHEAD**2), request.POST.get("kind", "")
    version = number_of(request.POST.get("version", ""), 0)
    if kind in ("hours", "off", "extra") and number < len(getattr(plan, kind)):
        lines = getattr(plan, kind)
        changed = replace(plan, **{kind: lines[:number] + lines[number + 1 :]})
        visitor.do(actions.keep_hours, changed, version)
        messages.success(request, _("It is removed. Visits that are booked stay as they are."))
    return see("visits:hours")


# ── for the pages of exceptions too ──


def _sheet(visitor: Visitor) -> Sheet:
    """The doctor's hours; those of a new one on the clock of their device."""
    sheet = visitor.do(actions.my_hours)
    return sheet if sheet.version else replace(sheet, plan=Plan(visitor.zone.key))


sheet_of_visitor = _sheet


def kept(request: HttpRequest, form: Form, plan: Plan, draft: str) -> bool:
    """Keep these hours; False, with what is wrong in the form, when they cannot be."""
    try:
        visitor_of(request).do(actions.keep_hours, plan, form.cleaned_data["version"])
    except Failure as failure:
        if failure.category not in (Category.MALFORMED, Category.STALE):
            raise
        form.add_error(next(iter(form.visible_fields())).name, reason(failure))
        return False
    keep.forget(request, draft)
    messages.success(request, _("Your hours are saved."))
    return True


def edit(request: HttpRequest, form: Form, title: str, draft: str) -> HttpResponse:
    """A form of hours."""
    context = {"form": form, "title": title, "draft": draft, "back": reverse("visits:hours")}
    return render(request, "visits/hours_edit.html", context)


def drafted(request: HttpRequest, name: str, form: Form) -> dict[str, Any]:
    """What was typed into such a form before and not sent; not the version, which may be another by now."""
    draft = keep.draft_of(request, name)
    held = kept_in(form, draft) if draft is not None else {}
    return {key: value for key, value in held.items() if key != "version"}


def told_off(off: Off, calendar: Calendar) -> str:
    """Days off in words."""
    first, last = calendar.day(off.first.isoformat()), calendar.day(off.last.isoformat())
    days = first if first == last else _("{first} to {last}").format(first=first, last=last)
    if (off.begin, off.end) == (0, MINUTES_A_DAY):
        return days
    return _("{days}, {begin} to {end}").format(days=days, begin=wall(off.begin), end=wall(off.end))


def _ordered(plan: Plan) -> list[tuple[int, Hours]]:
    return sorted(enumerate(plan.hours), key=lambda pair: (pair[1].weekday, pair[1].begin))


def _told_hours(hours: Hours, calendar: Calendar) -> tuple[str, str, str, str, str]:
    return (weekday_name(hours.weekday, calendar), *_told(hours.begin, hours.end, hours.sort))


def _told_extra(extra: Extra, calendar: Calendar) -> tuple[str, str, str, str, str]:
    return (calendar.day(extra.day.isoformat()), *_told(extra.begin, extra.end, extra.sort))


def _told(begin: int, end: int, sort: Sort) -> tuple[str, str, str, str]:
    hours = _("{begin} to {end}").format(begin=wall(begin), end=wall(end))
    return hours, minutes_words(sort.minutes), ", ".join(map(mode_words, sort.modes)), str(BOOKING[sort.booking])
