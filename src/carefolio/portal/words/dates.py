"""Dates as people say them: FHIR's dates, dateTimes and parts of them, and moments, in a reader's language and zone.

A date without a time is a day on a calendar: no zone ever moves it. A dateTime with a zone is told on the reader's
clock, and the zone is named. What is no date at all is told as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeGuard
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_gmt

from carefolio.base.clock import DAY, HOUR, MICROSECONDS, MINUTE, moment
from carefolio.fhir.dates import interval
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import ngettext

_DATE_LENGTH: Final = len("2024-03-04")
_MONTH_LENGTH: Final = len("2024-03")
_YEAR_LENGTH: Final = len("2024")
_ZONED: Final = re.compile(r"T.*(Z|[+-]\d\d:\d\d)$")
_DAYS_CALLED_RECENT: Final = 7
_MONTHS_A_YEAR: Final = 12
_YEARS_IN_MONTHS: Final = 2
"""Below that age people count months."""
_WEEKS_BELOW: Final = 90
"""Below so many days people count weeks."""
_DAYS_BELOW: Final = 14
_DAYS_A_WEEK: Final = 7
_FALLBACK: Final = Locale("en", "GB")


@lru_cache(maxsize=256)
def locale_of(name: str) -> Locale:
    """The locale of ``de`` or ``en-IE``; English as in Britain where the name says no country or nothing known."""
    try:
        found = Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return _FALLBACK
    return _FALLBACK if found.language == "en" and not found.territory else found


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """The zone of ``Europe/Dublin``; UTC where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@dataclass(frozen=True, slots=True)
class Calendar:
    """Says dates in one language and zone."""

    locale: str = "en"
    zone: str = "UTC"

    def told(self, text: object, *, short: bool = False) -> str:
        """A FHIR date or dateTime, as exact as it is: "4 March 2024 at 09:15 (Dublin time)"; "" for nonsense."""
        if not _is_date(text):
            return ""
        if len(text) <= _DATE_LENGTH:
            return self._partial(text, "medium" if short else "long")
        zoned = _ZONED.search(text) is not None
        return self._at(self._local(text, zoned=zoned), short=short, zoned=zoned)

    def day(self, text: object, *, short: bool = False) -> str:
        """The day alone, on the reader's calendar: "4 March 2024"; a month or year where no more is given."""
        if not _is_date(text):
            return ""
        style = "medium" if short else "long"
        if len(text) <= _DATE_LENGTH:
            return self._partial(text, style)
        local = self._local(text, zoned=_ZONED.search(text) is not None)
        return format_date(local, style, locale_of(self.locale))

    def last_day(self, us: int) -> str:
        """The day with whose end something ends; where it ends at another time of the reader's clock, that moment."""
        following = self._on_clock(us + 1)
        is_whole = (following.hour, following.minute, following.second) == (0, 0, 0)
        return self.day_of(us) if is_whole else self.moment(us)

    def moment(self, us: int, *, short: bool = False) -> str:
        """A moment in µs since the epoch: "4 March 2024 at 09:15 (Dublin time)"."""
        return self._at(self._on_clock(us), short=short, zoned=True)

    def day_of(self, us: int) -> str:
        """The day of a moment: "4 March 2024"."""
        return format_date(self._on_clock(us), "long", locale_of(self.locale))

    def time_of(self, us: int) -> str:
        """The time of a moment, "09:15"; of one that the clock shows twice, with its offset: "01:20 GMT+01:00"."""
        local, locale = self._on_clock(us), locale_of(self.locale)
        time = format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
        return f"{time} {_offset(local, locale)}".rstrip()

    def weekday_of(self, us: int) -> str:
        """The day of a moment as a week shows it: "Thursday 4 March"."""
        local, locale = self._on_clock(us), locale_of(self.locale)
        day = format_skeleton("MMMMd", local.date(), locale=locale)
        return f"{format_date(local.date(), 'EEEE', locale)} {day}"

    def relative(self, us: int, now: int) -> str:
        """How long ago, for what is recent ("2 hours ago", "yesterday", "3 days ago"); else the day."""
        past = now - us
        if abs(past) < MINUTE:
            return _("just now")
        days = (self._ordinal(now)) - self._ordinal(us)
        if days in (1, -1) and abs(past) > HOUR:
            return _("yesterday") if days == 1 else _("tomorrow")
        if abs(past) < DAY or 0 < abs(days) < _DAYS_CALLED_RECENT:
            span = timedelta(days=-days) if days else timedelta(seconds=-past / MICROSECONDS)
            return format_timedelta(span, add_direction=True, threshold=1.0, locale=locale_of(self.locale))
        return self.day_of(us)

    def period(self, period: object, *, short: bool = False) -> str:
        """A FHIR Period: "from … to …", "from …", "until …"; one day alone where both ends are on it."""
        if not isinstance(period, Mapping):
            return ""
        start, end = self.day(period.get("start"), short=short), self.day(period.get("end"), short=short)
        if start and end:
            return start if start == end else _("from {start} to {end}").format(start=start, end=end)
        if start:
            return _("from {start}").format(start=start)
        return _("until {end}").format(end=end) if end else ""

    def age(self, birth: object, on: int) -> str:
        """The age at a moment (µs) of somebody born on a FHIR date: "38 years", "5 months", "3 weeks", "6 days"."""
        if not _is_date(birth):
            return ""
        today = self._on_clock(on).date()
        born = moment(interval(birth)[0]).date()
        if born > today:
            return ""
        return _age(born, today, exact=len(birth) >= _DATE_LENGTH)

    def _ordinal(self, us: int) -> int:
        return self._on_clock(us).toordinal()

    def _local(self, text: str, *, zoned: bool) -> datetime:
        low = interval(text)[0]
        return self._on_clock(low) if zoned else moment(low)

    def _on_clock(self, us: int) -> datetime:
        """The moment on the reader's clock; at the calendar's very ends, where no zone can move it, in UTC."""
        then = moment(us)
        try:
            return then.astimezone(zone_of(self.zone))
        except OverflowError:
            return then

    def _partial(self, text: str, style: str) -> str:
        locale = locale_of(self.locale)
        first = moment(interval(text)[0]).date()
        if len(text) == _YEAR_LENGTH:
            return format_skeleton("y", first, locale=locale)
        if len(text) == _MONTH_LENGTH:
            return format_skeleton("yMMM" if style == "medium" else "yMMMM", first, locale=locale)
        return format_date(first, "medium" if style == "medium" else "long", locale)

    def _at(self, local: datetime, *, short: bool, zoned: bool) -> str:
        locale = locale_of(self.locale)
        day = format_date(local, "medium" if short else "long", locale)
        time = format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
        if short:
            return f"{day} {time}"
        if not zoned:
            return _("{day} at {time}").format(day=day, time=time)
        offset = _offset(local, locale)
        zone = f"{self.clock()}, {offset}" if offset else self.clock()
        return _("{day} at {time} ({zone})").format(day=day, time=time, zone=zone)

    def clock(self) -> str:
        """Whose clock the times are on: "Dublin time", "UTC"."""
        key = getattr(zone_of(self.zone), "key", "UTC")
        if "/" not in key or key.startswith("Etc/"):
            return key.rpartition("/")[2]
        place = locale_of(self.locale).time_zones.get(key, {}).get("city") or key.rpartition("/")[2].replace("_", " ")
        return _("{city} time").format(city=place)


def _offset(local: datetime, locale: Locale) -> str:
    """Of a time that comes twice, when clocks go back, which of the two: "GMT+01:00"; "" of all others."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return get_timezone_gmt(local, "long", locale=locale)


def _age(born: date, today: date, *, exact: bool) -> str:
    months = (today.year - born.year) * _MONTHS_A_YEAR + today.month - born.month - (today.day < born.day)
    days = (today - born).days
    years = months // _MONTHS_A_YEAR
    if years >= _YEARS_IN_MONTHS or not exact:
        return ngettext("{n} year", "{n} years", years).format(n=years)
    if days >= _WEEKS_BELOW:
        return ngettext("{n} month", "{n} months", months).format(n=months)
    if days >= _DAYS_BELOW:
        weeks = days // _DAYS_A_WEEK
        return ngettext("{n} week", "{n} weeks", weeks).format(n=weeks)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def low_of(text: object) -> int | None:
    """The first microsecond of a FHIR date, to sort by; None for nonsense."""
    return interval(text)[0] if _is_date(text) else None


def _is_date(text: object) -> TypeGuard[str]:
    """Whether it is a FHIR date or dateTime that exists."""
    if not isinstance(text, str):
        return False
    try:
        moment(interval(text)[0])
    except (ValueError, OverflowError):
        return False
    return True
