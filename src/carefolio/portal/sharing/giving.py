"""Giving access without being asked: to a doctor by code, or to a hospital."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.portal.chart.names import Names
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.sharing import choosing
from carefolio.portal.sharing.forms import GiveForm
from carefolio.portal.sharing.occasions import gift_of
from carefolio.portal.visitor import Visitor, visitor_of

_DRAFT = "sharing/give"
patients_only = for_roles(Role.PATIENT)


@patients_only
def give(request: HttpRequest) -> HttpResponse:
    """Ask who it is."""
    visitor = visitor_of(request)
    hospitals = _hospitals(visitor)
    if request.method == "POST":
        form = GiveForm(hospitals, request.POST)
        if form.is_valid() and (whom := _whom(visitor, form)):
            keep.forget(request, _DRAFT)
            type_, _slash, id_ = whom.partition("/")
            return redirect("sharing:gift", type_, id_)
    else:
        form = GiveForm(hospitals, initial=(keep.draft_of(request, _DRAFT) or {}))
    return render(request, "sharing/give.html", {"form": form, "draft": _DRAFT, "back": "/sharing/"})


@patients_only
def choose(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """Ask what they may see."""
    return choosing.choose(request, gift_of(visitor_of(request), type, id))


@patients_only
def choose_records(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """Single records alone."""
    return choosing.choose_records(request, gift_of(visitor_of(request), type, id))


@patients_only
def check(request: HttpRequest, type: str, id: str, key: str) -> HttpResponse:
    """Show what was chosen, and do it."""
    return choosing.check(request, gift_of(visitor_of(request), type, id), key)


def _whom(visitor: Visitor, form: GiveForm) -> str:
    """``Practitioner/id`` or ``Organization/id``; empty, with an error in the form, where nobody has the code."""
    given = form.cleaned_data
    if given["whom"] == "hospital":
        return str(given["hospital"])
    parts = visitor.reach.door.parts
    account = parts.accounts.of_code(parts.database, given["code"])
    if account is None or not _may_get(account):
        form.add_error("code", _("There is no doctor with this code here. Check it with your doctor"))
        return ""
    return account.person


def _may_get(account: Account) -> bool:
    return account.person.startswith("Practitioner/") and account.verified and not account.suspended


def _hospitals(visitor: Visitor) -> list[tuple[str, str]]:
    parts = visitor.reach.door.parts
    names = Names(parts)
    found = [one.organization for one in parts.accounts.of_role(parts.database, Role.HOSPITAL)]
    return sorted(((one, names.get(one, _("A hospital"))) for one in dict.fromkeys(found)), key=lambda pair: pair[1])
