"""What the HTTP edge promises whatever lies behind it: methods, lengths, keys, and how much a bundle may answer."""

import asyncio
from base64 import b64encode
from random import Random
from string import ascii_letters

import httpx
import pytest

from tests.acceptance.cast import name
from tests.acceptance.resources import bundle, observation, said, wish
from tests.stores import settle

MEGABYTE = 1 << 20
LONGEST_ID = 64
LONG = "".join(Random(7).choices(ascii_letters, k=20_000))
"""Nothing that could be pressed together."""


@pytest.fixture(scope="module")
def long(cast):
    """A hospital and a record of its own that is 12 MB long."""
    hospital, patient = cast.hospital(), cast.patient()
    data = b64encode(bytes(9 * MEGABYTE)).decode()
    record = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": patient.person},
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }
    answer = hospital.post("/DocumentReference", record, Prefer="return=minimal")
    assert answer.status_code == 201
    return hospital, patient, answer.headers["location"].partition("/fhir/")[2].partition("/_history")[0]


def statuses(answer):
    assert answer.status_code == 200, answer.text[:500]
    return [entry["response"]["status"][:3] for entry in answer.json()["entry"]]


def test_a_batch_that_has_answered_32_megabytes_leaves_the_rest_undone(long):
    hospital, patient, record = long
    write = wish("POST", "Observation", observation(patient.person))
    answer = hospital.post("", bundle("batch", *[wish("GET", record)] * 20, write))
    assert statuses(answer) == ["200"] * 3 + ["413"] * 18
    assert len(answer.content) < 45 * MEGABYTE
    (issue,) = answer.json()["entry"][-1]["response"]["outcome"]["issue"]
    assert issue["code"] == "too-costly"
    assert "not done" in issue["diagnostics"]
    assert hospital.found(f"/Observation?patient={patient.person}") == []


def test_whole_charts_in_a_batch_share_one_answer(long):
    hospital, patient, _ = long
    answer = hospital.post("", bundle("batch", *[wish("GET", f"{patient.person}/$everything")] * 20))
    assert statuses(answer) == ["200"] * 3 + ["413"] * 17


def test_a_transaction_writes_and_leaves_reads_undone_that_have_no_room(long, cast):
    hospital, _, record = long
    other = cast.patient()
    write = wish("POST", "Observation", observation(other.person))
    answer = hospital.post("", bundle("transaction", *[wish("GET", record)] * 5, write))
    assert statuses(answer) == ["200"] * 3 + ["413"] * 2 + ["201"]
    assert len(other.found(f"/Observation?patient={other.person}")) == 1


def test_a_key_of_any_length_that_is_taken_covers_each_entry_of_a_batch(hospital, ada):
    body = bundle("batch", *[wish("POST", "Observation", observation(ada.person))] * 12)
    for key in ("k" * 255, "ä" * 255):
        first, again = (hospital.post("", body, Idempotency_Key=key) for _ in range(2))
        assert statuses(first) == ["201"] * 12
        assert [entry["response"]["location"] for entry in again.json()["entry"]] == [
            entry["response"]["location"] for entry in first.json()["entry"]
        ]
    assert len(ada.found(f"/Observation?patient={ada.person}&_count=100")) == 24


@pytest.mark.parametrize("key", ["", "k" * 256])
@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_key_that_is_none_is_refused_before_anything_is_done(hospital, ada, kind, key):
    body = bundle(kind, wish("POST", "Observation", observation(ada.person)))
    answer = hospital.post("", body, Idempotency_Key=key)
    assert answer.status_code == 400
    assert "255" in said(answer)
    assert ada.found(f"/Observation?patient={ada.person}") == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "", "POST"),
        ("PATCH", "/Observation/1", "GET, HEAD, PUT, DELETE"),
        ("PUT", "/Observation", "GET, HEAD, POST"),
        ("GET", "/Observation/_search", "POST"),
        ("POST", "/Observation/1/_history", "GET, HEAD"),
        ("GET", "/Patient/1/$break-glass", "POST"),
        ("POST", "/Patient/1/$everything", "GET, HEAD"),
        ("POST", "/metadata", "GET, HEAD"),
    ],
)
def test_405_carries_the_methods_that_there_are(ada, method, path, allowed):
    answer = ada.call(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed


def test_every_other_answer_carries_none(ada):
    for answer in (ada.get(f"/{ada.person}"), ada.get("/Patient/no-such"), ada.post("/Observation", b"")):
        assert "allow" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Observation/{}"),
        ("DELETE", "/Observation/{}"),
        ("GET", "/Observation/{}/_history"),
        ("GET", "/Observation/{}/_history/1"),
        ("GET", "/Patient/{}/$everything"),
        ("GET", "/Patient/{}/$record-index"),
    ],
)
@pytest.mark.parametrize("id_", ["x" * 65, LONG, "%F0%9F%98%80" + LONG], ids=["65", "20000", "unusual"])
def test_an_id_longer_than_any_is_absent_and_the_ledger_keeps_its_beginning(endpoint, ben, method, path, id_):
    def ask(asked):
        newest = "SELECT coalesce(max(seq), 0) FROM entry"
        settle(endpoint.carefolio.database)
        (before,) = endpoint.carefolio.database.one(newest)
        answer = ben.call(method, path.format(asked))
        settle(endpoint.carefolio.database)
        rows = endpoint.carefolio.database.read("SELECT length(body) FROM entry WHERE seq > ?", (before,))
        return answer, [length for (length,) in rows]

    (absent, entries), (answer, written) = ask("0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"), ask(id_)
    assert (answer.status_code, said(answer)) == (404, said(absent))
    assert len(written) == len(entries)
    assert all(length < 1_000 for length in written)


def test_an_id_that_is_cut_is_not_the_record_that_it_begins_with(hospital, ada):
    record = observation(ada.person, id="x" * LONGEST_ID)
    assert hospital.put(name(record), record).status_code == 201
    assert ada.get(name(record)).status_code == 200
    for more in ("x", "\u2026", "/"):
        quoted = "".join(f"%{byte:02x}" for byte in more.encode())
        assert ada.get(name(record) + quoted).status_code == 404


def test_a_refusal_before_the_body_was_read_reaches_a_client_that_sends_on(endpoint):
    async def send():
        async with httpx.AsyncClient(base_url=endpoint.address, timeout=30) as http:
            return await http.post("/fhir/Observation", content=bytes(40 * MEGABYTE))

    for _ in range(5):
        assert asyncio.run(send()).status_code == 401
