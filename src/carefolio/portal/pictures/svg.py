"""The few marks that the pictures are made of; every text and number that goes in is escaped or rounded here."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that XML 1.0 does not allow, https://www.w3.org/TR/xml/#charsets."""
ROUND, UP, DOWN = "round", "up", "down"
_POINT, _SIDE = 6.0, 9.0
_PLACES: Final = 1


def clean(text: str) -> str:
    """A text as it may stand between tags."""
    return escape(_NOT_XML.sub("", text))


def at(value: float) -> str:
    """A coordinate: "12.5", "12"."""
    return f"{round(value, _PLACES):g}"


def words(x: float, y: float, text: str, anchor: str = "middle", name: str = "") -> str:
    """A text; ``anchor`` start, middle or end."""
    class_ = f" class={quoteattr(name)}" if name else ""
    return f'<text{class_} x="{at(x)}" y="{at(y)}" text-anchor="{anchor}">{clean(text)}</text>'


def mark(x: float, y: float, shape: str, inside: str, outside: str) -> str:
    """A point: round inside the range, a triangle that points up above it and down below it."""
    if shape == ROUND:
        return f'<circle class="{inside}" cx="{at(x)}" cy="{at(y)}" r="{at(_POINT)}"/>'
    side = -_SIDE if shape == UP else _SIDE
    corners = f"M{at(x)} {at(y + side)}L{at(x + _SIDE)} {at(y - side)}H{at(x - _SIDE)}Z"
    return f'<path class="{outside}" d="{corners}"/>'


def picture(name: str, size: tuple[int, int], titles: tuple[str, str], parts: list[str]) -> str:
    """The whole picture with its title and description, which screen readers read instead of it."""
    body = "".join(parts)
    key = hashlib.blake2b(f"{titles}{body}".encode(errors="replace"), digest_size=6).hexdigest()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {size[0]} {size[1]}" role="img"'
        f' aria-labelledby="t{key} d{key}">'
    )
    title, description = (clean(text) for text in titles)
    return f'{head}<title id="t{key}">{title}</title><desc id="d{key}">{description}</desc>{body}</svg>'


def shape_of(value: Decimal, low: Decimal | None, high: Decimal | None) -> str:
    """Which shape a value has beside its range; round where there is no range."""
    if low is not None and value < low:
        return DOWN
    return UP if high is not None and value > high else ROUND
