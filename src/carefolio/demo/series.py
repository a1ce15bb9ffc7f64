"""Dice, dates that come round, and lines between points."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

YEAR = 365.25
_MID_JANUARY = 15


def dice(key: str) -> Random:
    """Return the random numbers that belong to `key`: the same key, the same numbers, on every machine."""
    return Random(key)  # noqa: S311 - invented people must be repeatable; nothing here is secret


def after(on: date, years: float) -> date:
    """Return the day `years` (may be a fraction, may be negative) after `on`."""
    return on + timedelta(days=round(years * YEAR))


def age(birth: date, on: date) -> float:
    """Return the age in years, with its fraction."""
    return (on - birth).days / YEAR


def every(rng: Random, first: date, last: date, days: int) -> Iterator[date]:
    """Yield days from `first` to `last`, about `days` apart as real diaries are (within a tenth)."""
    on = first
    while on <= last:
        yield on
        on += timedelta(days=days + rng.randint(-days // 10, days // 10))


def along(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return the height at `x` of the line through `points` (sorted by x), level outside of them."""
    left = points[0]
    for right in points:
        if x <= right[0]:
            width = right[0] - left[0]
            return right[1] if width <= 0 else left[1] + (right[1] - left[1]) * (x - left[0]) / width
        left = right
    return left[1]


def winter(on: date) -> float:
    """Return how much of a winter day it is: 1 in mid-January, -1 in mid-July."""
    return math.cos(2 * math.pi * (on.timetuple().tm_yday - _MID_JANUARY) / YEAR)
