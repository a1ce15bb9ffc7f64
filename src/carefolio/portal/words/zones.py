"""The time zones that people may choose: looked up once, for it takes a look into each of six hundred files."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

ALL: Final = frozenset(available_timezones())
PLACES: Final = tuple(sorted(name for name in ALL if "/" in name))
"""Those that are called after a place, in order."""


def called(name: str) -> str:
    """A zone as people read it."""
    return name.replace("_", " ")
