"""The first page: a welcome, a patient's day, and what other roles find."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.ledger.reading import LOOKED_AT
from carefolio.workflows.prescribing.rules import CATEGORY, SIGNED
from carefolio.workflows.sharing.rules import Ask, Terms, proposal

TERMS = "http://terminology.hl7.org/CodeSystem/"


def observation(person, month):
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": f"{TERMS}observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
        "subject": {"reference": person},
        "effectiveDateTime": f"2026-{month:02}-01",
        "valueQuantity": {"value": 4.4, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    }


def ask(doctor, patient):
    assert doctor.actor.found(f"/Patient?identifier={patient.code}")
    day = clock.moment(clock.now()).date() + timedelta(days=90)
    wanted = Ask(patient.code, Terms(whole=True, ends=day), "Your heart")
    reference = {"reference": doctor.person, "display": doctor.name}
    return doctor.actor.send(proposal({"reference": patient.person}, reference, wanted, day))


def test_strangers_are_welcome(browser):
    browser.get("/")
    assert browser.page.h1 == "Your health record, in your hands"
    assert browser.page.links["Create an account"] == "/accounts/signup/"
    assert "Fetched for you" not in browser.page.text


def test_a_new_patient_finds_helping_sentences_and_their_code(browser, site):
    patient = site.patient("Gil Park")
    browser.enter(patient)
    assert browser.page.h1 == "Hello Gil Park"
    for words in ("When a doctor asks", "No records yet", "Nobody but the hospitals", "Nobody has looked yet"):
        assert words in browser.page.text
    assert patient.code in browser.page.text
    assert f'<span class="code" id="own-code">{patient.code}</span>' in browser.page.html


def test_a_patients_day(browse, site, ada, ben):
    hospital = site.hospital("North Hospital")
    records = [hospital.send(observation(ada.person, month)) for month in range(1, 8)]
    request = ask(ben, ada)
    she = browse().enter(ada)
    assert she.page.links["Ben Osei asks to read all of your health record"] == f"/sharing/requests/{request['id']}/"
    assert she.page.html.count('<div class="event">') == 5
    assert "Fetched for you from the region" in she.page.text
    ada.actor.change(request, status="active")
    assert ben.actor.sees(records[0])
    she.get("/")
    assert "1 can see some of your record now." in she.page.text
    assert she.page.links["Ben Osei"] == f"/sharing/{request['id']}/"
    assert "Ben Osei (doctor) read 1 " in she.page.text
    assert "read something in your health record for the first time" in she.page.text
    assert "Needs your answer" in she.page.text


PAPER = "QUJDREVG" * 20_000


def test_who_looked_stands_there_however_much_was_written_since(browse, site):
    """The card asks for nothing but looks."""
    patient, hospital = site.patient("Una Reed"), site.hospital("West Hospital")
    first = hospital.send(observation(patient.person, 1))
    assert hospital.get(f"/Observation/{first['id']}").status_code == 200
    for _time in range(26):
        hospital.send(observation(patient.person, 2))
    page = browse().enter(patient).page
    assert "Nobody has looked" not in page.text
    assert "West Hospital" in page.html.partition('id="looked"')[2]


def test_a_look_may_be_too_far_back_for_the_card(browse, site):
    patient = site.patient("Una Reed")
    site.ask("pass_over", entries=3)
    try:
        for _time in range(5):
            assert patient.actor.get(f"/Patient/{patient.id}").status_code == 200
        assert "Nobody but you has looked lately." in browse().enter(patient).page.text
    finally:
        site.ask("pass_over", entries=LOOKED_AT)


def with_papers(person):
    """What a hospital sends, each with a long attachment: a letter, and what the home page looks for elsewhere."""
    patient, paper = {"reference": person}, {"resourceType": "Binary", "contentType": "image/png", "data": PAPER}
    today = f"{clock.moment(clock.now()):%Y-%m-%d}"
    within = {"contained": [paper | {"id": "p"}]}
    yield {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": patient,
        "description": "Letter of discharge",
        "date": f"{today}T00:00:00Z",
        "content": [{"attachment": {"contentType": "application/pdf", "data": PAPER}}],
    }
    yield within | {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "category": [{"coding": [{"system": CATEGORY, "code": SIGNED}]}],
        "subject": patient,
        "medicationCodeableConcept": {"text": "Aspirin"},
    }
    yield within | {"resourceType": "Task", "status": "requested", "intent": "order", "for": patient, "owner": patient}
    yield within | {"resourceType": "Invoice", "status": "issued", "subject": patient}
    yield within | {
        "resourceType": "Appointment",
        "status": "booked",
        "start": f"{today}T12:00:00Z",
        "end": f"{today}T12:30:00Z",
        "participant": [{"actor": patient, "status": "accepted"}],
    }


def test_the_store_of_papers_may_be_away(browse, site):
    """Only who opens one needs it."""
    patient, hospital = site.patient("Pia Paper"), site.hospital("Paper Hospital")
    letter, *_others = [hospital.send(one) for one in with_papers(patient.person)]
    she = browse().enter(patient)
    blobs = site.data / "blobs"
    chart = f"/charts/{patient.person.partition('/')[2]}/"
    record = f"{chart}records/DocumentReference/{letter['id']}/"
    assert "Letter of discharge" in she.get(record).page.text
    elsewhere = blobs.rename(blobs.with_name("elsewhere"))
    try:
        for page in ("/", chart):
            assert "Letter of discharge" in she.get(page).page.text
        assert she.get(record).status == 503
    finally:
        elsewhere.rename(blobs)
    assert she.get(record).status == 200


def test_many_with_access_are_counted(browse, site):
    patient = site.patient("Hana Ito")
    for number in range(6):
        patient.actor.change(ask(site.doctor(f"Doctor {number}"), patient), status="active")
    she = browse().enter(patient)
    assert "6 can see some of your record now." in she.page.text
    assert "And 2 more" in she.page.text


@pytest.mark.parametrize("role", ["doctor", "admin", "auditor", "pharmacist"])
def test_other_roles_have_a_first_page(browser, site, role):
    person = site.staff(role, f"Kim {role}")
    assert browser.enter(person).status == 200
    assert browser.page.h1 == f"Hello Kim {role}"


def test_pages_that_are_not_there(browser, ada):
    assert browser.get("/nothing/").status == 404
    assert browser.enter(ada).post("/", csrfmiddlewaretoken="wrong").status == 403
