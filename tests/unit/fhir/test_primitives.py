import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.fhir import tables
from carefolio.fhir.json import Written
from carefolio.fhir.primitives import QUICK, problem

GOOD = {
    "base64Binary": ["YQ==", "YWI=", "YWJj", "YWJj\n YWJj"],
    "boolean": [True, False],
    "canonical": ["http://a.example/x|1.0", "#x"],
    "code": ["final", "a b", "a-b"],
    "date": ["1985", "1985-04", "1985-04-23", "2024-02-29"],
    "dateTime": [
        "1985",
        "1985-04-23",
        "1985-04-23T10:00:00Z",
        "1985-04-23T10:00:00.123+02:00",
        "2016-12-31T23:59:60Z",
    ],
    "decimal": [1, -1, Decimal("1.10"), Written("1e2")],
    "id": ["a", "A-1.b", "x" * 64],
    "instant": ["1985-04-23T10:00:00Z", "2024-02-29T10:00:00.1-05:00"],
    "integer": [0, -5, 2**31 - 1, -(2**31)],
    "markdown": ["*a*\n\tb"],
    "oid": ["urn:oid:1.2.3", "urn:oid:2.0"],
    "positiveInt": [1],
    "string": ["a", " a ", "a\r\n\tb", "\u00a0", "😀"],
    "time": ["10:00:00", "23:59:59.5"],
    "unsignedInt": [0],
    "uri": ["urn:x", "http://a.example", "é"],
    "url": ["http://a.example"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ['<div xmlns="http://www.w3.org/1999/xhtml">a</div>'],
}
BAD = {
    "base64Binary": ["", "Y", "YQ=", "Y*==", "YQ==YQ==", 1],
    "boolean": ["true", 1, 0, None],
    "canonical": ["a b", "", 1],
    "code": ["", " a", "a ", "a  b", 1],
    "date": ["1985-13", "1985-04-31", "2023-02-29", "1985-04-23T10:00:00Z", "85", "", 1985],
    "dateTime": [
        "1985-04-23T10:00:00",
        "1985-04-23T10:00Z",
        "1985-04-31T10:00:00Z",
        "1985-04-23T25:00:00Z",
        "not a date",
    ],
    "decimal": ["1.0", True, None, []],
    "id": ["", "a_b", "x" * 65, "a b", "é"],
    "instant": ["1985-04-23", "1985-04-23T10:00:00", "2023-02-29T10:00:00Z"],
    "integer": ["1", Decimal("1.0"), Written("1e0"), True, 2**31, -(2**31) - 1],
    "markdown": ["", "  ", "\x00"],
    "oid": ["1.2.3", "urn:oid:3.1", "urn:oid:1.02"],
    "positiveInt": [0, -1],
    "string": ["", " \n", "a\x00", "a\x1b", 1, {}, []],
    "time": ["10:00", "24:00:00", "10:00:00Z"],
    "unsignedInt": [-1],
    "uri": ["a b", "", " "],
    "url": ["a b"],
    "uuid": ["urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ["plain", "", "<p>a</p>"],
}


@pytest.mark.parametrize(("type_name", "value"), [(name, value) for name in GOOD for value in GOOD[name]])
def test_good_values_have_no_problem(type_name, value):
    assert problem(type_name, value) is None


@pytest.mark.parametrize(("type_name", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_bad_values_have_a_sentence_that_does_not_repeat_them(type_name, value):
    sentence = problem(type_name, value)
    assert sentence
    assert sentence.endswith(".")


def test_every_primitive_type_is_tried_here():
    assert GOOD.keys() == BAD.keys() == tables.table("primitives").keys()


def test_long_almost_base64_takes_no_time():
    assert problem("base64Binary", "YWJj " * 5_000 + "*")


@given(st.sampled_from(sorted(QUICK)), st.data())
def test_what_the_quick_pattern_matches_has_no_problem(type_name, data):
    pattern = re.compile(QUICK[type_name].removesuffix("$") + r"\Z", re.ASCII)
    value = data.draw(st.from_regex(pattern))
    assert value == "" or problem(type_name, value) is None
