"""HTTP rule 3: a client's own id, conditions, versions, what an answer holds, and the same request twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from carefolio.base import clock
from tests.acceptance.cast import name
from tests.acceptance.resources import action, bundle, consent, observation, paths, said, wish

SYSTEM = "https://north.example.org/mrn"
_taken = iter(range(1, 10_000))


def mrn(family="Doe"):
    """A new patient of a hospital's with an identifier that nobody else has, and its ``system|value``."""
    value = f"mrn-{next(_taken)}"
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": SYSTEM, "value": value}],
        "name": [{"family": family}],
    }
    return patient, f"{SYSTEM}|{value}"


def test_put_with_ones_own_id_creates_and_then_updates(hospital, ada):
    body = observation(ada.person, id=f"mine.{ada.id[-12:]}")
    created = hospital.put(name(body), body)
    assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
    updated = hospital.put(name(body), body | {"status": "amended"})
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    assert ada.get(name(body)).json()["status"] == "amended"
    assert ada.get(f"{name(body)}/_history/1").json()["status"] == "final"


@pytest.mark.parametrize("id_", ["x" * 65, "a_b", "a b", "ä", "a%2Fb", "..%2f.."])
def test_an_id_that_fhir_does_not_allow_is_400(hospital, ada, id_):
    answer = hospital.put(f"/Observation/{id_}", observation(ada.person, id=id_))
    assert answer.status_code == 400
    said(answer)


def test_the_id_in_the_body_is_the_one_in_the_address(hospital, ada):
    for body in (observation(ada.person), observation(ada.person, id="two")):
        answer = hospital.put("/Observation/one", body)
        assert answer.status_code == 400
        assert paths(answer) == ["Observation.id"]


def test_create_gives_an_id_of_its_own(hospital, ada):
    made = hospital.send(observation(ada.person, id="i-would-like"))
    assert made["id"] != "i-would-like"


def test_if_none_exist(hospital, ada):
    patient, identifier = mrn()
    first = hospital.post("/Patient", patient, If_None_Exist=f"identifier={identifier}")
    again = hospital.post("/Patient", patient, If_None_Exist=f"identifier={identifier}")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    hospital.send(patient)
    many = hospital.post("/Patient", patient, If_None_Exist=f"identifier={identifier}")
    assert many.status_code == 412
    said(many)


def test_a_chart_that_begins_with_a_consent_in_it_is_its_senders_at_once(hospital, ben):
    patient, _ = mrn()
    entries = [
        wish("POST", "Patient", patient, full_url="urn:uuid:1"),
        wish("POST", "Consent", consent("urn:uuid:1", ben.person, status="active")),
        wish("POST", "Observation", observation("urn:uuid:1")),
    ]
    answer = hospital.post("", bundle("transaction", *entries))
    assert answer.status_code == 200
    for entry in answer.json()["entry"]:
        assert hospital.get("/" + entry["response"]["location"]).status_code == 200


@pytest.mark.parametrize("condition", ["", "?", "_count=1", "nonsense=1", "identifier"])
def test_if_none_exist_takes_a_condition_that_it_can_keep(hospital, condition):
    answer = hospital.post("/Patient", mrn()[0], If_None_Exist=condition)
    assert answer.status_code in (400, 422)
    said(answer)


def test_if_none_exist_at_once_creates_one(hospital):
    patient, identifier = mrn()

    def send(_):
        return hospital.post("/Patient", patient, If_None_Exist=f"identifier={identifier}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_if_match_lets_one_of_two_writers_win(hospital, ada):
    made = hospital.send(observation(ada.person))

    def change(number):
        body = made | {"note": [{"text": f"writer {number}"}]}
        return hospital.put(name(made), body, If_Match='W/"1"')

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(change, range(8)))
    assert statuses == [200] + [412] * 7
    assert ada.get(name(made)).json()["meta"]["versionId"] == "2"


def test_if_match_takes_the_tag_that_etag_gave(hospital, ada):
    made = hospital.send(observation(ada.person))
    for version, tag in ((1, 'W/"1"'), (2, '"2"')):
        answer = hospital.put(name(made), made, If_Match=tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] == f'W/"{version + 1}"'
    assert hospital.delete(name(made), If_Match='W/"3"').status_code == 204


def test_a_conditional_reference_by_patient_code_adds_to_that_chart(hospital, ada):
    for text in (f"Patient?identifier={ada.code}", f"Patient?identifier={ada.code.lower()}"):
        made = hospital.send(observation(text))
        assert made["subject"]["reference"] == ada.person
        assert ada.sees(made)


def test_a_conditional_reference_by_the_hospitals_own_number(hospital):
    patient, identifier = mrn()
    made = hospital.send(patient)
    assert hospital.send(observation(f"Patient?identifier={identifier}"))["subject"]["reference"] == name(made)[1:]
    missing = hospital.post("/Observation", observation(f"Patient?identifier={SYSTEM}|nobody"))
    assert missing.status_code == 422
    assert paths(missing) == ["Observation.subject"]


def test_a_conditional_reference_to_the_directory(hospital, ada):
    place = hospital.send(
        {"resourceType": "Location", "name": "W", "identifier": [{"system": SYSTEM, "value": ada.id}]}
    )
    body = observation(ada.person, device=None)
    del body["device"]
    entry = body | {"performer": [{"reference": f"Organization?identifier={SYSTEM}|none"}]}
    assert hospital.post("/Observation", entry).status_code == 422
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": ada.person},
        "location": [{"location": {"reference": f"Location?identifier={SYSTEM}|{ada.id}"}}],
    }
    escaped = json.dumps(encounter).replace("?", r"\u003f")
    for content in (json.dumps(encounter), escaped, escaped.replace("u003f", "u003F")):
        made = hospital.post("/Encounter", content.encode()).json()
        assert made["location"][0]["location"]["reference"] == name(place)[1:]


def test_etag_last_modified_and_location(endpoint, hospital, ada):
    created = hospital.post("/Observation", observation(ada.person))
    place = f"{endpoint.fhir}{name(created.json())}/_history/1"
    assert created.headers["location"] == place
    read = ada.get(name(created.json()))
    for answer in (created, read):
        assert answer.headers["etag"] == 'W/"1"'
        written = parsedate_to_datetime(answer.headers["last-modified"])
        assert abs(written.timestamp() - clock.now() / clock.SECOND) < 30
        assert answer.json()["meta"]["lastUpdated"][:19] == written.isoformat()[:19]
    assert ada.get(name(created.json()), If_None_Match='W/"1"').status_code == 304
    assert ada.get(name(created.json()), If_None_Match='W/"2"').status_code == 200
    assert ada.get(place.removeprefix(endpoint.fhir)).json() == created.json()
    updated = hospital.put(name(created.json()), created.json())
    assert updated.headers["location"] == place[:-1] + "2"


def test_prefer_says_what_the_answer_holds(hospital, ada):
    body = observation(ada.person)
    assert hospital.post("/Observation", body).json()["code"] == body["code"]
    assert hospital.post("/Observation", body, Prefer="return=representation").json()["code"] == body["code"]
    minimal = hospital.post("/Observation", body, Prefer="return=minimal")
    assert (minimal.status_code, minimal.content, minimal.headers["etag"]) == (201, b"", 'W/"1"')
    assert "/Observation/" in minimal.headers["location"]
    outcome = hospital.post("/Observation", body, Prefer="return=OperationOutcome")
    assert outcome.status_code == 201
    assert outcome.json()["resourceType"] == "OperationOutcome"


def test_the_same_key_and_body_is_done_once(hospital, ada):
    body = observation(ada.person)
    first = hospital.post("/Observation", body, Idempotency_Key="k1")
    again = hospital.post("/Observation", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 1
    hospital.post("/Observation", body, Idempotency_Key="k2")
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 2


def test_the_answer_to_the_first_is_repeated_though_the_record_moved_on(hospital, ada):
    first = hospital.post("/Observation", observation(ada.person), Idempotency_Key="moved").json()
    hospital.change(first, status="amended")
    assert hospital.post("/Observation", observation(ada.person), Idempotency_Key="moved").json() == first


def test_the_same_key_with_another_body_is_422(hospital, ada):
    hospital.post("/Observation", observation(ada.person), Idempotency_Key="k3")
    other = hospital.post("/Observation", observation(ada.person, status="amended"), Idempotency_Key="k3")
    assert other.status_code == 422
    said(other)
    elsewhere = hospital.put("/Observation/k3", observation(ada.person, id="k3"), Idempotency_Key="k3")
    assert elsewhere.status_code == 422
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 1


def test_a_key_belongs_to_its_caller(cast, hospital, ada):
    body = observation(ada.person)
    first = hospital.post("/Observation", body, Idempotency_Key="k4").json()
    assert cast.hospital().post("/Observation", body, Idempotency_Key="k4").json()["id"] != first["id"]


def test_a_key_is_kept_for_24_hours(hospital, ada, later):
    def send():
        return hospital.post("/Observation", observation(ada.person), Idempotency_Key=f"day-{ada.id}").json()["id"]

    first = send()
    later(24 * clock.HOUR - clock.MINUTE)
    assert send() == first
    later(24 * clock.HOUR + clock.MINUTE)
    assert send() != first


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(hospital, ada, key):
    answer = hospital.post("/Observation", observation(ada.person), Idempotency_Key=key)
    assert answer.status_code == 400
    said(answer)


def test_the_same_request_at_once_is_done_once(hospital, ada):
    def send(_):
        return hospital.post("/Observation", observation(ada.person), Idempotency_Key=f"once-{ada.id}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 1


def test_updates_deletions_and_transactions_are_repeated_too(hospital, ada):
    made = hospital.send(observation(ada.person))
    body = made | {"status": "amended"}
    updates = [hospital.put(name(made), body, Idempotency_Key="up") for _ in range(2)]
    assert [answer.headers["etag"] for answer in updates] == ['W/"2"'] * 2
    assert updates[0].json() == updates[1].json()
    whole = bundle("transaction", wish("POST", "Observation", observation(ada.person)))
    pair = [hospital.post("", whole, Idempotency_Key="whole").json() for _ in range(2)]
    assert pair[0] == pair[1]
    deletions = [hospital.delete(name(made), Idempotency_Key="down") for _ in range(2)]
    assert [answer.status_code for answer in deletions] == [204, 204]
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 1


def test_a_batch_is_repeated_too(hospital, ada):
    batch = bundle("batch", *[wish("POST", "Observation", observation(ada.person)) for _ in range(2)])
    pair = [hospital.post("", batch, Idempotency_Key="batch").json() for _ in range(2)]
    assert pair[0] == pair[1]
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 2


def test_a_repetition_is_decided_again(ada, ben):
    contract = ada.change(ben.send(consent(ada.person, ben.person, action=action("correct"))), status="active")
    proposal = consent(ada.person, ben.person)
    asked = ben.post("/Consent", proposal, Idempotency_Key="again")
    assert asked.status_code == 201
    ada.change(contract, status="inactive")
    assert ben.post("/Consent", proposal, Idempotency_Key="again").json() == asked.json()


def test_after_a_withdrawal_a_repetition_no_longer_shows_what_a_condition_found(cast, hospital, ada, ben):
    """What the key remembers is a reference: whoever may not see the record any more does not see it here."""
    tag = {"system": SYSTEM, "value": ada.id}
    hospital.send(observation(ada.person, identifier=[tag]))
    contract = ada.change(ben.send(consent(ada.person, ben.person, action=action("correct"))), status="active")
    wished = observation(ada.person, identifier=[tag])
    headers = {"Idempotency_Key": "found", "If_None_Exist": f"identifier={SYSTEM}|{ada.id}"}
    assert ben.post("/Observation", wished, **headers).status_code == 200
    assert ben.post("/Observation", wished, **headers).status_code == 200
    ada.change(contract, status="inactive")
    assert ben.post("/Observation", wished, **headers).status_code == 404
