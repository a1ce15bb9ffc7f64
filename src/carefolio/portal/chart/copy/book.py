"""What is in the copy: which file each record goes to, and what the files say.

Records come in sweeps of so many megabytes; a chart that is larger than one has its pages in several parts, so that
what is in memory stays bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.template.loader import get_template
from django.utils.translation import gettext as _

from carefolio.fhir.json import parse
from carefolio.portal.chart.items import items
from carefolio.portal.chart.names import Senders
from carefolio.portal.chart.numbers import lines
from carefolio.portal.chart.series import measurement, picture
from carefolio.portal.words.elements import codings
from carefolio.portal.words.kinds import kind, kind_of
from carefolio.portal.words.plain import tidy
from carefolio.portal.words.told import Reader
from carefolio.records.read import Found
from carefolio.workflows.sharing.categories import CATEGORIES

Sweep = Callable[[int], tuple[list[Found], int]]
"""From a row number on: records, and the number of the last where there are more, else 0."""
File = tuple[str, Iterable[bytes]]

ENTRIES_A_PAGE: Final = 200
FEWEST: Final = 2
_MOST_VALUES: Final = 400
_CONSENT: Final = "Consent"
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME: Final = 40


class Page(NamedTuple):
    """A page that was written, as the index lists it."""

    name: str
    title: str
    number: int


@dataclass(slots=True)
class Book:
    """One copy on its way. ``written``: what the index will list."""

    reader: Reader
    senders: Senders
    chart: str
    written: list[Page] = field(default_factory=list)
    records: int = 0

    def files(self, sweep: Sweep) -> Iterator[File]:
        """All files made of records: pages by kind and hospital, pictures of trends, permissions, and FHIR."""
        after, part = 0, 1
        while True:
            found, following = sweep(after)
            self.records += len(found)
            suffix = f"-{part}" if part > 1 else ""
            yield from self._pages(found, suffix)
            yield from self._trends(found, suffix)
            yield f"chart{suffix}.json", bundle(found)
            if not following:
                return
            after, part = following, part + 1

    def _pages(self, found: list[Found], suffix: str) -> Iterator[File]:
        for (key, hospital), some in sorted(self._grouped(found).items(), key=lambda one: _order(*one[0])):
            some.sort(key=lambda one: (one.row.low, one.row.rid), reverse=True)
            title = _("Permissions") if key == _CONSENT else _(kind(key).name)
            stem = "-".join(word for word in (slug(title), slug(hospital)) if word)
            for number, start in enumerate(range(0, len(some), ENTRIES_A_PAGE), 1):
                few = some[start : start + ENTRIES_A_PAGE]
                name = f"{stem}{suffix}{f'-{number}' if number > 1 else ''}.html"
                self.written.append(Page(name, f"{title}, {hospital}" if hospital else title, len(few)))
                yield name, [self._page(few, title, hospital)]

    def _grouped(self, found: Iterable[Found]) -> dict[tuple[str, str], list[Found]]:
        """By kind and hospital, so that nothing but numbers of rows is kept of each besides its body."""
        groups: dict[tuple[str, str], list[Found]] = {}
        for one in found:
            hospital = self.senders.of(one).told
            key = _CONSENT if one.row.type == _CONSENT else kind_of(parse(one.body))
            groups.setdefault((key, "" if key == _CONSENT else hospital), []).append(one)
        return groups

    def _page(self, found: Iterable[Found], title: str, hospital: str) -> bytes:
        shown = [(one, lines(one.told, self.reader)) for one in items(found, self.reader, self.senders, self.chart)]
        return page("records", title, {"shown": shown, "hospital": hospital})

    def _trends(self, found: Iterable[Found], suffix: str) -> Iterator[File]:
        """Pictures of what was measured twice or more, the newest values of each."""
        by_code: dict[str, list[Found]] = {}
        observed = (one for one in found if one.row.type == "Observation")
        for one in sorted(observed, key=lambda one: (one.row.low, one.row.rid), reverse=True):
            code = next((f"{system}|{code}" for system, code in codings(parse(one.body).get("code"))), "")
            if code and len(some := by_code.setdefault(code, [])) < _MOST_VALUES:
                some.append(one)
        drawn = [self._trend(code, some) for code, some in by_code.items() if len(some) >= FEWEST]
        shown = sorted((one for one in drawn if one), key=lambda one: str(one["title"]))
        if shown:
            name = f"trends{suffix}.html"
            self.written.append(Page(name, _("Trends"), len(shown)))
            yield name, [page("trends", _("Trends"), {"shown": shown})]

    def _trend(self, code: str, found: list[Found]) -> dict[str, Any]:
        measured = measurement(found, self.reader, self.senders, code)
        if measured is None or len(measured.values) < FEWEST:
            return {}
        newest = measured.newest.told
        return {"title": newest.title, "sentence": newest.sentence, "picture": picture(measured, self.reader)}


def page(name: str, title: str, context: dict[str, Any]) -> bytes:
    """A page of the copy: it works on its own, without a connection."""
    return get_template(f"chart/copy/{name}.html").render(context | {"title": title}).encode()


def bundle(found: Iterable[Found]) -> Iterator[bytes]:
    """The records as a FHIR Bundle (https://hl7.org/fhir/R4/bundle.html), as they are stored."""
    yield b'{"resourceType":"Bundle","type":"collection","entry":['
    for place, one in enumerate(found):
        yield (b"," if place else b"") + b'\n{"resource":' + one.body + b"}"
    yield b"\n]}\n"


def slug(words: str) -> str:
    """A name as part of a file's name."""
    return _NOT_WORD.sub("-", tidy(words).casefold()).strip("-")[:_LONGEST_NAME].strip("-")


def _order(key: str, hospital: str) -> tuple[int, str]:
    order = [*CATEGORIES, key]
    return (order.index(key), hospital.casefold())
