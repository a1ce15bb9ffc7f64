"""Too much of anything is refused while memory and other people's waiting stay bounded; the server is a process.

How long somebody waits is told by what the server computes meanwhile, so that other tests on the same machine do not
count; the drill, which runs alone, looks at the clock on the wall.
"""

import asyncio
import json
import logging
import os
import socket
from contextlib import AsyncExitStack, suppress
from http.client import HTTPResponse
from itertools import chain
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acceptance.cast import FHIR_JSON, Cast, name
from tests.acceptance.resources import observation
from tests.acceptance.server import spawned, start
from tests.acceptance.wire import Answer, Ask, Wire

LOG = logging.getLogger(__name__)
MEGABYTE = 1 << 20
LIMIT = 32 * MEGABYTE
MEMORY_GROWTH = 512 * MEGABYTE
"""How much more a single request may make the process hold at its peak."""
WAIT_SECONDS = 2.0
"""How long somebody else's read may take meanwhile."""
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@pytest.fixture(
    scope="module",
    params=[pytest.param(False, id="computing"), pytest.param(True, id="waiting", marks=pytest.mark.drill)],
)
def scene(request, tmp_path_factory):
    """A server process, a hospital's token, a patient, a record that somebody else reads meanwhile, and the clock."""
    data = tmp_path_factory.mktemp("bounded")
    endpoint = start(data)
    with httpx.Client(base_url=endpoint.address) as http:
        cast = Cast(endpoint, http)
        hospital, patient = cast.hospital(), cast.patient()
        record = hospital.send(observation(patient.person))
        found = hospital.token, patient.person, f"/fhir{name(record)}"
    endpoint.stop()
    with spawned(data) as (address, process):
        yield address, process, *found, perf_counter if request.param else lambda: computed(process)


def held(process: int, what: str) -> int:
    """Bytes of memory that the process holds (VmRSS) or held at its peak (VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


def computed(process: int) -> float:
    """Seconds of processor time that the process has taken, in all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def head(token: str, *lines: str, path: str = "/fhir/Observation") -> bytes:
    sent = [f"POST {path} HTTP/1.1", "host: x", f"authorization: Bearer {token}", f"content-type: {FHIR_JSON}", *lines]
    return ("\r\n".join(sent) + "\r\n\r\n").encode()


def pour(address: str, pieces) -> Answer:
    """Send the pieces for as long as the server takes them, then read what it answered."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as plug:
        with suppress(ConnectionError):
            for piece in pieces:
                plug.sendall(piece)
        answer = HTTPResponse(plug)
        answer.begin()
        return Answer(answer.status, answer.getheaders(), answer.read())


async def beside(scene, work) -> tuple[Answer, float]:
    """What comes of the work, and the longest that a read beside it took."""
    address, _, token, _, path, clock = scene
    task, worst = asyncio.ensure_future(work), 0.0
    async with Wire.open(address) as wire:
        while not task.done():
            started = clock()
            answer = await wire.ask(Ask("GET", path, (("authorization", f"Bearer {token}"),)))
            assert answer.status == 200
            worst = max(worst, clock() - started)
    return await task, worst


def bounded(scene, pieces, *lines: str, path: str = "/fhir/Observation") -> Answer:
    """Send one large request; insists that memory and waiting stayed inside the bounds."""
    address, process, token, *_ = scene
    forget_peak(process)
    before = held(process, "VmRSS")

    sent = chain([head(token, *lines, path=path)], pieces)
    answer, worst = asyncio.run(beside(scene, asyncio.to_thread(pour, address, sent)))
    grown = held(process, "VmHWM") - before
    LOG.info("%d: %d MB more, another client waited %.2f s", answer.status, grown // MEGABYTE, worst)
    assert grown <= MEMORY_GROWTH
    assert worst <= WAIT_SECONDS
    return answer


def chunks(total: int, fill: bytes = b" "):
    piece = fill * (MEGABYTE // len(fill))
    for _ in range(total // MEGABYTE):
        yield b"%x\r\n" % len(piece) + piece + b"\r\n"
    yield b"0\r\n\r\n"


def whole(body: bytes):
    return [body], f"content-length: {len(body)}"


def sentence(answer: Answer) -> str:
    return str(answer.json()["issue"][0]["diagnostics"])


def test_50_megabytes_by_content_length_are_413_before_they_are_kept(scene):
    answer = bounded(scene, (b" " * MEGABYTE for _ in range(50)), f"content-length: {50 * MEGABYTE}")
    assert answer.status == 413
    assert "32 MB" in sentence(answer)


def test_50_megabytes_in_chunks_are_413(scene):
    answer = bounded(scene, chunks(50 * MEGABYTE), "transfer-encoding: chunked")
    assert answer.status == 413


@pytest.mark.parametrize("megabytes", [40, 60])
def test_a_client_that_sends_all_before_it_listens_reads_its_413(scene, megabytes):
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(base_url=scene[0], timeout=60) as http:
            headers = {"authorization": f"Bearer {scene[2]}", "content-type": FHIR_JSON}
            return await http.post("/fhir/Observation", content=b" " * (megabytes * MEGABYTE), headers=headers)

    for _ in range(5):
        assert asyncio.run(send()).status_code == 413


def test_a_refused_body_that_does_not_come_is_not_waited_for_long(scene):
    address, _, token, *_ = scene
    with socket.create_connection(address.removeprefix("http://").split(":"), timeout=30) as plug:
        plug.sendall(head(token, f"content-length: {40 * MEGABYTE}") + b"{")
        answer = HTTPResponse(plug)
        answer.begin()
        assert answer.status == 413


def test_a_client_that_asks_first_is_told_at_once(scene):
    address, _, token, *_ = scene
    with socket.create_connection(address.removeprefix("http://").split(":"), timeout=30) as plug:
        plug.sendall(head(token, f"content-length: {40 * MEGABYTE}", "expect: 100-continue"))
        assert plug.recv(12) == b"HTTP/1.1 413"


def test_a_terabyte_that_is_only_announced_is_413(scene):
    assert bounded(scene, [b"{"], f"content-length: {1 << 40}").status == 413


def test_32_megabytes_of_text_in_a_record_are_taken(scene):
    body = json.dumps(observation(scene[3], note=[{"text": "x" * (LIMIT - 2_000)}])).encode()
    pieces, length = whole(body)
    assert bounded(scene, pieces, length).status in (201, 422)


@pytest.mark.parametrize("many", [b"[],", b"{},", b'{"a":1},', b"[[]],"])
def test_32_megabytes_of_tiny_objects_are_413(scene, many):
    body = b'{"resourceType":"Observation","note":[' + many * ((LIMIT - 100) // len(many)) + b"0]}"
    pieces, length = whole(body)
    answer = bounded(scene, pieces, length)
    assert answer.status == 413
    assert "600000 objects" in sentence(answer)


@pytest.mark.parametrize("many", [b"[],", b"{},", b'{"a":1},', b'{"a":{"b":["c"]}},'])
def test_as_many_objects_as_are_read(scene, many):
    rows = many * (599_000 // (many.count(b"[") + many.count(b"{")))
    text = b'"' + b"x" * (LIMIT - 1_000 - len(rows)) + b'"'
    pieces, length = whole(b'{"resourceType":"Observation","note":[' + rows + text + b"]}")
    answer = bounded(scene, pieces, length)
    assert answer.status == 422
    assert sentence(answer)


@pytest.mark.parametrize("many", [b"0,", b'"",'])
def test_32_megabytes_of_very_little(scene, many):
    body = b'{"resourceType":"Observation","note":[' + many * ((LIMIT - 100) // len(many)) + b"0]}"
    pieces, length = whole(body)
    answer = bounded(scene, pieces, length)
    assert answer.status in (400, 413, 422)
    assert sentence(answer)


def test_32_megabytes_of_brackets(scene):
    pieces, length = whole(b"[" * LIMIT)
    assert bounded(scene, pieces, length).status == 413


def test_32_megabytes_of_different_keys(scene):
    body = b"{" + b",".join(b'"%x":1' % number for number in range(2_500_000)) + b"}"
    pieces, length = whole(body)
    assert bounded(scene, pieces, length).status in (400, 413, 422)


def test_a_bundle_of_too_many_small_entries(scene):
    entry = b'{"request":{"method":"GET","url":"Patient/1"}},'
    body = b'{"resourceType":"Bundle","type":"batch","entry":[' + entry * 500_000 + entry[:-1] + b"]}"
    pieces, length = whole(body)
    assert bounded(scene, pieces, length, path="/fhir").status == 413


def test_a_transaction_of_many_records_lets_others_read(scene):
    entry = {"request": {"method": "POST", "url": "Observation"}, "resource": observation(scene[3])}
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry] * 3_000}).encode()
    pieces, length = whole(body)
    assert bounded(scene, pieces, length, path="/fhir").status == 200


def test_a_batch_of_many_bad_records_lets_others_read_between_them(scene):
    note = [{"text": "x", "nonsense": 1}] * 50
    entry = {"request": {"method": "POST", "url": "Observation"}, "resource": observation(scene[3], note=note)}
    body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [entry] * 1_500}).encode()
    pieces, length = whole(body)
    sent = chain([head(scene[2], length, path="/fhir")], pieces)
    answer, worst = asyncio.run(beside(scene, asyncio.to_thread(pour, scene[0], sent)))
    LOG.info("another client waited %.2f s", worst)
    assert answer.status == 200
    assert worst <= WAIT_SECONDS / 5


def test_a_body_that_never_ends_does_not_hold_up_others(scene):
    address, _, token, *_ = scene

    async def idle() -> tuple[Answer, float]:
        async with AsyncExitStack() as open_:
            for _ in range(50):
                slow = await open_.enter_async_context(Wire.open(address))
                slow.writer.write(head(token, "content-length: 1000") + b'{"resourceType"')
            wire = await open_.enter_async_context(Wire.open(address))
            read = wire.ask(Ask("GET", scene[4], (("authorization", f"Bearer {token}"),)))
            return await beside(scene, read)

    answer, worst = asyncio.run(idle())
    assert answer.status == 200
    assert worst <= WAIT_SECONDS


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /fhir/metadata HTTP/1.1\r\n\r\n",
        b"GET /fhir/metadata\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET /fhir/metadata HTTP/9.9\r\nhost: x\r\n\r\n",
        b"GET /fhir/\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /fhir HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /fhir HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST /fhir HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /fhir/metadata HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET http://evil.example/fhir/Patient/1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"BREW /fhir/Patient/1 HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_hardly_http_leaves_the_server_standing(scene, raw):
    address, _, token, _, path, _ = scene

    async def send() -> int:
        async with Wire.open(address) as wire:
            try:
                return (await asyncio.wait_for(wire.send(raw), 5)).status
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0

    assert asyncio.run(send()) < 500
    answer = httpx.get(address + path, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
