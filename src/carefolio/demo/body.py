"""A body: what would be measured on a day, given age, person, season and what stories do to it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from carefolio.demo import measures as m
from carefolio.demo.codes import Measure
from carefolio.demo.series import age, along, dice, winter

ADULT = 18.0
_CM_PER_M = 100
_FURTHEST = 2.0
"""Noise beyond two spreads would look like a mistake of typing."""

_Curve = Sequence[tuple[float, float]]
# Rounded medians of the two sexes by age in years.
_TALL: _Curve = (
    *((0, 50), (0.25, 60.5), (0.5, 67), (0.75, 71.5), (1, 75.5), (1.5, 82), (2, 87), (3, 96), (4, 103)),
    *((5, 110), (6, 116), (8, 128), (10, 138.5), (12, 150), (14, 161), (16, 168), (18, 171)),
)
_HEAVY: _Curve = (
    *((0, 3.4), (0.25, 6.1), (0.5, 7.7), (0.75, 8.8), (1, 9.6), (1.5, 11), (2, 12.2), (3, 14.3), (4, 16.3)),
    *((5, 18.4), (6, 20.6), (8, 25.5), (10, 32), (12, 40.5), (14, 50), (16, 58), (18, 63)),
)
_AROUND: _Curve = ((0, 34.8), (0.25, 40.2), (0.5, 43), (0.75, 44.8), (1, 46), (1.5, 47.3), (2, 48), (4, 50))
_GROWTH = {m.HEIGHT.code: _TALL, m.WEIGHT.code: _HEAVY, m.HEAD.code: _AROUND}
_BY_AGE: dict[str, _Curve] = {
    m.SYSTOLIC.code: ((0, 80), (5, 95), (14, 112), (30, 116), (80, 130)),
    m.DIASTOLIC.code: ((0, 52), (5, 58), (14, 66), (30, 73), (60, 78), (80, 75)),
    m.PULSE.code: ((0, 138), (2, 112), (8, 88), (14, 76), (30, 71)),
    m.BREATHS.code: ((0, 40), (2, 27), (8, 20), (14, 17), (30, 15)),
    m.PEAK_FLOW.code: ((5, 165), (8, 235), (11, 310), (14, 390), (20, 500), (40, 490), (80, 390)),
}
_ADULT_HEIGHT = {"female": 163.5, "male": 176.5}
_YEARLY_GAIN = 0.12


class Body:
    """One person's body: `key` fixes what is personal, `rng` throws what changes from day to day."""

    def __init__(self, birth: date, gender: str, key: str, rng: Random) -> None:
        """Make the body of a person of that sex, born on that day."""
        self._birth = birth
        self._gender = gender
        self._key = key
        self._rng = rng
        self._own: dict[str, float] = {}
        self._bends: defaultdict[str, list[_Curve]] = defaultdict(list)
        own = dice(f"{key}/build")
        self._stature = own.uniform(0.95, 1.05)
        self._fullness = own.uniform(21.0, 26.5)

    def bend(self, measure: Measure, points: Sequence[tuple[date, float]]) -> None:
        """Let a story raise (or lower) a measure by the line through `points`; several stories add up."""
        self._bends[measure.code].append([(float(on.toordinal()), rise) for on, rise in points])

    def reading(self, measure: Measure, on: date) -> Decimal:
        """Return what an instrument would show that day, to the digits that it gives, never below zero."""
        noise = max(-_FURTHEST, min(_FURTHEST, self._rng.gauss(0, 1))) * measure.spread
        bends = sum(along(line, float(on.toordinal())) for line in self._bends[measure.code])
        value = self._base(measure, on) + self._personal(measure) + bends + measure.winter * winter(on) + noise
        ceiling = 100.0 if measure.unit == "%" else float("inf")
        return Decimal(f"{max(0.0, min(ceiling, value)):.{measure.places}f}")

    def _base(self, measure: Measure, on: date) -> float:
        years = age(self._birth, on)
        if measure.code in _GROWTH:
            return self._size(measure, years)
        if measure.code in _BY_AGE:
            return along(_BY_AGE[measure.code], years)
        return measure.typical

    def _personal(self, measure: Measure) -> float:
        if measure.code not in self._own:
            self._own[measure.code] = dice(f"{self._key}/{measure.code}").uniform(-1.5, 1.5) * measure.own
        return self._own[measure.code]

    def _size(self, measure: Measure, years: float) -> float:
        if years < ADULT or measure == m.HEAD:
            power = 2 if measure == m.WEIGHT else 1
            return along(_GROWTH[measure.code], years) * float(self._stature**power)
        height = _ADULT_HEIGHT[self._gender] * self._stature
        if measure == m.HEIGHT:
            return height
        return self._fullness * (height / _CM_PER_M) ** 2 + (years - ADULT) * _YEARLY_GAIN
