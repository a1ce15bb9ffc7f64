"""A week of free times on the reader's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from carefolio.base import clock
from carefolio.base.clock import DAY, SECOND
from carefolio.portal.digits import number_of
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.visits.words import calendar_of
from carefolio.portal.words.dates import Calendar
from carefolio.records.visits import Party
from carefolio.workflows.scheduling import rules
from carefolio.workflows.scheduling.rules import MOST_AHEAD, REQUEST, VIEW, Span, Time
from carefolio.workflows.scheduling.sheets import sheet_of
from carefolio.workflows.scheduling.walls import day_of, instant_of, monday_of

_FIRST_LOOK: Final = 35 * DAY
"""So far ahead the first free time is looked for where no week was chosen."""
_MIDDAY: Final = 12 * 60
_LONGEST_STAMP: Final = 10
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Offered:
    """A time to choose: what stands on it, what is said of it, and where it leads ("" where it is only shown)."""

    words: str
    said: str
    address: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week with its free times. ``open``: whether they stand there at once, also where there is no room
    for those of all days.
    """

    name: str
    times: list[Offered] = field(default_factory=list)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """What ``visits/week.html`` shows."""

    days: list[Day]
    clock: str
    title: str
    earlier: str = ""
    later: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is free in it."""
        return not any(day.times for day in self.days)

    @property
    def has_asked(self) -> bool:
        """Whether some of its times have to be asked for."""
        return any(one.is_asked for day in self.days for one in day.times)

    @property
    def has_shown(self) -> bool:
        """Whether some of its times are only shown."""
        return any(not one.address for day in self.days for one in day.times)


@dataclass(frozen=True, slots=True)
class Question:
    """Whose times, who asks (``mine``: the doctor), where a time leads; ``without``: a Slot that would be free."""

    doctor: str
    address: Callable[[int], str]
    mine: bool = False
    without: str = ""


def start_of(request: HttpRequest) -> int:
    """The time that was chosen, in µs UTC; 0 for none."""
    text = request.GET.get("start", "")
    return number_of(text, 0) * SECOND if len(text) <= _LONGEST_STAMP else 0


def stamp(start: int) -> str:
    """A time as addresses hold it."""
    return str(start // SECOND)


def week_of(request: HttpRequest, question: Question) -> tuple[Week, Party]:
    """The week that was asked for, or the first with a free time; and the doctor."""
    visitor = visitor_of(request)
    today = day_of(clock.now(), visitor.zone)
    chosen = _asked(request.GET.get("week", ""), today)
    now = clock.now()
    span = (now, now + _FIRST_LOOK) if chosen is None else rules.week_span(chosen, visitor.zone)
    sheet = visitor.do(sheet_of, question.doctor, span)
    found = sheet.offered(span, mine=question.mine, without=question.without)
    if chosen is None:
        chosen = day_of(found[0].start, visitor.zone) if found else today
    limit = rules.own_span(now) if question.mine else rules.open_span(sheet.plan, now)
    return _week(request, found, chosen, question, limit), sheet.doctor


def _week(request: HttpRequest, found: list[Time], day: date, question: Question, limit: Span) -> Week:
    visitor = visitor_of(request)
    calendar, monday = calendar_of(visitor), monday_of(day)
    low, high = rules.week_span(day, visitor.zone)
    grid = rules.grid(found, day, visitor.zone)
    first = next((on for on, some in grid if some), None)
    days = [
        Day(_name(calendar, on, visitor), [_offered(one, calendar, question) for one in some], open=on == first)
        for on, some in grid
    ]
    return Week(
        days=days,
        clock=calendar.clock(),
        title=calendar.day_of(low),
        earlier=f"{request.path}?week={monday - _WEEK}#times" if low > clock.now() else "",
        later=f"{request.path}?week={monday + _WEEK}#times" if high < limit[1] else "",
    )


def _name(calendar: Calendar, day: date, visitor: Visitor) -> str:
    return calendar.weekday_of(instant_of(day, _MIDDAY, visitor.zone))


def _offered(one: Time, calendar: Calendar, question: Question) -> Offered:
    words = calendar.time_of(one.start)
    asked = one.booking == REQUEST and not question.mine
    said = _("{day} at {time}").format(day=calendar.weekday_of(one.start), time=words)
    address = "" if one.booking == VIEW and not question.mine else question.address(one.start)
    return Offered(words, said, address, asked)


def _asked(text: str, today: date) -> date | None:
    """The day whose week is wanted, kept within what can be booked; None for none or nonsense."""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return None
    return min(max(wanted, today), today + timedelta(days=MOST_AHEAD))
