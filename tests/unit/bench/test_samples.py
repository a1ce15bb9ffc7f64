"""The records that the product is loaded with are valid and of the size that the figures speak of."""

import pytest

from carefolio.bench import samples
from carefolio.fhir.json import serialise
from carefolio.fhir.validate import validate

CHART = "Patient/0198f3a2-7c1e-7a90-8f21-3d5b7c9e1f40"


@pytest.mark.parametrize("number", [0, 1, 7, 4_999])
def test_an_observation_is_valid_and_has_about_1800_bytes(number):
    made = samples.observation(CHART, number)
    assert validate(made) == []
    assert 1_500 < len(serialise(made)) < 2_100


def test_codes_take_turns_and_dates_go_on():
    made = [samples.observation(CHART, number) for number in range(len(samples.CODES) + 1)]
    codes = [each["code"]["coding"][0]["code"] for each in made]
    assert codes[0] == codes[-1]
    assert len(set(codes)) == len(samples.CODES)
    assert sorted(each["effectiveDateTime"] for each in made) == [each["effectiveDateTime"] for each in made]


def test_patients_contracts_and_transactions_are_valid():
    chart = samples.patient("one", 3)
    assert validate(chart) == []
    assert validate(samples.contract("two", CHART, "Practitioner/three", "proposed")) == []
    made = samples.transaction([samples.observation(CHART, 1)])
    assert validate(made) == []
    assert made["entry"][0]["request"] == {"method": "POST", "url": "Observation"}
