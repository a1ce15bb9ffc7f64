"""Scales: from values of any size to places on a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

_ROOM: Final = Fraction(1, 8)
"""So much of the span is left free at each end."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Puts ``first`` to ``last`` at ``start`` to ``end``. Exact inside: no value is too large or too small for it."""

    first: Fraction
    last: Fraction
    start: float
    end: float

    def at(self, value: Decimal | int) -> float:
        """The place of a value, held inside the picture."""
        share = (Fraction(value) - self.first) / (self.last - self.first)
        return self.start + float(min(max(share, Fraction(0)), Fraction(1))) * (self.end - self.start)


def scale(values: Iterable[Decimal | int], start: float, end: float, *, room: bool = True) -> Scale:
    """A scale that all values fit on, with some room at the ends; equal values stand in the middle."""
    exact = [Fraction(value) for value in values] or [Fraction(0)]
    first, last = min(exact), max(exact)
    if first == last:
        return Scale(first - 1, last + 1, start, end)
    spare = (last - first) * _ROOM if room else Fraction(0)
    return Scale(first - spare, last + spare, start, end)
