"""kill -9 under load: nothing acknowledged is lost, nothing was disclosed unlogged, and the next start needs no hand."""

from __future__ import annotations

import json
import random
import select
import subprocess
import sys
from hashlib import sha256

import pytest

from carefolio.ledger.entry import DISCLOSURES
from tests.faults import outsider, servers
from tests.faults.cast import found, granted
from tests.faults.client import Client
from tests.faults.judge import CLIENTS

SEED = 90_210
ROUNDS, ROUNDS_FULL = 6, 50
BETWEEN = 200
"""At the least so many acknowledged writes and disclosures between two kills."""
SECONDS = 60


def until(process, count):
    """Wait until the judge has noted so many answers."""
    for _ in range(count):
        ready, _, _ = select.select([process.stdout], [], [], SECONDS)
        assert ready
        assert process.stdout.readline() == b".\n", "the judge ended: " + str(process.poll())


def killed_under_load(data, cast, notes, seed, rng):
    """Start, load, kill at a random moment; the next round's start is the proof that none of it needs a hand."""
    server = servers.Server(data).start()
    command = [sys.executable, "-m", "tests.faults.judge", str(server.port), json.dumps(cast), str(notes), seed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as judge:
        until(judge, BETWEEN + rng.randrange(150))
        server.kill()
        rest, problems = judge.communicate(timeout=SECONDS)
    assert b"Error" not in problems, problems.decode()
    return BETWEEN + rest.count(b".\n")


def compare(data, notes):
    """What the judge was told against what the files say."""
    with servers.Server(data) as server:
        assert Client(server.port, "").ask("GET", "/metadata").status == 200
    stored = {name: sha256(body).hexdigest() for name, body in outsider.versions(data).items()}
    logged = {
        entry.content["request"]: set(entry.content["records"])
        for _, entry in outsider.entries(data)
        if entry.kind in DISCLOSURES
    }
    counted = 0
    for line in notes.read_text().splitlines():
        told = json.loads(line)
        counted += 1
        for version in told["versions"]:
            assert version in stored, f"{version} was acknowledged and is lost"
        if told["kind"] != "bundle":
            assert stored[told["versions"][0]] == told["sha256"], f"{told['versions']} is not what was sent"
        if told["kind"] != "write":
            assert set(told["versions"]) <= logged.get(told["request"], set()), f"{told} was disclosed and is not logged"
    report = outsider.report_on(data)
    assert report.problems == []
    return counted, report.entries


def _prove(tmp_path, rounds):
    print("seed", SEED)
    data, notes, rng = tmp_path / "data", tmp_path / "notes", random.Random(SEED)
    cast = found(data)
    with servers.Server(data) as server:
        granted(server.port, cast.ada, cast.ben)
    known = {
        "hospital": cast.hospital_token,
        "doctor": cast.ben.token,
        "patient": cast.ada.token,
        "chart": cast.ada.ref,
    }
    for number in range(rounds):
        killed_under_load(data, known, notes, f"{SEED}/{number}", rng)
    counted, entries = compare(data, notes)
    assert counted >= rounds * BETWEEN
    print(f"{rounds} kills, {CLIENTS} clients, {counted} answers compared, {entries} entries verify")


def test_killed_a_few_times(tmp_path):
    _prove(tmp_path, ROUNDS)


@pytest.mark.drill
def test_killed_fifty_times(tmp_path):
    _prove(tmp_path, ROUNDS_FULL)
