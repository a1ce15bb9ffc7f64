"""Notices: what happened, newest first. Whoever looks at them has seen them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from carefolio.notify.notices import NEWEST, Notice, NoticeKind
from carefolio.portal.digits import number_of
from carefolio.portal.gate import signed_in
from carefolio.portal.notices.sentences import told
from carefolio.portal.visitor import Visitor, visitor_of

SHOWN = 25
_LOOKED_THROUGH = 200


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """A page of them; those that are shown count as seen from now on."""
    visitor = visitor_of(request)
    before = _before(request)
    found = newest(visitor, before, SHOWN + 1)
    shown = found[:SHOWN]
    _mark_seen(visitor, shown)
    context = {
        "notices": [told(one, visitor) for one in shown],
        "newer": request.path if before != NEWEST else "",
        "older": f"{request.path}?before={shown[-1].number}" if len(found) > SHOWN else "",
    }
    return render(request, "notices/list.html", context)


def newest(visitor: Visitor, before: int = NEWEST, count: int = SHOWN) -> list[Notice]:
    """The visitor's notices below this number."""
    parts = visitor.reach.door.parts
    assert visitor.account is not None  # noqa: S101 - the gate let nobody else in
    return parts.notifier.notices.of_account(parts.database, visitor.account.number, before, count)


def _mark_seen(visitor: Visitor, shown: Sequence[Notice]) -> None:
    numbers = [one.number for one in shown if not one.seen]
    parts, account = visitor.reach.door.parts, visitor.account
    if numbers and account is not None:
        parts.database.write_now(lambda tx: parts.notifier.notices.mark_seen(tx, account.number, numbers))
        visitor.unseen = max(0, visitor.unseen - len(numbers))


def see_about(visitor: Visitor, contract: str) -> None:
    """They look at a contract, or have answered it: what they were told of it is new no more."""
    about = f"Consent/{contract}"
    _see(visitor, lambda one: one.about.get("consent") == about)


def see_visit(visitor: Visitor, visit: str) -> None:
    """They look at a visit: what they were told of it is new no more."""
    _see(visitor, lambda one: one.about.get("visit") == f"Appointment/{visit}")


def see_bill(visitor: Visitor, bill: str) -> None:
    """They look at a bill: what they were told of it is new no more."""
    _see(visitor, lambda one: one.about.get("bill") == bill)


def see_kinds(visitor: Visitor, kinds: Collection[NoticeKind]) -> None:
    """They look at the page that notices of these kinds are about."""
    _see(visitor, lambda one: one.kind in kinds)


def _see(visitor: Visitor, wanted: Callable[[Notice], bool]) -> None:
    if visitor.unseen:
        _mark_seen(visitor, [one for one in newest(visitor, count=_LOOKED_THROUGH) if wanted(one)])


def _before(request: HttpRequest) -> int:
    """The number to go on at; the beginning for nonsense."""
    return number_of(request.GET.get("before", ""), NEWEST)
