from decimal import Decimal

import pytest

from carefolio.portal.words.units import decimal_of, unit_of, with_unit, written, written_number

TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("mmol/L", "mmol/L"),
        ("10*3/uL", f"{TIMES}10³/µL"),
        ("10*6/uL", f"{TIMES}10⁶/µL"),
        ("10³/µL", f"{TIMES}10³/µL"),
        ("mm[Hg]", "mmHg"),
        ("{score}", ""),
        ("(score)", ""),
        ("{INR}", ""),
        ("Cel", "°C"),
        ("kg/m2", "kg/m²"),
        ("umol/L", "µmol/L"),
        ("ug/L", "µg/L"),
        ("m[IU]/L", "mIU/L"),
        ("[pH]", ""),
        ("/min", "per minute"),
        ("mL/min/{1.73_m2}", "mL/min/1.73 m²"),
        ("{puffs}", "puffs"),
        ("beats/min", "beats per minute"),
        ("d", "days"),
    ],
)
def test_units_as_people_write_them(code, told):
    assert written(code) == told


def test_a_quantity_shows_its_own_unit_first():
    assert unit_of({"unit": "tablets", "code": "{tablet}"}) == "tablets"
    assert unit_of({"code": "Cel"}) == "°C"
    assert unit_of({}) == unit_of(None) == unit_of({"unit": 5}) == ""


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("5.3", "5.3"),
        ("1.10", "1.10"),
        ("1234567.5", "1,234,567.5"),
        ("-0.05", "-0.05"),
        ("0", "0"),
        ("125.29690705292417", "125.30"),
        ("0.012345678", "0.012"),
        ("1E+30", f"1 {TIMES} 10³⁰"),
        ("1.5E-30", f"1.5 {TIMES} 10⁻³⁰"),
        ("1E+3", "1,000"),
    ],
)
def test_numbers_keep_their_digits(number, told):
    assert written_number(Decimal(number), "en") == told


def test_numbers_in_another_language():
    assert written_number(Decimal("1234.50"), "de") == "1.234,50"


def test_what_is_a_number():
    assert decimal_of(5) == 5
    assert decimal_of(5.5) == Decimal("5.5")
    assert [decimal_of(one) for one in (True, None, "5", [], Decimal("NaN"), float("inf"))] == [None] * 6


def test_with_unit():
    assert with_unit("5", "") == "5"
    assert with_unit("5", "kg") == "5 kg"
