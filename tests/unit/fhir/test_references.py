import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.fhir.parameters import TYPES
from carefolio.fhir.references import Split, may_ask, split, walk

from . import samples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient/1", Split("literal", "Patient", "1")),
        ("Patient/1/_history/2", Split("literal", "Patient", "1", "2")),
        ("Patient?identifier=urn:x|1", Split("conditional", "Patient", query="identifier=urn:x|1")),
        ("#p1", Split("contained", id="p1")),
        ("#", Split("contained")),
        ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", Split("urn")),
        ("urn:oid:1.2.3", Split("urn")),
        ("https://a.example/fhir/Patient/1", Split("absolute", "Patient", "1")),
        ("http://a.example/fhir/Patient/1/_history/2", Split("absolute", "Patient", "1", "2")),
        ("https://a.example/page", Split("absolute")),
        ("Nobody/1", Split("other")),
        ("Nobody?x=1", Split("other")),
        ("Resource/1", Split("other")),
        ("Patient", Split("other")),
        ("Patient/", Split("other")),
        ("Patient?", Split("other")),
        ("Patient/1/", Split("other")),
        ("Patient/1\n", Split("other")),
        ("/Patient/1", Split("other")),
        ("", Split("other")),
    ],
)
def test_the_kinds_are_told_apart(text, expected):
    assert split(text) == expected


ids = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)


@given(st.sampled_from(sorted(TYPES)), ids, st.none() | ids)
def test_literal_references_come_apart_as_they_were_put_together(type_name, identity, version):
    text = f"{type_name}/{identity}" + (f"/_history/{version}" if version else "")
    assert split(text) == Split("literal", type_name, identity, version)


@given(st.text())
def test_any_text_is_some_kind(text):
    assert split(text).kind in {"literal", "conditional", "contained", "urn", "absolute", "other"}


def test_references_are_found_in_document_order_with_their_paths():
    resource = samples.observation()
    resource["contained"] = [{"resourceType": "Group", "id": "g", "member": [{"entity": {"reference": "Patient/b"}}]}]
    assert [(path, found["reference"]) for path, found in walk(resource)] == [
        ("Observation.subject", "Patient/anna"),
        ("Observation.performer[0]", "Practitioner/ines"),
        ("Observation.contained[0].member[0].entity", "Patient/b"),
    ]


def test_what_is_found_is_the_resource_itself():
    resource = samples.observation()
    for _, found in walk(resource):
        found["reference"] = "Patient/new"
    assert resource["subject"] == {"reference": "Patient/new"}


def test_addresses_of_other_types_are_no_references():
    issue = {"resourceType": "DetectedIssue", "reference": "http://a.example", "patient": {"reference": "Patient/1"}}
    assert [path for path, _ in walk(issue)] == ["DetectedIssue.patient"]


def test_an_element_named_reference_that_holds_one_is_looked_into():
    consent = {
        "resourceType": "Consent",
        "provision": {"data": [{"reference": {"reference": "Condition/1"}}]},
    }
    assert [path for path, _ in walk(consent)] == ["Consent.provision.data[0].reference"]


@pytest.mark.parametrize(
    ("resource", "answer"),
    [
        ({"resourceType": "Basic"}, False),
        ({"resourceType": "Basic", "subject": {"reference": "Patient/1"}, "id": "?"}, False),
        ({"resourceType": "Basic", "subject": {"reference": "Patient?identifier=1"}}, True),
        ({"resourceType": "Basic", "extension": [{}, {"valueReference": {"reference": "Group?name=a"}}]}, True),
        ({"resourceType": "Basic", "contained": [{"resourceType": "Basic", "subject": {"reference": "a?b"}}]}, True),
        ({"resourceType": "Basic", "extension": [{"reference": {"reference": "Group?name=a"}}]}, True),
    ],
)
def test_which_resources_may_ask_is_seen_at_a_glance(resource, answer):
    assert may_ask(resource) is answer
    assert any("?" in found["reference"] for _, found in walk(resource)) is answer
