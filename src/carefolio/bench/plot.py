"""The plot: an SVG of bars, how far each figure is from its floor, and of curves, what a size costs. Pure.

Bars end at the floor's line where a floor is just kept; longer is better, whichever way the figure counts. Nothing in
it runs or is loaded, so that it may stand on any page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from carefolio.bench.figures import Figure, number

WIDTH, _MARGIN = 960, 24
_LABELS, _VALUES = 330, 170
_BAR, _ROW, _TITLE, _GAP = 14, 24, 34, 18
_CURVE, _CURVE_LEFT = 220, 70
_MOST = 2.0
"""A bar shows up to twice the floor; what is longer is cut there, and its figure says the rest."""
_COLOURS = ("#1f6f8b", "#b4532a", "#5b7f2a", "#7a4b94", "#8a6d1f", "#444444")
_VERDICTS = {"stretch": "#2e7d4f", "met": "#2e7d4f", "nearly": "#b8860b", "MISSED": "#b3261e"}
_INK, _FAINT = "#1c2430", "#c8ced6"


@dataclass(frozen=True, slots=True)
class Curve:
    """What something costs at each size, smallest first; a unit has a diagram of its own."""

    name: str
    unit: str
    points: tuple[tuple[float, float], ...]


def svg(title: str, figures: Sequence[Figure], curves: Sequence[Curve] = ()) -> str:
    """The whole picture."""
    parts: list[str] = []
    y = _MARGIN + _BAR
    parts.append(_text(_MARGIN, y, title, size=16, weight="bold"))
    for store in dict.fromkeys(figure.store for figure in figures):
        rows = [figure for figure in figures if figure.store == store and figure.floor is not None]
        if rows:
            y += _TITLE
            parts.append(_text(_MARGIN, y, f"{store}: measured beside the floor", size=13, weight="bold"))
            parts += _bars(rows, y + _GAP)
            y += _GAP + _ROW * len(rows)
    for unit in dict.fromkeys(curve.unit for curve in curves):
        y += _TITLE
        parts.append(_text(_MARGIN, y, f"Cost by number of resources, {unit}", size=13, weight="bold"))
        parts += _diagram([curve for curve in curves if curve.unit == unit], y + _GAP)
        y += _GAP + _CURVE + _TITLE
    height = y + _MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}"'
        f' height="{height:.0f}" font-family="system-ui, sans-serif" role="img"><title>{escape(title)}</title>'
    )
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>', *parts, "</svg>", ""])


def reach(figure: Figure) -> float:
    """How much of its floor a figure reaches: 1 just keeps it, more is better."""
    floor = figure.floor
    if floor is None or not figure.judged:
        return 0.0
    return floor.bound / figure.judged if floor.at_most else figure.judged / floor.bound


def _bars(figures: Iterable[Figure], top: float) -> Iterator[str]:
    left, room = _MARGIN + _LABELS, WIDTH - 2 * _MARGIN - _LABELS - _VALUES
    rows = list(figures)
    for place, figure in enumerate(rows):
        y = top + _ROW * place
        share = reach(figure)
        bar = min(share, _MOST) / _MOST * room
        yield _text(left - 8, y + _BAR - 3, figure.name.strip(), anchor="end")
        yield _box(left, y, bar, _VERDICTS[figure.verdict])
        told = f"{number(figure.judged)} of {_sign(figure)} {number(figure.floor.bound if figure.floor else 0)}"
        yield _text(left + room + 8, y + _BAR - 3, f"{told} {figure.verdict}")
    line = left + room / _MOST
    yield _line((line, top - 4), (line, top + _ROW * len(rows) - 6), _INK)


def _sign(figure: Figure) -> str:
    return "≤" if figure.floor is not None and figure.floor.at_most else "≥"


def _diagram(curves: Sequence[Curve], top: float) -> Iterator[str]:
    """Sizes go by powers of ten; costs begin at nothing, so that a curve that is flat looks flat."""
    left, right = _MARGIN + _CURVE_LEFT, WIDTH - _MARGIN - _LABELS
    sizes = sorted({size for curve in curves for size, _ in curve.points})
    most = max((cost for curve in curves for _, cost in curve.points), default=0) or 1
    first, span = log10(sizes[0]), (log10(sizes[-1]) - log10(sizes[0])) or 1

    def at(size: float, cost: float) -> tuple[float, float]:
        return left + (log10(size) - first) / span * (right - left), top + _CURVE * (1 - cost / most)

    yield _line((left, top + _CURVE), (right, top + _CURVE), _FAINT)
    yield _text(left - 8, top + 8, number(most), anchor="end")
    yield _text(left - 8, top + _CURVE, "0", anchor="end")
    for size in sizes:
        yield _text(at(size, 0)[0], top + _CURVE + _GAP, f"{size:,.0f}", anchor="middle")
    for place, curve in enumerate(curves):
        colour = _COLOURS[place % len(_COLOURS)]
        dashes = ' stroke-dasharray="6 4"' if place >= len(_COLOURS) else ""
        spots = [at(size, cost) for size, cost in curve.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots)
        yield _box(right + _GAP, top + _ROW * place, _BAR, colour)
        yield _text(right + _GAP + _ROW, top + _ROW * place + _BAR - 3, curve.name)


def _text(x: float, y: float, words: str, *, size: int = 11, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}"'
        f' fill="{_INK}">{escape(words)}</text>'
    )


def _box(x: float, y: float, width: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>'


def _line(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    (x, y), (to_x, to_y) = start, end
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" stroke-width="1"/>'
