"""Admins see who sends records, add a hospital, give its systems a token, end its tokens, add a pharmacy's pharmacists.

A token is shown once: it waits in the session, which is sealed, for the one page that shows it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, absent
from carefolio.consent.principal import Role
from carefolio.portal.accounts import signing_up
from carefolio.portal.drafts.keep import forget
from carefolio.portal.gate import for_roles
from carefolio.portal.oversight.answers import acting, attempt, is_first, page, tells_of_conflicts, typed
from carefolio.portal.oversight.forms import HospitalForm, PharmacistForm
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.registration import hospitals
from carefolio.workflows.registration.hospitals import Sender
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPharmacist

_READ_AND_SENT = require_http_methods(["GET", "HEAD", "POST"])
_SHOWN_ONCE = "oversight-token"
_DRAFT = "oversight/hospital"
_PHARMACIST_DRAFT = "oversight/pharmacist"


@for_roles(Role.ADMIN)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All hospitals."""
    return page(request, "hospitals.html", {"hospitals": _all(request)})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
def add(request: HttpRequest) -> HttpResponse:
    """Add a hospital; the next page shows its token."""
    initial = typed(request, _DRAFT, "name", "type", "identifier")
    form = HospitalForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        if not is_first(request, request.POST.get("once", "")):
            return _done_before(request)
        given = form.cleaned_data
        new = NewHospital(" ".join(given["name"].split()), HospitalType(given["type"]), given["identifier"])
        door = visitor_of(request).reach.door
        made = attempt(form, lambda: hospitals.add_hospital(door, acting(request), new), Category.CONFLICT)
        if made is not None:
            forget(request, _DRAFT)
            return _show_once(request, made.organization, new.name, made.token)
    return page(request, "add_hospital.html", {"form": form, "draft": _DRAFT})


@for_roles(Role.ADMIN)
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """The token that was made just now, once; afterwards, that it cannot be shown again."""
    kept = request.session.pop(_SHOWN_ONCE, None) if request.method == "GET" else None
    if kept is None:
        return page(request, "no_token.html")
    base = visitor_of(request).reach.settings.public_url
    return page(request, "token.html", {**kept, "base": base})


@for_roles(Role.ADMIN)
@require_safe
def hospital(request: HttpRequest, id_: str) -> HttpResponse:
    """One hospital, and what can be done about its tokens."""
    return page(request, "hospital.html", {"hospital": _one(request, id_), "id": id_})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
def pharmacist(request: HttpRequest, id_: str) -> HttpResponse:
    """Add somebody who hands out at this pharmacy; the next page is theirs, where the licence is looked at."""
    found = _one(request, id_)
    if not found.is_pharmacy:
        raise absent()
    initial = typed(request, _PHARMACIST_DRAFT, *PharmacistForm.base_fields)
    form = PharmacistForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        if not is_first(request, request.POST.get("once", "")):
            return _done_before(request)
        new, door = NewPharmacist(**form.cleaned_data), visitor_of(request).reach.door
        added = attempt(
            form,
            lambda: signing_up.add_pharmacist(door, acting(request), found.account.organization, new),
            Category.CONFLICT,
        )
        if added is not None:
            forget(request, _PHARMACIST_DRAFT)
            words = _("{who} is added. An e-mail tells them how to choose a password. Look at their licence next.")
            messages.success(request, words.format(who=added.name))
            return redirect("oversight:person", number=added.number)
    return page(request, "pharmacist.html", {"form": form, "hospital": found, "id": id_, "draft": _PHARMACIST_DRAFT})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
@tells_of_conflicts("oversight:hospital")
def issue(request: HttpRequest, id_: str) -> HttpResponse:
    """Check, then make another token; the next page shows it."""
    found = _one(request, id_)
    if request.method == "POST":
        if not is_first(request, request.POST.get("once", "")):
            return _done_before(request)
        organization = found.account.organization
        made = hospitals.issue_token(visitor_of(request).reach.door, acting(request), organization)
        return _show_once(request, organization, found.account.name, made)
    return page(request, "issue.html", {"hospital": found, "id": id_})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
def revoke(request: HttpRequest, id_: str) -> HttpResponse:
    """Check, then end all tokens."""
    found = _one(request, id_)
    if request.method == "POST":
        door = visitor_of(request).reach.door
        ended = hospitals.revoke_tokens(door, acting(request), found.account.organization)
        words = ngettext("{n} token has ended.", "{n} tokens have ended.", ended).format(n=ended)
        messages.success(request, words)
        return redirect("oversight:hospital", id_=id_)
    return page(request, "revoke.html", {"hospital": found, "id": id_})


def _all(request: HttpRequest) -> list[Sender]:
    return hospitals.list_hospitals(visitor_of(request).reach.door, acting(request))


def _one(request: HttpRequest, id_: str) -> Sender:
    found = next((one for one in _all(request) if one.account.organization == f"Organization/{id_}"), None)
    if found is None:
        raise absent()
    return found


def _show_once(request: HttpRequest, organization: str, name: str, made: str) -> HttpResponse:
    id_ = organization.partition("/")[2]
    request.session[_SHOWN_ONCE] = {"organization": organization, "id": id_, "name": name, "token": made}
    return redirect("oversight:token")


def _done_before(request: HttpRequest) -> HttpResponse:
    if _SHOWN_ONCE in request.session:
        return redirect("oversight:token")
    messages.warning(request, _("This was sent before, and was done once."))
    return redirect("oversight:hospitals")
