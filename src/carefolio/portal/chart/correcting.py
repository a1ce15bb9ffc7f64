"""The patient corrects their own details: form, check, done.

What they typed is kept as a draft, sealed, between the pages; the version that they looked at comes along, so that
nothing is written over that a hospital changed meanwhile.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import person, reading
from carefolio.portal.chart.forms import DetailsForm
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.records.changes import Change, Method
from carefolio.records.read import Found

DRAFT = "details"
_SEE_OTHER = 303
_BOTH = ["GET", "HEAD", "POST"]


@for_roles(Role.PATIENT)
@require_http_methods(_BOTH)
def details(request: HttpRequest, chart: str) -> HttpResponse:
    """The form, with what stands now, or what they typed and did not send."""
    visitor = visitor_of(request)
    found = _patient(visitor, chart)
    stands, draft = person.values_of(parse(found.body)), keep.draft_of(request, DRAFT)
    sent = typed_into(request, DRAFT, found.version)
    if sent is not None:
        form = DetailsForm(sent)
        if (again := shown_again(request, DRAFT, form)) is not None:
            return again
        if request.method == "POST" and form.is_valid() and keep.keep(request, DRAFT, request.POST):
            return _on(reverse("chart:details-check", args=[chart]))
    else:
        form = DetailsForm(initial=(stands if draft is None else _typed(draft)) | {"version": found.version})
    moved = draft is not None and draft.get("version") != str(found.version)
    context = {
        "form": form,
        "moved": _differences(form, stands, _typed(draft), visitor) if moved and draft is not None else [],
        "draft": draft is not None and sent is None,
        "back": reverse("chart:timeline", args=[chart]),
        "key": DRAFT,
        "chart": chart,
    }
    return render(request, "chart/details.html", context)


@for_roles(Role.PATIENT)
@require_http_methods(_BOTH)
def check(request: HttpRequest, chart: str) -> HttpResponse:
    """What is about to be saved, to look at once more."""
    visitor = visitor_of(request)
    found = _patient(visitor, chart)
    draft = keep.draft_of(request, DRAFT) or QueryDict()
    patient, form = parse(found.body), DetailsForm(draft)
    if not form.is_valid():
        return _on(reverse("chart:details", args=[chart]))
    typed, stands = form.cleaned_data, person.values_of(patient)
    names = person.changed(stands, typed)
    if typed["version"] != found.version and names:
        return _stale(request, chart)
    if request.method == "POST" and not keep.is_as_shown(request, draft):
        messages.warning(request, _("Your answers were changed on another page. Look at them again."))
        return _on(reverse("chart:details-check", args=[chart]))
    if request.method == "POST":
        if names and not _saved(visitor, person.with_values(patient, typed), typed["version"]):
            return _stale(request, chart)
        keep.forget(request, DRAFT)
        return _on(reverse("chart:details-done", args=[chart]))
    context = {
        "rows": _rows(form, typed, names, visitor, chart),
        "changes": len(names),
        "back": reverse("chart:details", args=[chart]),
        "shown": keep.mark_of(draft),
    }
    return render(request, "chart/details_check.html", context)


@for_roles(Role.PATIENT)
@require_safe
def done(request: HttpRequest, chart: str) -> HttpResponse:
    """They are saved."""
    visitor = visitor_of(request)
    if visitor.chart_id != chart:
        raise absent()
    context = {
        "done": _("Your details are saved"),
        "next": [
            _("Everybody who may see your details sees the new ones at once."),
            _("Your hospitals keep their own files. Tell them too if you have moved."),
            _("What it said before stays in the earlier versions."),
        ],
        "onward": [
            (reverse("chart:record", args=[chart, "Patient", chart]), _("See your details")),
            (reverse("chart:timeline", args=[chart]), _("Back to your health record")),
        ],
    }
    return render(request, "look/confirm.html", context)


def _patient(visitor: Visitor, chart: str) -> Found:
    """Their own Patient; raises absent for anybody else's, as the door does."""
    found = visitor.do(reading.own_patient, chart)
    if visitor.chart_id != chart:
        raise absent()
    visitor.disclosed = True
    return found


def _saved(visitor: Visitor, patient: dict[str, Any], version: int) -> bool:
    """False where it has changed since they looked at it."""
    try:
        visitor.write(Change(Method.UPDATE, "Patient", patient["id"], patient, if_match=version))
    except Failure as failure:
        if failure.category is not Category.STALE:
            raise
        return False
    return True


def _stale(request: HttpRequest, chart: str) -> HttpResponse:
    messages.warning(request, _("Your details were changed while you had this page open. What you typed is kept."))
    return _on(reverse("chart:details", args=[chart]))


def _on(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=_SEE_OTHER)


def _typed(draft: QueryDict) -> dict[str, Any]:
    """What stands in a draft, field by field, as it was typed."""
    fields = DetailsForm.base_fields
    return {name: fields[name].widget.value_from_datadict(draft, {}, name) for name in person.NAMES}


def _differences(form: DetailsForm, stands: dict[str, Any], typed: dict[str, Any], visitor: Visitor) -> list[str]:
    """What stands in the record now where they typed something else: "Phone number: 0123"."""
    now = {name: _shown(stands[name], name, visitor) for name in person.NAMES}
    before = {name: _shown(_cleaned(typed[name], name), name, visitor) for name in person.NAMES}
    return [
        f"{form.fields[name].label}: {now[name] or _('nothing')}" for name in person.NAMES if now[name] != before[name]
    ]


def _cleaned(value: Any, name: str) -> Any:
    if name != "born":
        return value
    try:
        return DetailsForm.base_fields["born"].clean(value)
    except ValidationError:
        return None


def _rows(
    form: DetailsForm, typed: dict[str, Any], names: list[str], visitor: Visitor, chart: str
) -> list[dict[str, Any]]:
    address = reverse("chart:details", args=[chart])
    rows = []
    for name in person.NAMES:
        value, label = _shown(typed[name], name, visitor), form.fields[name].label
        marked = _("{value} (changed)").format(value=value or _("Nothing")) if name in names else value
        rows.append({"name": label, "value": marked, "change": f"{address}#{form[name].first_id}"})  # type: ignore[attr-defined]
    return rows


def _shown(value: Any, name: str, visitor: Visitor) -> str:
    """A value as people read it."""
    if name == "born" and value:
        return Calendar(str(visitor.locale), visitor.zone.key).day(value.isoformat())
    if name == "sex":
        return str(dict(DetailsForm.base_fields["sex"].choices).get(value, ""))  # type: ignore[attr-defined]
    return str(value or "")
