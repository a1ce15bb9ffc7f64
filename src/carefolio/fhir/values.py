"""What a search parameter finds in a resource, and how each FHIR type turns into it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from carefolio.fhir.dates import EARLIEST, LATEST, interval


class Token(msgspec.Struct, frozen=True):
    """A code, identifier or boolean; ``system`` is None where there is none."""

    system: str | None
    code: str


class Link(msgspec.Struct, frozen=True):
    """A reference as it is written in the resource."""

    reference: str


class Span(msgspec.Struct, frozen=True):
    """A date as its first and last microsecond since 1970, UTC."""

    low: int
    high: int


class Text(msgspec.Struct, frozen=True):
    """A piece of text, as written."""

    value: str


class Number(msgspec.Struct, frozen=True):
    """A number without a unit."""

    value: Decimal


class Quantity(msgspec.Struct, frozen=True):
    """A number with its unit: the coded one, else the one for reading; ``system`` is None then."""

    value: Decimal
    system: str | None
    code: str | None


class Uri(msgspec.Struct, frozen=True):
    """An address, as written."""

    value: str


class Composite(msgspec.Struct, frozen=True):
    """The parts of a composite that were found in the same place."""

    parts: tuple[Value, ...]


Value = Token | Link | Span | Text | Number | Quantity | Uri | Composite
Found = list[Value]
Emit = Callable[[Any, Found], None]
"""Adds to the list what it makes of one FHIR value."""

_CURRENCY = "urn:iso:std:iso:4217"
_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")


# ── token ────────────────────────────────────────────────────────────────────────────────────────


def code_of(system: str | None) -> Emit:
    """For elements of type ``code``: their system is that of the codes they are bound to."""

    def emit(value: str, found: Found) -> None:
        found.append(Token(system, value))

    return emit


def _boolean(value: bool, found: Found) -> None:
    found.append(Token(None, "true" if value else "false"))


def _coding(value: dict[str, Any], found: Found) -> None:
    code = value.get("code")
    if code is not None:
        found.append(Token(value.get("system"), code))


def _concept(value: dict[str, Any], found: Found) -> None:
    for coding in value.get("coding", ()):
        code = coding.get("code")
        if code is not None:
            found.append(Token(coding.get("system"), code))


def _identified(value: dict[str, Any], found: Found) -> None:
    """Identifier and ContactPoint: both have a system and a value."""
    text = value.get("value")
    if text is not None:
        found.append(Token(value.get("system"), text))


# ── reference, uri, string ───────────────────────────────────────────────────────────────────────


def _reference(value: dict[str, Any], found: Found) -> None:
    reference = value.get("reference")
    if reference is not None:
        found.append(Link(reference))


def _canonical(value: str, found: Found) -> None:
    found.append(Link(value))


def _inline(value: dict[str, Any], found: Found) -> None:
    """A resource that stands where others have a reference to it."""
    if "id" in value:
        found.append(Link(f"{value['resourceType']}/{value['id']}"))


def _uri(value: str, found: Found) -> None:
    found.append(Uri(value))


def _text(value: str, found: Found) -> None:
    found.append(Text(value))


def _parts(names: tuple[str, ...]) -> Emit:
    def emit(value: dict[str, Any], found: Found) -> None:
        for name in names:
            part = value.get(name)
            if type(part) is list:
                found.extend(Text(text) for text in part if text is not None)
            elif part is not None:
                found.append(Text(part))

    return emit


# ── date ─────────────────────────────────────────────────────────────────────────────────────────


def _date(value: str, found: Found) -> None:
    found.append(Span(*interval(value)))


def _period(value: dict[str, Any], found: Found) -> None:
    start, end = value.get("start"), value.get("end")
    if start is not None or end is not None:
        low = EARLIEST if start is None else interval(start)[0]
        found.append(Span(low, LATEST if end is None else interval(end)[1]))


def _timing(value: dict[str, Any], found: Found) -> None:
    for event in value.get("event", ()):
        if event is not None:
            _date(event, found)
    _period(value.get("repeat", {}).get("boundsPeriod", {}), found)


# ── number, quantity ─────────────────────────────────────────────────────────────────────────────


def _number(value: Decimal | int, found: Found) -> None:
    found.append(Number(Decimal(value)))


def _quantity(value: dict[str, Any], found: Found) -> None:
    number = value.get("value")
    if number is not None:
        code = value.get("code")
        system = value.get("system") if code is not None else None
        found.append(Quantity(Decimal(number), system, value.get("unit") if code is None else code))


def _money(value: dict[str, Any], found: Found) -> None:
    number = value.get("value")
    if number is not None:
        found.append(Quantity(Decimal(number), _CURRENCY, value.get("currency")))


def _range(value: dict[str, Any], found: Found) -> None:
    for bound in ("low", "high"):
        _quantity(value.get(bound, {}), found)


EMITTERS: dict[str, dict[str, Emit]] = {
    "special": {},
    "token": {
        "boolean": _boolean,
        "Coding": _coding,
        "CodeableConcept": _concept,
        "Identifier": _identified,
        "ContactPoint": _identified,
        **dict.fromkeys(("code", "id", "string", "uri", "canonical"), code_of(None)),
    },
    "reference": {
        "Reference": _reference,
        "Resource": _inline,
        **dict.fromkeys(("canonical", "uri", "url"), _canonical),
    },
    "uri": dict.fromkeys(("uri", "url", "canonical", "oid", "uuid"), _uri),
    "string": {
        "HumanName": _parts(_NAME_PARTS),
        "Address": _parts(_ADDRESS_PARTS),
        **dict.fromkeys(("string", "markdown", "code", "id"), _text),
    },
    "date": {
        "Period": _period,
        "Timing": _timing,
        **dict.fromkeys(("date", "dateTime", "instant"), _date),
    },
    "number": dict.fromkeys(("decimal", "integer", "positiveInt", "unsignedInt"), _number),
    "quantity": {
        "Money": _money,
        "Range": _range,
        **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration", "MoneyQuantity"), _quantity),
    },
}
"""kind of parameter → FHIR type → how its values are taken. What is not here yields nothing."""
