"""Something moves between what a statement saw and the decision about it; and what is not there, or not kept."""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.disclose import Moved
from carefolio.records.door import Handling
from carefolio.records.entries import Caller
from carefolio.store import owners
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.stores import installed

NUMBER = {"identifier": [{"system": "urn:n", "value": "1"}]}
CONDITION = "identifier=urn:n|1"


@pytest.fixture
def door(tmp_path):
    with closing(installed(tmp_path / "data")) as carefolio:
        yield carefolio.door


@pytest.fixture
def north(door):
    return door.admit(actions.add_hospital(door, NewHospital("North")).token, "request")


@pytest.fixture
def ada(door):
    actions.add_person(door, NewPerson(PersonRole.PATIENT, "Ada Quinn", "ada@example.org"))
    return door.admit(actions.issue_token(door, "ada@example.org"), "request")


@pytest.fixture
def new(door, ada):
    """A change that creates a record of Ada's."""
    reference = owners.of_number(door.parts.database, ada.principal.chart).ref
    code = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}
    subject = {"reference": reference}
    body = {"resourceType": "Observation", "status": "final", "code": code, "subject": subject} | NUMBER
    return lambda **more: Change(Method.CREATE, "Observation", "", dict(body), **more)


def write(door, caller, change):
    return asyncio.run(door.write(caller, [change]))[0]


def blind(door, caller, number):
    """From here on this request decides that nothing in this chart or shelf may be seen, whatever a statement finds."""
    caller.views[number] = replace(door.viewer.of(caller, number), windows=())


def found(door, caller):
    _, findings = asyncio.run(door.search(caller, "Observation", [("code", "8302-2")], Handling()))
    return [one.row.id for one in findings.matches]


def test_a_search_whose_decision_moved_after_the_statement_is_made_again(door, north, ada, new):
    made = write(door, north, new()).row
    blind(door, ada, made.owner)
    with pytest.raises(Failure) as caught:
        found(door, ada)
    assert caught.value.category is Category.BROKEN
    door.parts.database.write_now(lambda tx: owners.move_consent(tx, made.owner))
    assert found(door, ada) == [made.id]


def test_what_a_condition_found_and_the_decision_does_not_is_looked_for_again(door, north, ada, new):
    made = write(door, north, new()).row
    blind(door, ada, made.owner)
    change = new()
    change.resource["focus"] = [{"reference": f"Observation?{CONDITION}"}]
    with pytest.raises(Moved):
        door.preparer.plan(ada, [change])
    assert parse(write(door, ada, change).body)["focus"] == [{"reference": made.reference}]


def test_what_exists_in_the_directory_is_decided_on_before_it_is_shown(door, north):
    def location(**more):
        return Change(Method.CREATE, "Location", "", {"resourceType": "Location"} | NUMBER, **more)

    made = write(door, north, location()).row
    blind(door, north, made.owner)
    change = location(if_none_exist=CONDITION)
    with pytest.raises(Moved):
        door.preparer.plan(north, [change])
    again = write(door, north, change)
    assert (again.row.id, again.created) == (made.id, False)


def test_more_searches_than_are_kept_answer_the_same(door, north, ada, new, monkeypatch):
    kept = 3
    monkeypatch.setattr("carefolio.records.find.KEPT_PLANS", kept)
    made = [write(door, north, new()).row for _ in range(2 * kept)]
    patient = ("patient", new().resource["subject"]["reference"])
    plans = door.viewer.of(ada, made[0].owner).plans
    for _ in range(2):
        for row in made:
            _, findings = asyncio.run(door.search(ada, "Observation", [patient, ("_id", row.id)], Handling()))
            assert [one.row.id for one in findings.matches] == [row.id]
            assert 1 <= len(plans) <= kept


def test_who_sends_from_a_shelf_that_is_not_there_writes_nothing_that_names_no_patient(door, new):
    nobody = Principal(99, Role.DOCTOR, verified=True, shelf=9_999)
    change = new()
    del change.resource["subject"]
    with pytest.raises(Failure) as caught:
        door.preparer.plan(Caller("t", nobody, door.parts.database.epoch(), "request", {}), [change])
    assert (caught.value.category, caught.value.issues[0].code) == (Category.UNPROCESSABLE, "not-found")
