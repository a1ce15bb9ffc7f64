"""What the explaining walk says; validate asks it whenever the quick schemas say no."""

import pytest

from carefolio.fhir.structure import explain

from . import samples

NULL = "null is not allowed here: leave the element out."


def found(resource):
    return [(issue.code, issue.path) for issue in explain(resource, resource["resourceType"])]


def told(resource):
    (issue,) = explain(resource, resource["resourceType"])
    return issue.text


def patient(**elements):
    return samples.patient() | elements


def observation(**elements):
    return samples.observation() | elements


@pytest.mark.parametrize(
    ("resource", "code", "path"),
    [
        (patient(shoes=1), "structure", "Patient.shoes"),
        (patient(**{"with blank": 1}), "structure", "Patient.?"),
        (patient(_name=[{}]), "structure", "Patient._name"),
        (patient(value="x"), "structure", "Patient.value"),
        (patient(name={"family": "P"}), "structure", "Patient.name"),
        (patient(gender=["female"]), "structure", "Patient.gender"),
        (patient(name=["P"]), "structure", "Patient.name[0]"),
        (patient(name=[{}]), "structure", "Patient.name[0]"),
        (patient(name=[]), "structure", "Patient.name"),
        (patient(name=None), "structure", "Patient.name"),
        (patient(name=[None]), "structure", "Patient.name[0]"),
        (patient(gender=None), "structure", "Patient.gender"),
        (patient(birthDate={}), "structure", "Patient.birthDate"),
        (patient(birthDate="1985-02-30"), "value", "Patient.birthDate"),
        (patient(birthDate=1985), "value", "Patient.birthDate"),
        (patient(active="true"), "value", "Patient.active"),
        (patient(gender="f"), "code-invalid", "Patient.gender"),
        (patient(maritalStatus=[]), "structure", "Patient.maritalStatus"),
        (patient(maritalStatus="M"), "structure", "Patient.maritalStatus"),
        (patient(communication=[{"preferred": True}]), "required", "Patient.communication[0].language"),
        (patient(deceasedBoolean=True, deceasedDateTime="2020"), "structure", "Patient.deceased[x]"),
        (patient(deceasedBoolean=True, _deceasedDateTime={"id": "a"}), "structure", "Patient.deceased[x]"),
        (patient(multipleBirthString="2"), "structure", "Patient.multipleBirthString"),
        (observation(specimen={"reference": "Device/1"}), "value", "Observation.specimen.reference"),
        (observation(specimen={"reference": "Device?x=1"}), "value", "Observation.specimen.reference"),
        (observation(specimen={"reference": "nonsense"}), "value", "Observation.specimen.reference"),
        (observation(specimen={"reference": 1}), "value", "Observation.specimen.reference"),
        (patient(generalPractitioner=["Practitioner/1"]), "structure", "Patient.generalPractitioner[0]"),
        (patient(extension=[{"valueString": "x"}]), "required", "Patient.extension[0].url"),
        (patient(_birthDate={"extension": [{"url": ""}]}), "value", "Patient.birthDate.extension[0].url"),
        (patient(_birthDate=[{"id": "a"}]), "structure", "Patient.birthDate"),
        (patient(_birthDate=None), "structure", "Patient.birthDate"),
        (patient(_birthDate={"value": 1}), "structure", "Patient.birthDate.value"),
        (patient(name=[{"given": ["a", None]}]), "structure", "Patient.name[0].given[1]"),
        (patient(name=[{"given": ["a"], "_given": {"id": "a"}}]), "structure", "Patient.name[0].given"),
        (patient(name=[{"given": ["a"], "_given": []}]), "structure", "Patient.name[0].given"),
        (patient(name=[{"_given": [None]}]), "structure", "Patient.name[0].given[0]"),
        (observation(status="done"), "code-invalid", "Observation.status"),
        (observation(valueString="a", valueInteger=1), "structure", "Observation.value[x]"),
        (observation(valueQuantity={"value": True}), "value", "Observation.valueQuantity.value"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_and_its_path(resource, code, path):
    assert found(resource) == [(code, path)]


@pytest.mark.parametrize(
    "resource",
    [
        patient(_birthDate={"extension": [{"url": "urn:x", "valueString": "about 1985"}]}),
        patient(name=[{"given": ["a", None], "_given": [None, {"id": "b"}]}]),
        patient(name=[{"given": ["a", "b"], "_given": [{"id": "a"}]}]),
        patient(name=[{"_given": [{"id": "a"}]}]),
        patient(_deceasedDateTime={"extension": [{"url": "urn:x", "valueCode": "unknown"}]}),
        patient(birthDate="2024-02-29"),
        patient(extension=[{"url": "urn:x", "valueTiming": {"event": ["2020"]}}]),
        patient(
            generalPractitioner=[
                {"reference": "#gp"},
                {"display": "somebody"},
                {"identifier": {"value": "1"}},
            ]
        ),
        patient(generalPractitioner=[{"reference": "https://a.example/fhir/Practitioner/1"}]),
        patient(generalPractitioner=[{"reference": "Practitioner?identifier=1"}]),
        patient(photo=[{"data": "YWJj\nYWJj"}]),
        observation(_status={"extension": [{"url": "urn:x", "valueCode": "unknown"}]}),
    ],
)
def test_rare_but_allowed(resource):
    assert found(resource) == []


def test_a_required_primitive_may_be_an_extension_alone():
    resource = samples.observation()
    del resource["status"]
    assert found(resource) == [("required", "Observation.status")]
    resource["_status"] = {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}
    assert found(resource) == []


def test_a_required_choice_is_named_with_its_ending():
    resource = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "subject": {"reference": "Patient/1"},
    }
    assert found(resource) == [("required", "MedicationStatement.medication[x]")]


CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


@pytest.mark.parametrize(
    ("status", "valid"),
    [
        ({"coding": [{"system": CLINICAL, "code": "active"}]}, True),
        ({"coding": [{"system": "urn:x", "code": "own"}, {"system": CLINICAL, "code": "active"}]}, True),
        ({"coding": [{"system": CLINICAL, "code": "running"}]}, False),
        ({"coding": [{"system": "urn:x", "code": "active"}]}, False),
        ({"coding": [{"code": "active"}]}, False),
        ({"text": "active"}, False),
    ],
)
def test_a_concept_with_required_codes_has_one_of_them(status, valid):
    resource = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "clinicalStatus": status}
    assert found(resource) == ([] if valid else [("code-invalid", "Condition.clinicalStatus")])


def test_the_sentences_help():
    assert told(observation(value="x")).endswith("Its name carries the type of the value, such as valueQuantity.")
    assert told(patient(gender="f")) == "The code must be female, male, other or unknown."
    assert told(observation(status=None)) == NULL
    assert (
        told(observation(valueString="a", valueInteger=1)) == "Only one of valueString and valueInteger may be given."
    )
    assert told(observation(specimen={"reference": "Patient/1"})) == "This may refer to Specimen, not to Patient."
    assert "such as Specimen/123" in told(observation(specimen={"reference": "x"}))
    graph = {"resourceType": "GraphDefinition", "name": "a", "status": "draft", "start": "Nobody"}
    assert told(graph) == "The code must be one of the 148 codes of resource-types."
