"""The patient pays: at the desk as the bill says, or by card at the page of whoever takes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.payments.pages import looked
from carefolio.portal.payments.telling import is_by_card, provider_for, see, told
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.failures import reason
from carefolio.workflows.payments import actions
from carefolio.workflows.payments.actions import Paying

patients_only = for_roles(Role.PATIENT)
_TOO_SMALL = "amount_too_small"
"""As Stripe calls it: https://docs.stripe.com/error-codes#amount-too-small."""


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, visit: str) -> HttpResponse:
    """Pay for a visit that is booked: its bill is made at the doctor's fee. Asked again, it is the same one."""
    visitor = visitor_of(request)
    if request.method == "POST":
        made = visitor.do(actions.take_bill, visit)
        if made:
            return see("payments:pay" if is_by_card(visitor) else "payments:bill", made)
        messages.success(request, _("There is nothing to pay for this visit now."))
        return see("payments:overview")
    offer = visitor.do(actions.offer, visit)
    shown = {"offer": told(offer, visitor) if offer else None, "by_card": is_by_card(visitor)}
    return render(request, "payments/take.html", shown)


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, bill: str) -> HttpResponse:
    """Check what is paid; then the way to the page where the card is asked for."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if not found.waits or not is_by_card(visitor):
        return see("payments:bill", bill)
    if request.method == "POST":
        try:
            paying = visitor.do(actions.pay, provider_for(visitor), bill)
        except Failure as failure:
            if failure.category not in (Category.CONFLICT, Category.STALE):
                raise
            messages.warning(request, reason(failure))
            return see("payments:bill", bill)
        if not paying.url:
            return _not_there(request, paying)
        # A form that is sent may not lead to another site (form-action): the way there is a link.
        return render(request, "payments/leave.html", {"told": found, "url": paying.url})
    return render(request, "payments/pay.html", {"told": found})


def _not_there(request: HttpRequest, paying: Paying) -> HttpResponse:
    """There is no page at the provider's to go on to: it is paid, or cannot be paid by card."""
    if not paying.why or paying.bill.is_paid:
        return see("payments:done", paying.bill.id)
    too_small = _("This sum is too small to be paid by card. Nothing was taken. Pay at the desk or by transfer.")
    other = _("The card payment could not be begun. Nothing was taken. Try again, or pay at the desk or by transfer.")
    messages.warning(request, too_small if paying.why == _TOO_SMALL else other)
    return see("payments:bill", paying.bill.id)


@patients_only
@require_safe
def done(request: HttpRequest, bill: str) -> HttpResponse:
    """Back from there: paid, not paid, or not known yet."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    return render(request, "payments/done.html", {"told": found, "paid": found.bill.is_paid})


@patients_only
@require_POST
def stop(request: HttpRequest, bill: str) -> HttpResponse:
    """Not by card after all."""
    visitor = visitor_of(request)
    stopped = visitor.do(actions.stop, provider_for(visitor), bill)
    if stopped.is_paid:  # whatever goes on now then is something else, as paying back
        messages.success(request, _("This bill was paid already."))
    elif stopped.open:
        messages.warning(request, _("We do not know yet whether this was paid. Look again in a few minutes."))
    else:
        messages.success(request, _("The payment was stopped. Nothing was taken."))
    return see("payments:bill", bill)
