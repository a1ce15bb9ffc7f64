"""A measurement's values, with those of its parts."""

import asyncio
from decimal import Decimal

import pytest

from carefolio.fhir.json import serialise
from carefolio.records.changes import Change, Method
from carefolio.records.read import Found
from carefolio.records.series import points
from carefolio.store.rows import Row
from tests.faults.cast import found, observation, opened

ROW = Row(1, "Observation", "a", 1, 7, 0, 0, 0, 0, 5, 9, 0, 0, b"", b"")
LOINC = "http://loinc.org"


def read(resource):
    return list(points(Found(ROW, serialise(resource))))


def quantity(value, **more):
    return {"value": Decimal(value), "unit": "mmol/L"} | more


def test_a_value_with_its_usual_range():
    treatment = {"type": {"coding": [{"code": "treatment"}]}, "high": quantity("9")}
    usual = {"type": {"coding": [{"code": "normal"}]}, "low": quantity("3.5"), "high": quantity("5.10")}
    coded = {"code": {"text": "Potassium"}, "referenceRange": [treatment, usual]}
    (one,) = read({"valueQuantity": quantity("4.20", comparator="<")} | coded)
    assert (one.value, one.unit, one.part, one.text, one.comparator) == (
        Decimal("4.20"),
        "mmol/L",
        "",
        "Potassium",
        "<",
    )
    assert (one.least, one.most, one.low, one.high) == (Decimal("3.5"), Decimal("5.10"), 5, 9)


def test_the_parts_of_a_blood_pressure():
    def part(code, value):
        return {"code": {"coding": [{"system": LOINC, "code": code, "display": f"is {code}"}]}, "valueQuantity": value}

    parts = [
        part("8480-6", {"value": 120, "code": "mm[Hg]"}),
        part("8462-4", {"value": 80}),
        {"code": {"text": "cuff"}},
    ]
    systolic, diastolic = read({"component": parts})
    assert (systolic.part, systolic.value, systolic.unit, systolic.text) == (
        f"{LOINC}|8480-6",
        120,
        "mm[Hg]",
        "is 8480-6",
    )
    assert (diastolic.part, diastolic.value, diastolic.unit) == (f"{LOINC}|8462-4", 80, "")
    assert diastolic.least is diastolic.most is None


def test_a_part_without_a_code_is_told_from_the_whole():
    (one,) = read({"component": [{"code": {"text": "cuff"}, "valueQuantity": {"value": 1}}]})
    assert (one.part, one.text) == ("|", "cuff")


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"valueString": "high"},
        {"valueQuantity": {"unit": "g"}},
        {"status": "entered-in-error", "valueQuantity": quantity("4")},
    ],
)
def test_what_has_no_amount_gives_no_point(resource):
    assert read(resource) == []


def test_the_series_of_a_chart_is_its_newest_values_and_is_told_once(tmp_path):
    cast = found(tmp_path)
    with opened(tmp_path) as carefolio:
        door, ada = carefolio.door, cast.ada
        made = [observation(ada.ref, year, effectiveDateTime=str(year)) for year in (2021, 2024, 2022, 2023)]
        other = observation(ada.ref, 1, code={"coding": [{"system": LOINC, "code": "8302-2"}]})
        changes = [Change(Method.CREATE, "Observation", "", one) for one in (*made, other)]
        asyncio.run(door.write(door.admit(ada.token, "r"), changes))
        caller = door.admit(ada.token, "r")
        series = asyncio.run(door.series(caller, ada.ref, f"{LOINC}|2823-3", count=3))
        assert [point.value for point in series] == [2024, 2023, 2022]
        assert asyncio.run(door.series(caller, ada.ref, f"{LOINC}|none")) == []
