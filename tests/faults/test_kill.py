"""kill -9 under load: nothing acknowledged is lost, nothing disclosed is unlogged, the next start needs no hand.

Four kills run always; the drill makes fifty, and with them meets the rarer moments.
"""

from __future__ import annotations

import json
import random
from hashlib import sha256

import pytest

from carefolio.ledger.entry import DISCLOSURES
from tests import stores
from tests.faults import outsider, servers
from tests.faults.cast import found, granted
from tests.faults.judge import CLIENTS
from tests.faults.load import load
from tests.faults.telling import tell

SEED = 90_210
ROUNDS, ROUNDS_FULL = 4, 50
BETWEEN = 200
"""At the least so many acknowledged writes and disclosures between two kills."""


def killed_under_load(data, cast, notes, seed, rng):
    """Start, load, kill at a random moment; the next round's start is the proof that none of it needs a hand."""
    server = servers.Server(data).start()
    with load(server.port, cast, notes, seed) as judge:
        judge.until(BETWEEN + rng.randrange(150))
        server.kill()
        assert "Error" not in judge.problems()


def compare(data, notes):
    """What the judge was told against what the files say."""
    servers.Server(data).start().stop()
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
        if told["kind"] in ("write", "body"):
            assert stored[told["versions"][0]] == told["sha256"], f"{told['versions']} is not what was sent"
        if told["kind"] != "write":
            assert told["request"] in logged, f"{told} was answered and is not logged"
            assert set(told["versions"]) <= logged[told["request"]], f"{told} was disclosed and is not logged"
    report = outsider.report_on(data)
    assert report.problems == []
    return counted, report.entries


def _prove(tmp_path, rounds):
    tell("seed", SEED)
    data, notes, rng = tmp_path / "data", tmp_path / "notes", random.Random(SEED)
    with stores.durable(data):
        cast = found(data)
        with servers.Server(data) as server:
            granted(server.port, cast.ada, cast.ben)
        for number in range(rounds):
            killed_under_load(data, cast, notes, f"{SEED}/{number}", rng)
        counted, entries = compare(data, notes)
    assert counted >= rounds * BETWEEN
    tell(f"{rounds} kills, {CLIENTS} clients, {counted} answers compared, {entries} entries verify")


def test_killed_a_few_times(tmp_path):
    _prove(tmp_path, ROUNDS)


@pytest.mark.drill
def test_killed_fifty_times(tmp_path):
    _prove(tmp_path, ROUNDS_FULL)
