"""How confidential a record is."""

import pytest

from carefolio.consent.labels import label_of
from tests.unit.consent.cast import ACT_CODE, CONFIDENTIALITY, REASON, coding


def labelled(*codings):
    return {"resourceType": "Observation", "meta": {"security": list(codings)}}


@pytest.mark.parametrize(
    ("codings", "label"),
    [
        ([], 0),
        *(([coding(CONFIDENTIALITY, code)], 0) for code in "UMLN"),
        ([coding(CONFIDENTIALITY, "R")], 1),
        ([coding(CONFIDENTIALITY, "V")], 2),
        ([coding("http://hl7.org/fhir/v3/Confidentiality", "V")], 2),
        ([coding(CONFIDENTIALITY, "?")], 1),
        ([{"system": CONFIDENTIALITY}], 1),
        *(
            ([coding(ACT_CODE, code)], 1)
            for code in ["HIV", "PSY", "ETH", "SUD", "SDV", "SEX", "STD", "GDIS", "NORDSCLCD"]
        ),
        ([coding(ACT_CODE, "HIV"), coding(CONFIDENTIALITY, "N")], 1),
        ([coding(ACT_CODE, "HIV"), coding(CONFIDENTIALITY, "V")], 2),
        ([coding(REASON, "HTEST")], 0),
    ],
)
def test_the_strictest_label_counts(codings, label):
    assert label_of(labelled(*codings)) == label


NONSENSE = [{}, {"meta": 1}, {"meta": {"security": "R"}}, labelled(1, "R"), {"contained": 1}]


@pytest.mark.parametrize("resource", NONSENSE)
def test_nonsense_is_normal(resource):
    assert label_of(resource) == 0


def test_what_is_contained_counts_too():
    assert label_of({"contained": [labelled(coding(CONFIDENTIALITY, "R")), {}]}) == 1


def test_a_documents_own_labels_count():
    concept = {"coding": [coding(CONFIDENTIALITY, "V")]}
    assert label_of({"resourceType": "DocumentReference", "securityLabel": [concept]}) == 2
    assert label_of({"resourceType": "Composition", "confidentiality": "R"}) == 1
    assert label_of({"resourceType": "Composition"}) == 0
