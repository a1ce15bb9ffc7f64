import pytest

from carefolio.base.failures import Failure
from carefolio.base.filters import Visible, Window
from carefolio.search.include import Primary, included, read_include, read_reverse_include, reverse_search
from carefolio.search.parse import parse
from tests.unit.search.world import World

OWNERS = {1: "Patient/ann", 2: "Patient/bob", 9: "Organization/north"}


def _observation(id_, **fields):
    return {"resourceType": "Observation", "id": id_, "status": "final", **fields}


def _asked(type_, *includes):
    return parse(type_, [("_include", text) for text in includes], lenient=False)


def test_references_to_fetch_are_named_once_and_without_their_version():
    found = [
        _observation("o1", subject={"reference": "Patient/ann"}, encounter={"reference": "Encounter/e1/_history/2"}),
        _observation("o2", subject={"reference": "Patient/ann"}, hasMember=[{"reference": "Observation/o1"}]),
        _observation("o3", subject={"reference": "#x"}, encounter={"reference": "https://other.example/Encounter/e"}),
    ]
    query = _asked("Observation", "Observation:subject", "Observation:encounter", "Observation:has-member")
    assert included(query, found) == ["Patient/ann", "Encounter/e1"]


def test_a_target_type_narrows_an_include():
    found = [_observation("o1", performer=[{"reference": "Practitioner/p"}, {"reference": "Organization/o"}])]
    assert included(_asked("Observation", "Observation:performer:Organization"), found) == ["Organization/o"]


@pytest.mark.parametrize("text", ["*", "Observation", "Encounter:subject", "Observation:code", "Observation:a:b:c"])
def test_includes_that_cannot_be_followed_are_refused(text):
    with pytest.raises(Failure) as refusal:
        read_include("Observation", text)
    assert "_include takes" in refusal.value.sentence


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("Patient", "Observation:performer"),
        ("Patient", "Robot:subject"),
        ("Encounter", "Observation:patient"),
        ("Organization", "Encounter:subject"),
        ("Patient", "Observation:subject:Group"),
        ("Patient", "PractitionerRole:practitioner"),
    ],
)
def test_reverse_includes_that_lead_nowhere_are_refused(type_, text):
    with pytest.raises(Failure) as refusal:
        read_reverse_include(type_, text)
    assert "_revinclude" in refusal.value.sentence


def test_reverse_includes_stay_in_the_charts_of_those_found_and_in_what_is_visible():
    world = World(OWNERS)
    for id_, owner in (("o1", 1), ("o2", 1), ("o3", 2)):
        world.add(_observation(id_, encounter={"reference": "Encounter/e1"}), owner, label=int(id_ == "o2"))
    world.add({"resourceType": "Provenance", "id": "v1", "target": [{"reference": "Observation/o1"}]}, 1)
    world.add({"resourceType": "PractitionerRole", "id": "x", "practitioner": {"reference": "Practitioner/p"}}, 9)
    seen = Visible((Window(labels=frozenset({0})),))

    def brought(type_, text, reference, owner):
        search = reverse_search(read_reverse_include(type_, text), [Primary(reference, owner)])
        return sorted(row.reference for row in world.page(search, seen).rows)

    assert brought("Encounter", "Observation:encounter", "Encounter/e1", 1) == ["Observation/o1"]
    assert brought("Patient", "Observation:patient", "Patient/bob", 2) == ["Observation/o3"]
    assert brought("Group", "Observation:subject", "Group/g", 9) == []
    assert brought("Observation", "Provenance:target", "Observation/o1", 1) == ["Provenance/v1"]
    assert brought("Practitioner", "PractitionerRole:practitioner", "Practitioner/p", 9) == ["PractitionerRole/x"]
