"""Hints, each with its source."""

from decimal import Decimal

import pytest

from carefolio.workflows.charting.hints import PRESSURE, Measured, hints

LOINC = "http://loinc.org|"


def pressure(upper, lower):
    return [
        Measured(PRESSURE, Decimal(value), "mm[Hg]", LOINC + part)
        for part, value in (("8480-6", upper), ("8462-4", lower))
    ]


@pytest.mark.parametrize(
    ("upper", "lower", "begins"),
    [(139, 89, ""), (140, 80, "140/90"), (120, 90, "140/90"), (165, 80, "160/100"), (150, 120, "180/120")],
)
def test_blood_pressure_is_told_by_its_worse_number(upper, lower, begins):
    assert [one.words.split()[0] for one in hints(pressure(upper, lower), adult=True)] == ([begins] if begins else [])
    assert hints(pressure(upper, lower)[:1], adult=True) == []


@pytest.mark.parametrize(
    ("code", "unit", "value", "begins"),
    [
        ("39156-5", "kg/m2", "18.4", "Underweight"),
        ("39156-5", "kg/m2", "22", ""),
        ("39156-5", "kg/m2", "30", "Obesity class I:"),
        ("39156-5", "kg/m2", "41", "Obesity class III"),
        ("4548-4", "%", "6.4", ""),
        ("4548-4", "%", "6.5", "HbA1c"),
        ("4548-4", "mmol/mol", "48", ""),
        ("14771-0", "mmol/L", "6.1", "Fasting glucose 6.1"),
        ("14771-0", "mmol/L", "7.0", "Fasting glucose 7.0"),
        ("33914-3", "mL/min/{1.73_m2}", "14", "eGFR below 15"),
        ("718-7", "g/dL", "11.9", "Haemoglobin"),
        ("8302-2", "cm", "180", ""),
    ],
)
def test_a_value_says_what_its_guideline_says(code, unit, value, begins):
    found = hints([Measured(LOINC + code, Decimal(value), unit)], adult=True)
    assert len(found) == bool(begins)
    assert all(one.words.startswith(begins) and one.source for one in found)
    assert hints([Measured(LOINC + code, Decimal(value), unit)], adult=False) == []
