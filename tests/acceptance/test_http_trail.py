"""HTTP rule 9: AuditEvent shows who, in which role and for whom, when, why, what, and which contract allowed it."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest

from carefolio.base import clock
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.resources import consent, observation, said


def events(actor, path="/AuditEvent"):
    answer = actor.get(path)
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def kinds(found):
    return [event["subtype"][-1]["code"] for event in found]


def whats(event):
    return [entity["what"]["reference"] for entity in event.get("entity", [])]


@pytest.fixture
def read(cast, hospital, ada):
    """A doctor of a clinic reads one record of Ada's under a contract."""
    clinic = cast.hospital("Clinic")
    doctor = cast.doctor(clinic, called="Dr Cleo Marsh")
    record = hospital.send(observation(ada.person))
    contract = ada.change(doctor.send(consent(ada.person, doctor.person)), status="active")
    assert doctor.sees(record)
    return clinic, doctor, record, contract


def test_a_read_tells_everything(ada, read):
    clinic, doctor, record, contract = read
    event = events(ada, f"/AuditEvent?patient={ada.person}")[0]
    agent, organization = event["agent"]
    assert agent["who"] == {"reference": doctor.person, "display": "Dr Cleo Marsh"}
    assert agent["role"] == [{"text": "doctor"}]
    assert agent["policy"] == [f"{name(contract)[1:]}/_history/2"]
    assert organization["who"]["reference"] == clinic.organization
    assert abs(clock.micros(datetime.fromisoformat(event["recorded"])) - clock.now()) < clock.MINUTE
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    assert whats(event) == [f"{name(record)[1:]}/_history/1"]
    assert (event["action"], event["outcome"]) == ("R", "0")
    assert event["source"]["site"] == "local"


def test_one_entry_an_answer_and_chart(hospital, ada, charlie, ben):
    mine = [hospital.send(observation(ada.person)) for _ in range(3)]
    theirs = hospital.send(observation(charlie.person))
    for patient in (ada, charlie):
        patient.change(ben.send(consent(patient.person, ben.person)), status="active")
    assert len(ben.found("/Observation")) == 4
    event, before = events(ada)[:2]
    assert event["subtype"][0]["code"] == "search-type"
    assert sorted(whats(event)) == sorted(f"{name(one)[1:]}/_history/1" for one in mine)
    assert kinds([before]) == ["contract-granted"]
    assert whats(events(charlie)[0]) == [f"{name(theirs)[1:]}/_history/1"]


def test_every_kind_of_answer_is_told(hospital, ada, ben):
    record = hospital.send(observation(ada.person))
    ada.change(ben.send(consent(ada.person, ben.person)), status="active")
    ben.get(f"/Patient?identifier={ada.code}")
    ben.get(name(record))
    ben.get(f"{name(record)}/_history/1")
    ben.get(f"{name(record)}/_history")
    ben.get(f"/{ada.person}/$everything")
    ben.get(f"/{ada.person}/$record-index")
    ben.get(f"/Observation?patient={ada.person}&_summary=count")
    assert kinds(events(ada, f"/AuditEvent?agent={ben.person}"))[::-1] == [
        "contract-proposed",
        "disclosed-search",
        "disclosed-read",
        "disclosed-read",
        "disclosed-history",
        "disclosed-everything",
        "disclosed-index",
        "disclosed-search",
    ]


def test_the_life_of_contracts_and_records_is_told(hospital, ada, ben):
    record = hospital.send(observation(ada.person))
    hospital.change(record, status="amended")
    hospital.delete(name(record))
    first = ada.change(ben.send(consent(ada.person, ben.person)), status="active")
    ada.change(first, status="inactive")
    ada.change(ben.send(consent(ada.person, ben.person)), status="rejected")
    assert kinds(events(ada))[::-1][-8:] == [
        "record-created",
        "record-updated",
        "record-deleted",
        "contract-proposed",
        "contract-granted",
        "contract-withdrawn",
        "contract-proposed",
        "contract-rejected",
    ]
    assert [event["action"] for event in events(ada)[::-1][-8:-5]] == ["C", "U", "D"]


@pytest.mark.parametrize("path", ["", "/_history/2", "/_history", "/_history/1"])
def test_a_refused_read_stands_in_the_trail_of_the_chart(hospital, ada, ben, path):
    record = hospital.send(observation(ada.person))
    hospital.change(record)
    assert ben.get(name(record) + path).status_code == 404
    event = events(ada)[0]
    assert event["outcome"] == "4"
    assert event["agent"][0]["who"]["reference"] == ben.person
    assert whats(event)[0].startswith(name(record)[1:])


@pytest.mark.parametrize("path", ["", "/$everything", "/$record-index", "/_history"])
def test_a_refused_look_at_the_chart_stands_in_its_trail(hospital, ada, ben, path):
    assert ben.get(f"/{ada.person}{path}").status_code == 404
    assert events(ada)[0]["outcome"] == "4"


def test_a_search_that_named_the_chart_in_vain_stands_in_its_trail(ada, ben):
    ben.found(f"/Observation?patient={ada.person}")
    assert events(ada)[0]["outcome"] == "4"


def test_the_patients_own_reads_are_hidden_unless_asked_for(hospital, ada):
    record = hospital.send(observation(ada.person))
    ada.sees(record)
    ada.found("/Observation")
    assert "disclosed-read" not in kinds(events(ada))
    assert "disclosed-search" not in kinds(events(ada))
    own = events(ada, f"/AuditEvent?agent={ada.person}")
    assert "disclosed-read" in kinds(own)
    assert {event["agent"][0]["who"]["reference"] for event in own} == {ada.person}


def test_a_doctor_sees_their_own(cast, ada, read):
    _clinic, doctor, record, _ = read
    other = cast.doctor()
    other.get(name(record))
    mine = events(doctor)
    assert {event["agent"][0]["who"]["reference"] for event in mine} == {doctor.person}
    assert f"{name(record)[1:]}/_history/1" in [what for event in mine for what in whats(event)]
    assert kinds(events(doctor, f"/AuditEvent?patient={ada.person}"))[-2:] == ["disclosed-read", "contract-proposed"]


def test_a_delegate_and_an_auditor_see_the_whole_trail_and_a_stranger_none(cast, hospital, ada, charlie, read):
    auditor = cast.other(PersonRole.AUDITOR)
    path = f"/AuditEvent?patient={ada.person}"
    assert events(charlie, path) == []
    ada.send(consent(ada.person, charlie.person, status="active", role="GUARD"))
    whole = [event["id"] for event in events(ada, path)]
    assert {*whole} <= {event["id"] for event in events(charlie, path)}
    assert {*whole} <= {event["id"] for event in events(auditor, path)}
    for role in (PersonRole.STAFF, PersonRole.RESEARCHER, PersonRole.ADMIN, PersonRole.PHARMACIST):
        assert events(cast.other(role), path) == []
    assert {event["agent"][0]["who"]["reference"] for event in events(hospital, path)} == {hospital.organization}


def test_one_event_is_read_by_who_finds_it(cast, ada, charlie, read):
    _, doctor, *_ = read
    event = events(ada)[0]
    assert ada.get(f"/AuditEvent/{event['id']}").json() == event
    assert doctor.get(f"/AuditEvent/{event['id']}").json() == event
    hidden = charlie.get(f"/AuditEvent/{event['id']}")
    absent = charlie.get("/AuditEvent/999999999")
    assert (hidden.status_code, hidden.text) == (absent.status_code, absent.text)
    assert hidden.status_code == 404
    for nonsense in ("x", "-1", "1.5", "9" * 30, "9" * 5000, "%C2%B2"):
        assert ada.get(f"/AuditEvent/{nonsense}").status_code == 404


def test_reading_the_trail_stands_in_it(cast, ada):
    auditor = cast.other(PersonRole.AUDITOR)
    events(auditor, f"/AuditEvent?patient={ada.person}")
    event = events(ada)[0]
    assert kinds([event]) == ["disclosed-audit"]
    assert event["agent"][0]["role"] == [{"text": "auditor"}]


def test_dates_narrow(hospital, ada, later):
    for hours in (0, 48):
        later(hours * clock.HOUR)
        hospital.send(observation(ada.person))
    whole = events(ada)
    day = whole[1]["recorded"][:10]
    assert events(ada, f"/AuditEvent?date=le{day}") == whole[1:]
    assert events(ada, f"/AuditEvent?date=gt{day}") == whole[:1]
    assert events(ada, f"/AuditEvent?date=ge{day}&date=lt{day}") == []
    middle = whole[0]["recorded"].replace("+", "%2B")
    assert events(ada, f"/AuditEvent?date=ge{middle}") == whole[:1]


def test_pages_hold_each_event_once(hospital, ada):
    for _ in range(7):
        hospital.send(observation(ada.person))
    whole, found, path = [event["id"] for event in events(ada)], [], "/AuditEvent?_count=3"
    while path:
        answer = ada.get(path).json()
        page = [entry["resource"]["id"] for entry in answer["entry"]]
        assert len(page) <= 3
        found += page
        links = {link["relation"]: urlsplit(link["url"]) for link in answer["link"]}
        path = f"/AuditEvent?{links['next'].query}" if "next" in links else ""
    assert found == whole


def test_a_page_link_is_its_callers_own(cast, hospital, ada):
    for _ in range(3):
        hospital.send(observation(ada.person))
    following = ada.get("/AuditEvent?_count=1").json()["link"][-1]["url"].partition("?")[2]
    auditor = cast.other(PersonRole.AUDITOR)
    assert ada.get(f"/AuditEvent?{following}").status_code == 200
    assert auditor.get(f"/AuditEvent?patient={ada.person}&{following}").status_code == 400


@pytest.mark.parametrize("query", ["foo=bar", "_count=0", "_count=x", "date=x", "patient=a&patient=b", "_page=x"])
def test_what_cannot_be_honoured_is_400(ada, query):
    answer = ada.get(f"/AuditEvent?{query}")
    assert answer.status_code == 400
    said(answer)


def test_lenient_passes_over_the_unknown(ada):
    assert ada.get("/AuditEvent?foo=bar", Prefer="handling=lenient").status_code == 200


def test_by_post_it_is_searched_as_by_get(hospital, ada):
    hospital.send(observation(ada.person))
    form = "application/x-www-form-urlencoded"
    answer = ada.call("POST", "/AuditEvent/_search", b"_count=5", Content_Type=form)
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert len(answer.json().get("entry", [])) == len(events(ada))


def test_a_narrow_token_sees_no_trail(cast, ada, read):
    _, doctor, *_ = read
    narrow = cast.with_token(doctor, scope="user/Observation.rs")
    mine = events(doctor)[0]
    assert events(narrow) == []
    assert narrow.get(f"/AuditEvent/{mine['id']}").status_code == 404
