"""The list of bills, and one bill."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_bill
from carefolio.portal.payments.telling import Told, is_by_card, provider_for, story, told
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.providers.port import Unheard

parties_only = for_roles(Role.PATIENT, Role.DOCTOR)
_SHOWN, _LOOKED_THROUGH = 25, 200


@parties_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is to pay and what was paid; for a doctor, the bills they wrote."""
    visitor = visitor_of(request)
    found = visitor.do(reading.bills, request.GET.get("page", ""), _SHOWN)
    visitor.disclosed = True
    every = [told(one, visitor) for one in found.bills]
    context = {
        "bills": every,
        "to_pay_back": _to_pay_back(visitor, every) if "page" not in request.GET else [],
        "waiting": [one for one in every if one.waits],
        "past": [one for one in every if not one.waits],
        "older": f"{request.path}?page={found.next}" if found.next else "",
        "newer": request.path if "page" in request.GET else "",
    }
    return render(request, f"payments/overview_{_side(visitor)}.html", context)


@parties_only
@require_safe
def bill(request: HttpRequest, bill: str) -> HttpResponse:
    """One bill, what happened with it, and what can be done."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    see_bill(visitor, bill)
    attempts = visitor.do(reading.attempts, [found.bill])
    context = {"told": found, "story": story(attempts, visitor), "by_card": is_by_card(visitor)}
    return render(request, f"payments/bill_{_side(visitor)}.html", context)


def _to_pay_back(visitor: Visitor, every: list[Told]) -> list[Told]:
    """What a doctor keeps for visits that were called off, among their newest bills."""
    if visitor.role is not Role.DOCTOR or len(every) < _SHOWN:
        return [one for one in every if one.bill.is_to_pay_back]
    newest = visitor.do(reading.bills, "", _LOOKED_THROUGH).bills
    return [told(one, visitor) for one in newest if one.is_to_pay_back]


def looked(visitor: Visitor, id_: str) -> Told:
    """A bill as it stands now; whoever moves the money is asked where a payment goes on. While they do not answer it is
    told as far as it is known, and the background asks on.
    """
    visitor.disclosed = True
    try:
        seen, unheard = visitor.do(actions.look, provider_for(visitor), id_), False
    except Unheard:
        seen, unheard = visitor.do(reading.bill, id_), True
    return replace(told(visitor.do(reading.with_visits, [seen])[0], visitor), unheard=unheard)


def _side(visitor: Visitor) -> str:
    return "doctor" if visitor.role is Role.DOCTOR else "patient"
