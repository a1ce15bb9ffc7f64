"""Ordering a test: where the chart holds an equal result that still stands, or an open order of the same, it is shown
before anything is ordered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.items import items
from carefolio.portal.chart.pages import about
from carefolio.portal.charting.opening import Opened, head, opened, repeatable_of, setting_of, today_of
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.read import Found
from carefolio.workflows.charting import actions
from carefolio.workflows.charting.actions import Before
from carefolio.workflows.charting.ordering import LONGEST_REASON, TESTS
from carefolio.workflows.charting.ordering import order as order_of


class OrderForm(Form):
    """A test, why, and why all the same; ``shown``: what was shown to whoever says so."""

    asks: ClassVar = {"test": _("a test"), "again": _("why you order it all the same")}

    test = forms.ChoiceField(
        label=_("Test"), choices=[("", _("Choose one")), *((one.key, _(one.words)) for one in TESTS.values())]
    )
    why = forms.CharField(
        label=_("Why?"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 3})
    )
    again = forms.CharField(
        label=_("Why do you order it all the same?"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def ask_again(self, mark: str) -> None:
        """Ask for the reason to order in spite of what was shown."""
        self.data = self.data.copy()  # type: ignore[attr-defined]  # as it was sent, a QueryDict
        self.data["shown"] = mark  # type: ignore[index]
        self.fields["again"].required = True


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, chart: str) -> HttpResponse:
    """Choose a test; look at what there is; order it."""
    visitor = visitor_of(request)
    chart_now = visitor.do(opened, chart)
    visitor.disclosed = True
    key = f"add/{chart}/test"
    form = _form(request, key)
    before = Before()
    if (again := shown_again(request, key, form)) is not None:
        return again
    if request.method == "POST" and form.is_valid():
        before = visitor.do(actions.before, chart, TESTS[form.cleaned_data["test"]])
        if _is_answered(form, before) and (made := _written(request, visitor, chart_now, form)):
            keep.forget(request, key)
            messages.success(
                request, now_("Ordered: {test}.").format(test=now_(TESTS[form.cleaned_data["test"]].words))
            )
            return redirect(record_address(chart, "ServiceRequest", made))
    context = _context(visitor, chart_now, form) | _shown(visitor, chart, before) | {"draft": key}
    return render(request, "charting/order.html", context)


def _form(request: HttpRequest, key: str) -> OrderForm:
    sent = typed_into(request, key)
    if sent is not None:
        return OrderForm(sent)
    draft = keep.draft_of(request, key)
    typed = {name: draft.get(name, "") for name in ("test", "why")} if draft else {}
    return OrderForm(initial=typed)


def _is_answered(form: OrderForm, before: Before) -> bool:
    """Whether nothing is in the way, or they saw just these results and orders and said why; else they are asked."""
    if not before.mark:
        return True
    seen = form.cleaned_data["shown"] == before.mark
    if seen and form.cleaned_data["again"].strip():
        return True
    form.ask_again(before.mark)
    if seen:
        form.add_error("again", now_("Say why you order it all the same"))
    return False


def _written(request: HttpRequest, visitor: Visitor, chart: Opened, form: OrderForm) -> str:
    given, today = form.cleaned_data, today_of(visitor)
    setting = setting_of(visitor, chart.frame, today)
    why = given["why"].strip(), given["again"].strip()
    made = order_of(TESTS[given["test"]], setting.patient, setting.writer, why, today.isoformat())
    try:
        return visitor.do(actions.order, made, repeatable_of(request)).row.id
    except Failure as failure:
        if failure.category not in (Category.FORBIDDEN, Category.MALFORMED, Category.UNPROCESSABLE):
            raise
    form.add_error(None, now_("This cannot be ordered so. Check what you typed, or ask the patient for more access."))
    return ""


def _context(visitor: Visitor, chart: Opened, form: OrderForm) -> dict[str, Any]:
    back = reverse("charting:index", args=[chart.frame.id])
    return {"head": head(visitor, chart.frame), "form": form, "back": back}


def _shown(visitor: Visitor, chart: str, before: Before) -> dict[str, Any]:
    """The results that stand and the orders that are open, as rows."""
    return {"results": _rows(visitor, chart, before.results), "orders": _rows(visitor, chart, before.orders)}


def _rows(visitor: Visitor, chart: str, found: Sequence[Found]) -> list[dict[str, Any]]:
    _names, senders, reader = about(visitor, chart)
    return [
        {
            "title": one.told.title,
            "value": one.told.value,
            "when": one.told.when,
            "source": one.source,
            "to": one.address,
        }
        for one in items(found, reader, senders, chart)
    ]
