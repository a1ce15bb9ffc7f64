"""Content codings: answers packed as the caller likes, bodies unpacked inside their bound."""

import asyncio
import gzip
import json
import zlib

import httpx
import pytest
from backports import zstd

from carefolio.base.coding import WORTH
from tests.acceptance.cast import FHIR_JSON, name
from tests.acceptance.resources import bundle, observation, said, wish
from tests.acceptance.wire import Ask, ask_all

UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress, "": bytes}
PACK = {"gzip": gzip.compress, "x-gzip": gzip.compress, "zstd": zstd.compress}
MEGABYTE = 1 << 20


def asked(actor, path, accepted="", method="GET"):
    """The answer as it came over the wire."""
    headers = (("authorization", f"Bearer {actor.token}"),)
    headers += (("accept-encoding", accepted),) if accepted else ()
    (answer,) = asyncio.run(ask_all(str(actor.http.base_url), [Ask(method, f"/fhir{path}", headers)], 1))
    return answer


@pytest.fixture
def long(hospital, ada):
    """A record of some kilobytes, and one too short to gain by packing."""
    note = [{"text": f"Measured for the {number}th time."} for number in range(200)]
    return name(hospital.send(observation(ada.person, note=note))), name(hospital.send(observation(ada.person)))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, zstd", "zstd"),
        ("zstd;q=0.1, gzip;q=0.2", "gzip"),
        ("br", ""),
        ("gzip;q=0", ""),
        ("", ""),
    ],
)
def test_an_answer_is_packed_as_it_is_accepted(ada, long, accepted, coding):
    plain, answer = asked(ada, long[0]), asked(ada, long[0], accepted)
    assert answer.header("content-encoding") == coding
    assert UNPACK[coding](answer.content) == plain.content
    assert len(answer.content) == int(answer.header("content-length"))
    assert (len(answer.content) < len(plain.content) / 3) == bool(coding)
    assert answer.header("vary") == plain.header("vary") == "Accept-Encoding, Authorization"
    assert answer.header("etag") == plain.header("etag") == 'W/"1"'


def test_what_is_short_stays_as_it_is(ada, long):
    answer = asked(ada, long[1], "gzip, zstd")
    assert len(answer.content) < WORTH
    assert answer.header("content-encoding") == ""


def test_a_head_has_the_headers_of_its_get(ada, long):
    got, head = asked(ada, long[0], "gzip"), asked(ada, long[0], "gzip", "HEAD")
    own = ("date", "server-timing", "x-request-id")
    assert [one for one in head.headers if one[0] not in own] == [one for one in got.headers if one[0] not in own]
    assert head.content == b""


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_searches_charts_and_long_records_are_packed(ada, hospital, coding):
    large = {"resourceType": "DocumentReference", "status": "current", "subject": {"reference": ada.person}}
    data = "QUJD" * (MEGABYTE // 2)
    hospital.send(large | {"content": [{"attachment": {"contentType": "text/plain", "data": data}}]})
    for _ in range(5):
        hospital.send(observation(ada.person))
    for path in (f"/Observation?patient={ada.person}", f"/{ada.person}/$everything", "/DocumentReference"):
        plain, answer = asked(ada, path), asked(ada, path, coding)
        assert answer.header("content-encoding") == coding
        assert UNPACK[coding](answer.content) == plain.content
        assert len(answer.content) < len(plain.content) / 2


@pytest.mark.parametrize("coding", PACK)
def test_a_packed_body_is_read(hospital, ada, coding):
    body = observation(ada.person, note=[{"text": "x" * 100_000}])
    answer = hospital.post("/Observation", PACK[coding](json.dumps(body).encode()), Content_Encoding=coding)
    assert answer.status_code == 201
    assert answer.json()["note"] == body["note"]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_long_packed_bundle_is_read(hospital, ada, coding):
    body = bundle("transaction", *[wish("POST", "Observation", observation(ada.person)) for _ in range(1_500)])
    answer = hospital.post("", PACK[coding](json.dumps(body).encode()), Content_Encoding=coding)
    assert answer.status_code == 200
    assert len(answer.json()["entry"]) == 1_500


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("unpacked", [33 * MEGABYTE, 1_024 * MEGABYTE])
def test_a_bomb_is_413(hospital, coding, unpacked):
    packer = zstd.ZstdCompressor() if coding == "zstd" else zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join([packer.compress(bytes(MEGABYTE)) for _ in range(unpacked // MEGABYTE)] + [packer.flush()])
    answer = hospital.post("/Observation", body, Content_Encoding=coding)
    assert answer.status_code == 413
    assert "32 MB" in said(answer)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "aes128gcm"])
def test_any_other_coding_is_415_and_the_answer_says_which_there_are(hospital, coding):
    answer = hospital.post("/Observation", b"{}", Content_Encoding=coding)
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip, zstd"
    assert "gzip or zstd" in said(answer)


def test_a_media_type_that_is_none_is_415_without_them(hospital):
    answer = hospital.post("/Observation", b"{}", Content_Type="text/plain")
    assert answer.status_code == 415
    assert "accept-encoding" not in answer.headers


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b\x08", b""])
def test_a_body_that_is_not_packed_as_it_says_is_400(hospital, coding, body):
    answer = hospital.post("/Observation", body, Content_Encoding=coding)
    assert answer.status_code == 400
    assert coding in said(answer)


def test_who_may_not_write_is_told_before_anything_is_unpacked(cast, ada):
    body = gzip.compress(bytes(64 * MEGABYTE))
    headers = {"content-type": FHIR_JSON, "content-encoding": "gzip"}
    answer = httpx.post(cast.endpoint.fhir + "/Observation", content=body, headers=headers)
    assert answer.status_code == 401
