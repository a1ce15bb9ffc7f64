"""HTTP rule 6: whose chart a write names. Charts that the caller may not add to are as good as absent, whatever else is
wrong with the request; identifiers lead where the asking hospital means; a token for one chart writes in no other.
"""

import pytest

from tests.acceptance.cast import name
from tests.acceptance.resources import action, actor, bundle, condition, consent, kinds, observation, paths, said, wish
from tests.acceptance.test_http_alike import ABSENT, face

MRN = "https://north.example.org/mrn"


def subject(id_, **more):
    return observation(f"Patient/{id_}", **more)


def same_words(send, hidden):
    """Both answers are one; the answer."""
    there, not_there = send(hidden), send(ABSENT)
    assert face(there, hidden) == face(not_there, ABSENT)
    assert there.status_code == 422
    assert "to whose chart you may add" in said(there)
    return there


# ── hidden and absent charts ──


@pytest.mark.parametrize("headers", [{}, {"If_Match": 'W/"1"'}, {"If_Match": 'W/"7"'}])
def test_a_record_of_ones_own_is_taken_to_a_chart(ada, charlie, headers):
    mine = charlie.send(observation(charlie.person))
    there = same_words(lambda id_: charlie.put(name(mine), subject(id_, id=mine["id"]), **headers), ada.id)
    assert paths(there) == ["Observation.subject"]


def test_a_contract_of_ones_own_is_taken_to_a_chart(ada, charlie, ben):
    mine = charlie.send(consent(charlie.person, ben.person, status="active"))
    same_words(lambda id_: charlie.put(name(mine), mine | {"patient": {"reference": f"Patient/{id_}"}}), ada.id)


@pytest.mark.parametrize("who", ["charlie", "ben"])
def test_a_new_id_with_if_match(request, ada, who):
    caller = request.getfixturevalue(who)
    same_words(lambda id_: caller.put("/Observation/zz-1", subject(id_, id="zz-1"), If_Match='W/"1"'), ada.id)


def test_a_doctor_who_may_add_other_types_only(ada, ben):
    narrow = consent(ada.person, ben.person, action=action("correct"), klass=kinds("Condition"))
    ada.change(ben.send(narrow), status="active")
    ben.send(condition(ada.person))
    same_words(lambda id_: ben.put("/Observation/zz-1", subject(id_, id="zz-1"), If_Match='W/"1"'), ada.id)


def test_an_error_in_another_entry_of_the_transaction(ada, charlie):
    def send(id_):
        own = wish("PUT", "Observation/zz-2", observation(charlie.person, id="zz-2"), ifMatch='W/"7"')
        named = wish("PUT", "Observation/zz-3", subject(id_, id="zz-3"))
        return charlie.post("", bundle("transaction", own, named))

    same_words(send, ada.id)


def test_a_record_stays_in_its_chart_where_the_caller_may_add_to_both(hospital, ada, charlie):
    made = hospital.send(observation(ada.person))
    answer = hospital.put(name(made), made | {"subject": {"reference": charlie.person}})
    assert answer.status_code == 422
    assert "stays with the patient" in said(answer)


def test_a_doctor_still_mends_their_record_after_the_contract_ended(ada, ben):
    contract = ada.change(ben.send(consent(ada.person, ben.person, action=action("correct"))), status="active")
    made = ben.send(observation(ada.person))
    ada.change(contract, status="inactive")
    assert ben.put(name(made), made | {"status": "amended"}).status_code == 200
    assert ben.post("", observation(ada.person)).status_code != 201


def test_after_too_many_taken_ids_free_and_taken_ones_are_told_alike(cast, hospital, ada, later):
    guesser = cast.patient("Grace Hill")
    own = guesser.send(observation(guesser.person))
    taken = hospital.send(observation(ada.person))["id"]

    def put(id_):
        return guesser.put(f"/Observation/{id_}", observation(guesser.person, id=id_))

    assert {put(taken).status_code for _ in range(20)} == {409}
    assert [put(id_).status_code for id_ in (taken, "free-id-1", own["id"])] == [429, 429, 200]
    assert put("free-id-1").headers["retry-after"] == put(taken).headers["retry-after"]
    later(120_000_000)
    assert put("free-id-1").status_code == 201


# ── identifiers ──


def test_a_patient_cannot_take_a_number_that_leads_a_hospital_to_its_patient(hospital, ada):
    mine = ada.get(f"/{ada.person}").json()
    for identifier in ([{"system": MRN, "value": "hijack"}], [*mine.get("identifier", []), {"value": "hijack"}]):
        answer = ada.put(f"/{ada.person}", mine | {"identifier": identifier})
        assert answer.status_code == 422
        assert paths(answer) == ["Patient.identifier"]
        said(answer)
    answer = hospital.post("/Observation", observation(f"Patient?identifier={MRN}|hijack"))
    assert answer.status_code == 422
    assert ada.put(f"/{ada.person}", mine | {"gender": "other"}).status_code == 200


def test_nor_by_deleting_it_first(ada):
    mine = ada.get(f"/{ada.person}").json()
    assert ada.delete(f"/{ada.person}").status_code == 204
    again = mine | {"identifier": [{"system": MRN, "value": "hijack-2"}]}
    assert paths(ada.put(f"/{ada.person}", again)) == ["Patient.identifier"]


def test_a_patient_neither_drops_nor_loses_what_the_hospital_gave(cast, hospital):
    sent = hospital.send({"resourceType": "Patient", "identifier": [{"system": MRN, "value": "kept-1"}]})
    person = cast.patient("Ivy Reed", person=name(sent)[1:])
    bare = {key: value for key, value in sent.items() if key != "identifier"}
    assert paths(person.put(name(sent), bare)) == ["Patient.identifier"]
    assert person.put(name(sent), sent | {"gender": "female"}).status_code == 200
    changed = sent | {"identifier": [{"system": MRN, "value": "kept-2"}]}
    assert hospital.put(name(sent), changed).status_code == 200


def test_a_number_that_two_hospitals_gave_leads_each_to_its_own_patient(cast):
    north, south, west = (cast.hospital(called) for called in ("North", "South", "West"))
    number = {"resourceType": "Patient", "identifier": [{"system": MRN, "value": "shared-1"}]}
    named = f"Patient?identifier={MRN}|shared-1"
    theirs = {hospital.organization: hospital.send(number) for hospital in (north, south)}
    for hospital in (north, south):
        made = hospital.send(observation(named))
        assert made["subject"]["reference"] == name(theirs[hospital.organization])[1:]
    assert west.post("/Observation", observation(named)).status_code == 422
    north.send(number)
    assert north.post("/Observation", observation(named)).status_code == 422
    assert south.send(observation(named))["subject"]["reference"] == name(theirs[south.organization])[1:]


# ── our own address ──


@pytest.mark.parametrize(
    "reference", ["{base}/{person}", "{base}/{person}/_history/1", "{base}/Patient?identifier={code}"]
)
def test_the_owner_by_our_own_address_is_the_owner(endpoint, hospital, ada, reference):
    named = reference.format(base=endpoint.fhir, person=ada.person, code=ada.code)
    made = hospital.send(observation(named))
    assert made["subject"]["reference"].startswith(ada.person)
    assert ada.sees(made)


def test_another_address_is_not_ours(endpoint, hospital, ada):
    for base in ("https://elsewhere.example/fhir", f"{endpoint.fhir}x", f"{endpoint.address}/other"):
        made = hospital.send(observation(f"{base}/{ada.person}"))
        assert not ada.sees(made)


def test_what_is_not_the_owner_is_kept_as_it_was_sent(endpoint, hospital, ada):
    focus = [{"reference": f"{endpoint.fhir}/Device/1"}]
    assert hospital.send(observation(ada.person, focus=focus))["focus"] == focus


# ── tokens ──


def test_a_token_that_writes_in_ones_own_chart_writes_in_no_other(cast, ada, ben):
    ada.change(ben.send(consent(ada.person, ben.person, action=action("correct"))), status="active")
    ada.change(ben.send(consent(ada.person, ben.person)), status="active")
    made = ben.send(observation(ada.person))
    narrow = cast.with_token(ben, scope="user/*.rs patient/*.cud")
    assert narrow.sees(made)
    assert narrow.post("/Observation", observation(ada.person)).status_code == 422
    assert narrow.put(name(made), made | {"status": "amended"}).status_code == 403
    assert narrow.delete(name(made)).status_code == 403
    wide = cast.with_token(ben, scope="user/*.cruds")
    assert wide.put(name(made), made | {"status": "amended"}).status_code == 200
    assert wide.delete(name(made)).status_code == 204


# ── contracts ──


def test_a_performer_does_not_read_a_contract_by_that(hospital, ada, charlie, ben):
    body = consent(ada.person, charlie.person, status="active") | {"performer": [{"reference": ben.person}]}
    assert not ben.sees(hospital.send(body))
    named = body | {"provision": {"type": "permit", "actor": [actor(ben.person)]}}
    assert ben.sees(hospital.send(named))
