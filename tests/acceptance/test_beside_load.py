"""What the operator does while the server is busy works, and the next request sees it; reads stay quick beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.faults import outsider, servers
from tests.faults.cast import found, granted, observation
from tests.faults.client import Client
from tests.faults.load import load
from tests.faults.telling import tell
from tests.stores import BACKED_UP_HERE, ON_POSTGRES, processes_of

SEED = 1_234
READS_A_SECOND, SECONDS = 50, 20
RECORDS, IMPORTED = 5_000, 200_000
P99_MS = 50.0
MOST_LOOKS = 40


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A server under load, and the load."""
    folder = tmp_path_factory.mktemp("busy")
    data = folder / "data"
    cast = found(data, patients=2, doctors=2)
    tell("seed", SEED)
    with servers.Server(data) as server:
        granted(server.port, cast.ada, cast.ben)
        with load(server.port, cast, folder / "notes", str(SEED)) as clients:
            clients.until(50)
            yield server, cast, clients
            clients.until(50)
    assert outsider.report_on(data).problems == []


def status(server, token, method, path, body=None):
    client = Client(server.port, token)
    reply = client.ask(method, path, body)
    client.close()
    return reply.status


def test_a_hospital_that_is_added_sends_at_once(busy):
    server, cast, _ = busy
    added = servers.told(server.data, "hospital", "add", "--name", "South Clinic")
    assert status(server, added["token"], "POST", "/Observation", observation(cast.ada.ref)) == 201


def test_a_patient_who_is_added_signs_in_at_once(busy):
    server, cast, _ = busy
    person = ("--role", "patient", "--name", "Cleo Quinn", "--email", "cleo@example.org", "--birth-date", "1990-01-01")
    added = servers.told(server.data, "account", "add", *person)
    token = servers.told(server.data, "token", "issue", "--account", "cleo@example.org")["access_token"]
    assert status(server, token, "GET", f"/{added['person']}") == 200
    assert status(server, cast.hospital_token, "POST", "/Observation", observation(added["person"])) == 201


def test_a_token_ends_at_once(busy):
    server, cast, _ = busy
    second = cast.doctors[1]
    assert status(server, second.token, "GET", f"/{second.ref}") == 200
    servers.told(server.data, "token", "revoke", "--account", second.email)
    assert status(server, second.token, "GET", f"/{second.ref}") == 401


def test_a_suspension_holds_at_once(busy):
    server, cast, _ = busy
    second = cast.patients[1]
    assert status(server, second.token, "GET", f"/{second.ref}") == 200
    servers.told(server.data, "account", "suspend", "--account", second.email)
    assert status(server, second.token, "GET", f"/{second.ref}") == 401
    servers.told(server.data, "account", "suspend", "--account", second.email, "--lift")
    assert status(server, second.token, "GET", f"/{second.ref}") == 200


def test_what_is_imported_is_found_at_once(busy, tmp_path):
    server, cast, _ = busy
    told = servers.told(server.data, "import", "--hospital", cast.hospital, str(_bundle(tmp_path, 200)))
    assert (told["created"], told["rejected"]) == (201, [])
    client = Client(server.port, cast.hospital_token)
    found_now = client.get("/Patient?family=Imported&_summary=count").json()
    assert found_now["total"] == 1
    client.close()


def test_the_ledger_verifies_while_it_grows(busy):
    """Three times as it has grown; on PostgreSQL entries get their places about once a second."""
    server, _, clients = busy
    counted = []
    for _ in range(MOST_LOOKS):
        told = servers.told(server.data, "ledger", "verify")
        assert told["ok"] is True
        counted.append(told["entries"])
        if len(set(counted)) == 3:
            break
        clients.until(20)
    assert len(set(counted)) == 3
    assert counted == (sorted(counted) if ON_POSTGRES else sorted(set(counted)))


@BACKED_UP_HERE
def test_a_backup_is_taken(busy, tmp_path):
    server, _, _ = busy
    told = servers.told(server.data, "backup", str(tmp_path / "backup"))
    assert told["entries"] > 50


def _bundle(folder, count, name="imported"):
    """One patient with so many results, as a file."""
    patient = {"resourceType": "Patient", "id": name, "name": [{"family": "Imported"}]}
    rows = [observation(f"Patient/{name}", number) | {"id": f"{name}-{number}"} for number in range(count)]
    file = folder / f"{name}.ndjson"
    file.write_text("\n".join(json.dumps(row) for row in [patient, *rows]) + "\n")
    return file


@pytest.mark.drill
def test_reads_stay_quick_beside_an_import_and_whole_charts(tmp_path):
    data = tmp_path / "data"
    cast = found(data)
    large = servers.told(data, "import", "--hospital", cast.hospital, str(_bundle(tmp_path, RECORDS, "large")))
    assert large["created"] == RECORDS + 1
    _bundle(tmp_path, IMPORTED, "more")
    with servers.Server(data) as server:
        hospital = Client(server.port, cast.hospital_token)
        whole = hospital.get("/Patient?family=Imported").json()["entry"][0]["resource"]["id"]
        one = hospital.made("POST", "/Observation", observation(cast.ada.ref))["id"]
        hospital.close()
        alone = _offered(server, cast.ada.token, f"/Observation/{one}")
        everything = _program("again_and_again", server.port, cast.hospital_token, f"/Patient/{whole}/$everything")
        command = [
            str(servers.COMMAND),
            "import",
            "--hospital",
            cast.hospital,
            str(tmp_path / "more.ndjson"),
            "--data",
            str(data),
        ]
        importing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=processes_of(data))
        assert everything.stdout.readline() == f"200 {RECORDS + 1}\n".encode()
        beside = _offered(server, cast.ada.token, f"/Observation/{one}")
        still = importing.poll() is None
        everything.kill()
        answers = everything.communicate()[0].count(b"200 ")
        importing.kill()
        importing.communicate()
    conditions = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, import still running: {still}"
    tell(f"alone {alone}\nbeside {beside}, {answers} whole charts\n{conditions}")
    assert still
    assert beside["failed"] == 0
    assert beside["p99"] <= P99_MS


def _program(name, *args):
    words = [sys.executable, "-m", f"tests.faults.{name}", *map(str, args)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=servers.environment())


def _offered(server, token, path):
    done = _program("open_loop", server.port, token, READS_A_SECOND, SECONDS, path)
    out, err = done.communicate(timeout=SECONDS + 60)
    assert done.returncode == 0, err.decode()
    return json.loads(out)
