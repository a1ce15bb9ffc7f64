"""kill -9 of any part of an installation on several processes, at random moments under load: nothing that was
acknowledged is lost, nothing was disclosed unlogged, the log did not fork, and service comes back without a hand.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from statistics import median

import pytest

from tests import stores
from tests.faults import outsider, size
from tests.faults.load import at_work
from tests.faults.telling import tell
from tests.faults.test_kill import compare
from tests.faults.whole import whole

SEED = 41_117
VICTIMS = ("worker", "redis", "postgresql")
KILLS_FULL = 100
BETWEEN = 20
"""Answers between two kills, at the least."""
pytestmark = pytest.mark.skipif(not stores.ON_POSTGRES, reason="SQLite's installation is one process")


def _prove(tmp_path, victims, rng):
    times, notes, published = {victim: [] for victim in VICTIMS}, tmp_path / "notes", set()
    with whole(tmp_path) as them:
        port, told = str(them.server.port), json.dumps(them.told)
        with at_work("tests.faults.throng", port, told, str(notes), str(SEED)) as load:
            for victim in victims:
                load.until(BETWEEN + rng.randrange(150))
                load.drain()
                times[victim].append(them.kill(victim, rng))
                published.add(them.store.sql("postgres", "SELECT note FROM checkpoint"))
            load.until(BETWEEN)
            load.process.kill()
            problems = load.problems()
            assert "Error" not in problems, problems[-3000:]
        them.server.stop()
        counted, entries = compare(them.data, notes)
        assert outsider.beginnings(them.data, published) == len(published)
    for victim, each in times.items():
        if each:
            tell(f"{len(each)} kills of {victim}: back after {median(each):.2f} s, {max(each):.2f} s at the most")
    kinds = Counter(json.loads(line)["kind"] for line in notes.read_text().splitlines())
    tell(f"{counted} answers compared {dict(kinds)}, {entries} entries verify, {len(published)} checkpoints hold")
    assert set(kinds) == {"write", "body", "bundle", "page"}


@pytest.mark.drill
def test_any_of_them_is_killed_a_hundred_times(tmp_path):
    tell("seed", SEED)
    rng = random.Random(SEED)
    count = size.of("KILLS", KILLS_FULL)
    _prove(tmp_path, [rng.choice(VICTIMS) for _ in range(count)], rng)


def test_each_of_them_is_killed_once(tmp_path):
    _prove(tmp_path, VICTIMS, random.Random(SEED))
