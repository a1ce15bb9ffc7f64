import pytest

from carefolio.fhir.dates import EARLIEST, LATEST, interval
from carefolio.fhir.kinds import participants
from carefolio.fhir.parameters import TYPES
from carefolio.search.parameters import answerable
from carefolio.search.query import Coding
from carefolio.search.rows import clinical_span, code_texts, codes, coding_text, index_rows

DOSE = {"dosageInstruction": [{"timing": {"event": ["2024"]}}]}
Y2020 = interval("2020")
BOB = {"reference": "Patient/bob"}
LOINC = "http://loinc.org"
HEIGHT = {
    "resourceType": "Observation",
    "id": "h1",
    "status": "final",
    "category": [{"coding": [{"code": "vital-signs"}]}],
    "code": {"coding": [{"system": LOINC, "code": "8302-2"}]},
    "subject": {"reference": "Patient/ann"},
    "encounter": {"reference": "Encounter/e1/_history/4"},
    "effectiveDateTime": "2024-05-01",
    "identifier": [{"system": "urn:lab", "value": "77"}],
}


def test_a_record_stands_in_its_chart_under_type_tokens_and_references():
    chart, lookup = index_rows("Observation", HEIGHT, "Patient/ann")
    assert set(chart) == {
        "Observation",
        "Observation.status=final",
        "Observation.category=vital-signs",
        "Observation.category=|vital-signs",
        "Observation.code=8302-2",
        f"Observation.code={LOINC}|8302-2",
        "Observation.encounter=Encounter/e1",
    }
    assert set(lookup) == {"Observation.identifier=77", "Observation.identifier=urn:lab|77"}


def test_a_subject_that_is_no_patient_has_a_row():
    chart, _ = index_rows("Observation", HEIGHT | {"subject": {"reference": "Group/g1"}}, "Organization/north")
    assert "Observation.subject=Group/g1" in chart


def test_contained_references_have_no_row():
    chart, _ = index_rows("Observation", HEIGHT | {"encounter": {"reference": "#e"}}, "Patient/ann")
    assert not any("encounter" in text for text in chart)


def test_a_person_stands_across_charts_under_name_and_birth_date():
    ann = {
        "resourceType": "Patient",
        "id": "ann",
        "birthDate": "1985-04-23",
        "name": [{"family": "Li", "given": ["Ann"]}],
    }
    _, lookup = index_rows("Patient", ann, "Patient/ann")
    assert {"Patient.name~li", "Patient.name~an", "Patient.family~=li", "Patient.given~ann"} <= set(lookup)
    assert {"Patient.birthdate=1985", "Patient.birthdate=1985-04", "Patient.birthdate=1985-04-23"} <= set(lookup)


@pytest.mark.parametrize(
    "coding", [Coding(None, "final"), Coding("", "final"), Coding("http://hl7.org/fhir/observation-status", "final")]
)
def test_a_code_is_found_with_its_implied_system_and_without(coding):
    assert coding_text("Observation", "status", coding) == "Observation.status=final"


def test_a_system_alone_has_no_row():
    assert coding_text("Observation", "code", Coding(LOINC, None)) is None


def test_codes_are_those_a_contract_is_narrowed_by_and_have_rows():
    found = codes("Observation", HEIGHT)
    assert found == {"8302-2", f"{LOINC}|8302-2", "vital-signs"}
    chart, _ = index_rows("Observation", HEIGHT, "Patient/ann")
    for code in found:
        assert not set(chart).isdisjoint(code_texts("Observation", code)), code


def test_codes_of_plain_elements_are_known_with_their_system_too():
    allergy = {"resourceType": "AllergyIntolerance", "category": ["food"]}
    chart, _ = index_rows("AllergyIntolerance", allergy, "Patient/ann")
    found = codes("AllergyIntolerance", allergy)
    assert "http://hl7.org/fhir/allergy-intolerance-category|food" in found
    for code in found:
        assert not set(chart).isdisjoint(code_texts("AllergyIntolerance", code)), code


def test_a_vaccine_is_a_code():
    flu = {
        "resourceType": "Immunization",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]},
    }
    assert "http://hl7.org/fhir/sid/cvx|140" in codes("Immunization", flu)


@pytest.mark.parametrize(
    ("resource", "span"),
    [
        (HEIGHT, interval("2024-05-01")),
        ({"resourceType": "Condition", "onsetPeriod": {"start": "2020"}, "recordedDate": "2024"}, (Y2020[0], LATEST)),
        ({"resourceType": "Condition", "onsetString": "as a child", "recordedDate": "2024"}, interval("2024")),
        ({"resourceType": "Claim", "billablePeriod": {"end": "2020"}, "created": "2024"}, (EARLIEST, Y2020[1])),
        ({"resourceType": "MedicationRequest", "authoredOn": "2023-01"} | DOSE, interval("2023-01")),
        ({"resourceType": "Procedure", "performedDateTime": "2021"}, interval("2021")),
        ({"resourceType": "Specimen", "collection": {"collectedDateTime": "2021"}}, interval("2021")),
        ({"resourceType": "Goal", "startDate": "no date"}, (0, 0)),
        ({"resourceType": "Patient", "birthDate": "1985"}, (0, 0)),
        ({"resourceType": "Encounter"}, (0, 0)),
    ],
)  # fmt: skip
def test_the_clinical_date_is_an_interval(resource, span):
    assert clinical_span(resource["resourceType"], resource) == span


def test_several_dates_give_the_span_from_first_to_last():
    timed = {"resourceType": "Observation", "effectiveTiming": {"event": ["2022", "2020"]}}
    assert clinical_span("Observation", timed) == (interval("2020")[0], interval("2022")[1])


def test_participants_are_those_a_workflow_record_addresses():
    visit = {
        "resourceType": "Appointment",
        "participant": [{"actor": {"reference": "Practitioner/p1/_history/2"}}, {"actor": {"reference": "#x"}}, {}],
    }
    assert participants(visit) == {"Practitioner/p1"}
    assert index_rows("Appointment", visit, "Patient/ann").lookup == ["participant=Practitioner/p1"]
    assert participants(HEIGHT | {"performer": [{"reference": "Practitioner/p1"}]}) == frozenset()


def _actor(reference):
    return {"actor": [{"reference": {"reference": reference}}]}


CONTRACT = {
    "resourceType": "Consent",
    "performer": [{"reference": "Patient/ann"}],
    "provision": _actor("Practitioner/p1")
    | {"provision": [_actor("urn:uuid:1"), {"provision": [_actor("Organization/o/_history/2")]}]},
}


def test_the_actors_of_a_contract_are_addressed_by_it_however_deep_they_stand():
    assert participants(CONTRACT) == {"Practitioner/p1", "Organization/o"}


def test_every_type_can_be_indexed_and_has_a_row_for_itself():
    for type_ in TYPES:
        assert index_rows(type_, {"resourceType": type_}, "Patient/ann").chart == [type_]
        assert {"_id", "_lastUpdated"} <= set(answerable(type_))
