"""Everything moves to PostgreSQL and back, by the real command, killed on the way: what arrives is what was there."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from base64 import b64decode
from contextlib import closing
from time import monotonic

import pytest

from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.database.sqlite import SqliteDatabase
from tests import postgres
from tests.faults import size
from tests.faults.outgrown import held, installed, moved
from tests.faults.servers import COMMAND, environment
from tests.faults.telling import tell
from tests.stores import CHOOSES_ITSELF, URL

RESOURCES = 1_000_000
KILLED_AT = (0.15, 0.45, 0.75)
"""Which part of all rows had been moved by then, at the least."""
STEP_SECONDS, LONGEST_SECONDS = 0.05, 3_600
_NOTE = "SELECT value FROM installation WHERE name = 'moving'"
pytestmark = CHOOSES_ITSELF


def moving(data, to, **env):
    command = [str(COMMAND), "move", "--to", to, "--data", str(data), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment() | env)


def killed_at(part, data, url, store, source):
    """Move until so much is there, then kill -9; seconds."""
    began, pause = monotonic(), threading.Event()
    with moving(data, url) as process:
        while not (note := noted(store)) or moved(source, note) < part:
            assert process.poll() is None, f"it ended before: {process.communicate()}"
            pause.wait(STEP_SECONDS)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    left = moved(source, noted(store))
    assert left < 1
    tell(f"killed after {monotonic() - began:.1f} s, {left:.0%} of the rows were there")
    return monotonic() - began


def noted(store):
    """How far it is; nothing before it has begun."""
    try:
        return store.sql("postgres", _NOTE)
    except subprocess.CalledProcessError:
        return ""


def to_its_end(data, to, **env):
    """What the command tells, and its seconds."""
    began = monotonic()
    with moving(data, to, **env) as process:
        told, problem = process.communicate(timeout=LONGEST_SECONDS)
        assert process.returncode == 0, problem.decode()
    return json.loads(told), monotonic() - began


def same(before, after):
    differing = [name for name in before.tables if before.tables[name] != after.tables.get(name)]
    assert not differing, {name: (before.tables[name], after.tables.get(name)) for name in differing}
    assert after == before


@pytest.mark.drill
def test_what_was_killed_three_times_on_the_way_arrives_whole(tmp_path):
    count = size.of("RESOURCES", RESOURCES)
    began = monotonic()
    data = installed(tmp_path, count)
    tell(f"filled in {monotonic() - began:.0f} s")
    with postgres.running(fast=False) as store, closing(SqliteDatabase(data / "carefolio.db")) as source:
        url, before = store.url("postgres"), held(source)
        rows = sum(number for number, _ in before.tables.values())
        seconds = sum(killed_at(part, data, url, store, source) for part in KILLED_AT)
        told, rest = to_its_end(data, url)
        seconds += rest
        tell(f"{count} resources, {rows} rows moved in {seconds:.0f} s, {rest:.0f} s of them after the last kill")
        assert b64decode(told["root"]) == before.root
        with closing(PostgresDatabase(url)) as there:
            same(before, held(there, before.entries))
            full = held(there)
        back = tmp_path / "back.db"
        _, seconds = to_its_end(data, f"sqlite:///{back}", **{URL: url})
        tell(f"and back in {seconds:.0f} s")
        with closing(SqliteDatabase(back)) as again:
            same(full, held(again, full.entries))
