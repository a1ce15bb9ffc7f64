"""Scheduling's pure part: a doctor's hours, and the times that can be booked.

Hours are stretches between two times of the doctor's clock. A stretch is cut into visits from its beginning on, by the
time that really passes: on the night on which clocks go forward there are fewer, on the one on which they go back there
are more, and the times that come twice are offered twice. No two of them overlap, whatever the hours say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from carefolio.base.clock import DAY, MINUTE
from carefolio.base.failures import malformed
from carefolio.base.sentences import sentence
from carefolio.records.visits import MODES
from carefolio.workflows.scheduling.walls import DAYS_A_WEEK, MINUTES_A_DAY, day_of, instant_of, monday_of

OPEN, REQUEST, VIEW = "open", "request", "view"
BOOKING: Final = (OPEN, REQUEST, VIEW)
"""How times are booked: at once; by asking the doctor; not here, they are only shown."""
LEAST_MINUTES, MOST_MINUTES = 5, 240
MOST_ROWS, MOST_EXCEPTIONS = 42, 200
MOST_AHEAD: Final = 365
USUAL_AHEAD, USUAL_NOTICE = 60, 120
MOST_NOTICE: Final = 14 * MINUTES_A_DAY
NEAR: Final = 6
"""So many other times are named to whoever came too late."""
LONGEST_COMMENT: Final = 1_000

Span = tuple[int, int]
"""Begin and end in µs UTC; the end is no part of it."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What a doctor offers in a stretch: visits of so many minutes, in which ways, booked how."""

    minutes: int = 20
    modes: tuple[str, ...] = MODES[:1]
    booking: str = OPEN


@dataclass(frozen=True, slots=True)
class Hours:
    """Every week on this day (0 is Monday) from one minute of the day to another, on the doctor's clock."""

    weekday: int
    begin: int
    end: int
    sort: Sort = Sort()


@dataclass(frozen=True, slots=True)
class Extra:
    """Hours of one day more; where they meet that weekday's hours, they take their place."""

    day: date
    begin: int
    end: int
    sort: Sort = Sort()


@dataclass(frozen=True, slots=True)
class Off:
    """No visits from the first day to the last, all day or between two minutes of each."""

    first: date
    last: date
    begin: int = 0
    end: int = MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Plan:
    """A doctor's hours. ``ahead``: so many days ahead one may book, ``notice``: so many minutes before a visit begins
    at the latest. ``first`` and ``last`` day of the hours as a whole, where there is one.
    """

    zone: str = "UTC"
    hours: tuple[Hours, ...] = ()
    extra: tuple[Extra, ...] = ()
    off: tuple[Off, ...] = ()
    ahead: int = USUAL_AHEAD
    notice: int = USUAL_NOTICE
    first: date | None = None
    last: date | None = None
    active: bool = True

    @property
    def clock(self) -> ZoneInfo:
        """The doctor's clock."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A time that a visit can have, in µs UTC."""

    start: int
    end: int
    modes: tuple[str, ...] = ()
    booking: str = OPEN

    def meets(self, span: Span) -> bool:
        """Whether they have a moment in common."""
        return self.start < span[1] and span[0] < self.end


def refuse_plan(plan: Plan) -> None:
    """Raise what is wrong with the hours, for whoever typed them."""
    problem = next(_problems(plan), "")
    if problem:
        raise malformed(problem)


def _problems(plan: Plan) -> Iterator[str]:
    stretches: list[Hours | Extra] = [*plan.hours, *plan.extra]
    if len(plan.hours) > MOST_ROWS or len(plan.extra) + len(plan.off) > MOST_EXCEPTIONS:
        yield sentence(
            "Keep it to {lines} lines of hours and {exceptions} exceptions.",
            lines=MOST_ROWS,
            exceptions=MOST_EXCEPTIONS,
        )
    spans = [(one.begin, one.end) for one in stretches] + [(one.begin, one.end) for one in plan.off]
    if not all(0 <= begin < end <= MINUTES_A_DAY for begin, end in spans):
        yield "The hours have to end after they begin, on the same day."
    if not all(0 <= one.weekday < DAYS_A_WEEK for one in plan.hours):
        yield "Choose a day of the week."
    if not all(LEAST_MINUTES <= one.sort.minutes <= MOST_MINUTES for one in stretches):
        yield sentence("A visit takes {least} to {most} minutes.", least=LEAST_MINUTES, most=MOST_MINUTES)
    if any(one.end - one.begin < one.sort.minutes for one in stretches):
        yield "A visit takes longer than these hours."
    if not all(one.sort.modes and set(one.sort.modes) <= set(MODES) for one in stretches):
        yield "Choose how you see patients: by video, at your place or by phone."
    if not all(one.sort.booking in BOOKING for one in stretches):
        yield "Choose how visits are booked."
    yield from _overlaps(plan)
    yield from _limits(plan)


def _overlaps(plan: Plan) -> Iterator[str]:
    lines = [(one.weekday, one.begin, one.end) for one in plan.hours]
    days = [(one.day.toordinal(), one.begin, one.end) for one in plan.extra]
    for ordered in (sorted(lines), sorted(days)):
        for (day, _begin, end), (other, begin, _end) in pairwise(ordered):
            if day == other and begin < end:
                yield "Two lines of hours overlap: change one of them."


def _limits(plan: Plan) -> Iterator[str]:
    if any(one.last < one.first for one in plan.off):
        yield "The last day off is before the first."
    if not 1 <= plan.ahead <= MOST_AHEAD:
        yield sentence("Visits can be booked 1 to {most} days ahead.", most=MOST_AHEAD)
    if not 0 <= plan.notice <= MOST_NOTICE:
        yield "Visits can be booked up to 14 days before they begin, or later."
    if plan.first and plan.last and plan.last < plan.first:
        yield "The last day of your hours is before the first."


# ── the times ──


def times(plan: Plan, low: int, high: int) -> list[Time]:
    """All times that begin between two instants (the second is no part of it), by their beginning; busy or not."""
    if not plan.active:
        return []
    zone = plan.clock
    first, last = day_of(low, zone) - timedelta(days=1), day_of(high, zone) + timedelta(days=1)
    found = [one for day in _days(plan, first, last) for one in _of_day(plan, day, zone)]
    off = [span for one in plan.off for span in _off(one, first, last, zone)]
    return [one for one in found if low <= one.start < high and not any(map(one.meets, off))]


def _days(plan: Plan, first: date, last: date) -> Iterator[date]:
    first, last = max(first, plan.first or first), min(last, plan.last or last)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _of_day(plan: Plan, day: date, zone: ZoneInfo) -> list[Time]:
    extra = [one for each in plan.extra if each.day == day for one in _cut(each, day, zone)]
    weekly = [one for each in plan.hours if each.weekday == day.weekday() for one in _cut(each, day, zone)]
    kept = [one for one in weekly if not any(one.meets((other.start, other.end)) for other in extra)]
    return sorted([*extra, *kept])


def _cut(stretch: Hours | Extra, day: date, zone: ZoneInfo) -> Iterator[Time]:
    start, end = instant_of(day, stretch.begin, zone), instant_of(day, stretch.end, zone)
    length = stretch.sort.minutes * MINUTE
    while start + length <= end:
        yield Time(start, start + length, stretch.sort.modes, stretch.sort.booking)
        start += length


def _off(off: Off, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
    """Days off as spans; whole days in one."""
    low, high = max(off.first, first), min(off.last, last)
    if low > high:
        return
    if (off.begin, off.end) == (0, MINUTES_A_DAY):
        yield instant_of(low, 0, zone), instant_of(high, MINUTES_A_DAY, zone)
        return
    for number in range((high - low).days + 1):
        day = low + timedelta(days=number)
        yield instant_of(day, off.begin, zone), instant_of(day, off.end, zone)


def free(plan: Plan, span: Span, busy: Iterable[Span]) -> list[Time]:
    """The times between two instants at which nothing else is."""
    taken = sorted(busy)
    return [one for one in times(plan, *span) if not any(map(one.meets, taken))]


def open_span(plan: Plan, now: int) -> Span:
    """Between which instants a patient may book now."""
    last = day_of(now, plan.clock) + timedelta(days=plan.ahead + 1)
    return now + plan.notice * MINUTE, instant_of(last, 0, plan.clock)


def own_span(now: int) -> Span:
    """Between which instants a doctor may book for a patient: from now on, whatever the hours say of notice."""
    return now, now + MOST_AHEAD * DAY


def near(found: Sequence[Time], wanted: int, count: int = NEAR) -> tuple[Time, ...]:
    """The free times that are nearest to the one that was wanted, in their order."""
    return tuple(sorted(sorted(found, key=lambda one: (abs(one.start - wanted), one.start))[:count]))


# ── the reader's week ──


def week_span(day: date, zone: ZoneInfo) -> Span:
    """The week of this day on the reader's clock, from Monday on."""
    monday = monday_of(day)
    return instant_of(monday, 0, zone), instant_of(monday + timedelta(days=DAYS_A_WEEK), 0, zone)


def grid(found: Iterable[Time], day: date, zone: ZoneInfo) -> list[tuple[date, list[Time]]]:
    """The times by the days of the reader's week, each day with its own; what is in no such day is left out."""
    monday = monday_of(day)
    days: dict[date, list[Time]] = {monday + timedelta(days=number): [] for number in range(DAYS_A_WEEK)}
    for one in sorted(found):
        days.get(day_of(one.start, zone), []).append(one)
    return list(days.items())
