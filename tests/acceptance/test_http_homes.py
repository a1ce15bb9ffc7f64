"""Where a record goes that names no patient, and what is said when it cannot go there."""

import pytest

from tests.acceptance.cast import name
from tests.acceptance.resources import bundle, consent, observation, paths, said, wish
from tests.acceptance.test_http_trail import events, kinds

GROUP = {"resourceType": "Group", "type": "person", "actual": True}


def group(hospital, *patients):
    """A Group that is sent with a record of each of these patients."""
    wishes = [wish("POST", "Observation", observation(patient)) for patient in patients]
    answer = hospital.post("", bundle("transaction", *wishes, wish("POST", "Group", GROUP)))
    assert answer.status_code == 200, answer.text
    location = answer.json()["entry"][-1]["response"]["location"]
    return {"resourceType": "Group", "id": location.split("Group/")[1].split("/")[0]}


def test_what_names_no_patient_follows_the_one_patient_of_its_transaction(hospital, ada, charlie):
    made = group(hospital, ada.person, ada.person)
    assert ada.sees(made)
    assert not charlie.sees(made)
    assert hospital.sees(made)


def test_it_follows_nobody_where_there_are_two_or_none(hospital, ada, charlie):
    for made in (group(hospital, ada.person, charlie.person), group(hospital)):
        assert not ada.sees(made)
        assert not charlie.sees(made)
        assert hospital.sees(made)


def test_it_follows_a_patient_who_begins_in_the_same_transaction(cast, hospital, ada):
    wishes = [wish("POST", "Patient", {"resourceType": "Patient"}), wish("POST", "Group", GROUP)]
    answer = hospital.post("", bundle("transaction", *wishes))
    locations = [entry["response"]["location"] for entry in answer.json()["entry"]]
    patient, made = ("/".join(location.split("/fhir/")[-1].split("/")[:2]) for location in locations)
    new = cast.patient("Nia Ode", person=patient)
    assert new.get(f"/{made}").status_code == 200
    assert ada.get(f"/{made}").status_code == 404


def test_a_token_for_ones_own_chart_puts_nothing_on_a_shelf(cast, ben):
    narrow = cast.with_token(ben, scope="patient/*.cruds")
    shelved = observation("")
    del shelved["subject"]
    answer = narrow.post("/Observation", shelved)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["code"] == "not-found"
    assert ben.send(shelved)


def test_a_token_for_ones_own_chart_shows_no_step_in_another(cast, hospital, ada, ben):
    ada.change(ben.send(consent(ada.person, ben.person)), status="active")
    assert ben.sees(hospital.send(observation(ada.person)))
    narrow = cast.with_token(ben, scope="patient/*.rs")
    assert "disclosed-read" in kinds(events(ben))
    assert events(narrow) == []
    assert "record-created" in kinds(events(cast.with_token(ada, scope="patient/*.rs")))


@pytest.mark.parametrize("methods", [("PUT", "PUT"), ("PUT", "DELETE")])
def test_two_entries_about_one_record_are_refused_together(hospital, ada, methods):
    record = hospital.send(observation(ada.person))
    wishes = [wish(method, name(record)[1:], record if method == "PUT" else None) for method in methods]
    answer = hospital.post("", bundle("transaction", *wishes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["issue"][0]["code"] == "duplicate"
    assert "same record" in said(answer)
    assert hospital.get(name(record)).json()["meta"]["versionId"] == "1"


@pytest.mark.parametrize(("there", "words"), [(0, "no record"), (2, "several records")])
def test_a_reference_by_search_says_where_it_stands_when_it_is_not_one(hospital, ada, there, words):
    code = f"several-{there}"
    for _ in range(there):
        hospital.send(observation(ada.person, code={"coding": [{"system": "urn:c", "code": code}]}))
    focus = [{"reference": f"Observation?patient={ada.person}&code=urn:c|{code}"}]
    answer = hospital.post("/Observation", observation(ada.person, focus=focus))
    assert answer.status_code == 422
    assert words in said(answer)
    assert "focus" in paths(answer)[0]
