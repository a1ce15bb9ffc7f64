"""One value on its usual range: a band on a line, the value as a mark above it, and the word for where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from carefolio.portal.pictures.scale import scale
from carefolio.portal.pictures.svg import at, mark, picture, shape_of, words

_SIZE: Final = (600, 110)
_LEFT, _RIGHT = 24.0, 576.0
_LINE: Final = 58.0
_BAND: Final = 16.0
_VALUE, _ENDS = 34.0, 100.0
_EDGE: Final = 90.0
"""A text nearer to the side than this would leave the picture."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value and its usual range; ``shown`` and ``ends`` are how a reader reads them."""

    value: Decimal
    shown: str
    low: Decimal | None = None
    high: Decimal | None = None
    ends: tuple[str, str] = ("", "")


def number_line(place: Place, title: str, word: str) -> str:
    """The SVG, with ``word`` ("high") beside the value; "" where no range is known: a line alone would say nothing."""
    known = [end for end in (place.low, place.high) if end is not None]
    if not known:
        return ""
    across = scale([place.value, *known, *_beyond(known)], _LEFT, _RIGHT)
    left = _LEFT if place.low is None else across.at(place.low)
    right = _RIGHT if place.high is None else across.at(place.high)
    size = f'width="{at(max(right - left, 1.0))}" height="{at(_BAND)}" rx="{at(_BAND / 2)}"'
    parts = [
        f'<rect class="number-band" x="{at(left)}" y="{at(_LINE - _BAND / 2)}" {size}/>',
        f'<path class="number-axis" d="M{at(_LEFT)} {at(_LINE)}H{at(_RIGHT)}"/>',
    ]
    x = across.at(place.value)
    parts.append(mark(x, _LINE, shape_of(place.value, place.low, place.high), "number-mark", "number-out"))
    parts.append(words(x, _VALUE, f"{place.shown} {word}".strip(), _anchor(x), "number-value"))
    for end, text, at_x in ((place.low, place.ends[0], left), (place.high, place.ends[1], right)):
        if end is not None and text:
            parts.append(words(at_x, _ENDS, text, _anchor(at_x)))
    return picture("number-line", _SIZE, (title, f"{place.shown} {word}".strip()), parts)


def _beyond(known: list[Decimal]) -> list[Decimal]:
    """Some room outside a range, so that the value has somewhere to lie; twice one end where that is all there is."""
    if len(known) > 1 and known[0] != known[-1]:
        return []
    return [known[0] * 2 if known[0] else Decimal(1), Decimal(0)]


def _anchor(x: float) -> str:
    if x < _EDGE:
        return "start"
    return "end" if x > _SIZE[0] - _EDGE else "middle"
