"""Everybody who can sign in, every address that the router knows, several charts that are not theirs: no leak.

Routes are read from the router: one without a recipe here fails the test.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from carefolio.api.app import OPEN, ROUTES
from tests.acceptance.cast import FHIR_JSON, name
from tests.acceptance.foreign import Chart, Wanted, fill, leaks, people
from tests.acceptance.resources import bundle, condition, observation, wish
from tests.acceptance.wire import Answer, Ask, ask_all

LOG = logging.getLogger(__name__)
AT_ONCE = 24
CHARTS, CHARTS_DRILL = 2, 24
LEAST, LEAST_DRILL = 5_000, 60_000
FORM = "application/x-www-form-urlencoded"
OURS = frozenset({200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 422})


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


def recipe_audit(chart: Chart, *, form: bool = False) -> Iterator[tuple]:
    for query in ("", f"patient={chart.patient.person}", f"patient={chart.patient.id}&_count=2", "_count=500"):
        if form:
            yield "/AuditEvent/_search", query.encode(), (("Content-Type", FORM),)
        else:
            yield f"/AuditEvent?{query}", None, ()


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
    ("GET", "Patient", "{id}", "$record-index"): lambda chart: recipe_operation(chart, "$record-index"),
    # What a verified doctor gets by it is meant; here it is sent without a reason, which opens nothing.
    ("POST", "Patient", "{id}", "$break-glass"): lambda chart: recipe_operation(chart, "$break-glass"),
    ("GET", "AuditEvent"): recipe_audit,
    ("POST", "AuditEvent", "_search"): lambda chart: recipe_audit(chart, form=True),
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


READING_POSTS = frozenset({("POST", "{type}", "_search"), ("POST", "AuditEvent", "_search")})


# ── sending, and looking for canaries ──


def ask(one: Wanted) -> Ask:
    headers = dict(one.headers)
    if one.body is not None:
        headers.setdefault("Content-Type", FHIR_JSON)
    if one.actor.token:
        headers["Authorization"] = f"Bearer {one.actor.token}"
    return Ask(one.method, f"/fhir{one.path}", tuple(headers.items()), one.body)


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
    """Send everything, look into every answer; how many there were of each status."""
    requests = [one for chart in charts for route in RECIPES for one in wanted(chart, route)]
    answers = asyncio.run(ask_all(endpoint.address, map(ask, requests), AT_ONCE))
    pairs = list(zip(requests, answers, strict=True))
    assert [(one.who, one.method, one.path, found) for one, r in pairs if (found := leaks(one, r, charts))] == []
    assert [(one.who, one.method, one.path, r.status) for one, r in pairs if r.status not in OURS] == []
    assert [one.path for one, r in pairs if one.who == "anonymous" and r.status != 401] == []
    return Counter(answer.status for answer in answers)


def test_nothing_leaks(endpoint, build):
    statuses = run(endpoint, build(CHARTS))
    LOG.info("%d requests, 0 leaks: %s", statuses.total(), dict(statuses))
    assert statuses.total() >= LEAST, statuses
    assert statuses[200] > 0
    assert statuses[404] > 0


@pytest.mark.drill
def test_nothing_leaks_from_many_charts(endpoint, build):
    statuses = run(endpoint, build(CHARTS_DRILL))
    LOG.info("%d requests, 0 leaks: %s", statuses.total(), dict(statuses))
    assert statuses.total() >= LEAST_DRILL, statuses


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
        Answer(200, [], encode({"note": chart.canaries["plain"]})),
        Answer(404, [("x", chart.canaries["task"])], b"{}"),
        Answer(200, [], encode({"id": chart.records["coded"]["id"]})),
        Answer(200, [], encode({"resourceType": "Bundle", "total": 1})),
        Answer(200, [], encode({"entry": [{"search": {"mode": "match"}}]})),
    ):
        assert leaks(one, answer, [chart])
    assert leaks(one, Answer(200, [], encode({"resourceType": "Bundle", "total": 0})), [chart]) == []
