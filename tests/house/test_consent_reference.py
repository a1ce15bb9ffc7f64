"""The consent reference's worked example decides as its table says, and its lists are the code's."""

import json
import re

import pytest

from carefolio.consent import vocabulary as words
from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import Facts, decide
from carefolio.consent.policy import Chart, access
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.dates import interval
from tests.house.tree import DOCS, text

PAGE = text(DOCS / "reference" / "consent.md")
CHART, NORTH, ELSEWHERE = 7, 8, 9
LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
HAEMOGLOBIN = "http://loinc.org|718-7"
IN_MARCH, AFTER = interval("2026-03-10")[0], interval("2026-04-01")[0]
SAMPLE = Principal(1, Role.DOCTOR, person="Practitioner/sample", verified=True)


def asked(type_="Observation", date="2024-05-01", hospital=NORTH, label=0, codes=(LABORATORY,)):
    low, high = interval(date) if date else (0, 0)
    return Facts(type_, "x", CHART, hospital=hospital, low=low, high=high, label=label, codes=frozenset(codes))


@pytest.fixture(scope="module")
def contract():
    example = json.loads(re.search(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1])
    return compile_contract(example, "Consent/c/_history/2", {"Organization/north": NORTH}.get)


def view(contract, now):
    return access(SAMPLE, Chart(CHART, "Patient/ines", 1, (contract,)), now)


def test_the_example_is_understood(contract):
    assert contract.remarks == ()


def test_the_table_of_the_example_is_true(contract):
    windows = view(contract, IN_MARCH).windows
    hidden = [
        asked(date="2019-05-01"),
        asked(date=""),
        asked(hospital=ELSEWHERE),
        asked(codes=(LABORATORY, HAEMOGLOBIN)),
        asked(label=words.RESTRICTED),
        asked(type_="Condition", codes=()),
    ]
    assert decide(windows, asked()).permit
    assert [facts for facts in hidden if decide(windows, facts).permit] == []
    assert not decide(view(contract, AFTER).windows, asked()).permit
    assert not decide(view(contract, IN_MARCH).adds, asked()).permit


def test_the_roles_are_those_of_the_code():
    named = set(re.findall(r"`([^`\n]+)`", PAGE))
    assert words.DELEGATES | words.NOT_RECIPIENTS | set(words.DENIED_ACTIONS) <= named
    assert words.OTHER_SCOPES | {words.PRIVACY, words.TREATMENT, words.RESOURCE_TYPES} <= named
