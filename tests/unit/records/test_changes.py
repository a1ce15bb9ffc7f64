"""A change is prepared from what was sent, however often; what a refusal tells is put down only if it still holds."""

import pytest

from carefolio.consent.principal import Principal, Role
from carefolio.fhir.references import walk
from carefolio.ledger.log import Log
from carefolio.records.changes import Change, Method
from carefolio.records.commit import record
from carefolio.records.disclose import Disclosure, Guard, Moved


def test_what_was_put_in_its_references_is_taken_back():
    holder = {"reference": "urn:uuid:1"}
    change = Change(Method.CREATE, "Observation", "kept", {"resourceType": "Observation", "subject": holder})
    change.refer(holder, "Patient?identifier=1")
    change.refer(holder, "Patient/1")
    change.refer(holder, "Patient/1")
    change.remarks.append("something")
    assert [held["reference"] for _, held in walk(change.resource)] == ["Patient/1"]
    for _ in range(2):
        change.begin()
        assert (holder, change.remarks, change.id) == ({"reference": "urn:uuid:1"}, [], "kept")


def test_what_a_condition_matched_is_forgotten():
    change = Change(Method.CREATE, "Observation", "matched", if_none_exist="identifier=1")
    change.begin()
    assert change.id == ""


@pytest.mark.parametrize(("path", "at"), [("", "Observation.subject"), ("Bundle.entry[2].resource", None)])
def test_where_an_element_stands(path, at):
    change = Change(Method.CREATE, "Observation", path=path)
    assert change.at("Observation.subject") == (at or "Bundle.entry[2].resource.subject")


def test_what_a_refusal_tells_is_decided_again_when_it_moved(database):
    over = Guard(Principal(3, Role.DOCTOR), 0, 1, ())
    with pytest.raises(Moved):
        database.write_now(lambda tx: record(tx, Log(), Disclosure((), over)))
    database.write_now(lambda tx: record(tx, Log(), Disclosure((), None)))
