"""FHIR's primitive types: what a value may look like, and the sentence that says so when it does not.

``problem`` decides. ``QUICK`` holds patterns for the common case: what they match is valid, what they do not
match may still be (29 February, a leap second, base64 in several lines), and ``problem`` has the last word.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Final

from carefolio.fhir import tables
from carefolio.fhir.dates import interval

LARGEST_INTEGER: Final = 2**31 - 1
INTEGERS: Final = {
    "integer": (-LARGEST_INTEGER - 1, LARGEST_INTEGER),
    "unsignedInt": (0, LARGEST_INTEGER),
    "positiveInt": (1, LARGEST_INTEGER),
}
"""Integer type → the least and the largest value."""

_YEAR = "(?:[1-9][0-9]{3}|0[0-9]{2}[1-9])"
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_PRINTABLE = r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*"
_TEXT = rf"^{_PRINTABLE}[^\x00-\x20]{_PRINTABLE}$"
_ADDRESS = r"^[^\s\x00-\x20]+$"
_HEX = "[0-9a-f]"

QUICK: Final = {
    "string": _TEXT,
    "markdown": _TEXT,
    "xhtml": rf"^<div{_PRINTABLE}$",
    "uri": _ADDRESS,
    "url": _ADDRESS,
    "canonical": _ADDRESS,
    "code": r"^[^\s\x00-\x20]+(?: [^\s\x00-\x20]+)*$",
    "id": r"^[A-Za-z0-9\-.]{1,64}$",
    "oid": r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$",
    "uuid": rf"^urn:uuid:{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}$",
    "date": f"^{_YEAR}(?:-(?:{_DAY}|0[1-9]|1[0-2]))?$",
    "dateTime": f"^{_YEAR}(?:-(?:0[1-9]|1[0-2]|{_DAY}(?:T{_TIME}{_ZONE})?))?$",
    "instant": f"^{_YEAR}-{_DAY}T{_TIME}{_ZONE}$",
    "time": f"^{_TIME}$",
    "base64Binary": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
}
"""String type → a pattern whose matches are valid beyond doubt (not anchored to lines)."""

_EXPECTED = {
    "base64Binary": "Data in base64 was expected.",
    "canonical": "An address without blanks was expected.",
    "code": "A code was expected: no blanks at its ends, no two blanks in a row.",
    "date": "A date was expected, such as 1985-04-23, 1985-04 or 1985.",
    "dateTime": "A date was expected, such as 1985-04-23 or 1985, or a time with its zone such as "
    "1985-04-23T10:00:00Z.",
    "id": "An id was expected: 1 to 64 letters, digits, hyphens and full stops.",
    "instant": "A time with its zone was expected, such as 1985-04-23T10:00:00.123Z.",
    "oid": "An OID was expected, such as urn:oid:1.2.3.",
    "time": "A time of day was expected, such as 10:00:00.",
    "uri": "An address without blanks was expected.",
    "url": "An address without blanks was expected.",
    "xhtml": "XHTML was expected that begins with <div.",
    "uuid": "A UUID was expected, such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520, in small letters.",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANK = " \t\r\n"
_BLANKS = re.compile("[ \t\r\n]+")
_DIV = "<div"


def problem(type_name: str, value: Any) -> str | None:
    """What is wrong with the value of a primitive type, in one sentence; None when nothing is."""
    return _check(type_name)(value)


@cache
def _check(type_name: str) -> Callable[[Any], str | None]:
    if type_name == "boolean":
        return _boolean
    if type_name == "decimal":
        return _decimal
    if type_name in INTEGERS:
        return _integer(*INTEGERS[type_name])
    return _string(type_name)


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else "true or false was expected, without quotation marks."


def _decimal(value: Any) -> str | None:
    is_number = type(value) is int or isinstance(value, Decimal)
    return None if is_number else "A number was expected, without quotation marks."


def _integer(least: int, largest: int) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if type(value) is int and least <= value <= largest:
            return None
        return f"A whole number from {least} to {largest} was expected, without quotation marks or decimals."

    return check


def _string(type_name: str) -> Callable[[Any], str | None]:
    has_form = _FORMS.get(type_name) or _matches(type_name)
    expected = _EXPECTED.get(type_name, "Text was expected.")

    def check(value: Any) -> str | None:
        if type(value) is not str:
            return f"A string in quotation marks was expected. {expected}"
        if not value.strip(_BLANK):
            return "Empty text is not allowed: leave the element out."
        if _CONTROL.search(value) is not None:
            return "Text must not contain control characters."
        return None if has_form(value) else expected

    return check


def _matches(type_name: str) -> Callable[[str], bool]:
    """The specification's own expression (it means ASCII where it says blank)."""
    pattern = re.compile(tables.table("primitives")[type_name], re.ASCII)
    return lambda value: pattern.fullmatch(value) is not None


def _in_calendar(type_name: str) -> Callable[[str], bool]:
    """The specification's expression lets 30 February through."""
    has_form = _matches(type_name)

    def check(value: str) -> bool:
        try:
            interval(value)
        except ValueError:
            return False
        return has_form(value)

    return check


def _base64(value: str) -> bool:
    """Decoded rather than matched: the specification's expression takes forever on some long texts."""
    try:
        binascii.a2b_base64(_BLANKS.sub("", value), strict_mode=True)
    except ValueError:
        return False
    return True


def _any_text(_value: str) -> bool:
    return True


_FORMS: Final[dict[str, Callable[[str], bool]]] = {
    "string": _any_text,
    "markdown": _any_text,
    "xhtml": lambda value: value.lstrip(_BLANK).startswith(_DIV),
    "base64Binary": _base64,
    "date": _in_calendar("date"),
    "dateTime": _in_calendar("dateTime"),
    "instant": _in_calendar("instant"),
}
"""Where the specification's expression is absent, lets too much through or takes too long."""
