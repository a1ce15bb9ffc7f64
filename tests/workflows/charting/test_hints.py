"""Hints, each with its source."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.workflows.charting import actions
from carefolio.workflows.charting.hints import PRESSURE, Measured, hints
from carefolio.workflows.charting.units import QUANTITIES, read

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
        ("4548-4", "mmol/mol", "47", ""),
        ("4548-4", "mmol/mol", "48", "HbA1c"),
        ("59261-8", "mmol/mol", "48", "HbA1c"),
        ("59261-8", "%", "7.0", ""),
        ("17856-6", "%", "6.5", "HbA1c"),
        ("14771-0", "mmol/L", "6.1", "Fasting glucose 6.1"),
        ("14771-0", "mmol/L", "6.9", "Fasting glucose 6.1"),
        ("14771-0", "mmol/L", "7.0", "Fasting glucose 7.0"),
        ("1558-6", "mg/dL", "125", "Fasting glucose 6.1"),
        ("1558-6", "mg/dL", "126", "Fasting glucose 7.0"),
        ("14771-0", "g/L", "2", ""),
        ("33914-3", "mL/min/{1.73_m2}", "14", "eGFR below 15"),
        ("69405-9", "mL/min/{1.73_m2}", "59", "eGFR 30 to 59"),
        ("718-7", "g/L", "119", "Haemoglobin"),
        ("718-7", "g/dL", "11.9", "Haemoglobin"),
        ("8302-2", "cm", "180", ""),
    ],
)
def test_a_value_says_what_its_guideline_says(code, unit, value, begins):
    found = hints([Measured(LOINC + code, Decimal(value), unit)], adult=True)
    assert len(found) == bool(begins)
    assert all(one.words.startswith(begins) and one.source for one in found)
    assert hints([Measured(LOINC + code, Decimal(value), unit)], adult=False) == []


def typed(text, quantity, key, code, sex=""):
    """What is hinted at of what somebody typed into a form in this unit."""
    found = QUANTITIES[quantity]
    value = read(text, found, found.unit(key)).value
    return [one.words for one in hints([Measured(LOINC + code, value, found.kept.code)], adult=True, sex=sex)]


@pytest.mark.parametrize(
    ("quantity", "code", "key", "places", "impaired", "high"),
    [
        ("hba1c", "4548-4", "%", 1, "6.5", "6.5"),
        ("hba1c", "4548-4", "mmol", 0, "48", "48"),
        ("glucose", "14771-0", "mmol/L", 1, "6.1", "7.0"),
        ("glucose", "14771-0", "mg", 0, "110", "126"),
    ],
)
def test_a_limit_is_asked_in_the_unit_in_which_the_value_was_typed(quantity, code, key, places, impaired, high):
    for number in range(1, 2_000 if places == 0 else 400):
        value = Decimal(number).scaleb(-places)
        found = typed(str(value), quantity, key, code)
        assert any("diabetes possible" in one for one in found) is (value >= Decimal(high)), value
        assert bool(found) is (value >= Decimal(impaired)), value


@given(st.decimals("5", "20", places=1), st.sampled_from(["male", "female", "other", "unknown", ""]))
def test_anaemia_begins_where_the_guideline_says_of_each_sex(value, sex):
    found = typed(str(value), "haemoglobin", "g/dL", "718-7", sex)
    assert bool(found) is (value < (13 if sex == "male" else 12))
    assert found == typed(str(value * 10), "haemoglobin", "g", "718-7", sex)


def test_the_newest_counts_whatever_its_code(practice):
    for day, code, value in (
        ("2026-03-04", "33914-3", 25),
        ("2026-05-04", "69405-9", 55),
        ("2026-04-04", "62238-1", 14),
    ):
        quantity = {"value": value, "system": "http://unitsofmeasure.org", "code": "mL/min/{1.73_m2}"}
        coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
        resource = {"resourceType": "Observation", "status": "final", "code": coded, "effectiveDateTime": day}
        resource |= {"subject": {"reference": practice.ref("Ada")}, "valueQuantity": quantity}
        practice.write("Ada", resource)
    found = practice.do(actions.hints_about, "Ben", practice.chart, adult=True, sex="female")
    assert [hint.words[:13] for hint, _when in found] == ["eGFR 30 to 59"]
    assert practice.do(actions.hints_about, "Ben", practice.chart, adult=False) == []
