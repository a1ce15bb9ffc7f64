"""Time: one clock for the whole product, in microseconds since 1970-01-01T00:00:00 UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

MICROSECONDS = 1_000_000
SECOND = MICROSECONDS
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Offset:
    """How far the product's clock stands from the machine's: 0 but in tests that let time pass."""

    microseconds = 0


def now() -> int:
    """The present in µs since the epoch, UTC."""
    return time.time_ns() // 1_000 + _Offset.microseconds


def shift(microseconds: int) -> None:
    """Let the product's clock run ahead of the machine's by so much (tests of expiry; 0 puts it right)."""
    _Offset.microseconds = microseconds


def moment(microseconds: int) -> datetime:
    """The same instant as an aware datetime in UTC, exact to the microsecond."""
    return _EPOCH + timedelta(microseconds=microseconds)


def micros(when: datetime) -> int:
    """An aware datetime in µs since the epoch, UTC."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> str:
    """The same instant as a FHIR instant (https://hl7.org/fhir/R4/datatypes.html#instant), to the microsecond."""
    seconds, rest = divmod(microseconds, SECOND)
    return f"{_to_the_second(seconds)}.{rest:06}+00:00"


@lru_cache(maxsize=16)
def _to_the_second(seconds: int) -> str:
    """Most instants that are written one after another lie in the same second."""
    return moment(seconds * SECOND).replace(tzinfo=None).isoformat(timespec="seconds")


def stopwatch() -> int:
    """A monotonic reading in nanoseconds, to tell how long something took."""
    return time.perf_counter_ns()
