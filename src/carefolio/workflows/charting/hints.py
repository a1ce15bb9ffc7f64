"""Hints to whoever decides, each with the guideline that it comes from. They are no diagnosis, and say so on the page.

A hint looks at the newest value of one measurement of an adult, and at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from carefolio.workflows.charting.codes import LOINC

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
    """From ``least`` on (below ``most``, where that is given) it may mean ``words``."""

    words: str
    least: str = ""
    most: str = ""

    def covers(self, value: Decimal) -> bool:
        return (not self.least or value >= Decimal(self.least)) and (not self.most or value < Decimal(self.most))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The steps of one measurement, in the unit in which they are counted (UCUM); what is between them says nothing."""

    unit: str
    source: str
    steps: tuple[_Step, ...]


_SCALES: Final[Mapping[str, _Scale]] = MappingProxyType(
    {
        f"{LOINC}|39156-5": _Scale(
            "kg/m2",
            _WHO_WEIGHT,
            (
                _Step("Underweight: BMI below 18.5", most="18.5"),
                _Step("Overweight: BMI 25 to 29.9", "25", "30"),
                _Step("Obesity class I: BMI 30 to 34.9", "30", "35"),
                _Step("Obesity class II: BMI 35 to 39.9", "35", "40"),
                _Step("Obesity class III: BMI 40 or more", "40"),
            ),
        ),
        f"{LOINC}|4548-4": _Scale(
            "%",
            _WHO_SUGAR,
            (_Step("HbA1c 6.5 % (48 mmol/mol) or more: diabetes possible; repeat if there are no symptoms", "6.5"),),
        ),
        f"{LOINC}|14771-0": _Scale(
            "mmol/L",
            _WHO_FASTING,
            (
                _Step("Fasting glucose 6.1 to 6.9 mmol/L: impaired fasting glucose possible", "6.1", "7.0"),
                _Step("Fasting glucose 7.0 mmol/L or more: diabetes possible; repeat if there are no symptoms", "7.0"),
            ),
        ),
        f"{LOINC}|33914-3": _Scale(
            "mL/min/{1.73_m2}",
            _KDIGO,
            (
                _Step("eGFR 30 to 59: kidney disease G3 if it lasts for 3 months", "30", "60"),
                _Step("eGFR 15 to 29: kidney disease G4 if it lasts for 3 months", "15", "30"),
                _Step("eGFR below 15: kidney failure G5 possible", most="15"),
            ),
        ),
        f"{LOINC}|33762-6": _Scale(
            "pg/mL", _ESC, (_Step("NT-proBNP 125 pg/mL or more: heart failure possible; consider an echo", "125"),)
        ),
        f"{LOINC}|718-7": _Scale(
            "g/dL",
            _WHO_ANAEMIA,
            (_Step("Haemoglobin below 12 g/dL: anaemia possible (men: below 13 g/dL)", most="12"),),
        ),
    }
)
ASKED: Final = frozenset({*_SCALES, PRESSURE})
"""The codes of all measurements that a hint looks at."""


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


def hints(newest: Iterable[Measured], *, adult: bool) -> list[Hint]:
    """What the newest values may mean; nothing for whoever is not known to be an adult."""
    found = list(newest)
    return [*_pressure(found), *_others(found)] if adult else []


def _others(newest: Iterable[Measured]) -> Iterator[Hint]:
    for one in newest:
        scale = _SCALES.get(one.code)
        if scale is not None and scale.unit == one.unit and not one.part:
            yield from (Hint(step.words, scale.source) for step in scale.steps if step.covers(one.value))


def _pressure(newest: Iterable[Measured]) -> Iterator[Hint]:
    """By the worse of both numbers."""
    parts = {one.part: one.value for one in newest if one.code == PRESSURE and one.unit == "mm[Hg]"}
    upper, lower = parts.get(_SYSTOLIC), parts.get(_DIASTOLIC)
    if upper is None or lower is None:
        return
    for words, most_upper, most_lower in _GRADES:
        if upper >= most_upper or lower >= most_lower:
            yield Hint(words, _NICE)
            return


_GRADES: Final = (
    ("180/120 mmHg or more: severe hypertension; look for organ damage today", 180, 120),
    ("160/100 mmHg or more: hypertension stage 2 possible; confirm at home", 160, 100),
    ("140/90 mmHg or more: hypertension stage 1 possible; confirm at home", 140, 90),
)
