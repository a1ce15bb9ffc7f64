"""FHIR's dates as intervals: 1985 is all of that year, 2015-02-07T13:28:17 all of that second.

Everything is in microseconds since 1970-01-01T00:00:00 UTC; what has no zone counts as UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Final

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_DIGITS = 6
_DECEMBER = 12

EARLIEST: Final = (date.min.toordinal() - _EPOCH_DAY) * _DAY
"""Where a period without a start begins: the year 1."""
LATEST: Final = (date.max.toordinal() - _EPOCH_DAY + 1) * _DAY - 1
"""Where a period without an end ends: the last microsecond of the year 9999."""

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(:(?:[0-5]\d|60)(?:\.(\d+))?)?"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_DATE_LENGTH = len("1985-04-23")
_SECONDS = slice(len("1985-04-23T10:00:"), len("1985-04-23T10:00:00"))


def interval(text: str) -> tuple[int, int]:
    """First and last microsecond of a FHIR date, dateTime, instant or a part of one. Raises ValueError."""
    if len(text) > _DATE_LENGTH:
        return _of_time(text)
    if len(text) == _DATE_LENGTH and text[4] == text[7] == "-":
        low = _midnight(date.fromisoformat(text))
        return low, low + _DAY - 1
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError("not a FHIR date")
    year = int(match[1])
    first, last = (int(match[2]),) * 2 if match[2] else (1, _DECEMBER)
    end = date(year, last, monthrange(year, last)[1])
    return _midnight(date(year, first, 1)), _midnight(end) + _DAY - 1


def _of_time(text: str) -> tuple[int, int]:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError("not a FHIR dateTime")
    seconds, fraction, zone = match.groups()
    leap = _SECOND if text[_SECONDS] == "60" else 0
    if leap:  # the day's extra second: Python's calendar has none, so it is the one after :59
        text = f"{text[: _SECONDS.start]}59{text[_SECONDS.stop :]}"
    since = datetime.fromisoformat(text if zone else text + "Z") - _EPOCH
    low = since.days * _DAY + since.seconds * _SECOND + since.microseconds + leap
    return low, low + (_width(fraction) if seconds else _MINUTE) - 1


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH_DAY) * _DAY


def _width(fraction: str | None) -> int:
    """How many microseconds a time leaves open: .1 means all of that tenth."""
    return int(10 ** max(_DIGITS - len(fraction or ""), 0))
