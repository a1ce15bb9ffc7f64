"""Too late, or looked at another version: what is different now, and where to go on. Nothing was done."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from carefolio.base import clock
from carefolio.base.failures import HTTP_STATUS, Category, Failure
from carefolio.fhir.json import parse
from carefolio.portal.chart.names import Names
from carefolio.portal.sharing import rows
from carefolio.portal.sharing.occasions import contract_in, view_of
from carefolio.portal.sharing.who import names_of, whom
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.door import Door
from carefolio.workflows.sharing.describe import Contract, State, Version, contract_of

_LATE = (Category.STALE, Category.CONFLICT)


def unless_moved(request: HttpRequest, id_: str, version: int, work: Callable[[], str]) -> HttpResponse | str:
    """Where ``work`` leads, or the page that says what has changed since this version was shown."""
    try:
        return work()
    except Failure as failure:
        if failure.category not in _LATE:
            raise
        return page(request, id_, version)


def page(request: HttpRequest, id_: str, version: int) -> HttpResponse:
    """What has changed."""
    visitor = visitor_of(request)
    contract = contract_in(visitor, id_)
    names = Names(visitor.reach.door.parts)
    before = _as_shown(visitor, id_, version)
    view = view_of(visitor, names, *filter(None, (contract, before)))
    different = rows.changed(rows.rows(before, view), rows.rows(contract, view)) if before else []
    context = {
        "sentence": _sentence(contract).format(name=names_of(whom(visitor.reach.door, names, contract))),
        "different": different,
        "contract": contract,
        "waits": contract.state is State.PROPOSED,
    }
    return render(request, "sharing/moved.html", context, status=HTTP_STATUS[Category.CONFLICT])


def _as_shown(visitor: Visitor, id_: str, version: int) -> Contract | None:
    try:
        found = visitor.do(Door.vread, "Consent", id_, version, outlined=True)
    except Failure:
        return None
    return contract_of(parse(found.body), Version(found.version, found.updated), clock.now())


def _sentence(contract: Contract) -> str:
    return {
        State.PROPOSED: _("{name} changed the request while you had it open. Nothing was allowed."),
        State.ACTIVE: _("{name} has this access now. It was given or changed on another page."),
        State.REJECTED: _("You said no to this before. {name} cannot see anything by it."),
        State.INACTIVE: _("This has ended, or {name} took the request back. There is nothing to answer."),
    }.get(contract.state, _("The time of this has run out. There is nothing to answer."))
