"""HTTP rule 1: what does not exist and what may not be seen are told alike, headers and body."""

import httpx
import pytest

from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.resources import action, consent, observation, said

OWN_TO_EACH_ANSWER = ("date", "server-timing", "x-request-id")
ABSENT = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"


def face(answer: httpx.Response, asked: str) -> tuple[int, list[tuple[str, str]], str]:
    """All that a caller can tell one answer from another by, but for the time it took."""
    headers = [(key, value) for key, value in answer.headers.multi_items() if key not in OWN_TO_EACH_ANSWER]
    return answer.status_code, [(k, v.replace(asked, "ID")) for k, v in headers], answer.text.replace(asked, "ID")


def alike(caller, hidden: str, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask for both and compare; ``path`` has ID where the id stands."""
    there = caller.call(method, path.replace("ID", hidden), **headers)
    not_there = caller.call(method, path.replace("ID", ABSENT), **headers)
    assert face(there, hidden) == face(not_there, ABSENT)
    return there


READS = [
    "/Observation/ID",
    "/Observation/ID/_history",
    "/Observation/ID/_history/1",
    "/Observation/ID/_history/2",
    "/Observation/ID/_history/7",
    "/Observation/ID/_history/99999999999999999999",
    "/Observation/ID/_history/" + "9" * 5000,
    "/Observation/ID/_history/-1",
    "/Observation/ID/_history/0",
    "/Observation/ID/_history/1.5",
    "/Observation/ID/_history/x",
    "/Observation/ID?_pretty=true",
]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reads(hospital, ada, ben, path, method):
    made = hospital.send(observation(ada.person))
    hospital.change(made)
    answer = alike(ben, made["id"], path, method)
    assert answer.status_code == 404
    assert answer.content == b"" if method == "HEAD" else said(answer)


@pytest.mark.parametrize("path", READS)
def test_reads_of_what_was_deleted(hospital, ada, ben, path):
    made = hospital.send(observation(ada.person))
    hospital.delete(name(made))
    assert alike(ben, made["id"], path).status_code == 404


@pytest.mark.parametrize("role", [None, *PersonRole])
@pytest.mark.parametrize(
    "asked",
    [
        "GET /Patient/ID",
        "GET /Patient/ID/_history",
        "GET /Patient/ID/$everything",
        "GET /Patient/ID/$everything?_count=1",
        "GET /Patient/ID/$record-index",
        "DELETE /Patient/ID",
    ],
)
def test_charts_and_every_role(cast, hospital, ada, role, asked):
    hospital.send(observation(ada.person))
    caller = cast.hospital() if role is None else cast.doctor() if role is PersonRole.DOCTOR else cast.other(role)
    method, _, path = asked.partition(" ")
    assert alike(caller, ada.id, path, method).status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/Patient?_id=ID",
        "/Patient?identifier=ID",
        "/Observation?_id=ID",
        "/Observation?patient=Patient/ID&_total=accurate",
        "/Observation?subject=ID&_summary=count",
        "/Observation?patient=ID&_revinclude=Provenance:target&_include=Observation:subject",
        "/Observation?patient=ID&foo=bar",
        "/Consent?patient=ID",
        "/AuditEvent?patient=Patient/ID",
        "/AuditEvent?patient=ID",
    ],
)
def test_searches_that_name_a_chart(hospital, ada, charlie, path):
    hospital.send(observation(ada.person))
    alike(charlie, ada.id, path)


def test_a_search_for_a_hidden_record_and_for_none(hospital, ada, ben):
    made = hospital.send(observation(ada.person))
    answer = alike(ben, made["id"], "/Observation?_id=ID&_total=accurate")
    assert answer.status_code == 200
    assert answer.json()["total"] == 0


@pytest.mark.parametrize("headers", [{}, {"If_Match": 'W/"1"'}, {"If_Match": 'W/"9"'}])
def test_deletions(hospital, ada, ben, headers):
    made = hospital.send(observation(ada.person))
    assert alike(ben, made["id"], "/Observation/ID", "DELETE", **headers).status_code == 404
    assert ada.sees(made)


def test_ones_own_trail_does_not_tell_a_hidden_record_from_an_absent_one(hospital, ada, ben):
    made = hospital.send(observation(ada.person))
    before = ben.get(f"/AuditEvent?patient={ada.person}").text
    for path in READS[:5]:
        alike(ben, made["id"], path)
        assert made["id"] not in ben.get(f"/AuditEvent?patient={ada.person}").text
    ben.found(f"/Observation?patient={ada.person}")
    ben.found(f"/Observation?patient=Patient/{ABSENT}")
    ben.found(f"/Consent?patient={ada.person}")
    ben.found(f"/Consent?patient=Patient/{ABSENT}")
    ben.get(f"/{ada.person}/$record-index")
    after = ben.get(f"/AuditEvent?patient={ada.person}").text
    assert before == after == ben.get(f"/AuditEvent?patient=Patient/{ABSENT}").text.replace(ABSENT, ada.id)


def test_ones_own_trail_shows_both_refusals_alike(hospital, ada, ben):
    made = hospital.send(observation(ada.person))
    alike(ben, made["id"], "/Observation/ID")
    later, earlier = [entry["resource"] for entry in ben.get("/AuditEvent").json()["entry"][:2]]
    told = [earlier.pop("entity"), later.pop("entity")]
    assert told == [[{"what": {"reference": f"Observation/{id_}"}}] for id_ in (made["id"], ABSENT)]
    for event in (earlier, later):
        del event["id"], event["recorded"], event["meta"]
    assert earlier == later


@pytest.mark.parametrize("role", [PersonRole.PATIENT, PersonRole.DOCTOR])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_chart_of_a_write_is_absent_or_forbidden_in_the_same_words(cast, ada, role, method):
    caller = cast.doctor() if role is PersonRole.DOCTOR else cast.patient()

    def send(patient):
        body = observation(f"Patient/{patient}", **({"id": "my-own"} if method == "PUT" else {}))
        return caller.call(method, "/Observation" + ("/my-own" if method == "PUT" else ""), body)

    there, not_there = send(ada.id), send(ABSENT)
    assert face(there, ada.id) == face(not_there, ABSENT)
    assert there.status_code == 422
    assert there.json()["issue"][0]["expression"] == ["Observation.subject"]


def test_the_chart_of_a_write_in_a_transaction_in_the_same_words(ada, charlie):
    entry = {"request": {"method": "POST", "url": "Observation"}}
    sent = [
        charlie.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry | {"resource": body}]})
        for body in (observation(ada.person), observation(f"Patient/{ABSENT}"))
    ]
    assert face(sent[0], ada.id) == face(sent[1], ABSENT)
    assert sent[0].status_code == 422


def test_the_chart_by_a_code_that_is_not_ones_own_in_the_same_words(ada, charlie):
    sent = [
        charlie.post("/Observation", observation(f"Patient?identifier={code}"))
        for code in (ada.code, "PAT-0000-0000", "nonsense")
    ]
    assert len({face(answer, "-")[2] for answer in sent}) == 1
    assert sent[0].status_code == 422


@pytest.mark.parametrize("status", ["proposed", "active", "draft"])
def test_a_strangers_contract_in_the_same_words(ada, charlie, status):
    sent = [
        charlie.post("/Consent", consent(patient, charlie.person, status=status))
        for patient in (ada.person, f"Patient/{ABSENT}")
    ]
    assert face(sent[0], ada.id) == face(sent[1], ABSENT)
    assert 400 <= sent[0].status_code < 500


def test_a_doctor_who_may_add_some_things_and_a_chart_that_is_not_there(ada, ben):
    asked = ben.send(
        consent(
            ada.person,
            ben.person,
            action=action("correct"),
            code=[{"coding": [{"system": "http://loinc.org", "code": "2339-0"}]}],
        )
    )
    ada.change(asked, status="active")
    sent = [ben.post("/Observation", observation(patient)) for patient in (ada.person, f"Patient/{ABSENT}")]
    assert face(sent[0], ada.id) == face(sent[1], ABSENT)
    assert sent[0].status_code == 422


def test_a_narrow_token_tells_nothing_apart(cast, hospital, ada):
    made = hospital.send(observation(ada.person))
    narrow = cast.with_token(ada, scope="patient/Condition.rs")
    assert alike(narrow, made["id"], "/Observation/ID").status_code == 404
    assert alike(narrow, ada.id, "/Patient/ID").status_code == 404
