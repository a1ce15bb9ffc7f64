"""One measurement over time: points on a line, the usual range as a band behind them; two series at the most.

The page shows the same numbers as a table. A point outside the range has another shape, not only another colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from carefolio.portal.pictures.scale import Scale, scale
from carefolio.portal.pictures.svg import at, mark, picture, shape_of, words

_SIZE: Final = (600, 260)
_LEFT, _RIGHT, _TOP, _BOTTOM = 104.0, 572.0, 36.0, 206.0
_DATES: Final = 246.0
_VALUES: Final = 94.0
_NARROWEST: Final = 26.0
"""Labels of values that are nearer to one another than this would lie over one another."""
_LETTER: Final = 9.0
_ABOVE: Final = 16.0


class Point(NamedTuple):
    """When (µs since the epoch, to place it) and how much; ``day`` and ``shown`` are what a reader reads."""

    moment: int
    value: Decimal
    day: str
    shown: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line of points, with the usual range of the newest; None: that end is not known."""

    label: str
    points: Sequence[Point]
    low: Decimal | None = None
    high: Decimal | None = None
    ends: tuple[str, str] = ("", "")
    """The ends of the range as a reader reads them."""
    ordered: tuple[Point, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ordered", tuple(sorted(self.points)))


def trend(series: Sequence[Series], title: str, description: str) -> str:
    """The SVG; "" when there is no point at all. ``description`` says the same in words."""
    drawn = [one for one in series if one.points]
    if not drawn:
        return ""
    points = [point for one in drawn for point in one.ordered]
    ends = [end for one in drawn for end in (one.low, one.high) if end is not None]
    across = scale([point.moment for point in points], _LEFT + _LETTER, _RIGHT, room=False)
    up = scale([*(point.value for point in points), *ends], _BOTTOM, _TOP)
    parts = [part for one in drawn for part in _band(one, up)]
    parts.append(f'<path class="trend-axis" d="M{at(_LEFT)} {at(_TOP)}V{at(_BOTTOM)}H{at(_RIGHT)}"/>')
    for one in drawn:
        parts += _line(one, across, up)
    parts += _values(drawn, up)
    parts += _days(points)
    return picture("trend", _SIZE, (title, description), parts)


def _band(series: Series, up: Scale) -> list[str]:
    """The usual range; where only one end is known it goes on to the edge of the picture."""
    if series.low is None and series.high is None:
        return []
    top = _TOP if series.high is None else up.at(series.high)
    bottom = _BOTTOM if series.low is None else up.at(series.low)
    height = max(bottom - top, 1.0)
    size = f'width="{at(_RIGHT - _LEFT)}" height="{at(height)}"'
    return [f'<rect class="trend-band" x="{at(_LEFT)}" y="{at(top)}" {size}/>']


def _line(series: Series, across: Scale, up: Scale) -> list[str]:
    places = [(across.at(point.moment), up.at(point.value), point) for point in series.ordered]
    parts = []
    if len(places) > 1:
        path = "L".join(f"{at(x)} {at(y)}" for x, y, _point in places)
        parts.append(f'<path class="trend-line" d="M{path}"/>')
    for x, y, point in places:
        shape = shape_of(point.value, series.low, series.high)
        parts.append(mark(x, y, shape, "trend-point", "trend-out"))
    x, y, newest = places[-1]
    parts.append(words(x, y - _ABOVE, newest.shown, "end" if len(places) > 1 else "middle", "trend-value"))
    return parts


def _values(drawn: Sequence[Series], up: Scale) -> list[str]:
    """Labels beside the upright axis: the ends of ranges, or the smallest and largest value where none is known."""
    wanted = [
        (up.at(end), text)
        for one in drawn
        for end, text in zip((one.low, one.high), one.ends, strict=True)
        if end is not None and text
    ]
    if not wanted:
        ordered = sorted((point.value, point.shown) for one in drawn for point in one.ordered)
        wanted = [(up.at(value), text) for value, text in (ordered[0], ordered[-1])]
    parts, taken = [], list[float]()
    for y, text in wanted:
        if all(abs(y - other) >= _NARROWEST for other in taken):
            taken.append(y)
            parts.append(words(_VALUES, y + _LETTER, text, "end"))
    return parts


def _days(points: Sequence[Point]) -> list[str]:
    """The first and the last day under the picture, from edge to edge: on a phone their letters are large."""
    first, last = min(points), max(points)
    if first.day == last.day:
        return [words((_LEFT + _RIGHT) / 2, _DATES, first.day)]
    return [words(0, _DATES, first.day, "start"), words(_SIZE[0], _DATES, last.day, "end")]
