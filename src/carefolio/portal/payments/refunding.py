"""The doctor pays back, all or a part."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carefolio.base.failures import Category, Failure
from carefolio.portal.drafts import keep
from carefolio.portal.look.forms import Form
from carefolio.portal.payments.pages import looked
from carefolio.portal.payments.telling import Told, provider_for, see, sum_of
from carefolio.portal.payments.writing import doctors_only
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.failures import reason
from carefolio.workflows.payments import actions
from carefolio.workflows.payments.money import Money, typed
from carefolio.workflows.payments.rules import Bill, State


class RefundForm(Form):
    """How much."""

    asks: ClassVar = {"amount": _("an amount")}

    amount = forms.CharField(
        label=_("How much do you pay back?"), max_length=12, widget=forms.TextInput({"inputmode": "decimal"})
    )

    def __init__(self, bill: Bill, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bill = bill

    def clean_amount(self) -> Money:
        """At most what is left."""
        try:
            given = typed(self.cleaned_data["amount"], self.bill.currency)
        except Failure as failure:
            raise forms.ValidationError(reason(failure)) from None
        if not 0 < given.minor <= self.bill.kept.minor:
            raise forms.ValidationError(now_("You can pay back up to what was paid and is not paid back yet"))
        return given


def _may(found: Told) -> bool:
    return found.bill.state in (State.BALANCED, State.PARTLY_REFUNDED)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, bill: str) -> HttpResponse:
    """Ask how much."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if not _may(found):
        return see("payments:bill", bill)
    if request.method == "POST":
        form = RefundForm(found.bill, request.POST)
        if form.is_valid():
            keep.keep(request, _draft(bill), request.POST)
            return see("payments:refund-check", bill)
    else:
        draft = keep.draft_of(request, _draft(bill))
        form = RefundForm(found.bill, initial={"amount": draft["amount"] if draft else str(found.bill.kept.value)})
    return render(request, "payments/refund.html", {"told": found, "form": form, "draft": _draft(bill)})


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, bill: str) -> HttpResponse:
    """Is that right? Then it is paid back."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    draft = keep.draft_of(request, _draft(bill))
    form = RefundForm(found.bill, draft) if draft else None
    if not _may(found) or form is None or draft is None or not form.is_valid():
        return see("payments:refund" if _may(found) else "payments:bill", bill)
    amount, seen = form.cleaned_data["amount"], found.bill.refunds
    if request.method != "POST" or request.POST.get("seen") != str(seen) or not keep.is_as_shown(request, draft):
        context = {"told": found, "amount": sum_of(amount, visitor), "seen": seen, "shown": keep.mark_of(draft)}
        return render(request, "payments/refund_check.html", context)
    try:
        visitor.do(actions.refund, provider_for(visitor), bill, (amount, seen))
    except Failure as failure:
        if failure.category not in (Category.CONFLICT, Category.STALE):
            raise
        messages.warning(request, reason(failure))
    else:
        keep.forget(request, _draft(bill))
        messages.success(request, now_("You paid back {amount}.").format(amount=sum_of(amount, visitor)))
    return see("payments:bill", bill)


def _draft(bill: str) -> str:
    return f"refund-{bill}"
