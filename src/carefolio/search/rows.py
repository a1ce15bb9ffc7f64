"""Which index rows a record has: the one place that says so, for writing and for asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast

from carefolio.fhir.dates import EARLIEST, LATEST, interval
from carefolio.fhir.extract import Link, Token, compiled
from carefolio.fhir.json import Resource
from carefolio.fhir.kinds import PARTICIPANTS, participants
from carefolio.fhir.values import Emit, Found
from carefolio.search.extraction import implied_system, is_primitive, literal, name_words, spans, tokens
from carefolio.search.parameters import (
    CLINICAL_ELEMENTS,
    CODED,
    Answer,
    answerable,
    date_is_clinical,
    of_kind,
)
from carefolio.search.query import Coding
from carefolio.search.texts import birth_texts, participant_text, token_text, word_texts

UNDATED = (0, 0)


class IndexTexts(NamedTuple):
    """A record's index rows as texts: inside its compartment, and across charts. Some may come twice."""

    chart: list[str]
    lookup: list[str]


class _Place(NamedTuple):
    """A parameter of a type: what finds its values, the start of its texts, whether systems are kept."""

    emit: Emit
    start: str
    systems: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is indexed of a type."""

    tokens: tuple[_Place, ...]
    links: tuple[_Place, ...]
    owners: tuple[_Place, ...]
    strings: tuple[tuple[str, str], ...]
    identifier: _Place | None
    birth: str
    coded: tuple[str, ...]
    clinical: tuple[tuple[str, ...], ...]
    date: bool


@cache
def _shape(type_: str) -> _Shape:
    known = answerable(type_)
    return _Shape(
        tokens=tuple(_place(type_, name) for name in of_kind(type_, Answer.TOKEN)),
        links=tuple(_place(type_, name) for name in of_kind(type_, Answer.LINK)),
        owners=tuple(_place(type_, name) for name in of_kind(type_, Answer.OWNER)),
        strings=tuple((name, f"{type_}.{name}") for name in of_kind(type_, Answer.STRING)),
        identifier=_place(type_, "identifier") if "identifier" in known else None,
        birth=f"{type_}.birthdate" if "birthdate" in known else "",
        coded=tuple(name for name in CODED if name in known),
        clinical=tuple(tuple(path.split(".")) for path in CLINICAL_ELEMENTS.get(type_, ())),
        date=bool(known) and date_is_clinical(type_),
    )


def _place(type_: str, name: str) -> _Place:
    return _Place(compiled(type_, name), f"{type_}.{name}", not is_primitive(type_, name))


def index_rows(type_: str, resource: Resource, owner_reference: str, *, kept: bool = False) -> IndexTexts:
    """The texts of all index rows of a valid record that belongs to ``owner_reference`` (``Patient/id``).

    ``patient`` and ``subject`` have rows only when they name what is no Patient: a Patient there is the
    chart's own.
    """
    shape = _shape(type_)
    chart = [type_]
    for place in shape.tokens:
        _add_tokens(chart, place, resource)
    for place in shape.links:
        _add_links(chart, place, resource, but="#")
    for place in shape.owners:
        _add_links(chart, place, resource, but=("#", "Patient/"))
    return IndexTexts(chart, _lookup_texts(type_, shape, resource, kept=kept))


def _add_tokens(rows: list[str], place: _Place, resource: Resource) -> None:
    found: Found = []
    place.emit(resource, found)
    for token in cast("list[Token]", found):
        if token.code:
            rows.append(f"{place.start}={token.code}")
            if place.systems:
                rows.append(f"{place.start}={token.system or ''}|{token.code}")


def _add_links(rows: list[str], place: _Place, resource: Resource, but: str | tuple[str, ...]) -> None:
    found: Found = []
    place.emit(resource, found)
    for link in cast("list[Link]", found):
        if not link.reference.startswith(but):
            rows.append(f"{place.start}={literal(link.reference)}")


def _lookup_texts(type_: str, shape: _Shape, resource: Resource, *, kept: bool) -> list[str]:
    rows: list[str] = []
    if shape.identifier is not None:
        _add_tokens(rows, shape.identifier, resource)
    for name, start in shape.strings:
        for word in name_words(type_, name, resource):
            rows += word_texts(start, word)
    if shape.birth and resource.get("birthDate"):
        rows += birth_texts(shape.birth, resource["birthDate"])
    if type_ in PARTICIPANTS:
        rows += [participant_text(named) for named in participants(resource, kept=kept)]
    return rows


def coding_text(type_: str, name: str, coding: Coding) -> str | None:
    """The text of the row by which a token asked for is found; None for ``system|``, which has no row."""
    if coding.code is None:
        return None
    system = coding.system
    if is_primitive(type_, name) and system in ("", implied_system(type_, name)):
        system = None
    return token_text(f"{type_}.{name}", system, coding.code)


def codes(type_: str, resource: Resource) -> frozenset[str]:
    """``code`` and ``system|code`` of every coding of the record's code, vaccine code, category and type.

    The same codings have rows in the chart: ``code_texts`` says which ones to test.
    """
    found: set[str] = set()
    for name in _shape(type_).coded:
        for token in tokens(type_, name, resource):
            if token.code:
                found.add(token.code)
                if token.system:
                    found.add(f"{token.system}|{token.code}")
    return frozenset(found)


def code_texts(type_: str, code: str) -> list[str]:
    """The rows of a record of this type of which one is there when ``code`` is among its ``codes``."""
    system, _, rest = code.rpartition("|")
    asked = Coding(system or None, rest)
    return [text for name in _shape(type_).coded if (text := coding_text(type_, name, asked))]


def clinical_span(type_: str, resource: Resource) -> tuple[int, int]:
    """The record's clinical date as an interval in µs UTC, (0, 0) when it has none.

    Several dates (a timing's events) give the span from the first to the last. An open end is that of
    ``fhir.dates``.
    """
    shape = _shape(type_)
    if shape.date:
        found = [(span.low, span.high) for span in spans(type_, "date", resource)]
    else:
        found = next((dated for path in shape.clinical if (dated := _spans(resource, path))), [])
    if not found:
        return UNDATED
    return min(low for low, _ in found), max(high for _, high in found)


def _spans(resource: Resource, path: tuple[str, ...]) -> list[tuple[int, int]]:
    return [span for value in _at(resource, path) if (span := _span(value))]


def _span(value: Any) -> tuple[int, int] | None:
    """The interval of a date, dateTime, instant or Period; None for what is none."""
    if isinstance(value, str):
        try:
            return interval(value)
        except ValueError:
            return None
    if isinstance(value, dict) and ("start" in value or "end" in value):
        start, end = _span(value.get("start")), _span(value.get("end"))
        return start[0] if start else EARLIEST, end[1] if end else LATEST
    return None


def _at(node: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Every value at a path of element names, through lists."""
    if isinstance(node, list):
        for item in node:
            yield from _at(item, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from _at(node[path[0]], path[1:])
