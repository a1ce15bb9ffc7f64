"""What every page's template knows: who is looking, where they may go, and which region answered how fast."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carefolio.base.clock import now
from carefolio.consent.principal import Role

_LEAST_SECONDS = 0.01
_MICROSECONDS = 1000
_ROWS, _ROW, _GAP, _MENU = 2, 32, 2, 8
"""So many rows of so many letters the navigation has on a phone of 360 pixels; what the room beside a place, and what
"Menu", takes of them.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. ``current``: "page" here, "true" somewhere below it, "" elsewhere. ``folds``: on a
    phone it stands behind "Menu".
    """

    label: str | Promise
    address: str
    current: str = ""
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """Which region answered, and how long it has taken so far: the footer asks when all else is drawn."""

    region: str
    since: float

    @property
    def seconds(self) -> float:
        """From the request's arrival until now, a hundredth at least: two places are shown."""
        return max(_LEAST_SECONDS, time.perf_counter() - self.since)


def page(request: HttpRequest) -> dict[str, Any]:
    """``visitor``, ``nav``, ``folded`` (what of it folds; ``in_fold``: where they are is among it), ``unseen``,
    ``answered`` (on pages that show something of a chart), ``signs_out`` and ``now`` (Unix ms: a device's clock may be
    wrong, the time between them is not).
    """
    visitor = getattr(request, "visitor", None)
    nav = places(visitor, request.path_info)
    return {
        "visitor": visitor,
        "nav": nav,
        "folded": [place for place in nav if place.folds],
        "in_fold": any(place.current for place in nav if place.folds),
        "unseen": getattr(visitor, "unseen", 0),
        "answered": answered(request, visitor),
        "signs_out": getattr(request, "signs_out", None),
        "now": now() // _MICROSECONDS,
    }


def answered(request: HttpRequest, visitor: Any) -> Answered | None:
    """Region and time, when something of a chart was read for this page. ``request.arrived`` is the performance
    counter at the request's arrival.
    """
    if not getattr(visitor, "disclosed", False):
        return None
    return Answered(visitor.reach.settings.region, getattr(request, "arrived", time.perf_counter()))


def places(visitor: Any, path: str) -> list[Place]:
    """The navigation for this visitor, with the page that they are on marked."""
    entries = [*_entries(getattr(visitor, "role", None), getattr(visitor, "chart_id", ""))]
    below = [address for _label, address in entries if address != "/" and path.startswith(address)]
    nearest = max(below, key=len, default="/" if path == "/" else "")
    first = _before_menu([len(str(label)) + _GAP for label, _address in entries])
    return [
        Place(label, address, ("page" if address == path else "true") if address == nearest else "", number >= first)
        for number, (label, address) in enumerate(entries)
    ]


def _before_menu(widths: list[int]) -> int:
    """How many places stand in the rows: all, or as many as leave room for "Menu"."""
    if _rows(widths) <= _ROWS:
        return len(widths)
    return sum(_rows([*widths[:number], _MENU]) <= _ROWS for number in range(1, len(widths)))


def _rows(widths: list[int]) -> int:
    rows, taken = 1, 0
    for width in widths:
        rows, taken = (rows, taken + width) if taken + width <= _ROW else (rows + 1, width)
    return rows


def _entries(role: Role | None, chart_id: str) -> Iterator[tuple[Promise, str]]:
    if role is None:
        return
    yield _("Home"), "/"
    if chart_id:
        yield _("Health record"), f"/charts/{chart_id}/"
        yield _("Visits"), "/visits/"
        yield _("Sharing"), "/sharing/"
        yield _("Who looked"), f"/charts/{chart_id}/looked/"
        yield _("Messages"), "/messages/"
        yield _("Prescriptions"), "/prescriptions/"
    if role is Role.DOCTOR:
        yield _("Visits"), "/visits/"
        yield _("Patients"), "/patients/"
        yield _("Messages"), "/messages/"
        yield _("Prescriptions"), "/prescriptions/"
    if role is Role.PHARMACIST:
        yield _("Pharmacy"), "/pharmacy/"
    if role in (Role.PATIENT, Role.DOCTOR):
        yield _("Payments"), "/payments/"
    if role in (Role.ADMIN, Role.AUDITOR):
        yield _("Oversight"), "/oversight/"
    if not chart_id:
        yield _("What I did"), "/trail/"
