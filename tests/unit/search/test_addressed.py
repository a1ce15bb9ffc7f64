"""Contracts are found by whom they name, in whatever chart, and hidden ones are not."""

import pytest

from carefolio.base.filters import Visible, Window
from carefolio.search.parse import parse
from tests.unit.search.world import BLIND, EVERYTHING, World

OWNERS = {1: "Patient/ann", 2: "Patient/bob"}
DOCTOR, CLINIC = "Practitioner/d", "Organization/c"


def consent(id_, *actors, **more):
    named = [{"reference": {"reference": actor}} for actor in actors]
    return {"resourceType": "Consent", "id": id_, "status": "active", "provision": {"actor": named} | more}


@pytest.fixture
def world():
    made = World(OWNERS)
    made.add(consent("one", DOCTOR), 1)
    made.add(consent("two", CLINIC), 2)
    made.add(consent("three", provision=[{"actor": [{"reference": {"reference": DOCTOR}}]}]), 2)
    made.add(consent("four", "Practitioner/other"), 1)
    made.add(consent("five"), 1)
    return made


def ids(world, pairs, visible=EVERYTHING):
    return sorted(one.partition("/")[2] for one in world.search("Consent", pairs, visible))


def test_an_actor_is_found_at_any_depth_in_every_chart(world):
    assert ids(world, [("actor", DOCTOR)]) == ["one", "three"]
    assert ids(world, [("actor", f"{DOCTOR},{CLINIC}"), ("_sort", "-_lastUpdated")]) == ["one", "three", "two"]
    assert ids(world, [("actor", DOCTOR), ("patient", "Patient/ann")]) == ["one"]
    assert ids(world, [("actor", DOCTOR), ("status", "proposed")]) == []


def test_what_is_missing_is_missing_at_every_depth(world):
    assert ids(world, [("actor:missing", "true")]) == ["five"]
    assert ids(world, [("actor:missing", "false")]) == ["four", "one", "three", "two"]


def test_a_hidden_contract_is_not_found(world):
    mine = Visible((Window(owners=frozenset({1})),))
    assert ids(world, [("actor", DOCTOR)], mine) == ["one"]
    addressed = Visible((Window(kinds=frozenset({"Consent"}), participants=frozenset({CLINIC})),))
    assert ids(world, [("actor", f"{DOCTOR},{CLINIC}")], addressed) == ["two"]


def test_it_is_read_from_the_rows_across_charts(world):
    from_rows = world.plan(parse("Consent", [("actor", DOCTOR)], lenient=False), EVERYTHING)
    assert "lookup" in from_rows.sql
    assert BLIND(f"participant={DOCTOR}") in from_rows.args


PATIENT = "Patient/ann"


@pytest.fixture
def talk():
    made = World(OWNERS)
    pairs = {"a": (DOCTOR, PATIENT), "b": (PATIENT, DOCTOR), "c": (PATIENT, "Practitioner/other")}
    for id_, (sender, recipient) in pairs.items():
        told = {"sender": {"reference": sender}, "recipient": [{"reference": recipient}]}
        made.add({"resourceType": "Communication", "id": id_, "status": "completed"} | told, 1)
    return made


def test_a_sender_is_told_from_a_recipient(talk):
    def found(*pairs):
        return sorted(one.partition("/")[2] for one in talk.search("Communication", list(pairs), EVERYTHING))

    assert found(("sender", DOCTOR)) == ["a"]
    assert found(("recipient", DOCTOR)) == ["b"]
    both = f"{DOCTOR},{PATIENT}"
    assert found(("sender", both), ("recipient", both)) == ["a", "b"]
    assert found(("sender:missing", "true")) == []


def test_a_slot_is_found_by_its_start():
    made = World(OWNERS)
    for hour in ("09", "10"):
        times = {"start": f"2030-05-06T{hour}:00:00Z", "end": f"2030-05-06T{hour}:20:00Z"}
        made.add({"resourceType": "Slot", "id": hour, "status": "busy"} | times, 1)
    later = made.search("Slot", [("start", "ge2030-05-06T09:30:00Z")], EVERYTHING)
    assert [one.partition("/")[2] for one in later] == ["10"]
