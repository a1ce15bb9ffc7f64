"""Conditions in writes: what they tell is in the ledger before the answer leaves, and each names something else."""

import pytest

from carefolio.base import clock
from tests.acceptance.cast import name
from tests.acceptance.resources import action, bundle, consent, observation, said, wish
from tests.acceptance.test_http_trail import events, kinds, whats

SYSTEM = "https://south.example.org/mrn"


@pytest.fixture
def opened(ada, ben):
    """Ben reads Ada's chart and adds to it."""
    for narrowed in ({}, {"action": action("correct")}):
        ada.change(ben.send(consent(ada.person, ben.person, **narrowed)), status="active")


def named(actor, patient, count):
    """The newest entries of this chart as its patient sees them, and who is named in them."""
    return [event for event in events(patient)[:count] if event["agent"][0]["who"]["reference"] == actor.person]


def reference(ada, code):
    query = f"Observation?patient={ada.person}&code=http://loinc.org|{code}"
    return {"resourceType": "Basic", "code": {"text": "n"}, "subject": {"reference": query}}


def test_a_reference_by_search_that_finds_one(hospital, ada, ben, opened):
    record = hospital.send(observation(ada.person))
    assert ben.post("/Basic", reference(ada, "2823-3")).status_code == 201
    event = events(ada)[0]
    assert kinds([event]) == ["disclosed-search"]
    assert event["agent"][0]["who"]["reference"] == ben.person
    assert whats(event) == [f"{name(record)[1:]}/_history/1"]


def test_a_reference_by_search_that_finds_none_or_several_and_is_refused(hospital, ada, ben, opened):
    records = [hospital.send(observation(ada.person)) for _ in range(2)]
    for code, found in (("2823-3", records), ("0000-0", [])):
        before = len(events(ada, "/AuditEvent?_count=200"))
        assert ben.post("/Basic", reference(ada, code)).status_code == 422
        told = events(ada, "/AuditEvent?_count=200")
        assert len(told) == before + 1
        assert {f"{name(one)[1:]}/_history/1" for one in found} <= set(whats(told[0]))


def test_a_failure_of_another_entry_hides_nothing_that_a_condition_told(hospital, ada, ben, opened):
    hospital.send(observation(ada.person))
    bad = wish("PUT", "Observation/zz-5", observation(ada.person, id="zz-5"), ifMatch='W/"3"')
    answer = ben.post("", bundle("transaction", wish("POST", "Basic", reference(ada, "2823-3")), bad))
    assert answer.status_code == 412
    assert len(named(ben, ada, 1)) == 1


@pytest.mark.parametrize("there", [0, 1, 2])
def test_if_none_exist(hospital, ada, ben, opened, there):
    for _ in range(there):
        hospital.send(observation(ada.person))
    before = len(events(ada, "/AuditEvent?_count=200"))
    query = f"patient={ada.person}&code=http://loinc.org|2823-3"
    answer = ben.post("/Observation", observation(ada.person), If_None_Exist=query)
    assert answer.status_code == (201, 200, 412)[there]
    told = events(ada, "/AuditEvent?_count=200")[: -before or None]
    assert "disclosed-search" in kinds(told)


def test_a_condition_on_the_directory_needs_no_entry(hospital, ada, ben, opened):
    before = len(events(ben, "/AuditEvent?_count=200"))
    answer = ben.post(
        "/Basic",
        {"resourceType": "Basic", "code": {"text": "n"}, "author": {"reference": "Practitioner?identifier=urn:x|none"}},
    )
    assert answer.status_code == 422
    assert len(events(ben, "/AuditEvent?_count=200")) == before


@pytest.mark.parametrize("other", ["identifier={}", "?identifier={}", "identifier={}&_id=x"])
def test_two_entries_do_not_name_the_same_condition(hospital, other):
    value = f"{SYSTEM}|twice-{clock.now()}"
    patient = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": value.rpartition("|")[2]}]}
    entries = [wish("POST", "Patient", patient, ifNoneExist=text.format(value)) for text in ("identifier={}", other)]
    answer = hospital.post("", bundle("transaction", *entries))
    if "_id" in other:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert "same condition" in said(answer)
    assert hospital.found(f"/Patient?identifier={value}") == []


def test_a_condition_on_a_chart_that_is_not_open_is_a_refusal_there_and_tells_nothing(hospital, ada, charlie, ben):
    hospital.send(observation(ada.person))
    absent = [ben.post("/Basic", reference(chart, "2823-3")) for chart in (ada, charlie)]
    assert {answer.status_code for answer in absent} == {422}
    assert absent[0].json() == absent[1].json()
    event = events(ada)[0]
    assert kinds([event]) == ["refused"]
    assert event["agent"][0]["who"]["reference"] == ben.person
