"""FHIR's JSON in and out, to the digit.

FHIR forbids to change a decimal's precision (1.10 is not 1.1), so no number becomes a float: decimals are
``decimal.Decimal``, and one that Python would write in another way (1e2, 0.00000001) remembers its text.
"""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import Any, Final, Self

import msgspec

from carefolio.base.failures import Failure, malformed

Resource = dict[str, Any]

DEEPEST: Final = 100
"""How many objects and arrays may stand inside one another; FHIR needs about 20."""
LARGEST_EXPONENT: Final = 1_000
"""Beyond 10^±1000 a few bytes of JSON could fill the memory of whoever calculates with them."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BYTE = re.compile(r" \(byte (\d+)\)")
_ESCAPED = re.compile(rb"\\.")
_NOT_OPENING = bytes(byte for byte in range(256) if byte not in b"{[")
_CONTAINERS = (dict, list)


class Written(Decimal):
    """A decimal that is written back the way it was read."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Keep the text beside the number."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > LARGEST_EXPONENT:
        raise malformed(f"A number lies beyond the range of 10 to the ±{LARGEST_EXPONENT}.")
    return number if str(number) == text else Written(text)


def _unusual(value: object) -> msgspec.Raw:
    """What msgspec does not know by itself: a decimal with its own notation, nothing else."""
    if isinstance(value, Decimal):
        return msgspec.Raw(str(value).encode())
    raise TypeError(f"{type(value).__name__} is no part of FHIR's JSON")


_decoder = msgspec.json.Decoder(float_hook=_decimal)
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_unusual)
serialise = _encoder.encode
"""Any JSON value as compact UTF-8: keys in their order, decimals to the digit."""


def parse(data: bytes) -> Resource:
    """Read one JSON object. Raises Failure (MALFORMED) with a sentence that says where and what.

    Refused are a value that is no object, more than ``DEEPEST`` levels, the same key twice in one object
    (readers disagree about which one counts), bytes that are not UTF-8 and numbers out of all bounds.
    """
    data = data.removeprefix(_BYTE_ORDER_MARK)
    try:
        value = _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise _not_json(data, str(error)) from None
    except UnicodeDecodeError:
        raise malformed(f"The text is not UTF-8 {_place(data, _first_bad_byte(data))}.") from None
    except RecursionError:
        raise _too_deep() from None
    except (DecimalException, ValueError):
        raise malformed("A number lies beyond what can be read.") from None
    if type(value) is not dict:
        raise malformed("A JSON object was expected: the text must begin with { and end with }.")
    if openings(data) > DEEPEST and _depth(value) > DEEPEST:
        raise _too_deep()
    if _has_doubles(data, value):
        raise malformed("An object has the same key twice; which of the two counts would be a guess.")
    return value


def openings(data: bytes) -> int:
    """How many brackets open an object or an array: each becomes an object of ten times its size. Those inside texts
    are counted too, which is what makes it quick.
    """
    return len(data.translate(None, _NOT_OPENING))


def _has_doubles(data: bytes, value: Resource) -> bool:
    """Whether an object lost a key to its double; what is written again byte by byte has lost nothing."""
    again = serialise(value)
    return again != data and _quotes(again) != _quotes(data)


def _quotes(data: bytes) -> int:
    """How many quotation marks open or close a string: each lost key takes at least two away."""
    return (_ESCAPED.sub(b"", data) if b"\\" in data else data).count(b'"')


def _depth(value: Resource) -> int:
    """Levels of objects and arrays, counted level by level: the interpreter's own stack stays out of it."""
    depth = 0
    level: list[Any] = [value]
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _CONTAINERS
        ]
    return depth


def _not_json(data: bytes, message: str) -> Failure:
    """Turn ``JSON is malformed: trailing comma in object (byte 7)`` into a place that an editor can show."""
    reason = _BYTE.sub("", message).removeprefix("JSON is malformed: ")
    place = _BYTE.search(message)
    if place is None:
        return malformed("The JSON ends too early: a bracket or a quotation mark is still open.")
    return malformed(f"This is not JSON {_place(data, int(place[1]))}: {reason}.")


def _place(data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    column = position - data.rfind(b"\n", 0, position)
    return f"at line {line}, column {column}"


def _first_bad_byte(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _too_deep() -> Failure:
    return malformed(f"Objects and arrays stand inside one another more than {DEEPEST} levels deep.")
