"""Hints to whoever decides, each with the guideline that it comes from. They are no diagnosis, and say so on the page.

A hint looks at the newest value of one measurement of an adult, and at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from carefolio.workflows.charting.codes import LOINC
from carefolio.workflows.charting.units import QUANTITIES

_SYSTOLIC, _DIASTOLIC = f"{LOINC}|8480-6", f"{LOINC}|8462-4"
PRESSURE: Final = f"{LOINC}|85354-9"
_NICE: Final = "NICE NG136, Hypertension in adults, 2019"
_WHO_WEIGHT: Final = "WHO, Obesity: preventing and managing the global epidemic, 2000"
_WHO_SUGAR: Final = "WHO, Use of glycated haemoglobin in the diagnosis of diabetes, 2011"
_WHO_FASTING: Final = "WHO/IDF, Definition and diagnosis of diabetes, 2006"
_KDIGO: Final = "KDIGO, Evaluation and management of chronic kidney disease, 2012"
_ESC: Final = "ESC, Acute and chronic heart failure, 2021"
_WHO_ANAEMIA: Final = "WHO, Haemoglobin concentrations for the diagnosis of anaemia, 2011"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a value may mean, in words for doctors, and whose word that is."""

    words: str
    source: str


@dataclass(frozen=True, slots=True)
class _Step:
    """From ``least`` on (below ``most``, where that is given) it may mean ``words``, for people of this administrative
    ``sex`` (FHIR's word) where that is given, and of ``unless`` for nobody.
    """

    words: str
    least: Decimal | None = None
    most: Decimal | None = None
    sex: str = ""
    unless: str = ""

    def covers(self, value: Decimal, sex: str) -> bool:
        if self.sex not in ("", sex) or self.unless == sex != "":
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value < self.most)


@dataclass(frozen=True, slots=True)
class _Scale:
    """The steps of one measurement, in the unit that is kept of its ``quantity``; what is between them says nothing."""

    quantity: str
    source: str
    steps: tuple[_Step, ...]


def _from(quantity: str, kept: str, also: tuple[str, str]) -> Decimal:
    """A limit that a guideline states in two units, each rounded: the lower of both counts, so that whoever is at the
    limit in either is. ``also``: the number and the key of the other unit.
    """
    found, (number, key) = QUANTITIES[quantity], also
    return min(Decimal(kept), found.keeps(Decimal(number), found.unit(key)))


_LONG_TERM: Final = _from("hba1c", "6.5", ("48", "mmol"))
_IMPAIRED, _HIGH = _from("glucose", "6.1", ("110", "mg")), _from("glucose", "7.0", ("126", "mg"))
_MASS: Final = _Scale(
    "mass-index",
    _WHO_WEIGHT,
    (
        _Step("Underweight: BMI below 18.5", most=Decimal("18.5")),
        _Step("Overweight: BMI 25 to 29.9", Decimal(25), Decimal(30)),
        _Step("Obesity class I: BMI 30 to 34.9", Decimal(30), Decimal(35)),
        _Step("Obesity class II: BMI 35 to 39.9", Decimal(35), Decimal(40)),
        _Step("Obesity class III: BMI 40 or more", Decimal(40)),
    ),
)
_SUGAR: Final = _Scale(
    "hba1c",
    _WHO_SUGAR,
    (_Step("HbA1c 6.5 % (48 mmol/mol) or more: diabetes possible; repeat if there are no symptoms", _LONG_TERM),),
)
_FASTING: Final = _Scale(
    "glucose",
    _WHO_FASTING,
    (
        _Step(
            "Fasting glucose 6.1 to 6.9 mmol/L (110 to 125 mg/dL): impaired fasting glucose possible", _IMPAIRED, _HIGH
        ),
        _Step(
            "Fasting glucose 7.0 mmol/L (126 mg/dL) or more: diabetes possible; repeat if there are no symptoms", _HIGH
        ),
    ),
)
_KIDNEYS: Final = _Scale(
    "filter",
    _KDIGO,
    (
        _Step("eGFR 30 to 59: kidney disease G3 if it lasts for 3 months", Decimal(30), Decimal(60)),
        _Step("eGFR 15 to 29: kidney disease G4 if it lasts for 3 months", Decimal(15), Decimal(30)),
        _Step("eGFR below 15: kidney failure G5 possible", most=Decimal(15)),
    ),
)
_STRAIN: Final = _Scale(
    "strain", _ESC, (_Step("NT-proBNP 125 pg/mL or more: heart failure possible; consider an echo", Decimal(125)),)
)
_BLOOD: Final = _Scale(
    "haemoglobin",
    _WHO_ANAEMIA,
    (
        _Step("Haemoglobin below 13 g/dL in a man: anaemia possible", most=Decimal(13), sex="male"),
        _Step("Haemoglobin below 12 g/dL: anaemia possible", most=Decimal(12), unless="male"),
    ),
)
_IFCC: Final = "59261-8"
"""HbA1c as the IFCC counts it. Its share in % is another number than everybody's %: only mmol/mol is read of it."""
_SCALES: Final[Mapping[str, _Scale]] = MappingProxyType(
    {
        f"{LOINC}|{code}": scale
        for scale, codes in (
            (_MASS, ("39156-5",)),
            (_SUGAR, ("4548-4", "17856-6", _IFCC)),
            (_FASTING, ("14771-0", "1558-6")),
            (_KIDNEYS, ("69405-9", "98979-8", "62238-1", "33914-3")),
            (_STRAIN, ("33762-6",)),
            (_BLOOD, ("718-7",)),
        )
        for code in codes
    }
)
"""Codes of one measurement differ in unit, method or equation; what their guideline says of it is the same."""
ASKED: Final = frozenset({*_SCALES, PRESSURE})
"""The codes of all measurements that a hint looks at."""


def measure(code: str) -> str:
    """What is measured under a code: the same for all codes that differ in unit, method or equation alone."""
    scale = _SCALES.get(code)
    return scale.quantity if scale else code


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest value of something: ``code`` and ``part`` as ``system|code``, the unit as UCUM writes it."""

    code: str
    value: Decimal
    unit: str
    part: str = ""


def measured(body: Mapping[str, Any], code: str) -> Iterator[Measured]:
    """The numbers in an Observation that is measured under this code."""
    for element in (body, *body.get("component", ())):
        given = element.get("valueQuantity", {})
        if "value" in given and body.get("status") != "entered-in-error":
            part = "" if element is body else _first_code(element)
            yield Measured(code, Decimal(given["value"]), given.get("code", ""), part)


def _first_code(element: Mapping[str, Any]) -> str:
    codings = element.get("code", {}).get("coding", ())
    return next((f"{one.get('system', '')}|{one.get('code', '')}" for one in codings), "")


def hints(newest: Iterable[Measured], *, adult: bool, sex: str = "") -> list[Hint]:
    """What the newest values may mean; nothing for whoever is not known to be an adult. ``sex`` is the administrative
    one, as FHIR writes it.
    """
    found = list(newest)
    return [*_pressure(found), *_others(found, sex)] if adult else []


def _others(newest: Iterable[Measured], sex: str) -> Iterator[Hint]:
    for one in newest:
        scale = _SCALES.get(one.code)
        value = _kept(scale, one) if scale is not None and not one.part else None
        if scale is not None and value is not None:
            yield from (Hint(step.words, scale.source) for step in scale.steps if step.covers(value, sex))


def _kept(scale: _Scale, one: Measured) -> Decimal | None:
    """The value in the unit of the scale, as a form would keep it; None for a unit that we do not know of it."""
    quantity = QUANTITIES[scale.quantity]
    unit = next((each for each in quantity.units if each.code == one.unit and each.parts is None), None)
    if unit is None or (one.code.endswith(_IFCC) and unit is quantity.kept):
        return None
    return quantity.keeps(one.value, unit)


def _pressure(newest: Iterable[Measured]) -> Iterator[Hint]:
    """By the worse of both numbers."""
    parts = {one.part: one.value for one in newest if one.code == PRESSURE and one.unit == "mm[Hg]"}
    upper, lower = parts.get(_SYSTOLIC), parts.get(_DIASTOLIC)
    if upper is None or lower is None:
        return
    for grade in _GRADES:
        if upper >= grade.upper or lower >= grade.lower:
            yield Hint(grade.words, _NICE)
            return


class _Grade(NamedTuple):
    """From either number on it may mean ``words``."""

    words: str
    upper: int
    lower: int


_GRADES: Final = (
    _Grade("180/120 mmHg or more: severe hypertension; look for organ damage today", 180, 120),
    _Grade("160/100 mmHg or more: hypertension stage 2 possible; confirm at home", 160, 100),
    _Grade("140/90 mmHg or more: hypertension stage 1 possible; confirm at home", 140, 90),
)
