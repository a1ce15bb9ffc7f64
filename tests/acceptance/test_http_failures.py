"""HTTP rule 1: every failure is an OperationOutcome with a sentence that helps, and its own status."""

import httpx
import pytest

from carefolio.base import clock
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import FHIR_JSON, name
from tests.acceptance.resources import bundle, consent, observation, paths, said, wish


def failed(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["content-type"].startswith(FHIR_JSON)
    assert answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.text
    return said(answer)


def test_400_names_the_place_in_the_text(hospital):
    assert "line 2, column" in failed(hospital.post("/Observation", b'{"resourceType":\n nonsense}'), 400)


def test_401_without_a_token(cast, ada):
    answer = cast.nobody().get(f"/{ada.person}")
    assert "Authorization: Bearer" in failed(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer nonsense", "Basic YTpi", "bearer\tnonsense", "Token x", "Bearer x y"]
)
def test_401_with_a_bad_token(cast, ada, header):
    failed(cast.nobody().get(f"/{ada.person}", Authorization=header), 401)


def test_401_once_the_token_has_expired(cast, ada, later):
    short = cast.with_token(ada, minutes=5)
    assert short.get(f"/{ada.person}").status_code == 200
    later(5 * clock.MINUTE)
    failed(short.get(f"/{ada.person}"), 401)
    assert ada.get(f"/{ada.person}").status_code == 200


def test_401_with_the_next_request_once_the_token_was_revoked(cast, ada):
    second = cast.with_token(ada)
    assert second.get(f"/{ada.person}").status_code == 200
    actions.revoke_token(cast.door, second.token)
    failed(second.get(f"/{ada.person}"), 401)
    assert ada.get(f"/{ada.person}").status_code == 200


def test_401_while_the_account_is_suspended(cast, ada):
    actions.suspend(cast.door, ada.email)
    failed(ada.get(f"/{ada.person}"), 401)
    actions.suspend(cast.door, ada.email, suspended=False)
    assert ada.get(f"/{ada.person}").status_code == 200


@pytest.mark.parametrize("role", [PersonRole.PHARMACIST, PersonRole.STAFF, PersonRole.RESEARCHER, PersonRole.AUDITOR])
def test_403_for_a_role_that_never_writes(cast, ada, role):
    assert role.value in failed(cast.other(role).post("/Observation", observation(ada.person)), 403)


def test_403_for_an_admin_in_a_chart_but_not_in_the_directory(cast, ada):
    admin = cast.other(PersonRole.ADMIN)
    failed(admin.post("/Observation", observation(ada.person)), 403)
    assert admin.post("/Location", {"resourceType": "Location", "name": "Ward 3"}).status_code == 201


def test_403_for_a_doctor_whose_licence_was_not_verified(cast, ada):
    unverified = cast.doctor(verified=False)
    assert "licence" in failed(unverified.post("/Consent", consent(ada.person, unverified.person)), 403)


def test_403_for_a_patient_in_the_directory(ada):
    failed(ada.post("/Organization", {"resourceType": "Organization", "name": "Mine"}), 403)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/Nonsense", "/Nonsense/1", "/Patient/1/$nonsense", "/Observation/1/$everything", "/Patient/1/2/3/4"],
)
def test_404_for_an_address_that_is_not_there(ada, path):
    answer = ada.get(path)
    assert answer.status_code == (405 if path in ("", "/") else 404)
    said(answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", "/Observation/1"),
        ("POST", "/Observation/1"),
        ("PUT", "/Observation"),
        ("DELETE", "/Observation"),
        ("GET", "/Observation/_search"),
        ("POST", "/Observation/1/_history"),
        ("GET", "/Patient/1/$break-glass"),
        ("POST", "/Patient/1/$record-index"),
        ("POST", "/Patient/1/$everything"),
    ],
)
def test_405_names_the_methods_that_there_are(ada, method, path):
    sentence = failed(ada.call(method, path), 405)
    assert any(known in sentence for known in ("GET", "POST", "PUT", "DELETE"))


@pytest.mark.parametrize("path", ["/Observation?_format=xml", "/Patient?_format=application/fhir%2Bxml"])
def test_406_for_another_format(ada, path):
    assert FHIR_JSON in failed(ada.get(path), 406)


def test_406_goes_before_the_write(hospital, ada):
    wrong = hospital.post("/Observation", observation(ada.person), Accept="application/fhir+xml")
    failed(wrong, 406)
    assert ada.found(f"/Observation?patient={ada.person}") == []


@pytest.mark.parametrize(
    "accepted", ["application/json", FHIR_JSON, "text/html, */*;q=0.1", "application/fhir+json;fhirVersion=4.0"]
)
def test_json_by_any_of_its_names_is_accepted(ada, accepted):
    assert ada.get(f"/{ada.person}", Accept=accepted).status_code == 200
    assert ada.get(f"/{ada.person}?_format=json", Accept="text/html").status_code == 200


def test_409_for_an_id_that_is_taken_and_hidden(cast, hospital, ada, charlie):
    made = hospital.send(observation(ada.person))
    answer = charlie.put(name(made), observation(charlie.person, id=made["id"]))
    assert "choose another id" in failed(answer, 409)
    assert ada.person not in answer.text
    assert ada.get(name(made)).json() == made


def test_410_for_what_was_deleted_and_could_be_seen(hospital, ada):
    made = hospital.send(observation(ada.person))
    assert hospital.delete(name(made)).status_code == 204
    for actor in (hospital, ada):
        assert "deleted" in failed(actor.get(name(made)), 410)
    failed(hospital.get(f"{name(made)}/_history/2"), 410)
    failed(hospital.delete(name(made)), 410)
    assert hospital.get(f"{name(made)}/_history/1").json() == made
    assert len(ada.get(f"{name(made)}/_history").json()["entry"]) == 2


def test_404_for_what_was_deleted_and_is_hidden(hospital, ada, charlie):
    made = hospital.send(observation(ada.person))
    hospital.delete(name(made))
    for path in (name(made), f"{name(made)}/_history", f"{name(made)}/_history/1", f"{name(made)}/_history/2"):
        failed(charlie.get(path), 404)
    failed(charlie.delete(name(made)), 404)


def test_412_for_another_version_than_the_one_that_stands(hospital, ada):
    made = hospital.send(observation(ada.person))
    assert "version 1" in failed(hospital.put(name(made), made, If_Match='W/"2"'), 412)
    failed(hospital.delete(name(made), If_Match='W/"2"'), 412)
    failed(hospital.put(name(made), made, If_Match="nonsense"), 412)
    failed(hospital.put("/Observation/never-was", observation(ada.person, id="never-was"), If_Match='W/"1"'), 412)


def test_413_for_a_body_over_32_megabytes(hospital):
    assert "32 MB" in failed(hospital.post("/Observation", b" " * (32 * 1024 * 1024 + 1)), 413)


def test_413_for_a_transaction_over_5000_entries(hospital):
    read = wish("GET", "Patient/1")
    assert "5000" in failed(hospital.post("", bundle("transaction", *[read] * 5001)), 413)


def test_a_transaction_of_5000_entries_is_taken(hospital, ada):
    entries = [wish("POST", "Observation", observation(ada.person)) for _ in range(5000)]
    answer = hospital.post("", bundle("transaction", *entries))
    assert answer.status_code == 200
    assert len(answer.json()["entry"]) == 5000
    counted = ada.get(f"/Observation?patient={ada.person}&_summary=count")
    assert counted.json()["total"] == 5000


@pytest.mark.parametrize("media", ["text/plain", "application/fhir+xml", "multipart/form-data", "", "json"])
def test_415_for_a_body_in_another_format(hospital, ada, media):
    assert FHIR_JSON in failed(hospital.post("/Observation", observation(ada.person), Content_Type=media), 415)


@pytest.mark.parametrize("media", ["application/json", "application/fhir+json; charset=utf-8", "APPLICATION/FHIR+JSON"])
def test_json_is_read_by_any_of_its_names(hospital, ada, media):
    assert hospital.post("/Observation", observation(ada.person), Content_Type=media).status_code == 201


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"status": "bogus"}, "Observation.status"),
        ({"effectiveDateTime": "2024-13-01"}, "Observation.effectiveDateTime"),
        ({"component": [{"code": {}}, {"valueQuantity": {"value": "4"}}]}, "Observation.component[1]"),
        ({"nonsense": 1}, "Observation"),
        ({"valueString": "4.1"}, "Observation"),
    ],
)
def test_422_names_the_element_that_breaks_fhirs_rules(hospital, ada, more, path):
    answer = hospital.post("/Observation", observation(ada.person, **more))
    failed(answer, 422)
    assert any(found.startswith(path) for found in paths(answer)), answer.text
    assert "4.1" not in answer.text


def test_422_in_a_transaction_names_the_entry(hospital, ada):
    good, bad = observation(ada.person), observation(ada.person, status="bogus")
    entries = [wish("POST", "Observation", good), wish("POST", "Observation", bad)]
    answer = hospital.post("", bundle("transaction", *entries))
    failed(answer, 422)
    assert paths(answer) == ["Bundle.entry[1].resource.status"]
    assert ada.found(f"/Observation?patient={ada.person}") == []


def test_every_answer_names_the_region_and_the_time_taken(cast, ada):
    for answer in (ada.get(f"/{ada.person}"), ada.get("/Patient/no-such"), cast.nobody().get("/metadata")):
        assert answer.headers["x-carefolio-region"] == "local"
        assert answer.headers["server-timing"].startswith("total;dur=")
        assert answer.headers["x-request-id"]
