"""Measurements in the reader's units, whatever they were written in."""

from decimal import Decimal

import pytest

from carefolio.portal.words.records import told
from carefolio.portal.words.systems import shown_in
from carefolio.portal.words.told import Reader

UCUM = "http://unitsofmeasure.org"


def amount(value, code):
    return {"value": Decimal(value), "unit": code, "system": UCUM, "code": code}


def weight(value, code):
    return {"resourceType": "Observation", "code": {"text": "Weight"}, "valueQuantity": amount(value, code)}


@pytest.mark.parametrize(
    ("value", "code", "system", "shown"),
    [
        ("68.04", "kg", "imperial", "150.0 lb"),
        ("150", "[lb_av]", "metric", "68.0 kg"),
        ("150", "[lb_av]", "imperial", "150 lb"),
        ("150", "[lb_av]", "", "150 lb"),
        ("180.3", "cm", "imperial", "71.0 in"),
        ("37.0", "Cel", "imperial", "98.6 °F"),
        ("98.6", "[degF]", "metric", "37.0 °C"),
        ("5.3", "mmol/L", "imperial", "5.3 mmol/L"),
    ],
)
def test_a_reader_reads_their_own_units(value, code, system, shown):
    assert told(weight(value, code), Reader(units=system)).value == shown


def test_ranges_and_parts_go_with_their_values_and_the_record_stays():
    part = {"code": {"text": "In"}, **weight("70", "kg"), "referenceRange": [{"low": amount("50", "kg")}, "odd"]}
    record = weight("70", "kg") | {"component": [part, "odd"]}
    made = shown_in(record, "imperial")
    assert made["component"][0]["referenceRange"][0]["low"]["value"] == Decimal("110.2")
    assert record["component"][0]["referenceRange"][0]["low"]["value"] == 50
    assert shown_in(record | {"resourceType": "Goal"}, "imperial")["valueQuantity"]["code"] == "kg"


@pytest.mark.parametrize("quantity", ["odd", {"code": "kg"}, {"code": "kg", "value": "70"}, {"value": 70}])
def test_odd_quantities_stay_as_they_are(quantity):
    record = weight("70", "kg") | {"valueQuantity": quantity}
    assert shown_in(record, "imperial")["valueQuantity"] == quantity
