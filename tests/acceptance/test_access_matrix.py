"""Everybody who can sign in, every address that the router knows, several charts that are not theirs: no leak.

Each record of the foreign charts holds a canary of its own. An answer to somebody who may not see the record may hold
neither the canary nor the record's id unless the request named it. Routes are read from the router: one without a
recipe here fails the test.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product

import httpx
import pytest

from carefolio.api.app import OPEN, ROUTES
from carefolio.base import clock
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import FHIR_JSON, LONG_MINUTES, Actor, Cast, name
from tests.acceptance.resources import RESTRICTED, bundle, concept, condition, consent, kinds, observation, wish

AT_ONCE = 24
CHARTS, CHARTS_DRILL = 2, 24
LEAST, LEAST_DRILL = 5_000, 60_000
FORM = "application/x-www-form-urlencoded"
OURS = frozenset({200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 422})


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


# ── the charts and those who come ──


def fill(cast: Cast, number: int, sender: Actor, other: Actor) -> Chart:
    """A chart with a record of every kind that matters here; some from another hospital, one restricted, one old."""
    patient = cast.patient(f"Canaryname{number} Quinn")
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
    chart.canaries["patient"] = f"Canaryname{number}"
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


def own_chart(cast: Cast, actor: Actor) -> dict:
    """Something that the actor certainly may do, so that a token that opens nothing at all is noticed."""
    return {"path": f"/{actor.person}" if actor.person else f"/{actor.organization}", "actor": actor}


# ── the requests ──


def searches(chart: Chart) -> list[str]:
    """Query strings that ask for the chart, for all, and for what hangs on it."""
    id_, person = chart.patient.id, chart.patient.person
    one = chart.records["plain"]["id"]
    return [
        "",
        "?_total=accurate",
        "?_summary=count",
        f"?patient={person}",
        f"?patient={id_}&_total=accurate&_count=1",
        f"?patient={id_}&_summary=count",
        f"?subject={person}&_include=Observation:subject",
        f"?_id={one}",
        f"?_id={id_}&_revinclude=Observation:subject",
        f"?identifier={chart.patient.code}",
        f"?patient={id_}&foo=bar",
        f"?patient={id_}&_sort=-_lastUpdated",
        "?_count=1&_page=nonsense",
    ]


def bodies(chart: Chart, type_: str) -> list[tuple[bytes | None, tuple[tuple[str, str], ...]]]:
    """Writes into the chart: all of them are refused to who may not add."""
    made = {"Observation": observation(chart.patient.person), "Condition": condition(chart.patient.person)}
    body = made.get(type_, {"resourceType": type_, "subject": {"reference": chart.patient.person}})
    conditional = (("If-None-Exist", f"patient={chart.patient.id}"),)
    return [(encode(body), ()), (encode(body), conditional), (b"{", ())]


def encode(body: dict) -> bytes:
    return json.dumps(body).encode()


TYPES = ("Observation", "Condition", "Patient", "Consent", "Task", "Communication")


def recipe_root(chart: Chart) -> Iterator[tuple]:
    urls = [name(record)[1:] for record in chart.records.values()]
    urls += [f"{chart.patient.person}/$everything", f"Observation?patient={chart.patient.id}&_total=accurate"]
    for kind in ("batch", "transaction"):
        yield "", encode(bundle(kind, *[wish("GET", url) for url in urls])), ()
        body = observation(chart.patient.person)
        yield "", encode(bundle(kind, wish("PUT", name(chart.records["plain"])[1:], body | {"id": "x"}))), ()


def recipe_type(chart: Chart, method: str) -> Iterator[tuple]:
    for type_ in TYPES:
        if method == "GET":
            yield from ((f"/{type_}{query}", None, ()) for query in searches(chart))
        else:
            yield from ((f"/{type_}", body, headers) for body, headers in bodies(chart, type_))


def recipe_search(chart: Chart) -> Iterator[tuple]:
    for type_, query in product(TYPES, searches(chart)):
        yield f"/{type_}/_search", query[1:].encode(), (("Content-Type", FORM),)


def recipe_one(chart: Chart, method: str) -> Iterator[tuple]:
    for record in (*chart.records.values(), {"resourceType": "Patient", "id": chart.patient.id}):
        changed = {**record, "status": "entered-in-error"}
        yield name(record), encode(changed) if method == "PUT" else None, ()
        yield name(record), encode(changed) if method == "PUT" else None, (("If-Match", 'W/"9"'),)
        yield f"{name(record)}?_pretty=true", encode(changed) if method == "PUT" else None, ()


def recipe_history(chart: Chart, tails: tuple[str, ...]) -> Iterator[tuple]:
    for record in (*chart.records.values(), {"resourceType": "Patient", "id": chart.patient.id}):
        yield from ((f"{name(record)}/_history{tail}", None, ()) for tail in tails)


def recipe_operation(chart: Chart, operation: str) -> Iterator[tuple]:
    address = f"/{chart.patient.person}/{operation}"
    yield address, None, ()
    yield f"{address}?_count=1", None, ()
    yield f"{address}?nonsense=1", None, (("Prefer", "handling=lenient"),)


def recipe_audit(chart: Chart) -> Iterator[tuple]:
    for query in ("", f"?patient={chart.patient.person}", f"?patient={chart.patient.id}&_count=2", "?_count=500"):
        yield f"/AuditEvent{query}", None, ()


RECIPES = {
    ("POST",): lambda chart: recipe_root(chart),
    ("GET", "{type}"): lambda chart: recipe_type(chart, "GET"),
    ("POST", "{type}"): lambda chart: recipe_type(chart, "POST"),
    ("POST", "{type}", "_search"): recipe_search,
    ("GET", "{type}", "{id}"): lambda chart: recipe_one(chart, "GET"),
    ("PUT", "{type}", "{id}"): lambda chart: recipe_one(chart, "PUT"),
    ("DELETE", "{type}", "{id}"): lambda chart: recipe_one(chart, "DELETE"),
    ("GET", "{type}", "{id}", "_history"): lambda chart: recipe_history(chart, ("", "?_count=1", "?_before=2")),
    ("GET", "{type}", "{id}", "_history", "{version}"): lambda chart: recipe_history(chart, ("/1", "/2", "/3", "/x")),
    ("GET", "Patient", "{id}", "$everything"): lambda chart: recipe_operation(chart, "$everything"),
    ("POST", "Patient", "{id}", "$everything"): lambda chart: recipe_operation(chart, "$everything"),
    ("GET", "Patient", "{id}", "$record-index"): lambda chart: recipe_operation(chart, "$record-index"),
    # What a verified doctor gets by it is meant; here it is sent without a reason, which opens nothing.
    ("POST", "Patient", "{id}", "$break-glass"): lambda chart: recipe_operation(chart, "$break-glass"),
    ("GET", "AuditEvent"): recipe_audit,
    ("GET", "AuditEvent", "{id}"): lambda chart: ((f"/AuditEvent/{n}", None, ()) for n in range(1, 30)),
}
NOT_SENT = {
    ("POST", "AuditEvent"): "answers nothing but 403; test_http_reading proves it",
    ("PUT", "AuditEvent", "{id}"): "answers nothing but 403; test_http_reading proves it",
    ("DELETE", "AuditEvent", "{id}"): "answers nothing but 403; test_http_reading proves it",
}
WRITING = frozenset({"POST", "PUT", "DELETE"})


def routes() -> list[tuple[str, ...]]:
    return [(method, *shape) for shape, handlers in ROUTES.items() for method in handlers]


def wanted(chart: Chart, route: tuple[str, ...]) -> Iterator[Wanted]:
    """Every request of one route by every actor. Who may write in the chart does not: it would change it."""
    for called, actor in chart.actors.items():
        writes = route[0] in WRITING and route not in READING_POSTS
        if writes and called in ("owner", "hospital that sent", "hospital that did not", "delegate"):
            continue
        for path, body, headers in RECIPES[route](chart):
            yield Wanted(called, actor, route[0], path, chart, body, headers)


READING_POSTS = frozenset({("POST", "{type}", "_search"), ("POST", "Patient", "{id}", "$everything")})


# ── sending, and looking for canaries ──


async def send(http: httpx.AsyncClient, one: Wanted) -> tuple[Wanted, httpx.Response]:
    headers = {"Content-Type": FHIR_JSON} if one.body is not None else {}
    headers |= dict(one.headers)
    if one.actor.token:
        headers["Authorization"] = f"Bearer {one.actor.token}"
    return one, await http.request(one.method, f"/fhir{one.path}", content=one.body, headers=headers)


async def send_all(address: str, requests: list[Wanted]) -> list[tuple[Wanted, httpx.Response]]:
    left, answers = iter(requests), []

    async def worker(http):
        for one in left:
            answers.append(await send(http, one))

    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as http:
        await asyncio.gather(*(worker(http) for _ in range(AT_ONCE)))
    return answers


def leaks(one: Wanted, answer: httpx.Response, charts: list[Chart]) -> list[str]:
    """What of any chart stands in the answer and may not, wherever in it."""
    text = answer.text + "\n".join(f"{key}: {value}" for key, value in answer.headers.multi_items())
    found = []
    for chart in charts:
        sees = chart.sees[one.who] if chart.actors[one.who] is one.actor else NOTHING
        if one.who == "hospital that sent":
            sees = chart.sees[one.who]
        if one.who == "anonymous":
            sees = NOTHING
        found += [canary for key, canary in chart.canaries.items() if key not in sees and canary in text]
        asked = one.path + (one.body or b"").decode()
        found += [
            record["id"]
            for key, record in chart.records.items()
            if key not in sees and record["id"] in text and record["id"] not in asked and not is_trail(one)
        ]
    return found + miscounted(one, answer)


def is_trail(one: Wanted) -> bool:
    """Auditors, and everybody in their own trail, see references of what was done, never content."""
    return one.path.startswith("/AuditEvent")


def miscounted(one: Wanted, answer: httpx.Response) -> list[str]:
    """A total or an entry for somebody who sees nothing of the chart."""
    if answer.status_code != 200 or one.chart.sees[one.who] or f"patient={one.chart.patient.id}" not in one.path:
        return []
    body = answer.json()
    if is_trail(one) or body.get("resourceType") != "Bundle":
        return []
    matches = [entry for entry in body.get("entry", []) if entry.get("search", {}).get("mode") == "match"]
    return [f"total {body.get('total')}, {len(matches)} entries"] if body.get("total") or matches else []


@pytest.fixture(scope="module")
def build(cast):
    """Makes charts; kept for all tests of this file."""
    sender, other = cast.hospital("First"), cast.hospital("Second")
    made: list[Chart] = []

    def charts(count):
        for number in range(len(made), count):
            chart = fill(cast, number, sender, other)
            people(cast, chart, sender)
            made.append(chart)
        return made[:count]

    return charts


def test_every_route_has_a_recipe():
    assert sorted(routes()) == sorted([*RECIPES, *NOT_SENT])
    assert sorted(OPEN) == [("fhir", "metadata"), ("healthz",), ("readyz",)]


def test_what_is_open_holds_nothing_of_anybody(cast, build):
    (chart,) = build(1)
    for path in OPEN:
        text = cast.http.get("/" + "/".join(path)).text
        assert not any(canary in text for canary in chart.canaries.values())
        assert chart.patient.id not in text


def test_there_are_actors_enough(build):
    (chart,) = build(1)
    assert len(chart.actors) >= 14


def test_every_actor_sees_exactly_what_they_may(cast, build):
    for chart in build(CHARTS):
        for called, actor in chart.actors.items():
            statuses = {key: actor.get(name(body)).status_code for key, body in chart.records.items()}
            seen = {key for key, status in statuses.items() if status == 200}
            assert seen == chart.sees[called] - {"patient"}, called
            patient = actor.get(f"/{chart.patient.person}").status_code
            assert (patient == 200) == ("patient" in chart.sees[called]), called


def test_every_token_opens_what_it_is_for(cast, build):
    (chart,) = build(1)
    for called, actor in chart.actors.items():
        if called == "anonymous":
            assert actor.get("/metadata").status_code == 200
        elif called == "doctor: app":
            assert actor.sees(chart.records["elsewhere"])
        else:
            assert actor.get(f"/{actor.person or actor.organization}").status_code == 200, called
            assert chart.canaries["plain"] not in actor.get("/Organization").text


def run(endpoint, charts):
    """Send everything, look into every answer; the number of requests and of statuses."""
    requests = [one for chart in charts for route in RECIPES for one in wanted(chart, route)]
    answers = asyncio.run(send_all(endpoint.address, requests))
    leaked = [(one.who, one.method, one.path, found) for one, r in answers if (found := leaks(one, r, charts))]
    assert leaked == []
    odd = [(one.who, one.method, one.path, r.status_code) for one, r in answers if r.status_code not in OURS]
    assert odd == []
    open_to_all = [one.path for one, r in answers if one.who == "anonymous" and r.status_code != 401]
    assert open_to_all == []
    return Counter(r.status_code for _, r in answers)


def test_nothing_leaks(endpoint, build, record_property):
    statuses = run(endpoint, build(CHARTS))
    record_property("requests", sum(statuses.values()))
    assert sum(statuses.values()) >= LEAST, statuses
    assert statuses[200] > 0
    assert statuses[404] > 0


@pytest.mark.drill
def test_nothing_leaks_from_many_charts(endpoint, build, record_property):
    statuses = run(endpoint, build(CHARTS_DRILL))
    record_property("requests", sum(statuses.values()))
    assert sum(statuses.values()) >= LEAST_DRILL, statuses


def test_no_write_of_the_matrix_went_into_a_chart(endpoint, build):
    charts = build(CHARTS)
    for chart in charts:
        before = chart.patient.get(f"/{chart.patient.person}/$everything").json()["total"]
        assert before == len(chart.records) + 1 + len(chart.patient.found("/Consent?_count=100"))


def test_a_leak_would_be_found(build):
    """The detector itself: a canary in a body, in a header, and a total are each found."""
    (chart,) = build(1)
    actor = chart.actors["another patient"]
    one = Wanted("another patient", actor, "GET", f"/Observation?patient={chart.patient.id}", chart)
    for answer in (
        httpx.Response(200, text=f'{{"note":"{chart.canaries["plain"]}"}}'),
        httpx.Response(404, headers={"x": chart.canaries["task"]}, text="{}"),
        httpx.Response(200, text=f'{{"id":"{chart.records["coded"]["id"]}"}}'),
        httpx.Response(200, json={"resourceType": "Bundle", "total": 1}),
    ):
        assert leaks(one, answer, [chart])
    assert leaks(one, httpx.Response(200, json={"resourceType": "Bundle", "total": 0}), [chart]) == []
