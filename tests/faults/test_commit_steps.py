"""Each statement of each commit fails, fails although it was done, or is the last thing the process does.

Whatever happens: what was acknowledged is there, what was disclosed is logged, everything verifies, and the same
process goes on working after a fault that it survived.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from hashlib import sha256

import pytest

from carefolio.ledger.entry import DISCLOSURES
from tests.faults import faulty, outsider, steps
from tests.faults.cast import found, opened
from tests.faults.telling import tell
from tests.stores import ABOUT_SQLITE, processes_of

pytestmark = ABOUT_SQLITE

MOST = 400
"""More statements than a pass has."""
SAMPLED = 9
STRIDE = 7
"""Coprime to the number of statements of each commit, so that each kind of statement has its turn."""


def judge(data, acknowledged):
    """The files agree with what the callers were told, and with one another."""
    assert outsider.report_on(data).problems == []
    stored = {name: sha256(body).hexdigest() for name, body in outsider.versions(data).items()}
    logged = {
        (entry.content.get("request"), record)
        for _, entry in outsider.entries(data)
        if entry.kind in DISCLOSURES
        for record in entry.content["records"]
    }
    for one in acknowledged:
        version, is_deletion = one["version"], one["sha256"] == sha256(b"").hexdigest()
        assert version in stored, f"{version} was acknowledged and is lost"
        assert is_deletion or stored[version] == one["sha256"], f"{version} is another than the one acknowledged"
        if one["kind"] == "body":
            assert (one["request"], version) in logged, f"{version} was handed over and is not in the ledger"


def _survive(tmp_path, mode, numbers):
    data = tmp_path / "data"
    cast = found(data)
    acknowledged, reached = [], 0
    with opened(data) as carefolio:
        fault = faulty.put_into(carefolio)
        for number in numbers:
            fault.arm(number, mode)
            one = steps.Steps(carefolio, steps.tokens_of(cast, number), acknowledged.append)
            asyncio.run(one.run())
            if not fault.failed_at:
                fault.arm(0, mode)
                break
            reached = number
            fault.arm(0, mode)
            again = steps.Steps(carefolio, steps.tokens_of(cast, number + MOST), acknowledged.append)
            asyncio.run(again.run())
            assert again.failures == [], f"after {fault.failed_at!r} failed nothing works any more"
        carefolio.checkpointer.make()
    judge(data, acknowledged)
    tell(f"{mode}: {reached} statements, {len(acknowledged)} acknowledged")
    return reached


@pytest.mark.parametrize("mode", [faulty.FAILED, faulty.PERSISTED])
def test_some_statements_fail(tmp_path, mode):
    assert _survive(tmp_path, mode, range(1, MOST, STRIDE)) > 90


@pytest.mark.drill
@pytest.mark.parametrize("mode", [faulty.FAILED, faulty.PERSISTED])
def test_every_statement_fails_once(tmp_path, mode):
    assert _survive(tmp_path, mode, range(1, MOST)) > 100


def _kill(tmp_path, numbers):
    data = tmp_path / "data"
    cast = found(data)
    acknowledged, killed = [], 0
    for number in numbers:
        tokens = json.dumps(steps.tokens_of(cast, number))
        command = [sys.executable, "-m", "tests.faults.steps", str(data), tokens, str(number)]
        done = subprocess.run(command, capture_output=True, text=True, env=processes_of(data), check=False, timeout=60)
        lines = done.stdout.splitlines()
        if "done" in lines:
            break
        assert done.returncode == -9, done.stderr
        killed += 1
        acknowledged += [json.loads(line) for line in lines]
        judge(data, acknowledged)
    tell(f"killed {killed} times, {len(acknowledged)} acknowledged")
    return killed


def test_killed_in_some_statements(tmp_path):
    assert _kill(tmp_path, range(2, 200, 200 // SAMPLED)) >= SAMPLED // 2


@pytest.mark.drill
def test_killed_in_every_statement(tmp_path):
    assert _kill(tmp_path, range(1, MOST)) > 100
