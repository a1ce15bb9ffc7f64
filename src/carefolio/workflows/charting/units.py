"""Numbers as people have them, and as they are kept: one UCUM unit a quantity, by factors that are Decimals.

What was typed in the unit that is kept stays to the digit. What was converted keeps so many places that it comes back
as it was typed, in either unit, and that no rounding moves it across a limit of a guideline (``hints``).
Factors: the pound, stone, inch and foot are exact by definition (international yard and pound, 1959); substances by
their molar mass; HbA1c by the master equation of IFCC and NGSP (Clin Chem 2004;50:166-174).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

METRIC, IMPERIAL = "metric", "imperial"
SYSTEMS: Final = (METRIC, IMPERIAL)
_GROUP: Final = 3
_ONE, _NONE = Decimal(1), Decimal(0)
_NUMBER: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")
_MORE: Final = 12
"""So many places beyond the usual ones tell apart whatever can be typed."""
_TWO: Final = re.compile(r"(\d{1,3})\D{1,8}?(?:(\d{1,2}(?:[.,]\d{1,3})?)\D{0,8})?")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a quantity: ``kept = (typed - zero) * times / per + plus``. ``parts``: it is written in two, as feet
    and inches are: the words of both, and how many of the second make one of the first; the factors are the second's.
    """

    key: str
    code: str
    shown: str
    times: Decimal = _ONE
    per: Decimal = _ONE
    zero: Decimal = _NONE
    plus: Decimal = _NONE
    places: int = 1
    """With so many it is written, at the least."""
    system: str = ""
    """The one in which it is usual; empty: in both."""
    parts: tuple[str, str, int] | None = None

    def kept(self, typed: Decimal) -> Decimal:
        """The same in the unit that is kept."""
        return (typed - self.zero) * self.times / self.per + self.plus

    def of(self, kept: Decimal) -> Decimal:
        """What is kept, in this unit."""
        return (kept - self.plus) * self.per / self.times + self.zero

    def shortest(self, kept: Decimal) -> Decimal:
        """The number of the fewest places in this unit that is kept as just this value (0 and never -0)."""
        exact, places = self.of(kept), _places(kept)
        numbers = (round(exact, more) + 0 for more in range(self.places, self.places + _MORE))
        return next((one for one in numbers if round(self.kept(one), places) == kept), exact)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A kind of amount: its units, the one that is kept first."""

    key: str
    units: tuple[Unit, ...]
    places: int = 1
    """What was converted is kept with so many, at the least."""

    @property
    def kept(self) -> Unit:
        """The unit in which it is kept."""
        return self.units[0]

    def unit(self, key: str) -> Unit:
        """The unit with this key; KeyError for none."""
        return {one.key: one for one in self.units}[key]

    def keeps(self, typed: Decimal, unit: Unit) -> Decimal:
        """A number in this unit as it is kept: to the fewest places that tell it from its neighbours."""
        if unit is self.kept:
            return typed
        exact = unit.kept(typed)
        numbers = (round(exact, more) for more in range(self.places, self.places + _MORE))
        return next((one for one in numbers if unit.shortest(one) == typed), exact)

    def usual(self, system: str) -> Unit:
        """What people who count in this system begin with."""
        return next((one for one in self.units if one.system == system), self.kept)


class Amount(NamedTuple):
    """A number as it is kept, with UCUM's code and the sign that people write."""

    value: Decimal
    code: str
    shown: str


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of(code: str, shown: str = "", *others: Unit, places: int = 1) -> Quantity:
    return Quantity(code, (Unit(code, code, shown or code), *others), places)


def _molar(code: str, shown: str, mass: str, places: int, per_litre: bool = False) -> Quantity:
    """A substance in the blood, also by its weight: ``mass`` is how many of the other unit one of the kept one is."""
    code_of_other = "g/L" if per_litre else "mg/dL"
    other = Unit("mg", code_of_other, code_of_other, per=Decimal(mass), places=places)
    return Quantity(code, (Unit(code, code, shown), other), 3 if code == "mmol/L" else 1)


_POUND, _INCH = Decimal("0.45359237"), Decimal("2.54")
_FEET = ("ft", "in", 12)
_STONES = ("st", "lb", 14)

QUANTITIES: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        "weight": Quantity(
            "weight",
            (
                Unit("kg", "kg", "kg", system=METRIC),
                Unit("lb", "[lb_av]", "lb", times=_POUND, system=IMPERIAL),
                Unit("st", "[lb_av]", "st and lb", times=_POUND, parts=_STONES),
            ),
            places=2,
        ),
        "height": Quantity(
            "height",
            (
                Unit("cm", "cm", "cm", system=METRIC),
                Unit("ft", "[in_i]", "ft and in", times=_INCH, parts=_FEET, system=IMPERIAL),
                Unit("in", "[in_i]", "in", times=_INCH),
            ),
        ),
        "temperature": Quantity(
            "temperature",
            (
                Unit("C", "Cel", "°C", system=METRIC),
                Unit("F", "[degF]", "°F", times=Decimal(5), per=Decimal(9), zero=Decimal(32), system=IMPERIAL),
            ),
            places=2,
        ),
        "length": Quantity(
            "length",
            (
                Unit("mm", "mm", "mm", system=METRIC),
                Unit("cm", "cm", "cm", times=Decimal(10)),
                Unit("in", "[in_i]", "in", times=Decimal("25.4"), places=2, system=IMPERIAL),
            ),
        ),
        "glucose": _molar("mmol/L", "mmol/L", "18.0156", 0),
        "cholesterol": _molar("mmol/L", "mmol/L", "38.665", 0),
        "triglycerides": _molar("mmol/L", "mmol/L", "88.57", 0),
        "creatinine": _molar("umol/L", "µmol/L", "0.01131", 2),
        "hba1c": Quantity(
            "hba1c",
            (
                Unit("%", "%", "%"),
                Unit("mmol", "mmol/mol", "mmol/mol", times=Decimal("0.09148"), plus=Decimal("2.152"), places=0),
            ),
            places=2,
        ),
        "haemoglobin": _of("g/dL", "g/dL", Unit("g", "g/L", "g/L", times=Decimal("0.1"), places=0)),
        "pressure": _of("mm[Hg]", "mmHg", places=0),
        "rate": _of("/min", "beats per minute", places=0),
        "share": _of("%"),
        "salt": _of("mmol/L"),
        "enzyme": _of("U/L", places=0),
        "cells": _of("10*3/uL", "10³/µL"),
        "signal": _of("m[IU]/L", "mIU/L", places=2),
        "protein": _of("mg/L"),
        "strain": _of("pg/mL", places=0),
        "filter": _of("mL/min/{1.73_m2}", "mL/min/1.73 m²", places=0),
        "mass-index": _of("kg/m2", "kg/m²"),
        "score": _of("{score}", "points", places=0),
    }
)
"""All that forms ask for, by name."""


def read(text: str, quantity: Quantity, unit: Unit) -> Amount:
    """What somebody typed, as it is kept: "71.5", "71,5 kg", "11 st 4 lb", "5'11". Raises ValueError for no number."""
    typed = _two(text, unit.parts) if unit.parts else _one(text, unit)
    return Amount(quantity.keeps(typed, unit), quantity.kept.code, quantity.kept.shown)


def _one(text: str, unit: Unit) -> Decimal:
    bare = text.strip().casefold().removesuffix(unit.shown.casefold()).strip()
    bare = bare.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not _NUMBER.fullmatch(bare):
        raise ValueError
    return _decimal(bare)


def _two(text: str, parts: tuple[str, str, int]) -> Decimal:
    """Both parts as one number of the smaller: "5 ft 11 in", "5'11", "5 11"; "5 ft" alone, too."""
    found = _TWO.fullmatch(text.strip() + " ")
    if not found:
        raise ValueError
    small = _decimal(found[2] or "0")
    if small >= parts[2]:
        raise ValueError
    return Decimal(found[1]) * parts[2] + small


def _decimal(text: str) -> Decimal:
    """A comma before three digits parts thousands, any other is a decimal one."""
    whole, comma, rest = text.partition(",")
    return Decimal(whole + rest if comma and len(rest) == _GROUP else text.replace(",", "."))


def written(kept: Decimal, unit: Unit) -> str:
    """What is kept, as it is typed in this unit: "71.5", "5 ft 11 in"."""
    value = unit.shortest(kept)
    if unit.parts is None:
        return f"{value.normalize():f}"
    first, second, many = unit.parts
    whole = int(value // many)
    return f"{whole} {first} {(value - whole * many).normalize():f} {second}"
