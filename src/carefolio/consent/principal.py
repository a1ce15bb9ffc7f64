"""Who is calling, and what their token's SMART scopes leave of their rights.

Scopes are read in both forms of SMART App Launch 2.2
(https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html): ``user/Observation.rs`` and the older
``patient/*.read``. A scope never grants anything beyond the person's own rights; one that is not understood
grants nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from carefolio.base.filters import Window
from carefolio.consent.windows import both


class Role(StrEnum):
    """What an account is here for; ``hospital`` is the account of a hospital's systems."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    PHARMACIST = "pharmacist"
    STAFF = "staff"
    RESEARCHER = "researcher"
    AUDITOR = "auditor"
    ADMIN = "admin"
    HOSPITAL = "hospital"


_RESOURCE_SCOPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<may>c?r?u?d?s?|read|write|\*)"
    r"(?:\?(?P<query>.+))?",
    re.ASCII,
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_QUERY = re.compile(r"(?:category|code)=([^&=%]+)", re.ASCII)
_READING = frozenset("rs")
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """One resource scope. ``codes``: what its query asks for, one ``system|code`` at least of each set."""

    level: str
    type: str
    interactions: frozenset[str]
    codes: tuple[frozenset[str], ...] = ()

    def covers(self, interaction: str, kind: str) -> bool:
        """Whether it names this interaction (c, r, u, d or s) on this resource type."""
        if self.codes and interaction not in _READING:
            return False
        return interaction in self.interactions and self.type in (_ANY, kind)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request. Owner and account numbers are 0 and texts are empty where there is none."""

    account: int
    role: Role
    person: str = ""
    """``Practitioner/x`` or ``Patient/x``."""
    organization: str = ""
    """``Organization/x`` where they work, or whose systems they are."""
    shelf: int = 0
    """Owner number of the shelf that takes their records without a chart."""
    hospital: int = 0
    """Owner number of their organisation's shelf."""
    chart: int = 0
    """Owner number of their own chart."""
    verified: bool = False
    scopes: tuple[Scope, ...] | None = None
    """None: all their rights."""
    purpose: str = "TREAT"
    """Purpose of use, a code of v3-ActReason."""
    operator: bool = False
    """The token was issued at the operator's console."""
    platform: bool = False
    """No token: the platform finishes what this account began under a mandate."""
    expires: int = 0
    """End of the token in µs UTC; 0: it has none."""
    version: int = 0
    """The account's version: a change of role or verification ends what was decided under an older one."""
    token: bytes = b""
    """The token's hash."""


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Resource scopes of a space-separated list; ``openid`` and its like are passed over, as is nonsense."""
    return tuple(scope for word in text.split() if (scope := _parse(word)) is not None)


def permits_scope(principal: Principal, interaction: str, kind: str, chart: int | None = None) -> bool:
    """Whether the token's scopes let through an interaction (c, r, u, d or s) on a resource type.

    ``chart`` is the owner number of the chart it is about, where that is known: ``patient/`` scopes count in
    the principal's own chart only. A scope with a query (``?category=…``) lets reading through here and
    narrows it in the windows; it lets no writing through.
    """
    if principal.scopes is None:
        return True
    own = chart is None or chart == principal.chart != 0
    return any(scope.covers(interaction, kind) for scope in principal.scopes if own or scope.level != "patient")


def within_scopes(principal: Principal, windows: tuple[Window, ...], *, own: bool) -> tuple[Window, ...]:
    """The windows, narrowed to what the token's scopes may read; ``own``: ``patient/`` scopes count."""
    if principal.scopes is None:
        return windows
    scopes = [s for s in principal.scopes if _READING & s.interactions and (own or s.level != "patient")]
    plain = [scope.type for scope in scopes if not scope.codes]
    if _ANY in plain:
        return windows
    frames = [Window(kinds=frozenset(plain))] if plain else []
    frames += [_frame(scope) for scope in scopes if scope.codes]
    return tuple(both(window, frame) for window in windows for frame in frames)


def _parse(word: str) -> Scope | None:
    match = _RESOURCE_SCOPE.fullmatch(word)
    if match is None or not match["may"]:
        return None
    codes = _codes(match["query"])
    if codes is None:
        return None
    may = _VERSION_1.get(match["may"], match["may"])
    return Scope(match["level"], match["type"], frozenset(may), codes)


def _codes(query: str | None) -> tuple[frozenset[str], ...] | None:
    """What a query asks for: () for nothing, None for what cannot be kept (then the scope grants nothing)."""
    if query is None:
        return ()
    parts = [_QUERY.fullmatch(part) for part in query.split("&")]
    sets = [frozenset(match[1].split(",")) for match in parts if match is not None]
    whole = all(code.partition("|")[0] and code.partition("|")[2] for codes in sets for code in codes)
    return tuple(sets) if whole and len(sets) == len(parts) else None


def _frame(scope: Scope) -> Window:
    frame = Window(kinds=None if scope.type == _ANY else frozenset({scope.type}))
    for codes in scope.codes:
        frame = both(frame, Window(codes=codes))
    return frame
