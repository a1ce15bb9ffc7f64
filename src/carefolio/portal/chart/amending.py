"""Somebody changes what they wrote themselves: a new version, which the older ones stay behind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import own, reading
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.forms import OwnForm
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.items import items
from carefolio.portal.chart.pages import about, is_mine
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import is_over_another, shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.charting import actions

_REFUSED = (Category.MALFORMED, Category.UNPROCESSABLE)
_MOVED = gettext_lazy("This was changed while you had the page open. Look at it again before you save.")


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, chart: str, type_: str, rid: str) -> HttpResponse:
    """The form, with what stands now, or what they typed and did not send."""
    visitor = visitor_of(request)
    read = visitor.do(reading.record, chart, type_, rid)
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    one = next(items([read.found], reader, senders, chart))
    record = parse(read.found.body)
    if not is_mine(one) or not own.can_change(record):
        raise absent()
    key = f"own/{chart}/{type_}/{rid}"
    stands = own.values_of(record) | {"version": read.found.version}
    form = _form(request, key, stands, record)
    if (again := shown_again(request, key, form)) is not None:
        return again
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and is_over_another(request.POST, read.found.version) and keep.keep(request, key, request.POST):
        return redirect(request.path)  # which says so, and shows what they typed over what stands now
    if is_sent and _saved(visitor, form, record):
        keep.forget(request, key)
        messages.success(request, _("Saved. What it said before stays in the earlier versions."))
        return redirect(record_address(chart, type_, rid))
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "item": one,
        "form": form,
        "draft": key,
        "back": record_address(chart, type_, rid),
    }
    return render(request, "chart/amend.html", context)


def _form(request: HttpRequest, key: str, stands: dict[str, Any], record: dict[str, Any]) -> OwnForm:
    shape: dict[str, Any] = {"stands": stands, "unit": own.unit_of(record), "labels": own.labels_of(record)}
    sent = typed_into(request, key, stands["version"])
    if sent is not None:
        return OwnForm(sent, **shape)
    draft = keep.draft_of(request, key)
    if draft is not None and is_over_another(draft, stands["version"]):
        messages.warning(request, _MOVED)
    fields = OwnForm.base_fields
    names = [name for name in stands if name != "version"]
    typed = {name: fields[name].widget.value_from_datadict(draft, {}, name) for name in names} if draft else {}
    return OwnForm(initial=stands | typed, **shape)


def _saved(visitor: Visitor, form: OwnForm, record: dict[str, Any]) -> bool:
    """False where it was refused; the form then says why."""
    given = form.cleaned_data
    made = own.with_values(record, given)
    if made == record:
        return True
    try:
        visitor.do(actions.correct, made, given["version"])
    except Failure as failure:
        if failure.category not in (*_REFUSED, Category.STALE):
            raise
        form.add_error(None, _("This cannot be saved so. Check what you typed, or load the page again."))
        return False
    return True
