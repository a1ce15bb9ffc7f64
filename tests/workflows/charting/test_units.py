"""Numbers as people type them, and as they are kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.workflows.charting.units import IMPERIAL, METRIC, QUANTITIES, read, written

AMOUNTS = st.decimals("1", "400", places=1)


def kept(text, quantity, unit=""):
    found = QUANTITIES[quantity]
    return read(text, found, found.unit(unit) if unit else found.kept).value


@pytest.mark.parametrize(
    ("text", "quantity", "unit", "value"),
    [
        ("71.50", "weight", "kg", "71.50"),
        (" 71,5 kg ", "weight", "kg", "71.5"),
        ("1,200", "strain", "", "1200"),
        ("150", "weight", "lb", "68.04"),
        ("11 st 4 lb", "weight", "st", "71.67"),
        ("11", "weight", "st", "69.85"),
        ("5 ft 11 in", "height", "ft", "180.3"),
        ("5'11\"", "height", "ft", "180.3"),
        ("5 11", "height", "ft", "180.3"),
        ("6", "height", "ft", "182.9"),
        ("70 in", "height", "in", "177.8"),
        ("98.6", "temperature", "F", "37.00"),
        ("99", "glucose", "mg", "5.50"),
        ("48", "hba1c", "mmol", "6.5"),
        ("0.9", "creatinine", "mg", "80"),
        ("140", "haemoglobin", "g", "14.0"),
        ("1.5", "length", "cm", "15.0"),
    ],
)
def test_what_is_typed_is_kept_in_one_unit(text, quantity, unit, value):
    found = kept(text, quantity, unit)
    assert (found, str(found)) == (Decimal(value), value)


@pytest.mark.parametrize(("text", "unit"), [("", "kg"), ("much", "kg"), ("-3", "kg"), ("7.1.5", "kg"), ("5 15", "ft")])
def test_what_is_no_number_is_refused(text, unit):
    with pytest.raises(ValueError, match=r"^$"):
        kept(text, "weight" if unit == "kg" else "height", unit)


@given(st.sampled_from([(name, unit.key) for name, one in QUANTITIES.items() for unit in one.units]), AMOUNTS)
def test_what_is_kept_is_written_as_it_was_typed(which, typed):
    """Converted and back, within what the kept unit's digits can tell."""
    name, key = which
    quantity = QUANTITIES[name]
    unit = quantity.unit(key)
    value = typed if unit is quantity.kept else round(unit.kept(typed), quantity.places)
    step = Decimal(1).scaleb(-quantity.places)
    again = read(written(value, unit), quantity, unit).value if value > 0 else value
    tolerance = abs(unit.kept(Decimal("0.05")) - unit.kept(Decimal(0))) + step
    if unit.places == 0 or unit.parts is None:
        tolerance += abs(unit.kept(Decimal(1).scaleb(-unit.places) / 2) - unit.kept(Decimal(0)))
    assert abs(again - value) <= tolerance


def test_each_system_has_its_usual_unit():
    assert [QUANTITIES["weight"].usual(one).key for one in (METRIC, IMPERIAL)] == ["kg", "lb"]
    assert [QUANTITIES["glucose"].usual(one).key for one in (METRIC, IMPERIAL)] == ["mmol/L", "mmol/L"]
    assert written(Decimal("180.3"), QUANTITIES["height"].usual(IMPERIAL)) == "5 ft 11 in"
