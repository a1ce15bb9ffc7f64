"""HTTP rule 7: a code gives a name, and for a day the list; rule 8: the glass is broken with a reason."""

from datetime import datetime

import pytest

from carefolio.base import clock
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.resources import (
    RESTRICTED,
    action,
    condition,
    consent,
    emergency,
    kinds,
    observation,
    paths,
    said,
)


@pytest.fixture
def records(cast, hospital, ada):
    south = cast.hospital("South")
    return [hospital.send(observation(ada.person, note=[{"text": "CANARY-NOTE"}])), south.send(condition(ada.person))]


def listed(answer):
    """The parts of each line, by name."""
    assert answer.status_code == 200, answer.text
    lines = answer.json().get("parameter", [])
    return [{part["name"]: part for part in line["part"]} for line in lines]


def test_a_code_answers_name_and_code_only_and_is_logged(ada, ben, records):
    entries = ben.get(f"/Patient?identifier={ada.code}").json()["entry"]
    patient = entries[0]["resource"]
    assert len(entries) == 1
    assert set(patient) == {"resourceType", "id", "meta", "identifier", "name"}
    assert [one["value"] for one in patient["identifier"]] == [ada.code]
    assert patient["name"][0]["family"] == "Quinn"
    kinds_ = [entry["resource"]["subtype"][-1]["code"] for entry in ada.get("/AuditEvent").json()["entry"]]
    assert "disclosed-name" in kinds_
    assert ben.get(f"/{ada.person}").status_code == 404


def test_the_code_is_read_as_people_type_it(ada, ben):
    for text in (ada.code.lower(), ada.code.replace("-", " "), f"%20{ada.code}"):
        assert ben.found(f"/Patient?identifier={text}") == [ada.person]


def test_who_is_no_verified_doctor_gets_nothing_from_a_code(cast, hospital, ada, charlie):
    others = [cast.other(role) for role in PersonRole if role not in (PersonRole.DOCTOR, PersonRole.PATIENT)]
    for caller in (*others, charlie, cast.doctor(verified=False)):
        answer = caller.get(f"/Patient?identifier={ada.code}&_total=accurate")
        assert answer.json()["total"] == 0
        assert "Quinn" not in answer.text
        assert caller.get(f"/{ada.person}/$record-index").status_code == 404


@pytest.mark.parametrize("scope", ["user/Observation.rs", "patient/*.cruds", "user/Patient.c"])
def test_a_token_whose_scope_leaves_patients_out_gets_nothing_from_a_code(cast, ada, ben, records, scope):
    narrow = cast.with_token(ben, scope=scope)
    assert narrow.found(f"/Patient?identifier={ada.code}") == []
    assert narrow.get(f"/{ada.person}/$record-index").status_code == 404
    ben.found(f"/Patient?identifier={ada.code}")
    assert narrow.get(f"/{ada.person}/$record-index").status_code == 404
    assert cast.with_token(ben, scope="user/*.rs").get(f"/{ada.person}/$record-index").status_code == 200


@pytest.mark.parametrize("query", ["&_summary=count", "&_revinclude=Observation:patient", "&_include=Patient:link"])
def test_a_code_brings_nothing_along(ada, ben, records, query):
    assert "Observation/" not in ben.get(f"/Patient?identifier={ada.code}{query}").text


def test_a_code_with_another_criterion_is_an_ordinary_search(ada, ben):
    assert ben.found(f"/Patient?identifier={ada.code}&family=Quinn") == []


def test_the_list_tells_reference_type_category_date_and_hospital(ada, ben, hospital, records):
    assert ben.get(f"/{ada.person}/$record-index").status_code == 404
    ben.found(f"/Patient?identifier={ada.code}")
    answer = ben.get(f"/{ada.person}/$record-index")
    newest, oldest = listed(answer)
    assert newest["reference"]["valueReference"]["reference"] == name(records[0])[1:]
    assert newest["type"]["valueCode"] == "Observation"
    assert newest["category"]["valueCodeableConcept"]["coding"][0]["code"] == "laboratory"
    assert newest["date"]["valueDate"] == "2024-05-01"
    assert newest["hospital"]["valueReference"]["reference"] == hospital.organization
    assert oldest["type"]["valueCode"] == "Condition"
    assert set(newest) == {"reference", "type", "category", "date", "hospital"}
    for hidden in ("CANARY-NOTE", "Asthma", "2823-3", "4.1"):
        assert hidden not in answer.text
    assert not any(ben.sees(record) for record in records)


def test_the_list_leaves_out_what_is_restricted_and_what_was_deleted(ada, ben, hospital, records):
    restricted = hospital.send(observation(ada.person, meta=RESTRICTED))
    hospital.delete(name(records[0]))
    ben.found(f"/Patient?identifier={ada.code}")
    answer = ben.get(f"/{ada.person}/$record-index")
    assert [line["type"]["valueCode"] for line in listed(answer)] == ["Condition"]
    assert restricted["id"] not in answer.text


def test_the_list_is_there_for_24_hours(ada, ben, records, later):
    ben.found(f"/Patient?identifier={ada.code}")
    later(24 * clock.HOUR - clock.MINUTE)
    assert len(listed(ben.get(f"/{ada.person}/$record-index"))) == 2
    later(24 * clock.HOUR + clock.MINUTE)
    assert ben.get(f"/{ada.person}/$record-index").status_code == 404


def test_the_list_is_for_who_asked(cast, ada, ben, records):
    ben.found(f"/Patient?identifier={ada.code}")
    assert cast.doctor().get(f"/{ada.person}/$record-index").status_code == 404


def test_a_narrow_contract_does_not_open_the_whole_list(ada, ben, records):
    ada.change(ben.send(consent(ada.person, ben.person, klass=kinds("Condition"))), status="active")
    answer = ben.get(f"/{ada.person}/$record-index")
    assert records[0]["id"] not in answer.text
    assert [line["type"]["valueCode"] for line in listed(answer)] == ["Condition"]


def test_reading_the_list_stands_in_the_trail(ada, ben, records):
    ben.found(f"/Patient?identifier={ada.code}")
    ben.get(f"/{ada.person}/$record-index")
    newest = ada.get(f"/AuditEvent?agent={ben.person}").json()["entry"][0]["resource"]
    assert newest["subtype"][-1]["code"] == "disclosed-index"


# ── rule 8 ──


def test_break_glass_opens_the_chart_for_60_minutes(ada, ben, records, later):
    answer = ben.post(f"/{ada.person}/$break-glass", emergency())
    assert answer.status_code == 200
    until = datetime.fromisoformat(answer.json()["parameter"][0]["valueInstant"])
    assert abs(clock.micros(until) - (clock.now() + 60 * clock.MINUTE)) < clock.MINUTE
    assert all(ben.sees(record) for record in records)
    assert len(ben.found(f"/Observation?patient={ada.person}")) == 1
    later(59 * clock.MINUTE)
    assert ben.sees(records[0])
    later(61 * clock.MINUTE)
    assert not ben.sees(records[0])
    assert ben.found(f"/Observation?patient={ada.person}") == []


def test_break_glass_opens_what_is_restricted_too(ada, ben, hospital):
    restricted = hospital.send(observation(ada.person, meta=RESTRICTED))
    ben.post(f"/{ada.person}/$break-glass", emergency())
    assert ben.sees(restricted)


def test_break_glass_is_read_only(ada, ben, records):
    ben.post(f"/{ada.person}/$break-glass", emergency())
    assert ben.post("/Observation", observation(ada.person)).status_code == 422
    assert ben.put(name(records[0]), records[0]).status_code == 403
    assert ben.delete(name(records[0])).status_code == 403
    assert ben.post("/Consent", consent(ada.person, ben.person, status="active")).status_code == 403


def test_break_glass_is_for_one_doctor_and_one_chart(cast, hospital, ada, ben, charlie, records):
    other = hospital.send(observation(charlie.person))
    ben.post(f"/{ada.person}/$break-glass", emergency())
    assert not ben.sees(other)
    assert not cast.doctor().sees(records[0])


def test_the_patient_and_the_auditor_are_told_at_once(cast, ada, ben):
    auditor = cast.other(PersonRole.AUDITOR)
    ben.post(f"/{ada.person}/$break-glass", emergency("Found without consciousness"))
    for reader, path in (
        (ada, "/AuditEvent"),
        (auditor, f"/AuditEvent?patient={ada.person}"),
        (auditor, "/AuditEvent"),
    ):
        events = [entry["resource"] for entry in reader.get(path).json()["entry"]]
        event = next(event for event in events if event["subtype"][-1]["code"] == "break-glass")
        assert event["entity"][0]["what"]["reference"] == ada.person
        assert event["agent"][0]["who"]["reference"] == ben.person
        assert any(purpose.get("text") == "Found without consciousness" for purpose in event["purposeOfEvent"])


def test_what_is_read_under_break_glass_names_it(ada, ben, records):
    ben.post(f"/{ada.person}/$break-glass", emergency())
    ben.sees(records[0])
    event = ada.get("/AuditEvent").json()["entry"][0]["resource"]
    assert event["agent"][0]["policy"][0].startswith("break-glass/")


@pytest.mark.parametrize("role", [None, *PersonRole])
def test_only_a_verified_doctor_breaks_the_glass(cast, ada, records, role):
    caller = cast.hospital() if role is None else cast.doctor(verified=False)
    if role not in (None, PersonRole.DOCTOR):
        caller = cast.other(role)
    for chart in (ada.person, "Patient/never-was"):
        assert caller.post(f"/{chart}/$break-glass", emergency()).status_code == 403
    assert not caller.sees(records[1])


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": []},
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": [{"name": "text", "valueString": "x"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueCode": "ETREAT"}]},
        emergency("   "),
        emergency("x" * 2001),
    ],
)
def test_a_reason_is_needed(ada, ben, records, body):
    answer = ben.post(f"/{ada.person}/$break-glass", body)
    assert answer.status_code == 422
    said(answer)
    assert paths(answer)
    assert not ben.sees(records[0])


def test_a_chart_that_is_not_there_is_404(ben):
    assert ben.post("/Patient/never-was/$break-glass", emergency()).status_code == 404


def test_a_denial_of_emergencies_stands_against_it(ada, ben, records):
    purpose = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT"}]
    deny = {"type": "deny", "purpose": purpose, "action": action("access")}
    ada.send(consent(ada.person, ben.person, status="active") | {"provision": deny})
    ben.post(f"/{ada.person}/$break-glass", emergency())
    assert not ben.sees(records[0])
