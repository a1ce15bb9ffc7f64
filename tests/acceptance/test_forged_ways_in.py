"""Ways in that somebody might forge; each ends where it should, and an honest way beside it still works."""

import pytest

from tests.acceptance.cast import name
from tests.acceptance.foreign import is_shut
from tests.acceptance.resources import (
    actor,
    bundle,
    condition,
    consent,
    kinds,
    observation,
    wish,
)


@pytest.fixture
def secret(hospital, ada):
    """What a forger is after."""
    return hospital.send(observation(ada.person, note=[{"text": "CANARY-SECRET"}]))


# ── contracts that came about in another way ──


@pytest.mark.parametrize("way", ["POST", "PUT", "transaction", "batch"])
def test_an_active_consent_from_a_feed(hospital, ada, ben, secret, way):
    body = consent(ada.person, ben.person, status="active")
    entries = {
        "POST": lambda: hospital.post("/Consent", body),
        "PUT": lambda: hospital.put(f"/Consent/feed.{ada.id[-8:]}", body | {"id": f"feed.{ada.id[-8:]}"}),
        "transaction": lambda: hospital.post("", bundle("transaction", wish("POST", "Consent", body))),
        "batch": lambda: hospital.post("", bundle("batch", wish("POST", "Consent", body))),
    }
    assert entries[way]().status_code in (200, 201)
    assert is_shut(ben, ada, secret)


def test_a_consent_that_a_feed_sent_and_its_receiver_tries_to_activate(hospital, ada, ben, secret):
    sent = hospital.send(consent(ada.person, ben.person, status="proposed"))
    assert ben.put(name(sent), sent | {"status": "active"}).status_code == 403
    assert ben.put(name(sent), sent).status_code == 403
    assert hospital.put(name(sent), sent | {"status": "active"}).status_code == 200
    assert is_shut(ben, ada, secret)


def test_a_hospital_proposes_for_its_doctor_and_the_doctor_activates(cast, ada, hospital, secret):
    inside = cast.doctor(hospital)
    sent = hospital.send(consent(ada.person, hospital.organization, status="active"))
    assert is_shut(inside, ada, secret)
    assert inside.put(name(sent), sent | {"provision": consent("", inside.person)["provision"]}).status_code == 403
    assert is_shut(inside, ada, secret)


def test_a_doctor_activates_the_contract_by_every_method(ada, ben, secret):
    asked = ben.send(consent(ada.person, ben.person))
    active = asked | {"status": "active"}
    ways = [
        ben.put(name(asked), active),
        ben.put(name(asked), active, If_Match='W/"1"'),
        ben.post("/Consent", active),
        ben.post("/Consent", active, If_None_Exist="status=active"),
        ben.put("/Consent/of-my-own", active | {"id": "of-my-own"}),
        ben.post("", bundle("transaction", wish("PUT", name(asked)[1:], active))),
        ben.post("", bundle("transaction", wish("DELETE", name(asked)[1:]), wish("POST", "Consent", active))),
    ]
    assert [answer.status_code for answer in ways] == [403] * len(ways)
    inner = ben.post("", bundle("batch", wish("PUT", name(asked)[1:], active))).json()
    assert inner["entry"][0]["response"]["status"].startswith("403")
    assert is_shut(ben, ada, secret)


def test_a_patient_grants_access_to_somebody_elses_chart(ada, charlie, ben, secret):
    for patient in (ada.person, f"Patient?identifier={ada.code}", f"{ada.person}/_history/1"):
        answer = charlie.post("/Consent", consent(patient, charlie.person, status="active"))
        assert answer.status_code == 422
    own = charlie.send(consent(charlie.person, ben.person, status="active"))
    moved = charlie.put(name(own), own | {"patient": {"reference": ada.person}})
    assert moved.status_code == 422
    assert is_shut(ben, ada, secret)
    assert is_shut(charlie, ada, secret)


def test_a_contract_reaches_no_further_than_its_patients_chart(ada, charlie, ben, secret):
    reference = [{"meaning": "instance", "reference": {"reference": name(secret)[1:]}}]
    charlie.send(consent(charlie.person, ben.person, status="active", data=reference))
    nested = {"type": "permit", "actor": [actor(ben.person)], "data": reference}
    charlie.send(consent(charlie.person, ben.person, status="active", provision=[nested]))
    assert is_shut(ben, ada, secret)


def test_a_delegate_makes_themself_a_better_one(cast, ada, charlie, secret):
    ada.send(consent(ada.person, charlie.person, status="active", role="DELEGATEE", klass=kinds("Condition")))
    for body in (
        consent(ada.person, charlie.person, status="active"),
        consent(ada.person, charlie.person, status="active", role="GUARD"),
        consent(ada.person, cast.doctor().person, status="active"),
    ):
        assert charlie.post("/Consent", body).status_code in (403, 422)
    assert is_shut(charlie, ada, secret)


# ── being named ──


@pytest.mark.parametrize(
    "named",
    [
        {"performer": "P"},
        {"performer": "P", "status": "active"},
        {"organization": "O"},
        {"verification": "P"},
    ],
)
def test_a_doctor_named_in_a_consent_by_anything_but_the_patients_provision(hospital, ada, ben, secret, named):
    body = consent(ada.person, hospital.organization)
    reference = {"reference": ben.person}
    more = {
        "performer": {"performer": [reference]},
        "organization": {"organization": [{"reference": hospital.organization}]},
        "verification": {"verification": [{"verified": True, "verifiedWith": {"reference": ada.person}}]},
    }
    for key in named:
        body |= more.get(key, {"status": "active"})
    hospital.send(body)
    assert is_shut(ben, ada, secret)


def test_a_doctor_named_as_performer_participant_or_general_practitioner(hospital, ada, ben, secret):
    reference = {"reference": ben.person}
    hospital.send(observation(ada.person, performer=[reference]))
    hospital.send(condition(ada.person, asserter=reference, recorder=reference))
    team = {"resourceType": "CareTeam", "subject": {"reference": ada.person}, "participant": [{"member": reference}]}
    hospital.send(team)
    ada.change(ada.get(f"/{ada.person}").json(), generalPractitioner=[reference])
    assert is_shut(ben, ada, secret)
    assert ben.get(f"/{ada.person}").status_code == 404


@pytest.mark.parametrize("type_", ["Task", "Communication"])
def test_a_workflow_record_that_names_a_doctor_opens_itself_alone(hospital, ada, ben, secret, type_):
    reference, patient, target = {"reference": ben.person}, {"reference": ada.person}, {"reference": name(secret)[1:]}
    body = {
        "Task": {"status": "requested", "intent": "order", "for": patient, "owner": reference, "focus": target},
        "Communication": {"status": "completed", "subject": patient, "recipient": [reference], "about": [target]},
    }[type_]
    sent = hospital.send({"resourceType": type_} | body)
    assert ben.sees(sent)
    assert is_shut(ben, ada, secret)
    assert ben.get(f"/{ada.person}").status_code == 404
    for include in {"Task": ("Task:focus", "Task:patient"), "Communication": ("Communication:subject",)}[type_]:
        assert ben.found(f"/{type_}?_id={sent['id']}&_include={include}") == [name(sent)[1:]]


def test_a_doctor_may_not_address_themself_in_a_chart(ada, ben, secret):
    task = {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": ada.person}}
    answer = ben.post("/Task", task | {"owner": {"reference": ben.person}})
    assert answer.status_code == 422
    assert is_shut(ben, ada, secret)


# ── moving a record ──


def test_a_record_is_moved_into_ones_own_chart(hospital, ada, charlie, ben, secret):
    stolen = observation(charlie.person, id=secret["id"])
    assert charlie.put(name(secret), stolen).status_code == 409
    assert hospital.put(name(secret), secret | {"subject": {"reference": charlie.person}}).status_code == 422
    transaction = bundle("transaction", wish("PUT", name(secret)[1:], stolen))
    assert charlie.post("", transaction).status_code == 409
    assert is_shut(charlie, ada, secret)


@pytest.mark.parametrize("reference", ["#p", "urn:uuid:1", "https://elsewhere.example.org/fhir/Patient/1"])
def test_an_update_that_takes_a_record_out_of_its_chart(hospital, ada, secret, reference):
    contained = [{"resourceType": "Patient", "id": "p"}]
    answer = hospital.put(name(secret), secret | {"subject": {"reference": reference}, "contained": contained})
    assert answer.status_code == 422
    assert ada.sees(secret)


def test_a_contained_patient_does_not_make_the_owner(hospital, ada, secret):
    contained = [{"resourceType": "Patient", "id": ada.id}]
    made = hospital.send(observation(f"#{ada.id}", contained=contained))
    assert not ada.sees(made)


@pytest.mark.parametrize("base", ["https://elsewhere.example.org/fhir/", "http://127.0.0.1/fhir/", "//x/"])
def test_an_absolute_reference_does_not_reach_into_a_chart(hospital, charlie, ada, base):
    answer = charlie.post("/Observation", observation(f"{base}{ada.person}"))
    assert answer.status_code in (201, 422)
    assert len(ada.found(f"/Observation?patient={ada.person}")) == 0


# ── bundles ──


def test_a_batch_is_not_a_way_past_a_refusal(ada, charlie, secret):
    urls = [
        name(secret)[1:],
        f"{name(secret)[1:]}/_history/1",
        f"Observation?patient={ada.id}",
        f"{ada.person}/$everything",
        f"/fhir{name(secret)}",
        f"Patient/{charlie.id}/../{ada.id}",
        f"Observation?_id={secret['id']}&_total=accurate",
    ]
    for kind in ("batch", "transaction"):
        answer = charlie.post("", bundle(kind, *[wish("GET", url) for url in urls]))
        assert answer.status_code == 200
        assert "CANARY-SECRET" not in answer.text
        assert '"total":1' not in answer.text


def test_a_bundle_inside_a_bundle(ada, charlie, secret):
    inner = bundle("batch", wish("GET", name(secret)[1:]))
    for url in ("", "/", "Bundle"):
        answer = charlie.post("", bundle("batch", wish("POST", url, inner)))
        assert "CANARY-SECRET" not in answer.text


def test_an_entry_cannot_bring_a_token_of_its_own(ada, charlie, secret):
    entry = wish("GET", name(secret)[1:], authorization=f"Bearer {ada.token}")
    entry["request"]["headers"] = {"Authorization": f"Bearer {ada.token}"}
    assert "CANARY-SECRET" not in charlie.post("", bundle("batch", entry)).text


def test_full_urls_cannot_take_the_place_of_a_record(ada, charlie, secret):
    """An entry that calls itself by a foreign chart's name does not make references to it resolve there."""
    entries = [
        wish("POST", "Observation", observation(charlie.person), full_url=ada.person),
        wish("POST", "Observation", observation(ada.person), full_url="urn:uuid:2"),
    ]
    assert charlie.post("", bundle("transaction", *entries)).status_code in (200, 422)
    assert ada.found(f"/Observation?patient={ada.person}") == [name(secret)[1:]]
    assert ada.get(f"/{ada.person}").json()["resourceType"] == "Patient"


def test_a_transaction_is_all_or_nothing(charlie, ada, secret):
    entries = [
        wish("POST", "Observation", observation(charlie.person)),
        wish("POST", "Observation", observation(ada.person)),
    ]
    assert charlie.post("", bundle("transaction", *entries)).status_code == 422
    assert charlie.found("/Observation") == []


def test_a_medication_follows_the_transactions_one_patient_only_where_one_may_add(ada, charlie, secret):
    entries = [
        wish("POST", "Medication", {"resourceType": "Medication"}),
        wish("PUT", "Observation/x", observation(ada.person, id="x")),
    ]
    assert charlie.post("", bundle("transaction", *entries)).status_code == 422


# ── conditions as oracles ──


@pytest.mark.parametrize("query", ["identifier=urn:x|1", "patient=CHART", "_id=SECRET", "code=2823-3"])
def test_if_none_exist_does_not_see_what_the_caller_does_not(hospital, ada, charlie, query):
    record = hospital.send(observation(ada.person, identifier=[{"system": "urn:x", "value": "1"}]))
    query = query.replace("CHART", ada.id).replace("SECRET", record["id"])
    made = charlie.post("/Observation", observation(charlie.person), If_None_Exist=query)
    assert made.status_code == 201
    assert made.json()["id"] != record["id"]


def test_a_conditional_reference_does_not_see_what_the_caller_does_not(hospital, ada, charlie):
    hospital.send(observation(ada.person, identifier=[{"system": "urn:x", "value": ada.id}]))
    for value in (ada.id, "never-was"):
        body = observation(charlie.person, hasMember=[{"reference": f"Observation?identifier=urn:x|{value}"}])
        answer = charlie.post("/Observation", body)
        assert answer.status_code == 422
        assert "no record" in answer.text


def test_a_patient_is_not_found_by_a_number_that_another_hospital_gave(cast, hospital):
    patient = {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": "77001"}]}
    hospital.send(patient)
    for caller in (cast.patient(), cast.doctor()):
        answer = caller.post("/Observation", observation("Patient?identifier=urn:mrn|77001"))
        assert answer.status_code in (403, 422)
        assert caller.found("/Patient?identifier=urn:mrn|77001") in ([], [caller.person])


# ── includes across charts ──


def test_includes_do_not_cross_charts(hospital, ada, charlie, secret):
    link = [{"reference": name(secret)[1:]}]
    mine = hospital.send(
        observation(charlie.person, hasMember=link, derivedFrom=link, focus=[{"reference": ada.person}])
    )
    for include in ("has-member", "derived-from", "focus", "subject"):
        answer = charlie.get(f"/Observation?_id={mine['id']}&_include=Observation:{include}")
        assert "CANARY-SECRET" not in answer.text
        assert "Quinn" not in "".join(
            str(e["resource"].get("name", "")) for e in answer.json()["entry"][1:] if e["resource"]["id"] == ada.id
        )
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": name(mine)[1:]}, {"reference": name(secret)[1:]}],
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"who": {"reference": hospital.organization}}],
    }
    hospital.send(provenance)
    for reverse in ("Provenance:target", "Observation:has-member"):
        answer = charlie.get(f"/Observation?_id={mine['id']}&_revinclude={reverse}")
        assert "CANARY-SECRET" not in answer.text
