"""Charts that are not one's own: what stands in them, who comes to them, and what of it got out.

Each record holds a canary of its own. An answer to somebody who may not see the record may hold neither the canary
nor the record's id, unless the request named it.
"""

from dataclasses import dataclass, field

from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import Actor, Cast, name
from tests.acceptance.resources import RESTRICTED, concept, condition, consent, kinds, observation
from tests.acceptance.wire import Answer


@dataclass
class Chart:
    """A patient's chart: its records by key, and the canary that stands in each."""

    patient: Actor
    records: dict[str, dict] = field(default_factory=dict)
    canaries: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    sees: dict[str, frozenset[str]] = field(default_factory=dict)
    """Which records each actor may see, by key."""


@dataclass(frozen=True)
class Wanted:
    """One request: who, what, about whose chart."""

    who: str
    actor: Actor
    method: str
    path: str
    chart: Chart
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


def fill(cast: Cast, number: int, sender: Actor, other: Actor) -> Chart:
    """A chart with a record of every kind that matters here; some from another hospital, one restricted, one old."""
    patient = cast.patient(f"Canaryname{number:03}z Quinn")
    chart = Chart(patient)
    person = patient.person

    def put(key, author, body):
        canary = f"CANARY-{number}-{key}-ZQ"
        chart.canaries[key] = canary
        noted = {"Task": "description", "Communication": "payload", "Condition": "note", "Observation": "note"}
        element = noted[body["resourceType"]]
        text = canary if element == "description" else [{"contentString" if element == "payload" else "text": canary}]
        chart.records[key] = author.send(body | {element: text})

    put("plain", sender, observation(person))
    put("coded", sender, observation(person, code=concept("2339-0")))
    put("elsewhere", other, condition(person))
    put("restricted", sender, observation(person, meta=RESTRICTED))
    put(
        "task", sender, {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": person}}
    )
    put("message", sender, {"resourceType": "Communication", "status": "completed", "subject": {"reference": person}})
    chart.records["plain"] = sender.change(chart.records["plain"], status="amended")
    chart.canaries["patient"] = f"Canaryname{number:03}z"
    return chart


NORMAL = frozenset({"plain", "coded", "elsewhere", "task", "message", "patient"})
ALL = NORMAL | {"restricted"}
NOTHING: frozenset[str] = frozenset()


def people(cast: Cast, chart: Chart, sender: Actor) -> None:
    """Sixteen who come to this chart, each with what they may see of it."""
    owner, person = chart.patient, chart.patient.person

    def known(called, actor, sees=NOTHING):
        chart.actors[called], chart.sees[called] = actor, sees

    def granted(doctor, who="", **provision):
        return owner.send(consent(person, who or doctor.person, status="active", **provision))

    def expired():
        return {"period": {"end": "2024-01-01"}}

    known("owner", owner, ALL)
    known("another patient", cast.patient())
    delegate, late = cast.patient(), cast.patient()
    known("delegate", delegate, NORMAL)
    known("expired delegate", late)
    owner.send(consent(person, delegate.person, status="active", role="DELEGATEE"))
    owner.send(consent(person, late.person, status="active", role="DELEGATEE", **expired()))
    doctors = {called: cast.doctor() for called in ("with", "without", "withdrawn", "expired", "narrowed", "app")}
    granted(doctors["with"])
    owner.change(granted(doctors["withdrawn"]), status="inactive")
    granted(doctors["expired"], **expired())
    granted(doctors["narrowed"], code=[concept("2339-0")], klass=kinds("Observation"))
    granted(doctors["app"])
    seen = {"with": NORMAL, "narrowed": frozenset({"coded"}), "app": frozenset({"elsewhere"})}
    doctors["app"] = cast.with_token(doctors["app"], scope="user/Condition.rs")
    for called, doctor in doctors.items():
        known(f"doctor: {called}", doctor, seen.get(called, NOTHING))
    unverified = cast.doctor(verified=False)
    granted(unverified)
    known("unverified doctor", unverified)
    known("doctor of another hospital", cast.doctor(cast.hospital("Third")))
    known("hospital that sent", sender, ALL - {"elsewhere", "patient"})
    known("hospital that did not", cast.hospital("Fourth"))
    for role in (PersonRole.PHARMACIST, PersonRole.STAFF, PersonRole.RESEARCHER, PersonRole.AUDITOR, PersonRole.ADMIN):
        known(role.value, cast.other(role, sender))
    known("anonymous", cast.nobody())


def leaks(one: Wanted, answer: Answer, charts: list[Chart]) -> list[str]:
    """What of any chart stands in the answer and may not, wherever in it."""
    text = answer.text + "\n".join(f"{key}: {value}" for key, value in answer.headers)
    asked = one.path + (one.body or b"").decode()
    found = []
    for chart in charts:
        sees = chart.sees[one.who] if chart.actors[one.who] is one.actor else NOTHING
        sees |= meant(one)
        found += [canary for key, canary in chart.canaries.items() if key not in sees and canary in text]
        ids = {record["id"] for key, record in chart.records.items() if key not in sees | listed(one)}
        found += [id_ for id_ in ids if id_ in text and id_ not in asked]
    return found + miscounted(one, answer)


def meant(one: Wanted) -> frozenset[str]:
    """Rule 7: a verified doctor who knows the code gets the name. An auditor's trail names who acted."""
    asks = one.who.startswith("doctor") and one.who != "doctor: app" and "identifier=" in one.path + decoded(one.body)
    return frozenset({"patient"}) if asks or (one.who == "auditor" and is_trail(one)) else NOTHING


def listed(one: Wanted) -> frozenset[str]:
    """Rule 7: after that, references without content; in a trail, references of what was done."""
    if is_trail(one):
        return ALL
    return NORMAL if one.who.startswith("doctor") and one.path.partition("?")[0].endswith("$record-index") else NOTHING


def is_trail(one: Wanted) -> bool:
    return one.path.startswith("/AuditEvent")


def decoded(body: bytes | None) -> str:
    return (body or b"").decode()


def miscounted(one: Wanted, answer: Answer) -> list[str]:
    """A total or a match for somebody who sees nothing of the chart. Who is named in a contract may read that one."""
    asked = (one.path + decoded(one.body)).replace("Patient/", "")
    about = f"patient={one.chart.patient.id}" in asked
    if answer.status != 200 or one.chart.sees[one.who] or not about or is_trail(one):
        return []
    body = answer.json()
    entries = body.get("entry", [])
    matches = [entry for entry in entries if entry.get("search", {}).get("mode") == "match"]
    contracts = 1 if one.path.startswith("/Consent") else 0
    return [f"total {body.get('total')}"] if max(body.get("total", 0), len(matches)) > contracts else []


def is_shut(caller, patient, secret):
    """No way of asking lets the record out."""
    for path in (
        name(secret),
        f"{name(secret)}/_history",
        f"{name(secret)}/_history/1",
        f"/Observation?patient={patient.person}",
        f"/Observation?_id={secret['id']}",
        "/Observation?_count=1000",
        f"/Patient?_id={patient.id}&_revinclude=Observation:patient",
        f"/{patient.person}/$everything",
    ):
        assert "CANARY-SECRET" not in caller.get(path).text, path
    return not caller.sees(secret)
