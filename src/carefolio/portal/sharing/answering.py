"""A request: what is asked for, and the patient's answer: yes, as asked for; no; or less, which is in choosing.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from carefolio.consent.principal import Role
from carefolio.portal.chart.names import Names
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_about
from carefolio.portal.sharing import choosing, moved
from carefolio.portal.sharing.forms import RefuseForm, VersionForm, version_of
from carefolio.portal.sharing.occasions import contract_in, request_of, view_of
from carefolio.portal.sharing.rows import rows, with_changes
from carefolio.portal.sharing.who import names_of, whom
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import Contract, State

patients_only = for_roles(Role.PATIENT)


@patients_only
def request(request: HttpRequest, id: str) -> HttpResponse:
    """Who asks, for what, how long and why."""
    contract = contract_in(visitor_of(request), id)
    if contract.state is not State.PROPOSED:
        return redirect("sharing:contract", id)
    see_about(visitor_of(request), id)
    return render(request, "sharing/request.html", _shown(request, contract) | {"back": "/"})


@patients_only
def allow(request: HttpRequest, id: str) -> HttpResponse:
    """Is this right? And then they may."""
    if request.method == "POST":
        return _allowed(request, id, version_of(request.POST))
    contract = contract_in(visitor_of(request), id)
    if contract.state is not State.PROPOSED:
        return redirect("sharing:contract", id)
    context = _shown(request, contract)
    context["rows"] = with_changes(context["rows"], f"/sharing/requests/{id}/choose/")
    context |= {"form": VersionForm(initial={"version": contract.version}), "back": f"/sharing/requests/{id}/"}
    return render(request, "sharing/check.html", context)


@patients_only
def refuse(request: HttpRequest, id: str) -> HttpResponse:
    """No, with a word to the doctor if the patient likes."""
    draft, form = f"sharing/refuse/{id}", RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = version_of(request.POST)
        done = moved.unless_moved(request, id, version, lambda: _refused(request, id, version, form))
        return done if isinstance(done, HttpResponse) else redirect("sharing:refused", done)
    contract = contract_in(visitor_of(request), id)
    if contract.state is not State.PROPOSED:
        return redirect("sharing:contract", id)
    if request.method != "POST":
        given = keep.draft_of(request, draft)
        form = RefuseForm(initial={"version": contract.version, "why": given.get("why", "") if given else ""})
    context = _shown(request, contract) | {"form": form, "draft": draft, "back": f"/sharing/requests/{id}/"}
    return render(request, "sharing/refuse.html", context)


@patients_only
def choose(request: HttpRequest, id: str) -> HttpResponse:
    """Less than was asked for."""
    return choosing.choose(request, request_of(visitor_of(request), id))


@patients_only
def choose_records(request: HttpRequest, id: str) -> HttpResponse:
    """Single records alone."""
    return choosing.choose_records(request, request_of(visitor_of(request), id))


@patients_only
def check(request: HttpRequest, id: str, key: str) -> HttpResponse:
    """Show what was chosen, and do it."""
    return choosing.check(request, request_of(visitor_of(request), id), key)


def _allowed(request: HttpRequest, id_: str, version: int) -> HttpResponse:
    def work() -> str:
        visitor_of(request).do(actions.grant, id_, version)
        return id_

    done = moved.unless_moved(request, id_, version, work)
    return done if isinstance(done, HttpResponse) else redirect("sharing:given", done)


def _refused(request: HttpRequest, id_: str, version: int, form: RefuseForm) -> str:
    visitor_of(request).do(actions.refuse, id_, version, form.cleaned_data["why"])
    keep.forget(request, f"sharing/refuse/{id_}")
    return id_


def _shown(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    visitor = visitor_of(request)
    names = Names(visitor.reach.door.parts)
    people = whom(visitor.reach.door, names, contract)
    asker = names.get(contract.asker.reference, "")
    return {
        "contract": contract,
        "people": people,
        "name": names_of(people),
        "asker": asker if asker not in {one.name for one in people} else "",
        "rows": rows(contract, view_of(visitor, names, contract)),
    }
