"""A thousand words that nobody may find in anything that lies on a disk: data, logs, backups, temporary files."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from urllib.parse import quote

import pytest

from carefolio.fhir.parameters import TYPES
from tests import stores
from tests.faults import canaries, servers
from tests.faults.cast import found, granted, observation
from tests.faults.client import Client
from tests.faults.telling import tell

LEAST_TYPES, LEAST_CANARIES = 100, 1_000
LONG_ATTACHMENTS = 4
LONG_WORDS = 8_000
"""More than a body keeps."""


@pytest.mark.parametrize(
    "hidden",
    [
        canaries.WORD.encode(),
        canaries.WORD.upper().encode(),
        canaries.WORD.encode("utf-16-le"),
        canaries.WORD.encode("utf-16-be"),
        canaries.WORD.encode().hex().encode(),
        canaries.WORD.encode().hex().upper().encode(),
        *(b64encode(b"a" * shift + canaries.WORD.encode() + b"zz") for shift in range(3)),
        zlib.compress(canaries.WORD.encode()),
        gzip.compress(canaries.WORD.encode(), mtime=0),
        b"kanar",
    ],
)
def test_the_search_finds_what_is_there(tmp_path, hidden):
    (tmp_path / "file").write_bytes(b"before" + hidden + b"after")
    assert canaries.found_in(tmp_path)


def test_no_canary_is_found(tmp_path):
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    temporary.mkdir()
    aviary = canaries.Aviary()
    cast = found(data)
    server = servers.Server(data, also={"TMPDIR": str(temporary)})
    with server:
        granted(server.port, cast.ada, cast.ben)
        types = _send_everything(server.port, cast, aviary)
        _send_long_attachments(server.port, cast, aviary)
        _ask_for_everything(server.port, cast, aviary)
        _import(data, tmp_path, cast, aviary)
        assert len([path for path in (data / "blobs").rglob("*") if path.is_file()]) == LONG_ATTACHMENTS
        store = tmp_path / "store"
        store.write_bytes(stores.bytes_of(data))
        assert canaries.found_in(data, temporary, store) == []
        if not stores.ON_POSTGRES:
            servers.told(data, "backup", str(tmp_path / "backup"))
        servers.told(data, "keys", "backup", str(tmp_path / "keys"))
        servers.told(data, "ledger", "verify")
        server.kill()
    tell(f"{aviary.count} canaries in {types} types")
    assert types >= LEAST_TYPES
    assert aviary.count >= LEAST_CANARIES
    left = [path for path in (tmp_path / "backup", tmp_path / "keys") if path.exists()]
    logs = [tmp_path / "data.out", tmp_path / "data.err"]
    assert canaries.found_in(data, temporary, *left, *logs) == []


def _send_everything(port, cast, aviary):
    """One resource of each type, an older version of it, and one that was deleted; how many types were taken."""
    hospital, taken = Client(port, cast.hospital_token), 0
    names = ("subject", "patient", "beneficiary", "for", "individual", "candidate")
    chart = {name: {"reference": cast.ada.ref} for name in names}
    for type_name in sorted(TYPES):
        sent = aviary.resource(type_name, chart)
        reply = hospital.ask("POST", f"/{type_name}", sent, Idempotency_Key=aviary.word())
        assert reply.status in (201, 403, 422), f"{type_name}: {reply.status} {reply.body[:300]!r}"
        if reply.status != 201:
            tell(type_name, reply.status, reply.body[:300])
            continue
        taken += 1
        stored = reply.json()
        if "extension" in stored:
            stored["extension"] = [{"url": "urn:example:x", "valueString": aviary.word()}]
        changed = hospital.ask("PUT", f"/{type_name}/{stored['id']}", stored)
        assert changed.status in (200, 403, 422), f"{type_name}: {changed.status} {changed.body[:300]!r}"
        if taken % 5 == 0:
            hospital.ask("DELETE", f"/{type_name}/{stored['id']}")
    hospital.close()
    return taken


def _send_long_attachments(port, cast, aviary):
    """What leaves the body for blobs: in a letter, twice in its newer version, and in a Binary."""
    hospital = Client(port, cast.hospital_token)

    def long():
        return {"data": b64encode(f"{aviary.word()} ".encode() * LONG_WORDS).decode(), "title": aviary.word()}

    letter = {"resourceType": "DocumentReference", "status": "current", "subject": {"reference": cast.ada.ref}}
    made = hospital.made("POST", "/DocumentReference", letter | {"content": [{"attachment": long()}]})
    newer = made | {"content": [{"attachment": long()}, {"attachment": long()}]}
    hospital.made("PUT", f"/DocumentReference/{made['id']}", newer)
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": long()["data"]}
    read = hospital.made("POST", "/Binary", binary)
    assert hospital.get(f"/Binary/{read['id']}").json()["data"] == binary["data"]
    hospital.close()


def _ask_for_everything(port, cast, aviary):
    """Canaries in addresses, headers, bodies that are refused, reasons; none of them may break anything."""
    word, statuses = aviary.word, []
    clients = [Client(port, token) for token in (cast.hospital_token, cast.ben.token, cast.ada.token, "", word())]
    for client in clients:
        for path in (
            f"/Patient?family={word()}&given={word()}",
            f"/Patient?identifier={quote('urn:x|' + word())}",
            f"/Patient?telecom={word()}&address={word()}",
            f"/Observation?{word()}={word()}",
            f"/Observation?patient={cast.ada.ref}&code={word()}",
            f"/Observation/{word()}",
            f"/Observation/{word()}/_history/{word()}",
            f"/{word()}/{word()}",
            f"/Patient/{word()}/${word()}",
            f"/Observation?_page={word()}",
            f"/AuditEvent/{word()}",
            f"/AuditEvent?patient={word()}&agent={word()}",
        ):
            statuses.append(client.get(path).status)
        refused = observation(cast.ada.ref) | {"status": word(), word(): word()}
        statuses.append(client.ask("POST", "/Observation", refused).status)
        statuses.append(client.ask("POST", "/Observation", word()).status)
        statuses.append(client.ask("POST", "/Patient", {}, Content_Type=word()).status)
        statuses.append(client.ask("PUT", f"/Observation/{word()}", observation(word()), If_Match=word()).status)
        conditional = observation(f"Patient?identifier={word()}")
        statuses.append(client.ask("POST", "/Observation", conditional, If_None_Exist=f"identifier={word()}").status)
        statuses.append(client.ask(word().upper(), "/Observation").status)
        reason = {"system": "urn:x", "code": "ETREAT", "display": word()}
        parameters = [{"name": "reason", "valueCoding": reason}, {"name": "text", "valueString": word()}]
        glass = {"resourceType": "Parameters", "parameter": parameters}
        statuses.append(client.ask("POST", f"/{cast.ada.ref}/$break-glass", glass).status)
        client.close()
    assert not {status for status in statuses if status >= 500}, statuses


def _import(data, tmp_path, cast, aviary):
    """Through the command too: what is taken and what is rejected. The file itself is the operator's."""
    lines = [
        {
            "resourceType": "Patient",
            "id": "outside",
            "name": [{"family": aviary.word()}],
            "telecom": [{"value": aviary.word()}],
        },
        observation("Patient/outside", note=[{"text": aviary.word()}]) | {"id": "one"},
        observation("Patient/outside") | {"id": "two", "status": aviary.word()},
        {"resourceType": aviary.word()},
    ]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "sent.ndjson").write_text("\n".join(json.dumps(line) for line in lines) + "\n" + aviary.word())
    told = servers.told(data, "import", "--hospital", cast.hospital, str(outside))
    assert told["created"] == 2
