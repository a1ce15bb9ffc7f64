"""The official R4 examples and the Synthea patients are valid; neither is part of this repository.

CAREFOLIO_EXAMPLES: the npm package hl7.fhir.r4.examples 4.0.1 (.tgz), default in ``examples`` beside it.
CAREFOLIO_EXTERNAL: the folder of outside data, default ``../shared/data``.
"""

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from carefolio.fhir.extract import extract
from carefolio.fhir.json import parse, serialise
from carefolio.fhir.parameters import parameters
from carefolio.fhir.schema import validator
from carefolio.fhir.structure import explain
from carefolio.fhir.validate import validate

EXTERNAL = Path(os.environ.get("CAREFOLIO_EXTERNAL", Path(__file__).parents[3] / "shared" / "data"))
PACKAGE = EXTERNAL.parent / "examples" / "hl7.fhir.r4.examples-4.0.1.tgz"
EXAMPLES = Path(os.environ.get("CAREFOLIO_EXAMPLES", PACKAGE))
SYNTHEA = EXTERNAL / "synthea"
LEAST_EXAMPLES = 720

# Definitions of FHIR itself (the derived tables come from them), and files that only describe the package.
NO_EXAMPLES = {
    "CapabilityStatement", "CodeSystem", "CompartmentDefinition", "ConceptMap", "ImplementationGuide",
    "NamingSystem", "OperationDefinition", "SearchParameter", "StructureDefinition", "StructureMap",
    "ValueSet", None,
}  # fmt: skip

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
    if not EXAMPLES.is_file():
        pytest.skip("the package of official R4 examples is not here (CAREFOLIO_EXAMPLES)")
    found = {}
    with tarfile.open(EXAMPLES) as archive:
        for member in archive:
            path = Path(member.name)
            if path.suffix == ".json" and path.name.partition("-")[0] not in NO_EXAMPLES:
                found[path.stem] = parse(archive.extractfile(member).read())
    return {name: resource for name, resource in found.items() if resource.get("resourceType") not in NO_EXAMPLES}


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
