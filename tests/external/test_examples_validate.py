"""The official R4 examples and the Synthea patients are valid; neither is part of this repository (see official.py)."""

import gzip

import pytest

from carefolio.fhir.extract import extract
from carefolio.fhir.json import parse, serialise
from carefolio.fhir.parameters import parameters
from carefolio.fhir.schema import validator
from carefolio.fhir.structure import explain
from carefolio.fhir.validate import validate
from tests.external import official

SYNTHEA = official.EXTERNAL / "synthea"
LEAST_EXAMPLES = 720

# Examples that break the specification which they illustrate.
EXCEPTIONS = {
    "DeviceMetric-example": "parent refers to a DeviceDefinition where only a Device is allowed",
    "DeviceUseStatement-example": "reasonReference refers to a Procedure, which is not among the targets",
    "MedicationRequest-medrx0301": "dispenseRequest.performer refers to a Practitioner, not an Organization",
    "Observation-clinical-gender": "performer refers to an Encounter, which cannot perform anything",
    "Questionnaire-qs1": "its items have no linkId",
}


@pytest.fixture(scope="module")
def examples():
    """The examples by name."""
    found = {name: parse(data) for name, data in official.examples()}
    return {name: one for name, one in found.items() if one.get("resourceType") not in official.NO_EXAMPLES}


def test_the_official_examples_are_valid_but_for_the_known_five(examples):
    found = {name: validate(resource) for name, resource in examples.items()}
    assert len(found) >= LEAST_EXAMPLES
    assert {name for name, issues in found.items() if issues} == EXCEPTIONS.keys()


def test_what_is_quickly_accepted_has_nothing_to_explain(examples):
    for name, resource in examples.items():
        kind = resource["resourceType"]
        assert not validator(kind).is_valid(resource) or explain(resource, kind) == [], name


def test_the_official_examples_survive_reading_writing_and_every_search_parameter(examples):
    for name, resource in examples.items():
        assert parse(serialise(resource)) == resource, name
        for parameter in parameters(resource["resourceType"]):
            extract(resource["resourceType"], parameter, resource)


@pytest.mark.slow
@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="no Synthea data beside the repository (CAREFOLIO_EXTERNAL)")
def test_synthea_is_valid():
    for path in sorted(SYNTHEA.glob("*/*.json.gz")):
        assert validate(parse(gzip.decompress(path.read_bytes()))) == [], path.name
