"""HTTP rule 4: access contracts are Consents: who asks, who answers, who ends them, and what has force."""

import pytest

from carefolio.base import clock
from carefolio.workflows.registration import actions
from tests.acceptance.cast import name
from tests.acceptance.resources import action, actor, bundle, consent, kinds, observation, paths, said, wish

OPEN = ("proposed", "draft", "rejected", "inactive", "entered-in-error")


@pytest.fixture
def record(hospital, ada):
    return hospital.send(observation(ada.person))


@pytest.fixture
def asked(ada, ben):
    """Ben asks for all of Ada's chart."""
    return ben.send(consent(ada.person, ben.person))


def test_asking_opens_nothing_and_the_patient_sees_the_request(ada, ben, record, asked):
    assert not ben.sees(record)
    assert ada.found("/Consent?status=proposed") == [name(asked)[1:]]
    assert ben.get(name(asked)).json() == asked


def test_the_patient_grants_and_withdraws_with_the_next_request(ada, ben, record, asked):
    granted = ada.change(asked, status="active")
    assert ben.sees(record)
    assert ben.found(f"/Observation?patient={ada.person}") == [name(record)[1:]]
    ada.change(granted, status="inactive")
    assert not ben.sees(record)
    assert ben.found(f"/Observation?patient={ada.person}") == []
    assert ben.get(name(asked)).json()["status"] == "inactive"


def test_the_patient_narrows_what_was_asked_for(ada, ben, hospital, record, asked):
    other = hospital.send(observation(ada.person, effectiveDateTime="2025-05-01"))
    narrowed = consent(ada.person, ben.person, status="active", dataPeriod={"start": "2025-01-01"})
    ada.change(asked | narrowed)
    assert (ben.sees(record), ben.sees(other)) == (False, True)


def test_the_patient_rejects(ada, ben, record, asked):
    rejected = ada.change(asked, status="rejected")
    assert not ben.sees(record)
    assert ben.get(name(asked)).json()["status"] == "rejected"
    for actor_ in (ada, ben):
        assert actor_.put(name(asked), rejected | {"status": "active"}).status_code in (403, 422)
    assert not ben.sees(record)


def test_nobody_but_the_patient_makes_it_active(cast, ada, ben, record, asked):
    active = asked | {"status": "active"}
    assert ben.put(name(asked), active).status_code == 403
    assert ben.post("/Consent", consent(ada.person, ben.person, status="active")).status_code == 403
    assert "proposed" in said(ben.post("/Consent", consent(ada.person, ben.person, status="active")))
    assert cast.doctor().put(name(asked), active).status_code == 409
    assert cast.patient().put(name(asked), active).status_code == 409
    assert cast.hospital().put(name(asked), active).status_code == 409
    entry = wish("PUT", name(asked)[1:], active)
    assert ben.post("", bundle("transaction", entry)).status_code == 403
    assert not ben.sees(record)
    assert ada.get(name(asked)).json()["status"] == "proposed"


@pytest.mark.parametrize("status", [s for s in OPEN if s != "proposed"])
def test_a_request_has_the_status_proposed(ada, ben, status):
    answer = ben.post("/Consent", consent(ada.person, ben.person, status=status))
    assert answer.status_code == 422
    assert paths(answer) == ["Consent.status"]


def test_the_asker_changes_it_or_takes_it_back_while_it_is_proposed(ada, ben, record, asked):
    changed = ben.change(asked, provision=consent("", ben.person, klass=kinds("Observation"))["provision"])
    taken = ben.change(changed, status="inactive")
    answer = ada.put(name(asked), taken | {"status": "active"})
    assert answer.status_code == 422
    assert not ben.sees(record)


def test_afterwards_the_asker_may_only_end_it(ada, ben, record, asked):
    granted = ada.change(asked, status="active")
    widened = granted | {"provision": granted["provision"] | {"action": action("correct")}}
    assert ben.put(name(asked), widened).status_code == 403
    assert ben.put(name(asked), widened | {"status": "inactive"}).status_code == 403
    assert ben.put(name(asked), granted | {"status": "proposed"}).status_code == 403
    assert ben.delete(name(asked)).status_code == 403
    assert ben.sees(record)
    ben.change(granted, status="inactive")
    assert not ben.sees(record)
    assert ben.put(name(asked), granted).status_code in (403, 422)
    assert not ben.sees(record)


def test_the_patient_changes_an_active_contract(ada, ben, hospital, record, asked):
    granted = ada.change(asked, status="active")
    ada.change(granted, provision=consent("", ben.person, klass=kinds("Condition"))["provision"])
    assert not ben.sees(record)


def test_it_ends_with_its_period_and_its_status_stays_active(ada, ben, record, later):
    ends = clock.instant(clock.now() + clock.HOUR)
    asked = ben.send(consent(ada.person, ben.person, period={"end": ends}))
    ada.change(asked, status="active")
    assert ben.sees(record)
    later(clock.HOUR - clock.MINUTE)
    assert ben.sees(record)
    later(clock.HOUR + clock.MINUTE)
    assert not ben.sees(record)
    assert ben.found(f"/Observation?patient={ada.person}") == []
    assert ben.get(f"/{ada.person}/$everything").status_code in (200, 404)
    assert record["id"] not in ben.get(f"/{ada.person}/$everything").text
    assert ada.get(name(asked)).json()["status"] == "active"


def test_it_begins_with_its_period(ada, ben, record, later):
    begins = clock.instant(clock.now() + clock.HOUR)
    ada.change(ben.send(consent(ada.person, ben.person, period={"start": begins})), status="active")
    assert not ben.sees(record)
    later(clock.HOUR + clock.MINUTE)
    assert ben.sees(record)


def test_a_contract_that_ends_before_it_begins_is_422(ada, ben):
    period = {"start": "2026-02-01", "end": "2026-01-01"}
    answer = ben.post("/Consent", consent(ada.person, ben.person, period=period))
    assert answer.status_code == 422
    assert paths(answer) == ["Consent.provision.period"]


def test_asker_and_actors_read_the_contract_and_nothing_follows(cast, ada, hospital, record):
    staffed = cast.doctor(hospital)
    lab = cast.hospital("Lab")
    colleague = cast.doctor(lab)
    made = ada.send(consent(ada.person, lab.organization, status="active", period={"end": "2020-01-01"}))
    for reader in (lab, colleague):
        assert reader.get(name(made)).json() == made
        assert not reader.sees(record)
        assert reader.get(f"/{ada.person}").status_code == 404
    assert not staffed.sees(made)


def test_a_contract_with_an_organisation_serves_its_doctors(cast, ada, record):
    clinic = cast.hospital("Clinic")
    inside, outside = cast.doctor(clinic), cast.doctor(cast.hospital("Other"))
    ada.send(consent(ada.person, clinic.organization, status="active"))
    assert inside.sees(record)
    assert not outside.sees(record)


def test_a_doctor_asks_for_themself_or_their_hospital(cast, ada, ben):
    clinic = cast.hospital("Clinic")
    inside = cast.doctor(clinic)
    assert inside.post("/Consent", consent(ada.person, clinic.organization)).status_code == 201
    for stranger in (ben.person, cast.hospital().organization, ada.person):
        assert inside.post("/Consent", consent(ada.person, stranger)).status_code == 403
    as_delegate = consent(ada.person, inside.person, role="DELEGATEE")
    assert inside.post("/Consent", as_delegate).status_code == 422


def test_a_delegate_answers_for_the_patient_until_the_contract_ends(cast, ada, ben, charlie, record, asked):
    appointed = ada.send(consent(ada.person, charlie.person, status="active", role="DELEGATEE"))
    assert charlie.sees(record)
    granted = charlie.change(asked, status="active")
    assert ben.sees(record)
    ada.change(appointed, status="inactive")
    assert charlie.put(name(asked), granted | {"status": "inactive"}).status_code == 409
    assert not charlie.sees(record)
    assert ben.sees(record)


def test_what_a_hospitals_systems_send_has_no_force_and_is_reported(cast, ada, ben, hospital, record):
    sent = hospital.post("/Consent", consent(ada.person, ben.person, status="active"), Prefer="return=OperationOutcome")
    assert sent.status_code == 201
    assert "no force" in said(sent)
    assert not ben.sees(record)
    stored = ada.found("/Consent?status=active")
    assert len(stored) == 1
    ada.change(ada.get(f"/{stored[0]}").json())
    assert not ben.sees(record)


def test_what_has_no_force_gets_it_from_the_patient(ada, ben, hospital, record):
    sent = hospital.send(consent(ada.person, ben.person, status="active", action=action("access")))
    ada.change(sent, provision=consent("", ben.person)["provision"])
    assert ben.sees(record)
    assert hospital.put(name(sent), sent).status_code == 403


def test_a_transaction_of_a_hospital_reports_it_in_its_entry(ada, ben, hospital):
    entry = wish("POST", "Consent", consent(ada.person, ben.person, status="active"))
    answer = hospital.post("", bundle("transaction", entry)).json()
    assert "no force" in answer["entry"][0]["response"]["outcome"]["issue"][0]["diagnostics"]


def test_a_contract_stays_with_its_patient(ada, ben, charlie, asked):
    answer = ada.put(name(asked), asked | {"patient": {"reference": charlie.person}, "status": "active"})
    assert answer.status_code == 422
    assert "patient" in said(answer).lower()


def test_what_is_not_understood_in_a_request_is_told(ada, ben):
    answer = ben.post("/Consent", consent(ada.person, ben.person, purpose=[{"system": "urn:x", "code": "FUN"}]))
    assert answer.status_code == 422
    assert "purpose" in said(answer)


def test_an_unverified_doctor_loses_what_was_granted(cast, ada, ben, record, asked):
    ada.change(asked, status="active")
    actions.verify(cast.door, ben.email, verified=False)
    assert not ben.sees(record)
    actions.verify(cast.door, ben.email)
    assert ben.sees(record)


def test_a_purpose_other_than_treatment_opens_nothing_to_treatment(ada, ben, record):
    payment = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HPAYMT"}]
    ada.change(ben.send(consent(ada.person, ben.person, purpose=payment)), status="active")
    assert not ben.sees(record)


def test_two_contracts_add_up_and_a_denial_stands_over_both(ada, ben, hospital, record):
    other = hospital.send(observation(ada.person, code={"text": "Mood"}))
    for one in (record, other):
        reference = [{"meaning": "instance", "reference": {"reference": name(one)[1:]}}]
        ada.send(consent(ada.person, ben.person, status="active", data=reference))
    assert (ben.sees(record), ben.sees(other)) == (True, True)
    deny = {
        "type": "deny",
        "actor": [actor(ben.person)],
        "data": [{"meaning": "instance", "reference": {"reference": name(other)[1:]}}],
    }
    denial = ada.send(consent(ada.person, ben.person, status="active") | {"provision": deny})
    assert (ben.sees(record), ben.sees(other)) == (True, False)
    ada.change(denial, status="inactive")
    assert ben.sees(other)
