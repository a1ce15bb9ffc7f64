"""Figures: what was measured, the floor that it has to keep, and how both are shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

TOLERANCE = 0.8
"""Of a floor that is not kept, at least this share may be: a busy machine could be the reason."""
_BIG, _SMALL = 1_000, 10
_HEADINGS = ("figure", "measured", "CPU µs", "ratio", "by CPU", "floor", "stretch", "verdict")


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure has to keep, and what it would be fine to reach: at the least, or (``at_most``) at the most."""

    bound: float
    stretch: float
    at_most: bool = False

    def reached(self, value: float, share: float = 1.0) -> bool:
        """Whether ``value`` keeps this share of the floor."""
        return value <= self.bound / share if self.at_most else value >= self.bound * share

    def holds(self, value: float, before: float, share: float) -> bool:
        """Whether ``value`` is at least this share as good as what was measured before."""
        return value * share <= before if self.at_most else value >= before * share

    def verdict(self, value: float) -> str:
        """In one word, how ``value`` stands to the floor."""
        if value <= self.stretch if self.at_most else value >= self.stretch:
            return "stretch"
        if self.reached(value):
            return "met"
        return "nearly" if self.reached(value, TOLERANCE) else "MISSED"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. With a ``ratio`` the floor is about it; without one it is about ``value``.

    ``cpu`` is what one operation cost the measured side, in µs of processor time; ``cpu_ratio`` compares that, with
    what it cost a database server beside either side.
    """

    name: str
    value: float
    unit: str
    cpu: float | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    floor: Floor | None = None
    note: str = ""
    store: str = ""

    @property
    def judged(self) -> float:
        """What the floor is about."""
        return self.value if self.ratio is None else self.ratio

    @property
    def verdict(self) -> str:
        """In one word; empty where there is no floor."""
        return "" if self.floor is None else self.floor.verdict(self.judged)

    def as_json(self) -> dict[str, Any]:
        """Everything, numbers as they were measured."""
        shown: dict[str, Any] = {"store": self.store} if self.store else {}
        shown |= {"figure": self.name, "value": self.value, "unit": self.unit}
        shown |= {"cpu_us": self.cpu, "ratio": self.ratio, "cpu_ratio": self.cpu_ratio, "note": self.note}
        if self.floor is not None:
            shown |= {
                "floor": self.floor.bound,
                "stretch": self.floor.stretch,
                "at_most": self.floor.at_most,
                "met": self.floor.reached(self.judged),
                "nearly": self.verdict == "nearly",
                "verdict": self.verdict,
            }
        return shown


def compared(ours: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios of slices that were measured side by side, so that noise hits both alike; 0 when all of
    the other's were too short for the clock.
    """
    ratios = [one / against for one, against in zip(ours, other, strict=True) if against]
    return median(ratios) if ratios else 0.0


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns, a table a store, with the remarks below."""
    stores = list(dict.fromkeys(figure.store for figure in figures))
    if len(stores) > 1:
        parts = [(store, [figure for figure in figures if figure.store == store]) for store in stores]
        return "\n\n".join(f"{store}\n{table(part)}" for store, part in parts)
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(_right, row[1:], widths[1:])]).rstrip() for row in rows]
    lines.insert(1, "-" * max(map(len, lines)))
    notes = [f"  {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, *(["", "Remarks", *notes] if notes else [])])


def _right(text: str, width: int) -> str:
    return text.rjust(width)


def _cells(figure: Figure) -> tuple[str, ...]:
    floor = figure.floor
    sign = "≤ " if floor is not None and floor.at_most else "≥ "
    return (
        figure.name,
        f"{number(figure.value)} {figure.unit}",
        _optional(figure.cpu),
        _optional(figure.ratio),
        _optional(figure.cpu_ratio),
        "" if floor is None else sign + number(floor.bound),
        "" if floor is None else sign + number(floor.stretch),
        figure.verdict,
    )


def _optional(value: float | None) -> str:
    return "" if value is None else number(value)


def number(value: float) -> str:
    """With as many places as one can believe."""
    if value >= _BIG:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= _SMALL else f"{value:.2f}"
