"""Birth dates by blind cells: the years, months and days that together hold exactly the people asked for.

A row ``=1985`` stands for everybody born in 1985, however exactly that is known; a row ``~1985`` for those of
whom no more is known. With both, a comparison is covered exactly and nothing has to be decrypted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from carefolio.fhir.dates import interval
from carefolio.search.query import DateTest, Prefix

FIRST_YEAR = 1850
"""Nobody whose records are kept here was born earlier."""
_MONTHS = 12
_DAYS = 31
_CACHED = 512

Interval = tuple[int, int]


def holds(test: DateTest, low: int, high: int) -> bool:
    """Whether a date in [low, high] passes the test (https://hl7.org/fhir/R4/search.html#prefix)."""
    contained = test.low <= low and high <= test.high
    match test.prefix:
        case Prefix.EQ | Prefix.NE:
            return contained is (test.prefix is Prefix.EQ)
        case Prefix.GT | Prefix.GE:
            return high > test.high or (contained and test.prefix is Prefix.GE)
        case Prefix.LT | Prefix.LE:
            return low < test.low or (contained and test.prefix is Prefix.LE)
        case Prefix.SA | Prefix.EB:
            return low > test.high if test.prefix is Prefix.SA else high < test.low
    return low <= test.high and high >= test.low


@lru_cache(_CACHED)
def cells(test: DateTest, last_year: int) -> tuple[str, ...]:
    """The ends of the texts (``=1985-04``, ``~1985``) whose rows are exactly the matching birth dates."""
    return tuple(_cover(test, [f"{year:04}" for year in range(FIRST_YEAR, last_year + 1)]))


def _cover(test: DateTest, dates: Iterable[str]) -> Iterator[str]:
    for date in dates:
        parts = _parts(date)
        if not parts:
            if holds(test, *interval(date)):
                yield f"={date}"
        elif _all_hold(test, date, parts):
            yield f"={date}"
        elif _some_may_hold(test, *interval(date)):
            if holds(test, *interval(date)):
                yield f"~{date}"
            yield from _cover(test, parts)


@lru_cache(_CACHED * _MONTHS)
def _parts(date: str) -> tuple[str, ...]:
    """The months of a year, the days of a month, nothing of a day."""
    if len(date) == len("1985"):
        return tuple(f"{date}-{month:02}" for month in range(1, _MONTHS + 1))
    if len(date) == len("1985-04"):
        return tuple(f"{date}-{day:02}" for day in range(1, _DAYS + 1) if _is_date(f"{date}-{day:02}"))
    return ()


def _is_date(date: str) -> bool:
    try:
        interval(date)
    except ValueError:
        return False
    return True


def _all_hold(test: DateTest, date: str, parts: tuple[str, ...]) -> bool:
    """Whether all inside passes. But for ``ne`` what passes lies together: the ends speak for the rest."""
    low, high = interval(date)
    if test.prefix is Prefix.NE:
        return high < test.low or low > test.high
    ends = [date, parts[0], parts[-1], *_parts(parts[0])[:1], *_parts(parts[-1])[-1:]]
    return all(holds(test, *interval(end)) for end in ends)


def _some_may_hold(test: DateTest, low: int, high: int) -> bool:
    """Whether it is worth looking inside."""
    match test.prefix:
        case Prefix.NE:
            return True
        case Prefix.GT | Prefix.GE | Prefix.SA:
            return high >= test.low
        case Prefix.LT | Prefix.LE | Prefix.EB:
            return low <= test.high
    return low <= test.high and high >= test.low
