import pytest

from carefolio.fhir import tables
from carefolio.fhir.parameters import TYPES, omitted, parameters

# What R4 lists without an expression, so that nothing says where it looks: an absence that is known about.
OMITTED = {
    ("DomainResource", "_text"),
    ("Patient", "age"),
    ("Patient", "birthOrderBoolean"),
    ("Resource", "_content"),
    ("Resource", "_filter"),
    ("Resource", "_query"),
}


def test_all_146_resource_types_are_known_and_no_abstract_one():
    assert len(TYPES) == 146
    assert {"Patient", "Observation", "Bundle", "Binary", "Parameters"} <= TYPES
    assert not {"Resource", "DomainResource", "Element", "HumanName"} & TYPES


def test_a_parameter_has_the_expression_of_its_own_type_only():
    patient = parameters("Observation")["patient"]
    assert patient.kind == "reference"
    assert patient.expression == "Observation.subject.where(resolve() is Patient)"
    assert patient.targets == {"Group", "Patient"}


def test_every_type_has_the_parameters_of_all_resources():
    for name in TYPES:
        assert {"_id", "_lastUpdated", "_tag", "_security", "_profile"} <= parameters(name).keys()


def test_composites_know_their_parts():
    composite = parameters("Observation")["code-value-quantity"]
    assert composite.components == (("token", "code"), ("quantity", "value.as(Quantity)"))


def test_an_expression_that_names_no_type_is_taken_as_its_own():
    assert parameters("InsurancePlan")["name"].expression == "InsurancePlan.name | InsurancePlan.alias"


def test_what_r4_gives_no_expression_for_is_left_out_with_the_reason():
    assert {(base, name) for base, row in tables.table("omitted").items() for name in row} == OMITTED
    assert "age" not in parameters("Patient")
    assert "no expression" in omitted("Patient")["age"]
    assert omitted("Patient").keys() == {"age", "birthOrderBoolean", "_text", "_content", "_filter", "_query"}


def test_what_is_no_type_is_a_key_error():
    with pytest.raises(KeyError):
        parameters("Nobody")
