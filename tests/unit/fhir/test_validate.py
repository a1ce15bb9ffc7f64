import copy

import pytest

from carefolio.base.failures import Issue
from carefolio.fhir.validate import validate

from . import samples


def issues(resource):
    return [(issue.code, issue.path) for issue in validate(resource)]


@pytest.mark.parametrize("make", [samples.observation, samples.patient, samples.transaction])
def test_good_resources_have_no_issues(make):
    assert validate(make()) == []


def test_validation_changes_nothing():
    resource = samples.observation()
    before = copy.deepcopy(resource)
    validate(resource)
    assert resource == before


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({}, "resourceType"),
        ({"resourceType": "Nobody"}, "resourceType"),
        ({"resourceType": ["Patient"]}, "resourceType"),
    ],
)
def test_the_type_must_be_one_of_r4(resource, path):
    assert issues(resource) == [("structure", path)]


def test_an_issue_is_a_sentence_with_a_path_and_without_the_value():
    resource = samples.observation()
    resource["component"][1]["valueQuantity"]["value"] = "secret"
    assert validate(resource) == [
        Issue(
            "value",
            "A number was expected, without quotation marks.",
            "Observation.component[1].valueQuantity.value",
        )
    ]


def test_all_issues_are_told_at_once():
    resource = samples.patient() | {"birthDate": "1985-13", "gender": "f", "shoes": 1}
    assert sorted(issues(resource)) == [
        ("code-invalid", "Patient.gender"),
        ("structure", "Patient.shoes"),
        ("value", "Patient.birthDate"),
    ]


def contained(**elements):
    return samples.observation() | {"contained": [{"resourceType": "Device", "id": "d"} | elements]}


def test_contained_resources_are_looked_into():
    assert issues(contained()) == []
    assert issues(contained(status="broken")) == [("code-invalid", "Observation.contained[0].status")]


def test_contained_resources_need_an_id_and_contain_nothing():
    nameless = samples.observation() | {"contained": [{"resourceType": "Device"}]}
    assert issues(nameless) == [("required", "Observation.contained[0].id")]
    assert issues(contained(contained=[])) == [("structure", "Observation.contained[0].contained")]


@pytest.mark.parametrize("inner", [None, 1, "Patient", []])
def test_what_stands_for_a_resource_must_be_one(inner):
    resource = samples.observation() | {"contained": [inner]}
    assert issues(resource) == [("structure", "Observation.contained[0]")]


def test_the_resources_of_a_bundle_are_looked_into():
    bad = samples.patient() | {"active": "yes"}
    assert issues(samples.bundle(samples.observation(), bad)) == [("value", "Bundle.entry[1].resource.active")]
    assert issues(samples.bundle({"resourceType": "Nobody"})) == [
        ("structure", "Bundle.entry[0].resource.resourceType")
    ]
    assert issues(samples.bundle({"resourceType": "Observation"})) == [
        ("required", "Bundle.entry[0].resource.code"),
        ("required", "Bundle.entry[0].resource.status"),
    ]


def test_the_outcome_of_a_bundle_entry_is_looked_into():
    entry = {"response": {"status": "400", "outcome": {"resourceType": "OperationOutcome"}}}
    resource = {"resourceType": "Bundle", "type": "batch-response", "entry": [entry]}
    assert issues(resource) == [("required", "Bundle.entry[0].response.outcome.issue")]


def test_the_resources_of_parameters_are_looked_into_at_every_depth():
    part = {"name": "inner", "resource": {"resourceType": "Patient", "gender": "f"}}
    resource = {"resourceType": "Parameters", "parameter": [{"name": "outer", "part": [part]}]}
    assert issues(resource) == [("code-invalid", "Parameters.parameter[0].part[0].resource.gender")]


def test_a_bundle_in_a_bundle_is_looked_into():
    inner = samples.bundle(samples.patient() | {"gender": "f"})
    assert issues(samples.bundle(inner)) == [("code-invalid", "Bundle.entry[0].resource.entry[0].resource.gender")]


@pytest.mark.parametrize("entry", [None, 1, [], {"resource": 1}, {"response": 1}, "x"])
def test_entries_that_are_none_do_no_harm(entry):
    assert issues({"resourceType": "Bundle", "type": "batch", "entry": [entry]})


def test_very_deep_resources_are_answered():
    resource = samples.patient()
    for _ in range(30):
        resource = samples.bundle(resource)
    assert issues(resource) == []
    extension = {"url": "urn:x", "valueString": ""}
    for _ in range(45):
        extension = {"url": "urn:x", "extension": [extension]}
    path = "Patient" + ".extension[0]" * 46 + ".valueString"
    assert issues(samples.patient() | {"extension": [extension]}) == [("value", path)]
