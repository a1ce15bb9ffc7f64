"""The doctor signs, is warned, and takes back."""

import asyncio
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from carefolio.base import clock
from carefolio.base.database import run
from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import PRESCRIBING, SCHEDULING, Under
from carefolio.records.prepare import Preparer
from carefolio.workflows.prescribing import actions, desk, names, reading, signing
from carefolio.workflows.prescribing.rules import Act, Party, Standing, may
from carefolio.workflows.prescribing.signing import Verdict
from carefolio.workflows.prescribing.warnings import Danger
from tests.workflows.prescribing.conftest import TODAY


def test_ben_signs_and_ada_sees_it_and_is_told(street):
    seen = street.seen(street.prescribed())
    assert (seen.standing, seen.signed.verdict) == (Standing.READY, Verdict.HOLDS)
    assert (seen.prescription.doctor.name, seen.prescription.patient.name) == ("Ben Osei", "Ada Quinn")
    assert (seen.left.now, seen.left.repeats) == (30, 0)
    assert street.told("Ada")[0] == "prescribed"


def test_the_signature_is_a_jws_that_others_can_verify_and_says_who_holds_the_key(street):
    id_ = street.prescribed()
    stored = street.read("Ada", "Provenance", names.signature_id(id_))
    (signature,) = stored["signature"]
    assert (signature["sigFormat"], signature["who"]["reference"]) == ("application/jose", street.ref("Ben"))
    assert stored["target"][0]["reference"] == f"MedicationRequest/{id_}/_history/1"
    assert stored["extension"] == [{"url": signing.CUSTODY, "valueCode": "platform"}]
    key = reading.key_of(street.door, street.ref("Ben")).public_key()
    assert b64decode(signature["data"]).count(b".") == 2
    assert signing.key_set(key)["keys"][0]["kid"] == signing.thumbprint(key)


def test_pressing_twice_signs_once(street):
    wanted = street.wanted()
    ids = {street.do(actions.prescribe, "Ben", wanted, "form-1") for _ in range(2)}
    assert len(ids) == len(street.do(actions.mine, "Ada")) == 1
    assert street.told("Ada").count("prescribed") == 1


def test_pressing_at_once_signs_once_and_tells_once(street):
    async def all_at_once():
        caller = street.caller("Ben")
        return await asyncio.gather(
            *(actions.prescribe(street.door, caller, street.wanted(), "form-1") for _ in range(4))
        )

    (id_,) = set(run(street.door.parts.database, all_at_once()))
    seen = street.seen(id_)
    assert (seen.prescription.version, seen.signed.holds) == (1, True)
    assert street.told("Ada").count("prescribed") == 1


def test_what_comes_between_two_looks_of_one_write_is_looked_at_anew(street, monkeypatch):
    """One press finds nothing there; the other one's prescription comes before it looks at its own."""
    stand, came = Preparer._stand, []

    def overtaken(preparer, batch, under):
        stand(preparer, batch, under)
        if not came:
            came.append(under)
            with ThreadPoolExecutor(1) as other:
                came.append(other.submit(street.do, actions.prescribe, "Ben", street.wanted(), "form-1").result())

    monkeypatch.setattr(Preparer, "_stand", overtaken)
    assert street.do(actions.prescribe, "Ben", street.wanted(), "form-1") == came[1]
    assert len(street.do(actions.mine, "Ada")) == 1
    assert street.told("Ada").count("prescribed") == 1


@pytest.mark.parametrize(
    "other",
    [
        {"medicine": "Paracetamol 500 mg"},
        {"dose": Decimal(2)},
        {"repeats": 1},
        {"until": TODAY + timedelta(days=9)},
        {"note": "At night"},
    ],
)
def test_whatever_else_is_sent_under_the_same_mark_is_signed_too(street, other):
    wanted = street.wanted()
    one, two = (street.do(actions.prescribe, "Ben", each, "form-1") for each in (wanted, replace(wanted, **other)))
    assert one != two
    assert {seen.prescription.id for seen in street.do(actions.mine, "Ada")} == {one, two}
    assert street.told("Ada").count("prescribed") == 2


def test_whoever_signs_something_new_or_looks_for_its_way_is_refused_nothing(street):
    street.seen(street.prescribed())
    street.do(actions.prescribe, "Ben", street.wanted(medicine="Paracetamol"), "form-1")
    assert Kind.REFUSED not in street.entries()


def microseconds(when):
    return int(when.timestamp()) * clock.SECOND


@pytest.mark.parametrize(
    ("zone", "there"),
    [("America/New_York", time(21, 30)), ("Asia/Kolkata", time(0, 30)), ("Europe/Dublin", time(23, 59))],
)
def test_the_last_day_ends_where_the_doctor_is(street, zone, there):
    today = TODAY + timedelta(days=2)
    clock.shift(microseconds(datetime.combine(today, there, ZoneInfo(zone))) - clock.now())
    id_ = street.prescribed(zone=zone, until=today)
    seen = street.seen(id_)
    assert (seen.prescription.last_day, seen.standing) == (today.isoformat(), Standing.READY)
    midnight = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(zone))
    assert 0 < microseconds(midnight) - seen.prescription.until <= clock.SECOND
    with pytest.raises(Failure, match="today or later"):
        street.prescribed(zone=zone, until=today - timedelta(days=1))


@pytest.mark.parametrize("name", ["Zoe", "Max", "Pia"])
def test_nobody_else_prescribes_for_ada(street, name):
    with pytest.raises(Failure) as refused:
        street.do(actions.prescribe, name, street.wanted())
    assert refused.value.category is Category.FORBIDDEN
    assert street.do(actions.mine, "Ada") == []


def test_a_stranger_sees_nothing_of_it(street):
    id_ = street.prescribed()
    for name in ("Zoe", "Max", "Pia", "Olu"):
        with pytest.raises(Failure) as refused:
            street.seen(id_, name)
        assert refused.value.category is Category.ABSENT
    assert street.do(actions.written, "Zoe") == []


def visit(street, hours, status="booked", doctor="Zoe"):
    start = clock.now() + hours * clock.HOUR
    actors = [
        {"actor": {"reference": street.ref(one), "display": one}, "status": "accepted"} for one in ("Ada", doctor)
    ]
    resource = {"resourceType": "Appointment", "status": status, "participant": actors}
    resource |= {"start": clock.instant(start), "end": clock.instant(start + clock.HOUR // 2)}
    change = Change(Method.CREATE, "Appointment", "", resource)
    street.do(type(street.door).write, doctor, [change], under=Under(SCHEDULING))


@pytest.mark.parametrize(
    ("hours", "status", "may_"),
    [
        (2, "booked", True),
        (-20, "fulfilled", True),
        (30, "booked", False),
        (-30, "fulfilled", False),
        (1, "cancelled", False),
    ],
)
def test_a_doctor_prescribes_a_day_around_a_visit(street, hours, status, may_):
    visit(street, hours, status)
    assert street.do(actions.may_prescribe, "Zoe", street.ref("Ada")) is may_
    assert not street.do(actions.may_prescribe, "Zoe", street.ref("Max"))


def test_at_a_visit_without_a_contract_the_allergies_stay_shut_and_that_is_said(street):
    street.allergic("Penicillin")
    visit(street, 0, "arrived")
    looked = street.do(actions.look, "Zoe", street.ref("Ada"), "Amoxicillin")
    assert (looked.found, looked.allergies_open, looked.medicines_open) == ((), False, False)
    assert street.do(actions.prescribe, "Zoe", street.wanted())


def test_an_allergy_asks_for_a_reason(street):
    street.allergic("Penicillin")
    looked = street.do(actions.look, "Ben", street.ref("Ada"), "Amoxicillin 500 mg")
    assert looked.allergies_open
    assert [(one.danger, one.about, one.group) for one in looked.found] == [
        (Danger.ALLERGY, "Penicillin", "penicillins")
    ]
    with pytest.raises(Failure, match="allergic"):
        street.prescribed()
    id_ = street.prescribed(because="She took it last year without harm.")
    assert street.seen(id_).signed.holds
    assert "without harm" in str(street.read("Ada", "MedicationRequest", id_)["extension"])


def test_what_they_take_already_is_said(street):
    street.prescribed(medicine="Warfarin", quantity=Decimal(10))
    found = street.do(actions.look, "Ben", street.ref("Ada"), "Ibuprofen 400 mg").found
    assert [(one.danger, one.about) for one in found] == [(Danger.TOGETHER, "Warfarin")]
    assert "warfarin, section 4.5" in found[0].source
    found = street.do(actions.look, "Ben", street.ref("Ada"), "warfarin 5 mg").found
    assert [one.danger for one in found] == [Danger.SAME]


def test_a_medicine_that_is_referred_to_is_compared_and_one_without_a_name_is_counted(street):
    subject, running = {"subject": {"reference": street.ref("Ada")}}, {"status": "active"}
    statement = {"resourceType": "MedicationStatement"} | subject | running
    warfarin = {"resourceType": "Medication", "id": "med-1", "code": {"text": "Warfarin Sodium 5 MG Oral Tablet"}}
    mixture = {"resourceType": "Medication", "id": "inside"}
    mixture |= {
        "ingredient": [{"itemCodeableConcept": {"text": "Simvastatin"}}, {"itemReference": {"display": "Milk sugar"}}]
    }
    street.write(
        "Ada",
        warfarin,
        statement | {"id": "takes-1", "medicationReference": {"reference": "Medication/med-1"}},
        statement | {"id": "takes-2", "contained": [mixture], "medicationReference": {"reference": "#inside"}},
        statement | {"id": "takes-3", "medicationReference": {"display": "Lithium carbonate"}},
        statement | {"id": "takes-4", "medicationCodeableConcept": {"coding": [{"system": "urn:x", "code": "7"}]}},
        statement | {"id": "takes-5", "status": "stopped", "medicationReference": {"identifier": {"value": "7"}}},
        statement | {"id": "takes-6", "medicationReference": {"identifier": {"value": "7"}}},
        method=Method.UPDATE,
    )
    looked = street.do(actions.look, "Ben", street.ref("Ada"), "Clarithromycin")
    assert {one.about for one in looked.found} == {"Warfarin Sodium 5 MG Oral Tablet", "Simvastatin"}
    assert looked.nameless == 2
    (found,) = (one for one in street.do(actions.look, "Ben", street.ref("Ada"), "Ramipril").found)
    assert (found.danger, found.about) == (Danger.TOGETHER, "Lithium carbonate")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"medicine": " "}, "name of the medicine"),
        ({"medicine": "x" * 201}, "200 letters"),
        ({"unit": "bucket"}, "unit"),
        ({"dose": Decimal(0)}, "at a time"),
        ({"dose": Decimal("NaN")}, "at a time"),
        ({"quantity": Decimal("0.0001")}, "hands out"),
        ({"quantity": Decimal(20_000)}, "hands out"),
        ({"times": 0}, "times"),
        ({"every": 400}, "every"),
        ({"days": -1}, "lasts"),
        ({"repeats": 13}, "repeated 12"),
        ({"until": TODAY - timedelta(days=1)}, "today or later"),
        ({"until": TODAY + timedelta(days=400)}, "a year"),
        ({"note": "x" * 501}, "500 letters"),
    ],
)
def test_what_makes_no_prescription_is_said(street, more, words):
    with pytest.raises(Failure, match=words):
        street.prescribed(**more)


def test_ben_cancels_what_was_not_handed_out(street):
    id_ = street.sent()
    street.do(actions.cancel, "Ben", id_, 1)
    street.do(actions.cancel, "Ben", id_, 1)
    seen = street.seen(id_)
    assert (seen.standing, seen.signed.verdict) == (Standing.CANCELLED, Verdict.HOLDS)
    assert "prescription-cancelled" in street.told("Ada")
    with pytest.raises(Failure, match="cancelled"):
        street.hand_out(id_, 1)


def test_what_was_handed_out_is_not_cancelled_any_more_and_nobody_else_cancels(street):
    id_ = street.sent()
    with pytest.raises(Failure, match="Only the doctor"):
        street.do(actions.cancel, "Ada", id_, 1)
    with pytest.raises(Failure, match="changed since"):
        street.do(actions.cancel, "Ben", id_, 7)
    street.hand_out(id_, 10)
    with pytest.raises(Failure, match="handed out some of it"):
        street.do(actions.cancel, "Ben", id_, 1)
    assert street.seen(id_).standing is Standing.STARTED


def test_the_doctors_list_holds_their_own(street):
    one, other = street.prescribed(), street.prescribed(medicine="Paracetamol", unit="tablet")
    assert {seen.prescription.id for seen in street.do(actions.written, "Ben")} == {one, other}


def test_what_a_hospital_sent_is_none_of_ours(street):
    resource = {"resourceType": "MedicationRequest", "status": "active", "intent": "order"}
    resource |= {"subject": {"reference": street.ref("Ada")}, "medicationCodeableConcept": {"text": "Aspirin"}}
    (outcome,) = street.write("Ada", resource)
    with pytest.raises(Failure) as refused:
        street.seen(outcome.row.id)
    assert refused.value.category is Category.ABSENT


def test_a_patient_forges_no_prescription(street):
    body = street.read("Ada", "MedicationRequest", street.prescribed())
    forged = {name: value for name, value in body.items() if name != "meta"} | {"id": "forged"}
    street.write("Ada", forged, method=Method.UPDATE)
    assert street.seen("forged").signed.verdict is Verdict.NONE
    with pytest.raises(Failure, match="signature"):
        street.do(actions.send, "Ada", "forged", street.corner)


def test_a_mandate_for_a_signature_lets_nobody_overwrite_one(street):
    id_ = street.prescribed()
    old = street.read("Ada", "Provenance", names.signature_id(id_))
    change = Change(Method.UPDATE, "Provenance", old["id"], old)
    with pytest.raises(Failure):
        street.do(type(street.door).write, "Zoe", [change], under=Under(PRESCRIBING))


def test_every_standing_has_its_acts():
    assert {one for one in Act if may(one, Standing.USED_UP)} == set()
    assert may(Act.SEND, Standing.READY)
    assert not may(Act.DISPENSE, Standing.READY)
    assert Party("Patient/a").element() == {"reference": "Patient/a"}
    assert desk.Received(None).handed == ()
