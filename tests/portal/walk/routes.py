"""Which route of the URLconf an address belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
_SAID = {"int": r"\d+", "path": ".+", "number": r"\d+"}


@dataclass(frozen=True)
class Route:
    """An address pattern with its audience."""

    name: str
    pattern: str
    marked: bool
    signed_in: bool
    roles: frozenset[str]
    regex: re.Pattern[str]

    def admits(self, role: str | None) -> bool:
        return not self.signed_in or role in self.roles


def read(told: list[dict[str, Any]]) -> list[Route]:
    """What the server tells of its URLconf (``site.ask("routes")``)."""
    return [
        Route(
            one["name"],
            one["pattern"],
            one["marked"],
            one["signed_in"],
            frozenset(one["roles"]),
            re.compile(_regex(one["pattern"])),
        )
        for one in told
    ]


def of(routes: list[Route], path: str) -> Route | None:
    """The first route that an address (without its query) belongs to."""
    return next((route for route in routes if route.regex.fullmatch(path.removeprefix("/"))), None)


def _regex(pattern: str) -> str:
    if "(?P<" in pattern:
        return re.sub(r"(?<!\[)\^|\$$", "", pattern)
    parts, at = [], 0
    for found in _CONVERTER.finditer(pattern):
        parts += [re.escape(pattern[at : found.start()]), f"(?P<{found[2]}>{_SAID.get(found[1] or 'str', '[^/]+')})"]
        at = found.end()
    return "".join([*parts, re.escape(pattern[at:])])
