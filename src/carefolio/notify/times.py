"""A moment in an e-mail, in the words of the pages: "4 March 2024 at 09:15 (Dublin time)"."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_gmt

from carefolio.base.clock import moment

_BRITISH = Locale("en", "GB")


def told_time(us: int, zone: str, language: str) -> str:
    """The moment (µs UTC) on the clock of this zone, which is named."""
    locale = _BRITISH if language == "en" else Locale.parse(language)
    local = moment(us).astimezone(ZoneInfo(zone))
    day, time = format_date(local, "long", locale), format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
    return f"{day} at {time} ({_clock(zone, locale)}{_offset(local)})"


def _offset(local: datetime) -> str:
    """Of a time that comes twice, when clocks go back: which of the two."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return f", {get_timezone_gmt(local, 'long', locale=_BRITISH)}"


def _clock(zone: str, locale: Locale) -> str:
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.rpartition("/")[2]
    city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
    return f"{city} time"
