"""Blanche's chart, full of canaries, and everybody who comes to it with what they may see of it.

Every element of every record that can hold text holds a word of its own; so do her name, her contracts, reasons and
drafts. A word that stands on a page tells by its number what leaked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from carefolio.base import clock
from carefolio.fhir.parameters import TYPES
from carefolio.workflows.sharing.rules import Ask, Terms, proposal
from tests.acceptance.cast import Actor
from tests.acceptance.resources import RESTRICTED, category, concept, consent, emergency, kinds
from tests.faults.canaries import WORD, Aviary
from tests.portal.browser import Browser
from tests.portal.matrix.prescribed import prescribe
from tests.portal.site import Person, Site

NUMBERED = re.compile(rf"{WORD}(\d{{5}})", re.IGNORECASE)
ANY = re.compile(WORD[:5], re.IGNORECASE)
OWNERS = ("subject", "patient", "beneficiary", "for", "individual", "candidate")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
"""Follows the words in hand-made records: no page may hold it as it stands."""
PULSE = concept("8867-4")
_REFUSED = (201, 403, 422)
_WRITTEN_BY_OTHERS = frozenset({"AuditEvent", "Consent", "Patient"})


def numbers_in(text: str) -> set[int]:
    """The numbers of the words in a text."""
    return {int(found) for found in NUMBERED.findall(text)}


@dataclass
class Visitor:
    """Somebody in front of the pages: the cookies of a session, and what of Blanche's they may be shown."""

    called: str
    person: Person | None = None
    role: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    sees: frozenset[str] = frozenset()
    """Keys of records and words."""
    knows: bool = False
    """Whether they may know that she is a patient here, by her name: her doctors, past ones too."""
    contracts: frozenset[str] = frozenset()
    """Ids of contracts that name them."""

    @property
    def chart(self) -> str:
        return self.person.id if self.person and self.role == "patient" else ""


@dataclass
class Cage:
    """All of it."""

    site: Site
    north: Actor
    south: Actor
    blanche: Person
    aviary: Aviary = field(default_factory=Aviary)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: dict[str, set[int]] = field(default_factory=dict)
    """By key of a record, or what else they stand in."""
    visitors: dict[str, Visitor] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    """Ids by whom they name."""
    paper: str = ""
    """The token of the paper prescription."""
    emergency: int = 0
    report: int = 0
    chosen: str = ""
    wish: str = ""
    """The id of a Task: what the doctor with the whole chart asks her for."""
    bill: str = ""
    visit: str = ""
    receipt: str = ""
    """What her doctor of the whole record billed her for."""
    steps: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    """With the doctor who sees the whole chart: one to come, one that waits for an answer, one that was called off."""
    start: str = ""
    """Of a time that is free."""

    @contextmanager
    def named(self, key: str) -> Iterator[None]:
        """Words that are made inside belong to this key."""
        before = self.aviary.count
        yield
        self.words.setdefault(key, set()).update(range(before + 1, self.aviary.count + 1))

    def word(self, key: str) -> str:
        """One word that belongs to this key."""
        with self.named(key):
            return self.aviary.word()

    def may_show(self, visitor: Visitor) -> set[int]:
        """Numbers of all words that a page may show this visitor."""
        keys = {*visitor.sees, *(["name"] if visitor.knows else [])}
        return set().union(*(self.words.get(key, set()) for key in keys))

    @property
    def normal(self) -> frozenset[str]:
        """Keys of what a contract for the whole record opens."""
        return frozenset(key for key in self.records if key not in ("restricted", "deleted", "gone"))


@contextmanager
def built_at(folder: Path) -> Iterator[Cage]:
    """A site with all of it, until the block ends."""
    site = Site(folder / "data").start()
    try:
        yield _build(site)
    finally:
        site.stop()


def _build(site: Site) -> Cage:
    north, south = site.hospital("North Hospital"), site.hospital("South Hospital")
    aviary = Aviary()
    sent = aviary.resource("Patient", {})
    alive = {name: value for name, value in sent.items() if name not in ("link", "deceasedBoolean", "deceasedDateTime")}
    patient = north.send(alive)
    person = site.patient(aviary.word(), person=f"Patient/{patient['id']}")
    cage = Cage(site, north, south, person, aviary)
    cage.records["Patient"], cage.words["Patient"] = patient, set(range(1, aviary.count + 1))
    cage.words["name"] = numbers_in(json.dumps(patient["name"])) | {aviary.count}
    _send_each_type(cage)
    _send_by_hand(cage)
    people = prescribe(cage)
    _invite(cage, *people)
    _leave_traces(cage)
    cage.visitors["owner"].sees = frozenset({*cage.words, *cage.records})
    return cage


def _send_each_type(cage: Cage) -> None:
    """One of each type, each with an older version now and then, one deleted."""
    for place, type_ in enumerate(sorted(TYPES - _WRITTEN_BY_OTHERS)):
        sender = cage.south if place % 3 == 0 else cage.north
        with cage.named(type_):
            sent = cage.aviary.resource(type_, {name: {"reference": cage.blanche.person} for name in OWNERS})
            answer = sender.post(f"/{type_}", sent)
            assert answer.status_code in _REFUSED, answer.text
            if answer.status_code != 201:
                continue
            stored = answer.json()
            if place % 4 == 0:
                changed = sender.put(f"/{type_}/{stored['id']}", stored | {"language": "en"})
                stored = changed.json() if changed.status_code == 200 else stored
        if cage.blanche.actor.get(f"/{type_}?_id={stored['id']}&patient={cage.blanche.id}").status_code != 200:
            continue
        if _is_in_chart(cage, stored):
            cage.records[type_] = stored


def _is_in_chart(cage: Cage, stored: dict[str, Any]) -> bool:
    """Directory types and what names no patient stand elsewhere: they are nobody's chart."""
    return any(_points(stored.get(name), cage.blanche.person) for name in OWNERS)


def _points(value: Any, person: str) -> bool:
    some = value if isinstance(value, list) else [value]
    return any(isinstance(one, dict) and one.get("reference") == person for one in some)


def observation(cage: Cage, key: str, **more: Any) -> dict[str, Any]:
    """A pulse, with a word and a script in whatever text a page may show of it."""
    said = f"{cage.word(key)} {SCRIPT}"
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": category("vital-signs"),
        "code": PULSE | {"text": said},
        "subject": {"reference": cage.blanche.person, "display": said},
        "effectiveDateTime": "2026-05-01",
        "valueQuantity": {"value": 71, "unit": f"/min{said}"},
        "interpretation": [{"text": said}],
        "note": [{"text": said, "authorString": said}],
        "performer": [{"display": said}],
        "device": {"display": said},
        "referenceRange": [{"low": {"value": 60, "unit": said}, "text": said}],
    } | more


def _send_by_hand(cage: Cage) -> None:
    """What pages draw and link: numbers, linked records, a restricted one, one that was changed, one deleted."""
    north, person = cage.north, cage.blanche.person

    def put(key: str, body: dict[str, Any]) -> dict[str, Any]:
        cage.records[key] = north.send(body)
        return cage.records[key]

    put("pulse", observation(cage, "pulse"))
    put("pulse before", observation(cage, "pulse before", effectiveDateTime="2026-04-01"))
    cage.records["own"] = cage.blanche.actor.send(observation(cage, "own", effectiveDateTime="2026-05-02"))
    gone = cage.records["gone"] = cage.blanche.actor.send(observation(cage, "gone"))
    assert cage.blanche.actor.delete(f"/Observation/{gone['id']}").status_code in (200, 204)
    put("restricted", observation(cage, "restricted", meta=RESTRICTED))
    put("restricted pulse", observation(cage, "restricted", meta=RESTRICTED, effectiveDateTime="2026-03-01"))
    cage.words.setdefault("restricted pulse", set()).update(cage.words["restricted"])
    said = f"{cage.word('problem')} {SCRIPT}"
    linked = [{"detail": [{"reference": f"Observation/{cage.records['pulse']['id']}"}]}]
    put(
        "problem",
        {
            "resourceType": "Condition",
            "subject": {"reference": person},
            "code": {"text": said},
            "recordedDate": "2026-02-03",
            "note": [{"text": said}],
            "evidence": linked,
            "recorder": {"display": said},
        },
    )
    deleted = put("deleted", observation(cage, "deleted"))
    assert north.delete(f"/Observation/{deleted['id']}").status_code in (200, 204)


DOCTORS = ("whole", "narrowed", "expired", "withdrawn", "none", "unverified", "suspended", "asking", "urgent")
STAFF = ("pharmacist", "staff", "researcher", "admin", "auditor")


def _invite(cage: Cage, adding: Person, chosen: Person) -> None:
    """Blanche, and those who come, each with what they may see."""
    site = cage.site

    def known(called: str, person: Person, *sees: str, knows: bool = False, contract: str = "") -> None:
        cookies = site.ask("enter", email=person.email)
        mine = {f"contract {called}"} if contract else set()
        ids = frozenset({contract} if contract else ())
        sight = frozenset({*sees, *mine})
        cage.visitors[called] = Visitor(called, person, person.role, cookies, sight, knows or bool(contract), ids)

    known("owner", cage.blanche, knows=True)
    known("another patient", site.patient("Charlie Stone"))
    everything = (*cage.words, *cage.records, "emergency", *(f"contract doctor: {called}" for called in DOCTORS))
    whole = (*cage.normal, "deleted", "talk")
    seen = {"whole": whole, "narrowed": ("Condition", "problem"), "urgent": (*everything, "talk")}
    for called in DOCTORS:
        doctor = site.doctor(f"Dr {called.capitalize()} Osei", verified=called != "unverified")
        given = _contract(cage, called, doctor)
        known(f"doctor: {called}", doctor, *seen.get(called, ()), knows=called == "urgent", contract=given)
    knows = cage.consents["doctor: adding"]
    known("doctor: adding", adding, *cage.normal, "deleted", knows=True, contract=knows)
    known("pharmacist: chosen", chosen, "prescription", "AllergyIntolerance", "handed", knows=True)
    for role in STAFF:
        person = site.staff(role, f"Kim {role.capitalize()}", cage.north)
        known(role, person, *(["emergency"] if role in ("admin", "auditor") else []))
    _without_second_factor(cage)
    cage.visitors["anonymous"] = Visitor("anonymous")


def _contract(cage: Cage, called: str, doctor: Person) -> str:
    """What stands between Blanche and this doctor; its id, "" for none."""
    if called in ("none", "urgent"):
        return ""
    blanche, key = cage.blanche, f"contract doctor: {called}"
    name = " ".join(cage.blanche.name.split())
    patient = {"reference": blanche.person, "display": name}
    today = clock.moment(clock.now()).date()
    ends = today + timedelta(days=365)
    if called in ("asking", "whole", "withdrawn", "suspended"):
        said = f"{cage.word(key)} {SCRIPT}"
        ask = Ask(blanche.code, Terms(whole=True, ends=ends), said, name=name)
        body = doctor.actor.send(proposal(patient, {"reference": doctor.person, "display": doctor.name}, ask, today))
        if called != "asking":
            body = blanche.actor.change(body, status="active")
        if called == "withdrawn":
            blanche.actor.change(body, status="inactive")
    else:
        narrowed = {"klass": kinds("Condition")} if called == "narrowed" else {}
        over = {"period": {"end": "2024-01-01"}} if called == "expired" else {}
        made = consent(blanche.person, doctor.person, status="active", **narrowed, **over)
        body = blanche.actor.send(made | {"patient": patient})
    cage.consents[f"doctor: {called}"] = str(body["id"])
    cage.words.setdefault(key, set())
    return str(body["id"])


def _without_second_factor(cage: Cage) -> None:
    """Staff who gave a password alone; a doctor, with a contract for all."""
    doctor = cage.site._person("doctor", "Dr Half Way", second_factor=False, verified=True)
    given = cage.blanche.actor.send(consent(cage.blanche.person, doctor.person, status="active"))
    cage.consents["staff without second factor"] = str(given["id"])
    with Browser(cage.site) as browser:
        browser.sign_in(doctor)
        cookies = {"carefolio": browser.session}
    cage.visitors["staff without second factor"] = Visitor(
        "staff without second factor", doctor, "doctor", cookies, contracts=frozenset({str(given["id"])})
    )


def _leave_traces(cage: Cage) -> None:
    """An emergency, drafts, something chosen and not yet given, steps in the trail; then the suspension."""
    blanche = cage.blanche
    urgent = cage.visitors["doctor: urgent"].person
    assert urgent is not None
    opened = urgent.actor.post(f"/{blanche.person}/$break-glass", emergency(f"{cage.word('emergency')} {SCRIPT}"))
    assert opened.status_code == 200, opened.text
    with as_visitor(cage, "owner") as she:
        whole = cage.visitors["doctor: whole"].person
        assert whole is not None
        she.get("/")
        for form in ("details", "sharing/give", f"sharing/refuse/{cage.consents['doctor: asking']}"):
            she.post(f"/drafts/{form}/", given=cage.word("draft"), why=cage.word("draft"))
            assert she.status == 204
        she.get(f"/sharing/give/{whole.person}/")
        ends = she.page.form.choices["ends"][0]
        she.fill(categories=["whole"], hospitals=["all"], ends=ends).send()
        assert "/check/" in she.path, (she.path, she.page.errors)
        cage.chosen = she.path.rstrip("/").rpartition("/")[2]
        she.get(f"/charts/{blanche.id}/looked/")
        cage.steps = sorted(set(re.findall(r"/looked/(\d+)/wrong/", she.page.html)))
        she.get(f"/charts/{blanche.id}/looked/{cage.steps[0]}/wrong/").fill(what="stranger").send()
    _appoint(cage)
    told = blanche.actor.get(f"/AuditEvent?patient={blanche.person}").json()["entry"]
    said = (one["resource"] for one in told if "wrong-reported" in json.dumps(one["resource"]["subtype"]))
    cage.report = int(next(said)["id"])
    with as_visitor(cage, "doctor: whole") as doctor:  # whose session knows her name from now on
        doctor.get("/patients/").form("Find").fill(typed=blanche.code).send()
        assert doctor.path == f"/patients/{blanche.id}/"
        doctor.get(f"/messages/{blanche.id}/").fill(text=f"{cage.word('talk')} {SCRIPT}").send()
        doctor.get(f"/messages/{blanche.id}/ask/").fill(text=f"{cage.word('talk')} {SCRIPT}").send()
        cage.wish = re.findall(r"/messages/wanted/([^/]+)/", doctor.page.html)[0]
        _bill(cage, doctor, whole)
    suspended = cage.visitors["doctor: suspended"].person
    assert suspended is not None
    with as_visitor(cage, "auditor") as auditor:
        found = re.findall(r"/oversight/emergencies/(\d+)/", auditor.get("/oversight/emergencies/").page.html)
        cage.emergency = max(map(int, found))
    with as_visitor(cage, "admin") as admin:
        admin.get(f"/oversight/people/{suspended.account}/suspend/").fill(reason="They left.").send()
        assert admin.status == 200


def _appoint(cage: Cage) -> None:
    """Visits with the doctor who sees the whole chart; what she says of them, they and she alone may read."""
    whole = cage.visitors["doctor: whole"].person
    assert whole is not None
    with as_visitor(cage, "doctor: whole") as his, as_visitor(cage, "owner") as hers:
        for day, booking in (("2", "open"), ("3", "request")):
            his.get("/visits/hours/add/").fill(weekdays=[day], begin="0", end="24", modes=["video"])
            his.fill(booking=booking).send()
        for times in (_ASKED, _OPEN, _OPEN):
            hers.get(_free(hers, whole, times, 3)).fill(comment=f"{cage.word('visit')} {SCRIPT}").send()
            cage.visits.append(hers.path.split("/")[2])
        hers.get(f"/visits/{cage.visits[-1]}/cancel/").fill(why=f"{cage.word('visit')} {SCRIPT}").send()
        cage.start = _free(hers, whole, r"start=(\d+)", 5)
    for called in ("owner", "doctor: whole"):
        visitor = cage.visitors[called]
        visitor.sees |= {"visit"}
        visitor.contracts |= set(cage.visits)


def _free(browser: Browser, doctor: Person, times: str, after: int) -> str:
    """A free time behind so many others, in the first week that has so many."""
    browser.get(f"/visits/doctors/{doctor.id}/")
    while len(found := re.findall(times, browser.page.html)) <= after:
        browser.follow("Week after")
    return str(found[after])


_OPEN = r'href="([^"]+\?start=\d+)">(?:(?!</a>|>ask<).)*</a>'
_ASKED = r'href="([^"]+\?start=\d+)">(?:(?!</a>).)*>ask<'


def _bill(cage: Cage, browser: Browser, doctor: Person) -> None:
    """Her doctor of the whole record bills her for a visit, and says that she paid."""
    cage.visit = cage.site.visit(cage.blanche, doctor)
    cage.visitors["doctor: whole"].sees |= {"bill"}
    browser.get(f"/payments/visits/{cage.visit}/bill/").fill(what_1=cage.word("bill"), amount_1="50").send()
    cage.bill = browser.form("Send the bill").send().path.strip("/").rpartition("/")[2]
    browser.get(f"/payments/{cage.bill}/received/").form("Yes, the bill is paid").send()
    page = browser.get(f"/payments/{cage.bill}/receipt/").page.html
    cage.receipt = re.findall(r"/payments/verify/([\w-]+)/", page)[0]


@contextmanager
def as_visitor(cage: Cage, called: str) -> Iterator[Browser]:
    """A browser with this visitor's session."""
    with Browser(cage.site) as browser:
        for name, value in cage.visitors[called].cookies.items():
            browser.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        yield browser
