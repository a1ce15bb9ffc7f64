"""The patient's home: what needs an answer, what is new, their code, the latest records, who has access, who looked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from carefolio.base import clock
from carefolio.notify.notices import Notice
from carefolio.portal.chart.items import items
from carefolio.portal.chart.names import Names, Senders, reader_of
from carefolio.portal.messaging.pages import wishes_to_answer
from carefolio.portal.notices.pages import newest
from carefolio.portal.notices.sentences import REQUESTS
from carefolio.portal.notices.sentences import told as told_notice
from carefolio.portal.payments.telling import bills_to_pay, is_by_card
from carefolio.portal.prescribing.words import to_send
from carefolio.portal.trail.steps import together
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits import lists
from carefolio.portal.words.contracts import agreement
from carefolio.portal.words.told import Reader
from carefolio.portal.words.trail import StepTold, Viewpoint, sort_of, told_step
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.timeline import Page, Wanted
from carefolio.records.trail import SHOWN, Asked, Looked, Step
from carefolio.records.visits import Visit
from carefolio.workflows.messaging import actions as messaging
from carefolio.workflows.messaging.rules import Wish
from carefolio.workflows.payments import reading as billing
from carefolio.workflows.payments.reading import Listed
from carefolio.workflows.prescribing import actions as prescribing
from carefolio.workflows.prescribing.reading import Seen
from carefolio.workflows.registration.actions import chart_code
from carefolio.workflows.scheduling import reading
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import Contract, Group, State

RECORDS, LOOKS, NEWS, NAMED = 5, 3, 3, 4
_STEPS_READ: Final = 25
_NOTICES_READ: Final = 12
_LOOKED: Final = frozenset(kind for kind in SHOWN if sort_of(kind) in ("read", "emergency"))


class Gathered(NamedTuple):
    """What the door gave for the page."""

    groups: list[Group]
    page: Page
    looked: Looked
    visits: list[Visit]
    bills: Listed
    prescriptions: list[Seen]
    wishes: list[Wish]


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody with access now: their name, until when, and the page of it."""

    name: str
    until: str
    address: str


async def gathered(door: Door, caller: Caller) -> Gathered:
    """All at once, so that they wait for the disk together."""
    person = caller.principal.person
    chart = asyncio.gather(
        actions.contracts(door, caller),
        door.timeline(caller, person, Wanted(count=RECORDS, outlined=True)),
        door.looked_at(caller, Asked(patient=person, count=_STEPS_READ, kinds=_LOOKED)),
        reading.visits(door, caller, lists.home_span()),
    )
    waiting = asyncio.gather(
        billing.bills(door, caller),
        prescribing.without_pharmacy(door, caller),
        messaging.to_answer(door, caller),
    )
    first, second = await asyncio.gather(chart, waiting)
    return Gathered(*first, *second)


def context(visitor: Visitor) -> dict[str, Any]:
    """What ``home/patient.html`` shows."""
    assert visitor.account is not None  # noqa: S101 - the gate let nobody else in
    door, names = visitor.reach.door, Names(visitor.reach.door.parts)
    reader = reader_of(visitor, names)
    found = visitor.do(gathered)
    visitor.disclosed = True
    latest = items(found.page.found, reader, Senders(door.parts, visitor, names), visitor.chart_id)
    access = list(_with_access(found.groups, reader))
    bills, by_card = bills_to_pay(found.bills, visitor), is_by_card(visitor)
    return {
        "tasks": [
            *_tasks(found.groups, reader),
            *lists.offers(visitor, found.visits),
            *to_send(found.prescriptions, visitor),
            *wishes_to_answer(found.wishes, visitor),
            *(bills if by_card else []),
        ],
        "at_the_desk": [] if by_card else bills,
        "news": [told_notice(one, visitor) for one in _news(visitor)],
        "code": chart_code(door, visitor.account),
        "latest": [{"entries": [one.entry() for one in latest]}],
        "is_empty": not found.page.found,
        "access": access[:NAMED],
        "others": max(0, len(access) - NAMED),
        "count": len(access),
        "looks": list(_looks(found.looked.steps, Viewpoint(reader, me=visitor.person)))[:LOOKS],
        "looks_further": bool(found.looked.before),
        "chart": visitor.chart_id,
    } | lists.home_of_patient(visitor, found.visits)


def _news(visitor: Visitor) -> list[Notice]:
    """The newest notices but requests: these stand above, as long as they need an answer."""
    found = newest(visitor, count=_NOTICES_READ)
    return [one for one in found if one.kind not in REQUESTS][:NEWS]


def _tasks(groups: list[Group], reader: Reader) -> Iterator[dict[str, str]]:
    """A line for each request, the newest first."""
    waiting: dict[str, Contract] = {one.id: one for group in groups for one in group.contracts}
    for one in sorted(waiting.values(), key=lambda contract: -contract.changed):
        if one.state is State.PROPOSED:
            told = agreement(one, reader)
            asked = reader.calendar.relative(one.changed, clock.now())
            yield {
                "address": reverse("sharing:request", args=[one.id]),
                "words": told.sentences[0].rstrip("."),
                "detail": _("Asked {when}, for {why}").format(when=asked, why=told.why),
                "state": "proposed",
            }


def _with_access(groups: list[Group], reader: Reader) -> Iterator[Somebody]:
    for group in groups:
        active = [one for one in group.contracts if one.state is State.ACTIVE]
        if active:
            told = agreement(active[0], reader)
            until = _("Until {day}").format(day=told.until) if told.until else ""
            name = reader.names.get(group.party.reference) or group.party.name or _("Somebody")
            address = reverse("sharing:contract", args=[active[0].id]) if len(active) == 1 else "/sharing/"
            yield Somebody(name, until, address)


def _looks(found: list[Step], view: Viewpoint) -> Iterator[StepTold]:
    """Who else read something, the newest first."""
    for step in together(found):
        told = told_step(step, view)
        if not told.is_mine:
            yield told
