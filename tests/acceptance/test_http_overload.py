"""Far more at once than can be done: who is let in is answered, the rest is told when to come again, others do not
suffer for it, and afterwards all is as before. The figures are the bench's (``carefolio bench overload``).
"""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.acceptance.cast import Cast, name
from tests.acceptance.resources import observation
from tests.acceptance.server import spawned, start
from tests.acceptance.wire import Ask, Wire

AT_ONCE = 900
OWN_TO_EACH_ANSWER = ("date", "server-timing", "x-request-id")
pytestmark = pytest.mark.usefixtures("scene")


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A server process, a hospital, a patient with a chart of some length, and a doctor who may see nothing of it."""
    data = tmp_path_factory.mktemp("overload")
    endpoint = start(data)
    with httpx.Client(base_url=endpoint.address) as http:
        cast = Cast(endpoint, http)
        hospital, patient, doctor = cast.hospital(), cast.patient(), cast.doctor()
        for _ in range(60):
            made = hospital.send(observation(patient.person))
    endpoint.stop()
    with spawned(data) as (address, _):
        yield address, hospital.token, patient.token, doctor.token, patient.person, name(made)


def get(path, token):
    return Ask("GET", path, (("authorization", f"Bearer {token}"),) if token else ())


async def flood(address, asks, beside=()):
    """All of them at once, each on a connection of its own; ``beside`` one after the other meanwhile."""
    opened, ready = [], asyncio.Event()

    async def one(ask):
        async with Wire.open(address) as wire:
            opened.append(wire)
            if len(opened) == len(asks):
                ready.set()
            await ready.wait()
            return await wire.ask(ask)

    async def others():
        await ready.wait()
        async with Wire.open(address) as wire:
            return [await wire.ask(ask) for ask in beside]

    found = await asyncio.gather(others(), *map(one, asks))
    return found[1:], found[0]


def shown(answer):
    return answer.status, [one for one in answer.headers if one[0] not in OWN_TO_EACH_ANSWER], answer.content


def test_the_rest_is_told_when_to_come_again_and_nobody_else_suffers(scene):
    address, hospital, patient, _, person, record = scene
    asks = [get(f"/fhir/Observation?patient={person}&_count=60", hospital)] * AT_ONCE
    beside = [get(f"/fhir{record}", patient), get("/healthz", ""), get("/readyz", "")] * 8
    warm = [get(f"/fhir{record}", patient), get(f"/fhir{record}", hospital)]
    asyncio.run(flood(address, warm))
    answers, others = asyncio.run(flood(address, asks, beside))
    counted = Counter(answer.status for answer in answers)
    assert counted[200] >= 32, counted
    assert counted[429] + counted[503] > 0, counted
    assert sum(counted[status] for status in (200, 429, 503)) == AT_ONCE
    for answer in answers:
        if answer.status != 200:
            assert answer.header("retry-after") == "1"
            assert answer.json()["issue"][0]["code"] in ("throttled", "transient")
            assert answer.header("x-carefolio-region")
            assert answer.header("cache-control") == "no-store"
    assert {answer.status for answer in others} == {200}
    (again,), _ = asyncio.run(flood(address, asks[:1]))
    assert again.status == 200


def test_a_flood_of_made_up_tokens_is_one_client(scene):
    address, _, patient, _, _, record = scene
    asyncio.run(flood(address, [get(f"/fhir{record}", patient)]))
    asks = [get(f"/fhir{record}", f"made-up-{number}") for number in range(AT_ONCE)]
    answers, others = asyncio.run(flood(address, asks, [get(f"/fhir{record}", patient)] * 8))
    assert {answer.status for answer in answers} <= {401, 429, 503}
    assert {answer.status for answer in others} == {200}


def test_a_refusal_is_the_same_for_what_is_hidden_and_what_is_absent(scene):
    address, _, _, doctor, _, record = scene
    absent = "/Observation/0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
    asyncio.run(flood(address, [get(f"/fhir{record}", doctor)]))
    asks = [get(f"/fhir{path}", doctor) for path in (record, absent)] * (AT_ONCE // 2)
    answers, _ = asyncio.run(flood(address, asks))
    by_status = {}
    for place, answer in enumerate(answers):
        assert answer.status in (404, 429, 503)
        by_status.setdefault(answer.status, {}).setdefault(place % 2, set()).add(str(shown(answer)))
    for kinds in by_status.values():
        assert len(set().union(*kinds.values())) == 1


def test_pages_have_a_gate_of_their_own(scene):
    address, *_, record = scene
    pages = [get("/accounts/login/", "")] * 450
    answers, others = asyncio.run(flood(address, pages, [get(f"/fhir{record}", scene[2])] * 4))
    counted = Counter(answer.status for answer in answers)
    assert counted[200] >= 12
    assert counted[429] + counted[503] > 0
    assert sum(counted[status] for status in (200, 429, 503)) == 450
    for answer in answers:
        if answer.status != 200:
            assert answer.header("retry-after") == "1"
            assert "<h1>Please try again</h1>" in answer.text
            assert "default-src 'none'" in answer.header("content-security-policy")
    assert {answer.status for answer in others} == {200}
