"""Everything that pages may have to show: the demo's people in the middle of asking, granting, ending, an emergency."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.cast import Actor
from tests.acceptance.console import Console
from tests.portal.browser import Browser
from tests.portal.consultation.meeting import meet
from tests.portal.site import Site

PATIENTS = "4"
DEMO_PASSWORD = "an-open-secret-for-the-demo"
_TERMS = "http://terminology.hl7.org/CodeSystem"
NOBODY = "nobody"
PHARMACIST = "pharmacist@carefolio.example"
NEWCOMER = "charlie.stone@example.org"


@dataclass
class Persona:
    """Somebody who walks: their role (None: nobody signed in) and their e-mail."""

    name: str
    role: str | None
    email: str = ""
    actor: Actor = field(default_factory=lambda: Actor(httpx.Client()))


@dataclass
class World:
    """A running demo."""

    site: Site
    personas: dict[str, Persona]
    code: str
    """Of a patient whom the doctor may ask."""
    wanted: dict[str, dict[str, str]]
    """By route: what a form makes sense of."""
    starts: dict[str, tuple[str, ...]]
    """What a persona looks at first."""


def start(folder: Path) -> World:
    """The demo with a few patients, and all that can stand between them and their doctors."""
    made = Console(folder).told("demo", "--patients", PATIENTS)
    site = Site(folder, "--demo").start()
    cast = {role: [one for one in made["people"] if one["role"] == role] for role in _roles(made)}
    patient, second = (_actor(site, one) for one in cast["patient"][:2])
    doctor, other = (_actor(site, one) for one in cast["doctor"][:2])
    _between(site, (patient, second), (doctor, other))
    site.doctor("Dr Suspended Person")
    new, newcomer = site.doctor("Dr Nia Newly", verified=False), site.patient("Charlie Stone", email=NEWCOMER)
    people = {
        "patient": Persona("patient", "patient", patient.email, patient),
        "newcomer": Persona("newcomer", "patient", newcomer.email, newcomer.actor),
        "doctor": Persona("doctor", "doctor", doctor.email, doctor),
        "second doctor": Persona("second doctor", "doctor", other.email, other),
        "new doctor": Persona("new doctor", "doctor", new.email, new.actor),
        "pharmacist": Persona("pharmacist", "pharmacist", PHARMACIST),
        "auditor": Persona("auditor", "auditor", cast["auditor"][0]["account"]),
        "admin": Persona("admin", "admin", cast["admin"][0]["account"]),
        NOBODY: Persona(NOBODY, None),
    }
    _complain(site, patient)
    _talk(site, patient, doctor)
    own = patient.post("/Observation", _weight(patient)).json()["id"]
    starts = {"patient": (f"/charts/{patient.id}/records/Observation/{own}/",)} | _appoint(site, patient, doctor)
    rooms = _meet(site, patient, doctor)
    starts = {role: (*rooms[role], *found) for role, found in starts.items()}
    for persona, more in _bills(site, patient, doctor).items():
        starts[persona] = starts.get(persona, ()) + more
    starts["admin"] = (*starts.get("admin", ()), _pharmacists_place(doctor))
    return World(site, people, second.code, _wanted(doctor), starts)


def _pharmacists_place(doctor: Actor) -> str:
    """Where a pharmacist is added: the pharmacy is not the first on the list."""
    pharmacy = "type=http://terminology.hl7.org/CodeSystem/v3-RoleCode|PHARM"
    found = doctor.get(f"/Organization?{pharmacy}").json()["entry"][0]["resource"]["id"]
    return f"/oversight/hospitals/{found}/pharmacist/"


def _wanted(doctor: Actor) -> dict[str, dict[str, str]]:
    """By route: what its form makes sense of."""
    return {
        "charting:general": {"weight_0": "71.5", "height_0": "172"},
        "charting:results": {"potassium": "4.1"},
        "charting:heart": {"systolic": "131", "diastolic": "84"},
        "payments:write": {"what_1": "Visit", "amount_1": "60"},
        "payments:refund": {"amount": "10"},
        "payments:fees": {"video": "60"},
        "reviewing:rate": {"score": "5"},
        "look:style": {"agree": "on", "once": "123456"},
        "asking:change": {"lasts": "30 days"},
        "oversight:pharmacist": {"email": "new.pharmacist@example.org"},
        "prescribing:new": {
            "medicine": "Amoxicillin 500 mg",
            "dose": "1",
            "times": "3",
            "every": "1",
            "quantity": "30",
            "repeats": "1",
            "until_day": "1",
            "until_month": "3",
            "until_year": "2027",
        },
        "pharmacy:one": {"amount": "10"},
        "sharing:give": {"code": doctor.code, "whom": "doctor"},
        "account_login": {"login": doctor.email, "password": DEMO_PASSWORD},
        "account_reset_password": {"email": NEWCOMER},
        "account_reauthenticate": {"password": DEMO_PASSWORD},
        "sign_up_doctor": {"email": "new.doctor@example.org"},
    }


def _roles(made: dict[str, Any]) -> list[str]:
    return sorted({one["role"] for one in made["people"]})


def _actor(site: Site, one: dict[str, str]) -> Actor:
    return Actor(site.http, one["token"], one["person"], one["code"], one["account"])


def _between(site: Site, patients: tuple[Actor, Actor], doctors: tuple[Actor, Actor]) -> None:
    """Contracts in every state, reads under them, and emergency access."""
    patient, second = patients
    doctor, other = doctors
    _settled(ask(doctor, patient), patient, "active")
    assert doctor.get(f"/{patient.person}").status_code == 200
    assert doctor.get(f"/{patient.person}/$everything?_count=20").status_code == 200
    _settled(ask(other, patient), patient, "active", "inactive")
    _settled(ask(other, patient, "vital-signs"), patient, "rejected")
    ask(other, patient, "laboratory")
    ask(doctor, second, "laboratory")
    _emergency(other, second, "She was brought in without being able to speak.")
    assert other.get(f"/{second.person}").status_code == 200
    third = site.doctor("Dr Ivo Marsh").actor
    ask(third, patient, "laboratory")
    _emergency(third, patient, "He fell and hit his head. I must know what he takes.")


def _bills(site: Site, patient: Actor, doctor: Actor) -> dict[str, tuple[str, ...]]:
    """A visit to come, one that was rated, a paid bill, a bill to pay: where they lead that nothing else does."""
    parties = {"patient": [patient.person, "A patient"], "doctor": [doctor.person, "A doctor"]}
    shown, kept = (site.ask("visit", token=doctor.token, status=one, **parties) for one in ("booked", "fulfilled"))
    site.ask("bill", token=doctor.token, visit=kept, paid=False)
    paid = site.ask("bill", token=doctor.token, visit=kept, paid=True)
    site.ask("rate", token=patient.token, visit=kept, score=4, words="Kind and quick.")
    return {
        "patient": (f"/payments/visits/{shown}/", f"/payments/{paid}/done/", f"/visits/{kept}/rate/"),
        "doctor": (f"/payments/visits/{shown}/bill/",),
        "admin": ("/payments/provider/",),
    }


def ask(doctor: Actor, patient: Actor, category: str = "") -> dict[str, Any]:
    """A request for the chart, or for one category of observations."""
    actor = {"role": {"coding": [{"system": f"{_TERMS}/v3-ParticipationType", "code": "IRCP"}]}}
    provision: dict[str, Any] = {"type": "permit", "actor": [actor | {"reference": {"reference": doctor.person}}]}
    if not category:
        codes = ("access", "correct")
        provision["action"] = [{"coding": [{"system": f"{_TERMS}/consentaction", "code": one}]} for one in codes]
    if category:
        provision["class"] = [{"system": f"{_TERMS}/observation-category", "code": category}]
    consent = {
        "resourceType": "Consent",
        "status": "proposed",
        "scope": {"coding": [{"system": f"{_TERMS}/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "policyRule": {"coding": [{"system": f"{_TERMS}/v3-ActCode", "code": "OPTIN"}]},
        "patient": {
            "reference": patient.person,
            "display": _name(patient),
        },
        "provision": provision,
    }
    doctor.get(f"/Patient?identifier={patient.code}")
    answer = doctor.post("/Consent", consent)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _name(patient: Actor) -> str:
    name = patient.get(f"/{patient.person}").json()["name"][0]
    return name.get("text") or " ".join([*name["given"], name["family"]])


def _weight(patient: Actor) -> dict[str, Any]:
    """What a patient measured at home and wrote down."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Body weight"},
        "subject": {"reference": patient.person},
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": {"value": 71.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }


def _settled(consent: dict[str, Any], patient: Actor, *states: str) -> None:
    for state in states:
        answer = patient.put(f"/Consent/{consent['id']}", {**_own(consent), "status": state})
        assert answer.status_code == 200, answer.text


def _own(consent: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in consent.items() if name != "meta"}


def _complain(site: Site, patient: Actor) -> None:
    """The patient says that somebody had no reason to look."""
    with Browser(site) as hers:
        for name, value in site.ask("enter", email=patient.email).items():
            hers.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        hers.get(f"/charts/{patient.id}/looked/?sort=emergency").follow("This is wrong")
        hers.fill(what="stranger", text="I was not there on that day.").send()


def _talk(site: Site, patient: Actor, doctor: Actor) -> None:
    """A message, and a document that the doctor asks for; the patient has one."""
    content = [{"attachment": {"contentType": "text/plain", "title": "Letter of discharge", "data": "TGV0dGVy"}}]
    letter = {"resourceType": "DocumentReference", "status": "current", "content": content}
    assert patient.post("/DocumentReference", letter | {"subject": {"reference": patient.person}}).status_code == 201
    with Browser(site) as his:
        for name, value in site.ask("enter", email=doctor.email).items():
            his.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        his.get(f"/messages/{patient.id}/").fill(text="How do you feel today?").send()
        his.get(f"/messages/{patient.id}/ask/").fill(text="Please send me the letter of your hospital.").send()


def _appoint(site: Site, patient: Actor, doctor: Actor) -> dict[str, tuple[str, ...]]:
    """Visits in every state between the two; what the doctor looks at first."""
    with Browser(site) as his, Browser(site) as hers:
        for browser, actor in ((his, doctor), (hers, patient)):
            for name, value in site.ask("enter", email=actor.email).items():
                browser.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        his.get("/visits/hours/add/")
        his.fill(weekdays=["5"], begin="9", end="12", modes=["video"]).fill(booking="request").send()
        his.get("/visits/hours/off/").fill(first_day="24", first_month="12", first_year="2030").send()
        asked = [_booked(hers, doctor, ">ask<") for _ in range(2)]
        _booked(hers, doctor, "")
        found = doctor.get(f"/Appointment?practitioner={doctor.person}&_count=200").json()["entry"]
        missed = next(one["resource"]["id"] for one in found if one["resource"]["status"] == "noshow")
        his.get(f"/visits/{missed}/").form("They came after all").send()
    return {"doctor": (*(f"/visits/{one}/" for one in (missed, *asked)), f"/visits/for/{patient.id}/")}


def _meet(site: Site, patient: Actor, doctor: Actor) -> dict[str, tuple[str, ...]]:
    """Visits by video at this time: one to come to, one in the waiting room, one that goes on; their rooms."""
    name = _name_of(doctor)
    to_come, waiting, going_on = (f"/visits/{meet(site, patient, doctor, name)}/room/" for _ in range(3))
    with Browser(site) as his, Browser(site) as hers:
        for browser, actor in ((his, doctor), (hers, patient)):
            for cookie, value in site.ask("enter", email=actor.email).items():
                browser.http.cookies.set(cookie, value, domain="127.0.0.1", path="/")
        for room in (waiting, going_on):
            hers.get(room).form("I am here").send()
        his.get(going_on).form("Let them in").send()
        his.form("Send").fill(text="Good morning. Can you hear me?").send()
        his.get(f"{going_on}note/").fill(text="A cold. Tea, rest, and fresh air.").send()
    return {"patient": (to_come, going_on), "doctor": (waiting, going_on, f"{going_on}end/")}


def _name_of(doctor: Actor) -> str:
    name = doctor.get(f"/{doctor.person}").json()["name"][0]
    return name.get("text") or " ".join([*name.get("prefix", []), *name["given"], name["family"]])


def _booked(browser: Browser, doctor: Actor, marked: str) -> str:
    """Take the first time that is marked so; the visit's id."""
    browser.get(f"/visits/doctors/{doctor.id}/")
    while not (found := re.findall(rf'href="([^"]+\?start=\d+)">(?:(?!</a>).)*{marked}', browser.page.html)):
        browser.follow("Week after")
    browser.get(found[0]).send()
    return browser.path.split("/")[2]


def _emergency(doctor: Actor, patient: Actor, reason: str) -> None:
    told = [{"name": "reason", "valueCode": "ETREAT"}, {"name": "text", "valueString": reason}]
    asked = {"resourceType": "Parameters", "parameter": told}
    answer = doctor.post(f"/{patient.person}/$break-glass", asked)
    assert answer.status_code in (200, 201), answer.text
