"""Steps of the trail as a page shows them: those of one answer as one, by day, each in words with its ways on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _

from carefolio.base.clock import MINUTE
from carefolio.ledger.entry import Kind
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.words.trail import StepTold, Viewpoint, told_step
from carefolio.portal.words.typenames import type_name
from carefolio.records.trail import Step

LINKS: Final = 6
LOOK: Final = MINUTE
"""Who reads the same again within this time (µs) has looked once."""
_TOGETHER: Final = frozenset({Kind.DISCLOSED_READ, Kind.DISCLOSED_SEARCH, Kind.DISCLOSED_HISTORY})
_VISIT: Final = frozenset({"Appointment", "Encounter"})
_MERGED: Final = ("records", "rules", "contracts")
_ICONS: Final = {
    "read": "eye",
    "write": "document",
    "contract": "share",
    "emergency": "alert",
    "refused": "lock",
    "report": "message",
}

_Read = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from a step."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A step with its links. ``more``: how many records have none for want of room."""

    told: StepTold
    icon: str
    records: tuple[Link, ...]
    contracts: tuple[Link, ...]
    more: int


def together(steps: Iterable[Step]) -> Iterator[Step]:
    """What one page read is one step, in however many looks: by one request, and by those of its script, or that showed
    it again, which read the same in the same way, all within one minute. Older versions are a step of their own. The
    newest gives the number. ``steps``: the newest first.
    """
    looks: list[list[Step]] = []
    latest: dict[tuple[object, ...], list[Step]] = {}
    for asked in _by_request(steps):
        who = _asker(asked[0])
        if asked[0].entry.kind not in _TOGETHER:
            looks.append(asked)
        elif who in latest and _is_part(asked, latest[who]):
            latest[who] += asked
        else:
            looks.append(asked)
            latest[who] = asked
    for some in looks:
        yield some[0] if len(some) == 1 else _one(some)


def _by_request(steps: Iterable[Step]) -> list[list[Step]]:
    """What was read by one request of one person in one chart, whatever others did meanwhile; all else by itself."""
    found: dict[tuple[object, ...], list[Step]] = {}
    for step in steps:
        request = step.entry.content.get("request") if step.entry.kind in _TOGETHER else None
        key = (*_asker(step), request) if request else (step.seq,)
        found.setdefault(key, []).append(step)
    return list(found.values())


def _asker(step: Step) -> tuple[object, ...]:
    """Who looked, in which chart, and whether at older versions: those would go unsaid beside what was read."""
    entry = step.entry
    return entry.actor, entry.owner, entry.kind is Kind.DISCLOSED_HISTORY, bool(entry.content.get("older"))


def _is_part(asked: list[Step], look: list[Step]) -> bool:
    """Whether what was read by a request belongs to the look that came after it: from its first to the look's last no
    more than a minute passed, however often was looked meanwhile.
    """
    return look[0].entry.time - asked[-1].entry.time <= LOOK and _is_again(_read(look), _read(asked))


def _is_again(one: set[_Read], other: set[_Read]) -> bool:
    """Whether the same was read in the same way; or, of the visit that one side shows, no more than the visit itself,
    which its room's page asks for anew with each step.
    """
    less, more = sorted((one, other), key=len)
    return bool(less) and less <= more and (less == more or {_type(read[0]) for read in less} <= _VISIT)


def _read(steps: Iterable[Step]) -> set[_Read]:
    """All that was read, each with how, and with what allowed it. A visit that went on is the same visit; an older
    version of anything else is something else.
    """
    return {
        (text.partition("/_history/")[0] if _type(text) in _VISIT else text, step.entry.kind, *_allowed(step))
        for step in steps
        for text in map(str, step.entry.content.get("records", ()))
    }


def _allowed(step: Step) -> Iterator[tuple[str, ...]]:
    """By what somebody was let in: an emergency is told as one, also beside what a contract allowed."""
    content = step.entry.content
    yield from (tuple(sorted(map(str, content.get(name, ())))) for name in ("rules", "contracts"))
    yield tuple(str(content.get(name, "")) for name in ("role", "purpose", "organization"))


def _type(reference: str) -> str:
    return reference.partition("/")[0]


def _one(steps: list[Step]) -> Step:
    """One that names all the records."""
    content = dict(steps[0].entry.content)
    for name in _MERGED:
        if values := list(dict.fromkeys(value for one in steps for value in one.entry.content.get(name, ()))):
            content[name] = values
    content.pop("total", None)
    kinds = {one.entry.kind for one in steps}
    kind = kinds.pop() if len(kinds) == 1 else Kind.DISCLOSED_READ
    return Step(steps[0].seq, steps[0].entry._replace(kind=kind, content=content), steps[0].name)


def days(steps: Iterable[Step], view: Viewpoint, chart: str) -> list[dict[str, Any]]:
    """Steps by day on the reader's calendar; ``chart`` is where records are linked to, "" for no links."""
    shown = (_shown(told_step(one, view), chart) for one in steps)
    grouped = groupby(shown, key=lambda one: view.reader.calendar.day_of(one.told.moment))
    return [{"title": title, "steps": list(some)} for title, some in grouped]


def _shown(told: StepTold, chart: str) -> Shown:
    targets = [one for one in told.targets if one[0] not in ("AuditEvent", "Consent")] if chart else []
    return Shown(
        told=told,
        icon=_ICONS[told.sort],
        records=tuple(_links(chart, targets[:LINKS])),
        contracts=tuple(_contract(chart, *one) for one in dict.fromkeys((*told.contracts, *_named(told))))
        if chart
        else (),
        more=max(0, len(targets) - LINKS),
    )


def _named(told: StepTold) -> list[tuple[str, str]]:
    return [one for one in told.targets if one[0] == "Consent"]


def _links(chart: str, targets: list[tuple[str, str]]) -> Iterator[Link]:
    """Each by its kind, and with a number where there are several of a kind."""
    numbers, kinds = Counter[str](), Counter(type_ for type_, _id in targets)
    for type_, id_ in targets:
        numbers[type_] += 1
        name = type_name(type_).one
        number = f" {numbers[type_]}" if kinds[type_] > 1 else ""
        yield Link(record_address(chart, type_, id_), name[:1].upper() + name[1:] + number)


def _contract(chart: str, type_: str, id_: str) -> Link:
    return Link(record_address(chart, type_, id_), _("The permission"))


def contracts_in(steps: Iterable[Step]) -> dict[str, int]:
    """The contracts that allowed these steps, each with its version; none of which two versions did. An emergency has
    no version and is none.
    """
    versions: dict[str, set[str]] = {}
    for step in steps:
        for text in step.entry.content.get("contracts", ()):
            reference, _cut, version = str(text).partition("/_history/")
            if version:
                versions.setdefault(reference, set()).add(version)
    return {one: int(next(iter(some))) for one, some in versions.items() if len(some) == 1}
