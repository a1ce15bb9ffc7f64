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

_MILLISECONDS = 1000
_MICROSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. ``current``: "page" here, "true" somewhere below it, "" elsewhere."""

    label: str | Promise
    address: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """Which region answered, and how long it has taken so far: the footer asks when all else is drawn."""

    region: str
    since: float

    @property
    def milliseconds(self) -> int:
        """From the request's arrival until now, 1 at least."""
        return max(1, round((time.perf_counter() - self.since) * _MILLISECONDS))


def page(request: HttpRequest) -> dict[str, Any]:
    """``visitor``, ``nav``, ``unseen``, ``answered`` (on pages that show something of a chart), ``signs_out`` and
    ``now`` (Unix ms: a device's clock may be wrong, the time between them is not).
    """
    visitor = getattr(request, "visitor", None)
    return {
        "visitor": visitor,
        "nav": places(visitor, request.path_info),
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
    return [
        Place(label, address, ("page" if address == path else "true") if address == nearest else "")
        for label, address in entries
    ]


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
