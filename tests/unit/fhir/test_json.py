import copy
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import DEEPEST, Written, parse, serialise

NUMBERS = [
    "1.10", "1e2", "1E+2", "0.00", "-0.0", "0.00000001", "1.50e3", "0", "-7", "100",
    "12345678901234567890.123", "123456789012345678901234567890", "18446744073709551616",
    "-9223372036854775809", "1.0E-245",
]  # fmt: skip


def refusal(data: bytes) -> str:
    with pytest.raises(Failure) as raised:
        parse(data)
    assert raised.value.category is Category.MALFORMED
    return raised.value.sentence


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_come_out_as_they_were_sent(number):
    data = b'{"value":' + number.encode() + b"}"
    assert serialise(parse(data)) == data


def test_decimals_are_decimals_and_never_floats():
    value = parse(b'{"value":1.10}')["value"]
    assert type(value) is Decimal
    assert value == Decimal("1.1")


def test_a_decimal_with_its_own_notation_survives_copying_and_calculates():
    value = parse(b'{"value":1e2}')["value"]
    assert serialise(copy.deepcopy({"value": copy.copy(value)})) == b'{"value":1e2}'
    assert value + 1 == Decimal(101)
    assert isinstance(value, Written)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30).map(
    lambda number: number if number.as_tuple().exponent else int(number)
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_what_is_written_reads_back_the_same_to_the_digit(resource):
    again = parse(serialise(resource))
    assert again == resource
    assert list(again) == list(resource)
    assert serialise(again) == serialise(resource)


@given(st.dictionaries(texts, values, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_blanks_and_escapes_are_no_doubled_keys(resource, indent, ascii_only):
    text = json.dumps(resource, indent=indent, ensure_ascii=ascii_only, default=str)
    assert list(parse(text.encode())) == list(resource)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{ "a" : 1, "b": 2, "a" : 1 }',
        b'{"a":{"b":"x\\\\","b":"\\""}}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":"\\u0022","a":"\\u0022\\u0022"}',
    ],
)
def test_the_same_key_twice_is_refused(data):
    assert "same key twice" in refusal(data)


def test_the_place_of_a_mistake_is_told_by_line_and_column():
    assert "line 3, column 1: trailing comma" in refusal(b'{\n"a": 1,\n}')
    assert "line 1, column 7" in refusal(b'{"a":"\xff"}')


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"a":"', b'{"a":"\\ud800"}', b'{"a":NaN}', b'{"a":01}', b'{"a":1.}', b"{} x"]
)
def test_what_is_no_json_is_refused(data):
    assert refusal(data)


@pytest.mark.parametrize("data", [b"[]", b'"a"', b"1", b"null"])
def test_what_is_no_object_is_refused(data):
    assert "JSON object" in refusal(data)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 10_000, 1_000_000])
@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]"), (b'{"}":', b"}")])
def test_deep_nesting_is_refused_without_harm(depth, opening, closing):
    assert "levels deep" in refusal(b'{"a":' + opening * depth + b"1" + closing * depth + b"}")


def test_the_deepest_that_is_allowed_and_many_brackets_side_by_side_pass():
    assert parse(b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST)
    assert parse(b'{"a":[' + b"{}," * 500 + b'"[[[["]}')


@pytest.mark.parametrize("number", [b"1e1001", b"1e-1001", b"1e99999999999999999999", b"9" * 5_000])
def test_numbers_beyond_all_bounds_are_refused(number):
    assert refusal(b'{"a":' + number + b"}")


def test_a_byte_order_mark_is_passed_over():
    assert parse(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_what_fhir_has_no_json_for_is_not_written():
    with pytest.raises(TypeError, match="complex"):
        serialise({"a": 1j})
