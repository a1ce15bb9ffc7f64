"""A moment in an e-mail, in the words of the pages: "4 March 2024 at 09:15 (Dublin time)"."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from carefolio.base.clock import moment

_BRITISH = Locale("en", "GB")


def told_time(us: int, zone: str, language: str) -> str:
    """The moment (µs UTC) on the clock of this zone, which is named."""
    locale = _BRITISH if language == "en" else Locale.parse(language)
    local = moment(us).astimezone(ZoneInfo(zone))
    day, time = format_date(local, "long", locale), format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
    return f"{day} at {time} ({_clock(zone, locale)})"


def _clock(zone: str, locale: Locale) -> str:
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.rpartition("/")[2]
    city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
    return f"{city} time"
