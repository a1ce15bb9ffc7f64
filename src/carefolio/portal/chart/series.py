"""Measurements over time: from Observations to series with the words, pictures and rows that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carefolio.fhir.json import parse
from carefolio.portal.chart.addresses import trend_address
from carefolio.portal.chart.items import FLAG_TAGS, Item
from carefolio.portal.chart.names import Senders
from carefolio.portal.chart.numbers import ends, picture_of, small_line
from carefolio.portal.pictures.trend import Point, Series
from carefolio.portal.words.elements import code_of, codings, dig, each
from carefolio.portal.words.interpret import flag_word
from carefolio.portal.words.records import told
from carefolio.portal.words.states import MISTAKE
from carefolio.portal.words.systems import shown_in
from carefolio.portal.words.told import USUAL, Number, Reader
from carefolio.portal.words.units import decimal_of, with_unit
from carefolio.records.read import Found

FEWEST: Final = 2
_MOST_LINES: Final = 2
"""A picture has room for so many lines; the table shows all."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Some of the values under one code, newest first."""

    code: str
    newest: Item
    values: tuple[Item, ...]

    @property
    def labels(self) -> list[str]:
        """What its numbers are called, in the newest's order."""
        return list(dict.fromkeys(number.label for one in self.values for number in one.told.numbers))


def measurements(found: Iterable[Found], reader: Reader, senders: Senders, chart: str) -> Iterator[dict[str, Any]]:
    """Cards for what was measured twice or more, the kinds of tests by name; only the newest of each is told."""
    by_code: dict[str, list[_Read]] = {}
    for one in found:
        body = dict(shown_in(parse(one.body), reader.units))
        by_code.setdefault(_code(body), []).append(_Read(one, body))
    cards = [_card(some, reader, senders, chart) for code, some in by_code.items() if code and len(some) >= FEWEST]
    yield from sorted((card for card in cards if card), key=lambda card: str(card["title"]).casefold())


class _Read(NamedTuple):
    """A record with its content."""

    found: Found
    body: dict[str, Any]


def _code(body: dict[str, Any]) -> str:
    """The ``system|code`` under which it is measured, as its page asks for it; "" for what is no longer held true."""
    if body.get("status") == MISTAKE:
        return ""
    return next((f"{system}|{code}" for system, code in codings(body.get("code"))), "")


def _card(read: Sequence[_Read], reader: Reader, senders: Senders, chart: str) -> dict[str, Any]:
    newest = _item(read[0], reader, senders)
    if not newest.told.numbers:
        return {}
    main = newest.told.numbers[0]
    part = next((part for part, value in _amounts(read[0].body) if value == main.value), "")
    values = (
        (one.found.row.low, value)
        for one in read
        for of, value in _amounts(one.body)
        if of == part and one.found.row.low
    )
    drawn = [Point(low, value, "", "") for low, value in values]
    if len(drawn) < FEWEST:
        return {}
    words = newest.told.title, _("Newest: {value}").format(value=newest.told.value)
    return {
        "title": newest.told.title,
        "value": newest.told.value,
        "flag": FLAG_TAGS.get(newest.told.flag, ""),
        "when": newest.told.when,
        "hospital": newest.source,
        "count": len(drawn),
        "picture": small_line(drawn, main.low, main.high, words),
        "address": trend_address(chart, newest.told.code),
    }


def _amounts(body: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The numbers in an Observation: its own under "", those of its parts under their first code."""
    for element in (body, *each(body, "component")):
        given = dig(element, "valueQuantity", "value") if "valueQuantity" in element else element.get("valueInteger")
        value = decimal_of(given)
        if value is not None:
            yield "" if element is body else code_of(element.get("code")), value


def measurement(found: Iterable[Found], reader: Reader, senders: Senders, code: str) -> Measurement | None:
    """What is held under one code; None where that is nothing with a number."""
    read = (_Read(one, parse(one.body)) for one in found)
    told_all = (_item(one, reader, senders) for one in read if _code(one.body))
    values = tuple(one for one in told_all if one.told.numbers)
    return Measurement(code, values[0], values) if values else None


def _item(read: _Read, reader: Reader, senders: Senders) -> Item:
    return Item(read.found, told(read.body, reader), senders.of(read.found), "")


def _points(item: Item, label: str) -> Iterator[Point]:
    for number in item.told.numbers:
        if number.label == label and item.found.row.low:
            yield Point(item.found.row.low, number.value, item.told.when, number.shown)


def picture(measured: Measurement, reader: Reader) -> SafeString:
    """All lines that there is room for, in one unit each as the newest has it."""
    numbers = measured.newest.told.numbers[:_MOST_LINES]
    drawn = [_line(measured, number, reader) for number in numbers]
    title = _("{name} over time").format(name=measured.newest.told.title)
    return picture_of(drawn, title, describe(measured, numbers[0]))


def _line(measured: Measurement, number: Number, reader: Reader) -> Series:
    drawn = [
        point
        for item in measured.values
        for point in _points(item, number.label)
        if _unit(item, number.label) == number.unit
    ]
    return Series(number.label, drawn, number.low, number.high, ends(number.low, number.high, reader))


def _unit(item: Item, label: str) -> str:
    return next((one.unit for one in item.told.numbers if one.label == label), "")


def describe(measured: Measurement, number: Number) -> str:
    """The change in words: "From 71 kg on 4 March 2020 to 75 kg on 9 May 2026"."""
    drawn = sorted(point for item in measured.values for point in _points(item, number.label))
    if len(drawn) < FEWEST:
        return ""
    first, last = drawn[0], drawn[-1]
    return _("From {first} on {first_day} to {last} on {last_day}.").format(
        first=first.shown, first_day=first.day, last=last.shown, last_day=last.day
    )


def table(measured: Measurement, reader: Reader) -> dict[str, Any]:
    """The same numbers as a table, newest first: day, numbers, usual range, hospital."""
    labels = measured.labels
    single = len(labels) == 1
    columns = [_("Date"), *([_("Result")] if single else labels), _("Usual range"), _("From")]
    rows = [_row(item, labels, reader) for item in measured.values]
    return {"columns": columns, "rows": rows}


def _row(item: Item, labels: Sequence[str], reader: Reader) -> list[str]:
    by_label = {number.label: number for number in item.told.numbers}
    cells = [_cell(by_label[label]) if label in by_label else "" for label in labels]
    ranges = dict.fromkeys(_range(number, reader) for number in item.told.numbers)
    return [item.told.when, *cells, " / ".join(one for one in ranges if one), item.source]


def _cell(number: Number) -> str:
    word = "" if number.flag in ("", USUAL) else flag_word(number.flag)
    return f"{number.shown} ({word})" if word else number.shown


def _range(number: Number, reader: Reader) -> str:
    low, high = ends(number.low, number.high, reader)
    if low and high:
        return with_unit(_("{low} to {high}").format(low=low, high=high), number.unit)
    if low or high:
        return (_("{end} or more") if low else _("up to {end}")).format(end=with_unit(low or high, number.unit))
    return ""
