"""The list of what a chart holds, for asking: by kind, year and hospital. Without content: there is none to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from carefolio.base.clock import moment
from carefolio.base.failures import Category, Failure
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.kinds import kind, kind_of
from carefolio.portal.words.typenames import type_name
from carefolio.records.door import Door
from carefolio.records.inquiry import Item
from carefolio.workflows.sharing.categories import CATEGORIES

PAGE = 36
_NO_YEAR = "0"
_LABORATORY = "results"
"""The kind that an Observation is called by its type's name in: a test result."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the list: no more than what, when and from whom. ``year`` is "0" where the record has no date."""

    reference: str
    kind: str
    words: str
    when: str
    year: str
    hospital: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the list is looked at; "" is all."""

    kind: str = ""
    year: str = ""
    hospital: str = ""

    def admits(self, line: Line) -> bool:
        """Whether the line is among it."""
        pairs = ((self.kind, line.kind), (self.year, line.year), (self.hospital, line.hospital))
        return all(not wanted or wanted == is_ for wanted, is_ in pairs)

    def query(self, **more: str) -> str:
        """As a query of an address."""
        given = {"kind": self.kind, "year": self.year, "hospital": self.hospital} | more
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Years:
    """A kind's row of the overview: how many records of each year, with the query that shows them."""

    name: str
    icon: str
    count: int
    query: str
    years: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one kind and year on a page."""

    title: str
    lines: Sequence[Line]


def list_of(visitor: Visitor, patient: str, calendar: Calendar) -> list[Line] | None:
    """The chart's list, the newest first; None when it cannot be seen: it is turned off, or the day has passed."""
    try:
        items = visitor.do(Door.record_index, patient)
    except Failure as failure:
        if failure.category is Category.ABSENT:
            return None
        raise
    visitor.disclosed = True
    return [_line(item, calendar) for item in items]


def overview(lines: Iterable[Line], narrowed: Narrowed) -> list[Years]:
    """The rows of the overview, in the order in which kinds are always shown. The hospital looked at stays."""
    years: dict[str, Counter[str]] = {}
    for line in lines:
        if not narrowed.hospital or line.hospital == narrowed.hospital:
            years.setdefault(line.kind, Counter())[line.year] += 1
    at = narrowed.hospital
    return [
        Years(
            kind(key).name,
            kind(key).icon,
            years[key].total(),
            Narrowed(key, "", at).query(),
            [(year, years[key][year], Narrowed(key, year, at).query()) for year in sorted(years[key], reverse=True)],
        )
        for key in CATEGORIES
        if key in years
    ]


def counts(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many records of each kind there are."""
    return Counter(line.kind for line in lines)


def page_of(lines: Iterable[Line], narrowed: Narrowed, after: str) -> tuple[list[Group], str]:
    """The groups on the page that begins after a record ("" for the first), and after which record the next begins."""
    admitted = [line for line in lines if narrowed.admits(line)]
    start = next((place + 1 for place, line in enumerate(admitted) if line.reference == after), 0)
    shown = admitted[start : start + PAGE]
    following = shown[-1].reference if shown and start + PAGE < len(admitted) else ""
    return list(_grouped(shown)), following


def _grouped(lines: Iterable[Line]) -> Iterator[Group]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.year, line.kind), []).append(line)
    order = list(CATEGORIES)
    for (year, key), some in sorted(groups.items(), key=lambda one: (-int(one[0][0]), order.index(one[0][1]))):
        title = kind(key).name if year == _NO_YEAR else f"{year} · {kind(key).name}"
        yield Group(title, some)


def _line(item: Item, calendar: Calendar) -> Line:
    key = kind_of({"resourceType": item.type, "category": list(item.category)})
    word = type_name(item.type).one
    if item.type == "Observation" and key != _LABORATORY:
        word = kind(key).name
    day = moment(item.low).date() if item.low > 0 else None
    return Line(
        reference=item.reference,
        kind=key,
        words=word[:1].upper() + word[1:],
        when=calendar.day(day.isoformat(), short=True) if day else "",
        year=str(day.year) if day else _NO_YEAR,
        hospital=item.hospital,
    )
