"""Addresses inside a chart: codes of measurements as words of a path, and the way back to newer pages."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from carefolio.base.failures import absent

_SYSTEMS: Final[Mapping[str, str]] = MappingProxyType(
    {"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct", "nhs": "http://read.info/readv2"}
)
_SHORT: Final = MappingProxyType({system: name for name, system in _SYSTEMS.items()})
_OTHER: Final = "x"
_REMEMBERED: Final = 12
"""So many pages back lead exactly where one came from; before them "Newer" leads to the newest."""
_BETWEEN: Final = "."


def key_of(code: str) -> str:
    """``system|code`` as one word of a path: ``loinc-8302-2``."""
    system, _, rest = code.rpartition("|")
    short = _SHORT.get(system)
    if short is not None and rest.replace("-", "").isalnum() and rest.isascii():
        return f"{short}-{rest}"
    return f"{_OTHER}-{urlsafe_b64encode(code.encode()).decode().rstrip('=')}"


def code_of(key: str) -> str:
    """The ``system|code`` of such a word; raises absent for one that is none."""
    name, _, rest = key.partition("-")
    if name in _SYSTEMS and rest:
        return f"{_SYSTEMS[name]}|{rest}"
    try:
        code = urlsafe_b64decode(rest.encode("ascii") + b"=" * (-len(rest) % 4)).decode()
    except (Error, ValueError):
        raise absent() from None
    if name != _OTHER or not code.rpartition("|")[2]:
        raise absent()
    return code.removeprefix("|")


def record_address(chart: str, type_: str, rid: str) -> str:
    """The page of a record."""
    return reverse("chart:record", args=[chart, type_, rid])


def trend_address(chart: str, code: str) -> str:
    """The page of a measurement."""
    return reverse("chart:trend", args=[chart, key_of(code)])


class Pager:
    """Older and newer pages of a list that only goes on: the cursors that led here come along in the address."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.cursor = given.get("page", "")
        self._before = [one for one in given.get("before", "").split(_BETWEEN) if one or self.cursor]
        self._kept = {name: value for name, value in given.items() if name not in ("page", "before") and value}

    def older(self, following: str) -> str:
        """The address of the page after this one; "" where there is none."""
        if not following:
            return ""
        before = [*self._before, self.cursor][-_REMEMBERED:] if self.cursor else []
        return self._address(following, before)

    def newer(self) -> str:
        """The address of the page before this one; "" on the newest."""
        if not self.cursor:
            return ""
        before = [one for one in self._before if one]
        return self._address(before[-1] if before else "", before[:-1])

    def _address(self, cursor: str, before: list[str]) -> str:
        pairs = dict(self._kept)
        if cursor:
            pairs |= {"page": cursor}
        if before:
            pairs |= {"before": _BETWEEN.join(before)}
        return f"?{urlencode(pairs)}"
