"""HTTP rule 5: who reads what without a contract, and rule 6: who writes what."""

import pytest

from carefolio.fhir.kinds import DIRECTORY
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.resources import action, bundle, concept, condition, consent, observation, paths, said, wish

EVERYBODY = list(PersonRole)


def workflow(type_, patient, who):
    """A workflow record that addresses ``who`` in each way that its type has."""
    reference, subject = {"reference": who}, {"reference": patient}
    drug = {"medicationCodeableConcept": {"text": "Salbutamol"}, "intent": "order", "status": "active"}
    bodies = {
        "Appointment.participant": {
            "status": "proposed",
            "participant": [{"actor": one, "status": "accepted"} for one in (subject, reference)],
        },
        "Task.owner": {"status": "requested", "intent": "order", "for": subject, "owner": reference},
        "Task.requester": {"status": "requested", "intent": "order", "for": subject, "requester": reference},
        "Communication.sender": {"status": "completed", "subject": subject, "sender": reference},
        "Communication.recipient": {"status": "completed", "subject": subject, "recipient": [reference]},
        "MedicationRequest.dispenseRequest.performer": drug
        | {"subject": subject, "dispenseRequest": {"performer": reference}},
        "Invoice.issuer": {"status": "issued", "subject": subject, "issuer": reference},
        "Invoice.participant": {"status": "issued", "subject": subject, "participant": [{"actor": reference}]},
    }
    return {"resourceType": type_.partition(".")[0]} | bodies[type_]


WAYS = [
    "Appointment.participant",
    "Task.owner",
    "Task.requester",
    "Communication.sender",
    "Communication.recipient",
    "MedicationRequest.dispenseRequest.performer",
    "Invoice.issuer",
    "Invoice.participant",
]


def test_the_patient_sees_the_whole_chart_and_nobody_elses(cast, hospital, ada, charlie):
    made = [hospital.send(observation(ada.person)), hospital.send(condition(ada.person))]
    assert all(ada.sees(body) for body in made)
    assert ada.found("/Patient") == [ada.person]
    whole = ada.get(f"/{ada.person}/$everything").json()
    assert {name(entry["resource"]) for entry in whole["entry"]} == {f"/{ada.person}", *map(name, made)}
    assert whole["total"] == 3
    assert not any(charlie.sees(body) for body in made)


def test_without_a_contract_nobody_else_sees_anything(cast, hospital, ada):
    made = hospital.send(observation(ada.person))
    for role in EVERYBODY:
        other = cast.doctor() if role is PersonRole.DOCTOR else cast.other(role)
        assert not other.sees(made)
        assert other.found("/Observation") == []


def test_the_sending_hospital_sees_what_it_sent_and_not_more(cast, hospital, ada):
    south = cast.hospital("South Hospital")
    mine, theirs = hospital.send(observation(ada.person)), south.send(observation(ada.person))
    own = ada.send(observation(ada.person))
    assert [hospital.sees(body) for body in (mine, theirs, own)] == [True, False, False]
    assert hospital.found(f"/Observation?patient={ada.person}") == [name(mine)[1:]]
    assert hospital.get(f"/{ada.person}").status_code == 404
    assert len(hospital.get(f"/{ada.person}/$everything").json()["entry"]) == 1


def test_the_author_and_the_authors_hospital_keep_seeing_what_was_written(cast, ada):
    clinic = cast.hospital("Clinic")
    doctor, colleague = cast.doctor(clinic), cast.doctor(clinic)
    contract = ada.change(doctor.send(consent(ada.person, doctor.person, action=action("correct"))), status="active")
    written = doctor.send(observation(ada.person))
    ada.change(contract, status="inactive")
    assert [one.sees(written) for one in (doctor, clinic, colleague)] == [True, True, False]


ORGANISATIONS = ("MedicationRequest.dispenseRequest.performer", "Invoice.issuer")


@pytest.fixture
def addressee(cast, ben):
    """Whom a workflow record of this kind can address: the reference, and who reads it; each time somebody else."""

    def somebody(way):
        if way not in ORGANISATIONS:
            doctor = cast.doctor()
            return doctor.person, doctor
        pharmacy = cast.hospital("Pharmacy")
        return pharmacy.organization, cast.other(PersonRole.PHARMACIST, pharmacy)

    return somebody


@pytest.mark.parametrize("way", WAYS)
def test_an_addressed_participant_reads_that_record_alone(hospital, ada, addressee, way):
    other = hospital.send(observation(ada.person))
    reference, reader = addressee(way)
    addressed = hospital.send(workflow(way, ada.person, reference))
    assert reader.sees(addressed)
    type_ = addressed["resourceType"]
    assert reader.found(f"/{type_}?patient={ada.person}" if type_ != "Task" else "/Task") == [name(addressed)[1:]]
    assert not reader.sees(other)
    assert reader.get(f"/{ada.person}").status_code == 404
    assert not reader.sees(hospital.send(workflow(way, ada.person, addressee(way)[0])))
    brought = reader.get(f"/{type_}?_id={addressed['id']}&_include={type_}:patient").json()["entry"]
    assert [entry["resource"]["id"] for entry in brought] == [addressed["id"]]


@pytest.mark.parametrize("way", WAYS)
def test_who_is_addressed_no_longer_reads_no_longer(hospital, ada, addressee, way):
    reference, reader = addressee(way)
    addressed = hospital.send(workflow(way, ada.person, reference))
    assert reader.sees(addressed)
    hospital.change(workflow(way, ada.person, addressee(way)[0]) | {"id": addressed["id"]})
    assert not reader.sees(addressed)
    assert reader.get(f"{name(addressed)}/_history/1").status_code == 404


def test_who_is_named_otherwise_gets_nothing(hospital, ada, ben):
    body = observation(ada.person, performer=[{"reference": ben.person}])
    made = hospital.send(body)
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": ada.person},
        "participant": [{"individual": {"reference": ben.person}}],
    }
    assert not ben.sees(made)
    assert not ben.sees(hospital.send(encounter))
    team = {
        "resourceType": "CareTeam",
        "subject": {"reference": ada.person},
        "participant": [{"member": {"reference": ben.person}}],
    }
    assert not ben.sees(hospital.send(team))


@pytest.mark.parametrize("type_", sorted(DIRECTORY))
def test_the_directory_is_read_by_everybody_signed_in(cast, hospital, type_):
    bodies = {
        "Schedule": {"actor": [{"reference": "Location/x"}]},
        "Slot": {"schedule": {"reference": "Schedule/x"}, "status": "free", "start": "2026-11-22T09:00:00Z",
                 "end": "2026-11-22T09:30:00Z"},
        "Endpoint": {"status": "active", "connectionType": {"code": "hl7-fhir-rest"}, "payloadType": [{"text": "x"}],
                     "address": "https://north.example.org/fhir"},
        "CodeSystem": {"status": "active", "content": "complete"},
        "ValueSet": {"status": "active"},
        "ConceptMap": {"status": "active"},
        "NamingSystem": {"status": "active", "name": "N", "kind": "identifier", "date": "2026-01-01",
                         "uniqueId": [{"type": "uri", "value": "urn:x"}]},
        "Organization": {"name": "Ward"},
    }  # fmt: skip
    made = hospital.send({"resourceType": type_} | bodies.get(type_, {}))
    for role in EVERYBODY:
        other = cast.doctor(verified=False) if role is PersonRole.DOCTOR else cast.other(role)
        assert other.sees(made)
        assert name(made)[1:] in other.found(f"/{type_}?_id={made['id']}")
    assert cast.nobody().get(name(made)).status_code == 401


def test_a_slot_does_not_tell_who_booked_it(hospital, ada, ben, charlie):
    slot = hospital.send(
        {
            "resourceType": "Slot",
            "schedule": {"reference": "Schedule/x"},
            "status": "busy",
            "start": "2026-11-22T09:00:00Z",
            "end": "2026-11-22T09:30:00Z",
        }
    )
    booked = workflow("Appointment.participant", ada.person, ben.person)
    appointment = hospital.send(booked | {"slot": [{"reference": name(slot)[1:]}]})
    assert charlie.sees(slot)
    assert not charlie.sees(appointment)
    for query in (f"/Appointment?slot={name(slot)[1:]}", f"/Slot?_id={slot['id']}&_revinclude=Appointment:slot"):
        assert appointment["id"] not in charlie.get(query).text
        assert ada.id not in charlie.get(query).text


def test_a_hospital_adds_to_any_chart_that_it_can_name(cast, ada):
    stranger = cast.hospital("Far Hospital")
    assert stranger.post("/Observation", observation(ada.person)).status_code == 201
    assert stranger.post("/Observation", observation(f"Patient?identifier={ada.code}")).status_code == 201


def test_a_doctor_adds_under_correct_while_it_holds(ada, ben):
    asked = ben.send(consent(ada.person, ben.person, action=action("correct")))
    assert ben.post("/Observation", observation(ada.person)).status_code == 422
    granted = ada.change(asked, status="active")
    assert ben.post("/Observation", observation(ada.person)).status_code == 201
    ada.change(granted, status="inactive")
    assert ben.post("/Observation", observation(ada.person)).status_code == 422


def test_a_patient_adds_to_their_own_chart_alone(ada, charlie):
    assert ada.post("/Observation", observation(ada.person)).status_code == 201
    assert ada.post("/Observation", observation(charlie.person)).status_code == 422


def test_only_the_author_or_their_hospital_changes_a_record(cast, hospital, ada, ben):
    made = hospital.send(observation(ada.person))
    ada.change(ben.send(consent(ada.person, ben.person, action=action("correct"))), status="active")
    for reader in (ada, ben):
        assert reader.put(name(made), made | {"status": "amended"}).status_code == 403
        assert reader.delete(name(made)).status_code == 403
    south = cast.hospital("South")
    assert south.put(name(made), made).status_code == 409
    assert south.delete(name(made)).status_code == 404
    hospital.change(made, status="amended")
    assert hospital.delete(name(made)).status_code == 204


def test_the_authors_hospital_changes_what_its_doctor_wrote(cast, ada):
    clinic = cast.hospital("Clinic")
    doctor = cast.doctor(clinic)
    ada.change(doctor.send(consent(ada.person, doctor.person, action=action("correct"))), status="active")
    written = doctor.send(observation(ada.person))
    assert clinic.change(written, status="amended")["meta"]["versionId"] == "2"
    assert cast.hospital().put(name(written), written).status_code == 409


def test_author_and_hospital_are_facts_of_the_write(cast, hospital, ada):
    south = cast.hospital("South")
    claimed = observation(
        ada.person, performer=[{"reference": south.organization}], meta={"source": south.organization}
    )
    made = hospital.send(claimed)
    assert hospital.sees(made)
    assert not south.sees(made)


def test_a_patient_is_written_by_its_sender_or_the_person(cast, hospital):
    body = {"resourceType": "Patient", "name": [{"family": "Doe"}]}
    sent = hospital.send(body)
    doe = cast.patient("Jo Doe", person=name(sent)[1:])
    assert hospital.change(sent, gender="female")["gender"] == "female"
    assert doe.change(sent, gender="other")["gender"] == "other"
    assert cast.hospital().put(name(sent), sent).status_code == 409
    assert cast.patient().post("/Patient", body).status_code == 403
    assert cast.doctor().post("/Patient", body).status_code == 403
    granted = cast.doctor()
    doe.change(granted.send(consent(doe.person, granted.person, action=action("correct"))), status="active")
    assert granted.put(name(sent), sent).status_code == 403


def test_the_owner_of_a_record_is_fixed(hospital, ada, charlie):
    made = hospital.send(observation(ada.person))
    moved = hospital.put(name(made), made | {"subject": {"reference": charlie.person}})
    assert moved.status_code == 422
    assert paths(moved) == ["Observation.subject"]
    freed = {key: value for key, value in made.items() if key != "subject"}
    assert hospital.put(name(made), freed).status_code == 422
    assert ada.get(name(made)).json() == made


def test_two_different_patients_are_422(hospital, ada, charlie):
    two = [{"actor": {"reference": one.person}, "status": "accepted"} for one in (ada, charlie)]
    answer = hospital.post("/Appointment", {"resourceType": "Appointment", "status": "booked", "participant": two})
    assert answer.status_code == 422
    assert paths(answer) == ["Appointment.participant.actor"]
    assert "two" in said(answer)
    one = hospital.post("/Appointment", {"resourceType": "Appointment", "status": "booked", "participant": two[:1] * 2})
    assert one.status_code == 201


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {"display": "Ada"},
        {"reference": "#p"},
        {"reference": "Group/g"},
        {"reference": "https://other.example.org/fhir/Patient/1"},
        {"identifier": {"value": "1"}},
    ],
)
def test_what_names_no_patient_goes_to_the_senders_shelf(cast, hospital, ada, subject):
    body = observation("") | {"contained": [{"resourceType": "Patient", "id": "p"}]}
    made = hospital.send({key: value for key, value in (body | {"subject": subject}).items() if value is not None})
    assert hospital.sees(made)
    assert not any(other.sees(made) for other in (ada, cast.hospital(), cast.doctor(hospital), cast.doctor()))


@pytest.mark.parametrize("sender", ["hospital", "ada", "ben", "admin"])
def test_audit_events_are_written_by_nobody(cast, hospital, ada, ben, sender):
    caller = {"hospital": hospital, "ada": ada, "ben": ben, "admin": cast.other(PersonRole.ADMIN)}[sender]
    event = ada.get("/AuditEvent?_count=1").json().get("entry", [{}])[0].get("resource") or {"id": "1"}
    body = {"resourceType": "AuditEvent"} | event
    assert caller.post("", bundle("transaction", wish("POST", "AuditEvent", body))).status_code == 403
    assert caller.post("/AuditEvent", body).status_code == 403
    assert caller.put(f"/AuditEvent/{body['id']}", body).status_code == 403
    assert caller.delete(f"/AuditEvent/{body['id']}").status_code == 403


def test_other_references_are_kept_as_sent(hospital, ada, charlie):
    hidden = hospital.send(observation(charlie.person))
    links = [{"reference": text} for text in (name(hidden)[1:], "Observation/never-was", "https://x.example/a?b=c")]
    made = hospital.send(observation(ada.person, hasMember=links, code=concept("85353-1")))
    assert made["hasMember"] == links
    assert ada.get(name(made)).json()["hasMember"] == links
    found = ada.found(f"/Observation?_id={made['id']}&_include=Observation:has-member")
    assert found == [name(made)[1:]]
