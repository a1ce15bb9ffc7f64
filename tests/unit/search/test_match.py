import pytest

from carefolio.search.match import matches
from carefolio.search.parse import parse
from carefolio.search.query import Query, Within

ANN = {
    "resourceType": "Patient",
    "id": "ann",
    "meta": {"lastUpdated": "2024-05-01T10:00:00.000500+00:00"},
    "gender": "female",
    "birthDate": "1985-04",
    "name": [{"family": "van der Berg", "given": ["Anne-Marie", "X"]}],
    "identifier": [{"system": "urn:mrn", "value": "7"}, {"value": "PAT-1"}],
}
HEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
    "subject": {"reference": "Patient/ann"},
}


def _matches(resource, name, value, owner=""):
    return matches(parse(resource["resourceType"], [(name, value)], lenient=False), resource, owner)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("family", "berg", True),
        ("family", "der be", True),
        ("family", "der b", False),
        ("family", "erg", False),
        ("name", "MARIE van", True),
        ("name", "marie peter", False),
        ("given", "x", True),
        ("given", "a", False),
        ("family:exact", "van der Berg", True),
        ("family:exact", "Berg", False),
        ("gender", "http://hl7.org/fhir/administrative-gender|female", True),
        ("gender", "urn:other|female", False),
        ("gender:not", "male", True),
        ("identifier", "urn:mrn|", True),
        ("identifier", "|7", False),
        ("identifier", "|PAT-1", True),
        ("birthdate", "1985", True),
        ("birthdate", "1985-04-01", False),
        ("birthdate", "ge1985-04-29", True),
        ("birthdate", "ge1985-04-30", False),
        ("birthdate", "gt1985-04-30", False),
        ("birthdate", "gt2100", False),
        ("_lastUpdated", "2024-05-01T10:00:00Z", True),
        ("_lastUpdated", "gt2024-05-01T10:00:00Z", False),
        ("_id", "bob,ann", True),
        ("birthdate:missing", "false", True),
    ],
)
def test_a_record_is_read_as_the_search_means_it(name, value, found):
    assert _matches(ANN, name, value) is found


def test_the_chart_answers_who_the_patient_is():
    assert _matches(HEIGHT, "patient", "ann")
    assert _matches(HEIGHT, "patient", "ann", "Patient/ann")
    assert not _matches(HEIGHT, "patient", "ann", "Patient/bob")
    assert _matches(HEIGHT | {"subject": {"reference": "Group/g"}}, "subject", "Group/g", "Patient/bob")


def test_where_a_record_is_kept_is_no_matter_of_what_it_says():
    assert matches(Query("Observation", (Within(frozenset({1})),)), HEIGHT)
