"""Codes as words of a path, and the way back to newer pages."""

from urllib.parse import parse_qs

import pytest

from carefolio.base.failures import Failure
from carefolio.portal.chart.addresses import Pager, code_of, key_of


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("http://loinc.org|2823-3", "loinc-2823-3"),
        ("http://snomed.info/sct|271649006", "snomed-271649006"),
        ("urn:x|a/b?c#d e", None),
        ("http://loinc.org|2823/3", None),
        ("http://loinc.org|ü", None),
    ],
)
def test_there_and_back(code, key):
    made = key_of(code)
    assert key is None or made == key
    assert made.replace("-", "").replace("_", "").isalnum()
    assert made.isascii()
    assert code_of(made) == code


def test_a_code_without_a_system():
    assert code_of(key_of("|HbA1c")) == "HbA1c"


@pytest.mark.parametrize("key", ["", "loinc-", "x-", "x-!!", "y-YQ", "x-ü", "x-_w", "zebra"])
def test_nonsense_is_absent(key):
    with pytest.raises(Failure):
        code_of(key)


def test_pages_forth_and_back():
    given, addresses = {"kind": "results", "since": ""}, []
    for cursor in [f"c{number}" for number in range(20)]:
        address = Pager(given).older(cursor)
        addresses.append(address)
        given = {name: values[0] for name, values in parse_qs(address[1:]).items()}
        assert given["kind"] == "results"
        assert given["page"] == cursor
        assert len(given.get("before", "").split(".")) <= 12
    for cursor in [f"c{number}" for number in reversed(range(7, 19))]:
        given = {name: values[0] for name, values in parse_qs(Pager(given).newer()[1:]).items()}
        assert given["page"] == cursor
    assert Pager(given).newer() == "?kind=results"
    assert Pager({}).newer() == ""
    assert Pager({"page": "c1"}).older("") == ""
