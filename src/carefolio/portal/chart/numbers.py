"""Numbers as pictures: a value on its usual range, a series over time, and a small line for a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carefolio.portal.pictures.number_line import Place, number_line
from carefolio.portal.pictures.scale import scale
from carefolio.portal.pictures.svg import at, mark, picture, shape_of
from carefolio.portal.pictures.trend import Point, Series, trend
from carefolio.portal.words.interpret import flag_word
from carefolio.portal.words.told import Number, Reader, Told
from carefolio.portal.words.units import written_number

_SMALL: Final = (240, 64)
_EDGE: Final = 8.0
_DRAWN: Final = 60
"""Points nearer together than this many on a small line are one."""


class Line(NamedTuple):
    """A number line, and what stands below it."""

    svg: SafeString
    caption: str


def lines(told: Told, reader: Reader) -> list[Line]:
    """The record's numbers on their usual ranges, for those that have one."""
    drawn = ((one, _number_line(one, reader)) for one in told.numbers)
    return [Line(safe(svg), f"{one.label}, {told.when}".rstrip(", ")) for one, svg in drawn if svg]


def _number_line(number: Number, reader: Reader) -> str:
    place = Place(number.value, number.shown, number.low, number.high, ends(number.low, number.high, reader))
    return number_line(place, _("{name} on its usual range").format(name=number.label), flag_word(number.flag))


def ends(low: Decimal | None, high: Decimal | None, reader: Reader) -> tuple[str, str]:
    """The ends of a range as a reader reads them."""
    first, last = ("" if end is None else written_number(end, reader.locale) for end in (low, high))
    return first, last


def picture_of(series: Sequence[Series], title: str, description: str) -> SafeString:
    """The trend."""
    return safe(trend(series, title, description))


def small_line(
    points: Iterable[Point], low: Decimal | None, high: Decimal | None, words: tuple[str, str]
) -> SafeString:
    """A line without axes, for a list; ``words``: what it shows, and the newest value."""
    ordered = _thinned(sorted(points))
    across = scale([one.moment for one in ordered], _EDGE, _SMALL[0] - _EDGE, room=False)
    up = scale(
        [one.value for one in ordered] + [end for end in (low, high) if end is not None], _SMALL[1] - _EDGE, _EDGE
    )
    places = [(across.at(one.moment), up.at(one.value)) for one in ordered]
    parts = []
    if low is not None or high is not None:
        top = 0.0 if high is None else up.at(high)
        bottom = float(_SMALL[1]) if low is None else up.at(low)
        size = f'width="{_SMALL[0]}" height="{at(max(bottom - top, 1.0))}"'
        parts.append(f'<rect class="trend-band" x="0" y="{at(top)}" {size} rx="6"/>')
    parts.append('<path class="trend-line" d="M' + "L".join(f"{at(x)} {at(y)}" for x, y in places) + '"/>')
    shape = shape_of(ordered[-1].value, low, high)
    parts.append(mark(*places[-1], shape, "trend-point", "trend-out"))
    return safe(picture("trend", _SMALL, words, parts))


def _thinned(points: list[Point]) -> list[Point]:
    """Every n-th point and the newest, so that a line of years is no larger than one of weeks."""
    step = -(-len(points) // _DRAWN)
    return sorted(_some(points, step)) if step > 1 else points


def _some(points: list[Point], step: int) -> Iterator[Point]:
    for place, point in enumerate(reversed(points)):
        if place % step == 0:
            yield point


def safe(svg: str) -> SafeString:
    """Our own pictures: whatever text goes into them was escaped where they are drawn."""
    return mark_safe(svg)  # noqa: S308 - escaped where it is drawn
