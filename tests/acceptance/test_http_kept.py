"""Answers that callers keep: asked for again they are decided and recorded again, whatever was kept."""

import pytest

from carefolio.ledger.entry import Kind
from tests.acceptance.cast import name
from tests.acceptance.resources import bundle, consent, observation, wish
from tests.stores import settle

KEPT, UNKEPT = "private, no-cache", "no-store"
AGES_AGO, IN_AGES = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


def recorded(endpoint, ask):
    """The answer, and the kinds of the entries that it left."""
    settle(endpoint.carefolio.database)
    (before,) = endpoint.carefolio.database.one("SELECT coalesce(max(seq), 0) FROM entry")
    answer = ask()
    settle(endpoint.carefolio.database)
    rows = endpoint.carefolio.database.read("SELECT kind FROM entry WHERE seq > ? ORDER BY seq", (before,))
    return answer, [Kind(kind) for (kind,) in rows]


@pytest.fixture
def opened(hospital, ada, ben):
    """A record that a doctor reads under a contract, and the contract."""
    made = hospital.send(observation(ada.person))
    asked = ben.send(consent(ada.person, ben.person))
    contract = ada.change(asked, status="active")
    return made, contract


@pytest.mark.parametrize("tail", ["", "/_history/1"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": 'W/"1"'},
        {"If_None_Match": '"1"'},
        {"If_None_Match": 'W/"7", W/"1"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": IN_AGES},
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_still_the_same_is_304_and_recorded_as_a_read(endpoint, ben, opened, tail, headers, method):
    path = name(opened[0]) + tail
    whole, read = recorded(endpoint, lambda: ben.get(path))
    answer, entries = recorded(endpoint, lambda: ben.call(method, path, **headers))
    assert (answer.status_code, answer.content) == (304, b"")
    assert entries == read == [Kind.DISCLOSED_READ]
    for header in ("etag", "last-modified", "cache-control", "vary"):
        assert answer.headers[header] == whole.headers[header]
    assert answer.headers["cache-control"] == KEPT
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": 'W/"2"'},
        {"If_None_Match": 'W/"2"', "If_Modified_Since": IN_AGES},
        {"If_Modified_Since": AGES_AGO},
        {"If_Modified_Since": "nonsense"},
        {},
    ],
)
def test_what_is_not_comes_whole(endpoint, ben, opened, headers):
    answer, entries = recorded(endpoint, lambda: ben.get(name(opened[0]), **headers))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, KEPT)
    assert entries == [Kind.DISCLOSED_READ]


def test_the_date_that_was_told_is_enough_while_there_is_one_version(hospital, ada, opened):
    path = name(opened[0])
    told = ada.get(path).headers["last-modified"]
    assert ada.get(path, If_Modified_Since=told).status_code == 304
    hospital.change(opened[0])
    assert ada.get(path, If_Modified_Since=told).status_code == 200
    assert ada.get(path, If_None_Match='W/"1"').status_code == 200
    assert ada.get(path, If_None_Match='W/"2"').status_code == 304
    assert ada.get(path + "/_history/1", If_Modified_Since=told).status_code == 304


@pytest.mark.parametrize("tail", ["", "/_history/1"])
@pytest.mark.parametrize(
    "headers", [{"If_None_Match": 'W/"1"'}, {"If_None_Match": "*"}, {"If_Modified_Since": IN_AGES}]
)
def test_after_a_withdrawal_nothing_tells_that_it_is_still_the_same(endpoint, ada, ben, opened, tail, headers):
    made, contract = opened
    assert ben.get(name(made) + tail, **headers).status_code == 304
    ada.change(contract, status="inactive")
    hidden, entries = recorded(endpoint, lambda: ben.get(name(made) + tail, **headers))
    absent = ben.get("/Observation/0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000" + tail, **headers)
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    assert entries == [Kind.REFUSED]
    assert hidden.headers["cache-control"] == absent.headers["cache-control"] == UNKEPT
    assert hidden.headers["vary"] == absent.headers["vary"]


def test_a_stranger_learns_nothing_by_naming_versions(ben, charlie, opened):
    for version in ("1", "2"):
        assert charlie.get(name(opened[0]), If_None_Match=f'W/"{version}"').status_code == 404


def test_what_was_deleted_is_410_whatever_was_kept(hospital, ada, opened):
    hospital.delete(name(opened[0]))
    answer = ada.get(name(opened[0]), If_None_Match="*")
    assert (answer.status_code, answer.headers["cache-control"]) == (410, UNKEPT)


def test_an_entry_of_a_batch_is_304_too(endpoint, ben, opened):
    entry = wish("GET", name(opened[0])[1:])
    entry["request"]["ifNoneMatch"] = 'W/"1"'
    answer, entries = recorded(endpoint, lambda: ben.post("", bundle("batch", entry)))
    assert answer.json()["entry"][0]["response"]["status"] == "304 Not Modified"
    assert entries == [Kind.DISCLOSED_READ]
    assert answer.headers["cache-control"] == UNKEPT


def test_all_else_is_not_kept(endpoint, hospital, ada, ben, opened):
    answers = [
        hospital.post("/Observation", observation(ada.person)),
        hospital.put(name(opened[0]), opened[0]),
        ada.get(f"/Observation?patient={ada.person}"),
        ada.get(f"/{ada.person}/$everything"),
        ada.get(name(opened[0]) + "/_history"),
        ada.get(f"/AuditEvent?patient={ada.person}"),
        ada.http.get("/healthz"),
        ada.http.get("/readyz"),
        ada.http.get(f"/fhir/{ada.person}"),
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {UNKEPT}


def test_metadata_may_be_kept_by_anybody(ada):
    answer = ada.http.get("/fhir/metadata")
    assert answer.headers["cache-control"] == "public, max-age=300"
    again = ada.http.get("/fhir/metadata", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert ada.http.get("/fhir/metadata", headers={"if-none-match": '"other"'}).status_code == 200
    assert {one["conditionalRead"] for one in answer.json()["rest"][0]["resource"] if "versioning" in one} == {
        "full-support"
    }
