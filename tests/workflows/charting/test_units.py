"""Numbers as people type them, and as they are kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.workflows.charting.units import IMPERIAL, METRIC, QUANTITIES, read, written

UNITS = [(name, unit.key) for name, one in QUANTITIES.items() for unit in one.units]
TYPED = st.integers(0, 4).flatmap(lambda places: st.decimals(0, 100_000, places=places))


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
        ("99", "glucose", "mg", "5.495"),
        ("126", "glucose", "mg", "6.994"),
        ("47", "hba1c", "mmol", "6.45"),
        ("48", "hba1c", "mmol", "6.54"),
        ("0.9", "creatinine", "mg", "79.6"),
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


def typed_as(value, unit):
    """How somebody writes it."""
    if unit.parts is None:
        return f"{value:f}"
    first, second, many = unit.parts
    return f"{int(value // many)} {first} {value - value // many * many:f} {second}"


@given(st.sampled_from(UNITS), TYPED)
def test_what_is_typed_comes_back_as_it_was_typed(which, value):
    name, key = which
    quantity = QUANTITIES[name]
    unit = quantity.unit(key)
    if unit.parts:
        value = round(value, 3) % (999 * unit.parts[2])
    text = typed_as(value, unit)
    back = written(kept(text, name, key), unit)
    assert kept(back, name, key) == kept(text, name, key)
    assert unit.parts is not None or Decimal(back) == value


@pytest.mark.parametrize(("name", "key"), UNITS)
def test_every_number_that_people_have_comes_back_in_either_unit(name, key):
    quantity = QUANTITIES[name]
    unit = quantity.unit(key)
    for places in range(unit.places + 1):
        numbers = [Decimal(one).scaleb(-places) for one in range(1_500)]
        found = [quantity.keeps(one, unit) for one in numbers]
        assert [unit.shortest(one) for one in found] == numbers
        assert len(set(found)) == len(numbers), "and no two become one"


@given(st.sampled_from(UNITS), st.from_regex(r"[0-9]{1,9}\.[0-9]{1,9}", fullmatch=True))
def test_no_number_is_too_long(which, text):
    name, key = which
    unit = QUANTITIES[name].unit(key)
    if unit.parts is None:
        assert Decimal(written(kept(text, name, key), unit)) == Decimal(text)


def test_each_system_has_its_usual_unit():
    assert [QUANTITIES["weight"].usual(one).key for one in (METRIC, IMPERIAL)] == ["kg", "lb"]
    assert [QUANTITIES["glucose"].usual(one).key for one in (METRIC, IMPERIAL)] == ["mmol/L", "mmol/L"]
    assert written(Decimal("180.3"), QUANTITIES["height"].usual(IMPERIAL)) == "5 ft 11 in"
