"""Who has access: the list, one contract with its story, ending it, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from carefolio.consent.principal import Role
from carefolio.portal.chart.names import Names, reader_of
from carefolio.portal.gate import for_roles
from carefolio.portal.notices.pages import see_about
from carefolio.portal.sharing import choosing, moved, story
from carefolio.portal.sharing.forms import VersionForm, version_of
from carefolio.portal.sharing.occasions import change_of, contract_in, view_of
from carefolio.portal.sharing.rows import rows
from carefolio.portal.sharing.who import Who, names_of, who, whom
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.contracts import Agreement, agreement
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.plain import lowered
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import Contract, State

OPEN = (State.ACTIVE, State.UPCOMING)
patients_only = for_roles(Role.PATIENT)


@dataclass(frozen=True, slots=True)
class Access:
    """One contract in the list."""

    contract: Contract
    told: Agreement
    aside: str = ""
    """What tells it apart from others with the same one: what it opens, and since when."""


@dataclass(frozen=True, slots=True)
class With:
    """All contracts with one doctor or hospital: those that hold now, and those that are over."""

    who: Who
    now: list[Access]
    past: list[Access]


@patients_only
def overview(request: HttpRequest) -> HttpResponse:
    """Who has access, by hospital or doctor."""
    visitor = visitor_of(request)
    door, names = visitor.reach.door, Names(visitor.reach.door.parts)
    reader = reader_of(visitor, names)
    everybody: list[With] = []
    waiting: dict[str, Access] = {}
    for group in visitor.do(actions.contracts):
        told = [Access(one, agreement(one, reader)) for one in group.contracts]
        waiting |= {one.contract.id: one for one in told if one.contract.state is State.PROPOSED}
        now = apart([one for one in told if one.contract.state in OPEN], reader.calendar)
        past = [one for one in told if one.contract.state not in (*OPEN, State.PROPOSED)]
        everybody.append(With(who(door, names, group.party), now, past))
    context = {
        "current": [one for one in everybody if one.now],
        "past": [one for one in everybody if one.past],
        "waiting": list(waiting.values()),
        "listed": visitor.do(actions.lists_records),
        "chart": visitor.chart_id,
    }
    return render(request, "sharing/overview.html", context)


def apart(some: list[Access], calendar: Calendar) -> list[Access]:
    """Several with one doctor or hospital, each with what tells it apart."""
    if len(some) <= 1:
        return some
    return [replace(one, aside=f"{_opens(one.told)}, {calendar.moment(one.contract.changed)}") for one in some]


def _opens(told: Agreement) -> str:
    """What it opens, in a few words."""
    if told.is_whole:
        return _("all of your record")
    parts = [lowered(one) for one in told.kinds]
    if told.records:
        n = len(told.records)
        parts.append(ngettext("{n} single record", "{n} single records", n).format(n=n))
    return ", ".join(parts) or _("nothing for now")


@patients_only
def contract(request: HttpRequest, id: str) -> HttpResponse:
    """One contract, and what happened with it."""
    visitor = visitor_of(request)
    found = contract_in(visitor, id)
    if found.state is State.PROPOSED:
        return redirect("sharing:request", id)
    see_about(visitor, id)
    names = Names(visitor.reach.door.parts)
    people = whom(visitor.reach.door, names, found)
    context = {
        "contract": found,
        "told": agreement(found, reader_of(visitor, names)),
        "is_open": found.state in OPEN,
        "people": people,
        "name": names_of(people),
        "rows": rows(found, view_of(visitor, names, found)),
        "story": story.of(visitor, found, names_of(people)),
        "chart": visitor.chart_id,
        "back": "/sharing/",
    }
    return render(request, "sharing/contract.html", context)


@patients_only
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """End it? And then it has ended."""
    visitor = visitor_of(request)
    if request.method == "POST":
        version = version_of(request.POST)

        def work() -> str:
            visitor.do(actions.withdraw, id, version)
            return id

        done = moved.unless_moved(request, id, version, work)
        return done if isinstance(done, HttpResponse) else redirect("sharing:ended", done)
    found = contract_in(visitor, id)
    if found.state not in OPEN:
        return redirect("sharing:contract", id)
    names = Names(visitor.reach.door.parts)
    people = whom(visitor.reach.door, names, found)
    context = {
        "contract": found,
        "told": agreement(found, reader_of(visitor, names)),
        "people": people,
        "name": names_of(people),
        "form": VersionForm(initial={"version": found.version}),
        "back": "/sharing/",
    }
    return render(request, "sharing/withdraw.html", context)


@patients_only
def change(request: HttpRequest, id: str) -> HttpResponse:
    """More or less than now."""
    return choosing.choose(request, change_of(visitor_of(request), id))


@patients_only
def change_records(request: HttpRequest, id: str) -> HttpResponse:
    """Single records in its place."""
    return choosing.choose_records(request, change_of(visitor_of(request), id))


@patients_only
def check_change(request: HttpRequest, id: str, key: str) -> HttpResponse:
    """Show what was chosen, and do it."""
    return choosing.check(request, change_of(visitor_of(request), id), key)


@patients_only
def given(request: HttpRequest, id: str) -> HttpResponse:
    """They may look now."""
    return _done(request, id, "given", OPEN)


@patients_only
def changed(request: HttpRequest, id: str) -> HttpResponse:
    """What they may see is different now."""
    return _done(request, id, "changed", OPEN)


@patients_only
def refused(request: HttpRequest, id: str) -> HttpResponse:
    """They were told no."""
    return _done(request, id, "refused", (State.REJECTED,))


@patients_only
def ended(request: HttpRequest, id: str) -> HttpResponse:
    """They may not look any more."""
    return _done(request, id, "ended", (State.INACTIVE,))


@patients_only
@require_POST
def list_records(request: HttpRequest) -> HttpResponse:
    """Let doctors who know the code see the list of records, or not."""
    on = request.POST.get("listed") == "yes"
    visitor_of(request).do(actions.list_records, on=on)
    said = _("Doctors who know your code can see the list now.") if on else _("The list of your records is closed now.")
    messages.success(request, said)
    return redirect("sharing:overview")


def _done(request: HttpRequest, id_: str, what: str, states: tuple[State, ...]) -> HttpResponse:
    """What was done and what comes next, as long as it is still so."""
    visitor = visitor_of(request)
    found = contract_in(visitor, id_)
    see_about(visitor, id_)
    if found.state not in states:
        return redirect("sharing:contract", id_)
    names = Names(visitor.reach.door.parts)
    name = names_of(whom(visitor.reach.door, names, found))
    told = agreement(found, reader_of(visitor, names))
    done = {
        "given": _("{name} has access now"),
        "changed": _("You changed what {name} sees"),
        "refused": _("You said no to {name}"),
        "ended": _("{name} has no access any more"),
    }[what].format(name=name)
    context = {"done": done, "what": what, "contract": found, "told": told, "name": name, "chart": visitor.chart_id}
    return render(request, "sharing/done.html", context)
