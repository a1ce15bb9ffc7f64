"""What a clock on the wall shows, and when: the one place where daylight saving changes are dealt with.

| the wall's time | becomes |
|---|---|
| one that comes once | the instant at which it comes |
| one that is skipped (clocks go forward) | the instant of the change, with which the wall goes on |
| one that comes twice (clocks go back) | the first of the two instants |

So a later time on the wall never becomes an earlier instant, and a stretch between two times of the wall is as long as
it really lasts: an hour shorter, or longer, on the night of a change.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from carefolio.base.clock import SECOND, micros, moment

MINUTES_A_DAY: Final = 24 * 60
DAYS_A_WEEK: Final = 7


def instant_of(day: date, minute: int, zone: ZoneInfo) -> int:
    """When (µs UTC) the wall shows this minute of the day, 0 to 1440; 1440 is the next day's beginning."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    first = micros(wall.replace(tzinfo=zone, fold=0))
    if _shown(first, zone) == wall:
        return first
    return _change_between(micros(wall.replace(tzinfo=zone, fold=1)), first, zone)


def day_of(us: int, zone: ZoneInfo) -> date:
    """The day that the wall shows."""
    return _shown(us, zone).date()


def comes_twice(us: int, zone: ZoneInfo) -> bool:
    """Whether the wall shows the same a second time, so that the time alone does not say which of the two is meant."""
    wall = _shown(us, zone)
    return micros(wall.replace(tzinfo=zone, fold=0)) != micros(wall.replace(tzinfo=zone, fold=1))


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _shown(us: int, zone: ZoneInfo) -> datetime:
    return moment(us).astimezone(zone).replace(tzinfo=None)


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """The instant between these two at which the clocks go forward, to the second."""
    before = moment(low).astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        if moment(middle).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
