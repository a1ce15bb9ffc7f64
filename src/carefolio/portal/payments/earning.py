"""What a doctor asks for, and what came of it; which way money is moved here, for admins."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.payments.currencies import COMMON, usual_of
from carefolio.portal.payments.telling import is_by_card, see, sum_of
from carefolio.portal.payments.writing import doctors_only
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.failures import reason
from carefolio.records.visits import MODES
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.money import Money, typed
from carefolio.workflows.payments.payouts import months

_FEE_FIELDS: Final = {
    "video": _("A video visit"),
    "place": _("A visit at your place"),
    "phone": _("A visit by phone"),
}


class FeesForm(Form):
    """A fee for each kind of visit; empty costs nothing."""

    all_optional: ClassVar = True

    currency = forms.ChoiceField(label=_("Currency"), choices=COMMON)
    video = forms.CharField(label=_FEE_FIELDS["video"], required=False, max_length=12)
    place = forms.CharField(label=_FEE_FIELDS["place"], required=False, max_length=12)
    phone = forms.CharField(label=_FEE_FIELDS["phone"], required=False, max_length=12)

    def clean(self) -> dict[str, Any]:
        """Amounts that are some."""
        cleaned: dict[str, Any] = super().clean() or {}
        for mode in MODES:
            if cleaned.get(mode) and "currency" in cleaned:
                try:
                    typed(cleaned[mode], cleaned["currency"])
                except Failure as failure:
                    self.add_error(mode, reason(failure))
        return cleaned

    def fees(self) -> dict[str, Money]:
        """What each kind costs."""
        said = self.cleaned_data
        return {mode: typed(said[mode], said["currency"]) for mode in MODES if said.get(mode)}


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: HttpRequest) -> HttpResponse:
    """What a visit costs from now on."""
    visitor = visitor_of(request)
    if request.method == "POST":
        form = FeesForm(request.POST)
        if form.is_valid():
            return _save(request, visitor, form)
    else:
        now = fees_of(reading.fees_resource(visitor.reach.door, visitor.person))
        said = {mode: str(fee.value) for mode, fee in now.items()}
        form = FeesForm(initial=said | {"currency": usual_of(visitor)})
    return render(request, "payments/fees.html", {"form": form})


def _save(request: HttpRequest, visitor: Visitor, form: FeesForm) -> HttpResponse:
    try:
        visitor.do(actions.set_fees, form.fees())
    except Failure as failure:
        if failure.category not in (Category.FORBIDDEN, Category.STALE):
            raise
        messages.warning(request, reason(failure))
    else:
        messages.success(request, now_("Your fees are saved. Bills that you sent stay as they are."))
    return see("payments:fees")


@doctors_only
@require_safe
def payouts(request: HttpRequest) -> HttpResponse:
    """Month by month: what came in, what went back, what is left."""
    visitor = visitor_of(request)
    visitor.disclosed = True
    bills = visitor.do(reading.all_bills)
    attempts = visitor.do(reading.attempts, [one for one in bills if one.paid_at])
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    rows = [
        (
            calendar.told(month.name),
            sum_of(month.received, visitor),
            sum_of(month.returned, visitor),
            sum_of(month.kept, visitor),
        )
        for month in months(attempts, visitor.zone)
    ]
    columns = [now_("Month"), now_("Paid to you"), now_("Paid back"), now_("Left")]
    return render(request, "payments/payouts.html", {"rows": rows, "columns": columns})


@for_roles(Role.ADMIN)
@require_safe
def provider(request: HttpRequest) -> HttpResponse:
    """Which way money is moved; nobody's bills."""
    return render(request, "payments/provider.html", {"by_card": is_by_card(visitor_of(request))})
