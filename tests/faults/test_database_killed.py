"""kill -9 of PostgreSQL under load: nothing acknowledged is lost or unlogged, and the server goes on without a hand."""

from __future__ import annotations

import random

import pytest

from tests import stores
from tests.faults import servers
from tests.faults.cast import found, granted
from tests.faults.judge import CLIENTS
from tests.faults.load import load
from tests.faults.telling import tell
from tests.faults.test_kill import BETWEEN, compare

SEED = 55_071
ROUNDS, ROUNDS_FULL = 3, 50
pytestmark = pytest.mark.skipif(not stores.ON_POSTGRES, reason="SQLite has no server of its own that could be killed")


def _prove(tmp_path, rounds):
    tell("seed", SEED)
    data, notes, rng = tmp_path / "data", tmp_path / "notes", random.Random(SEED)
    with stores.durable(data) as store:
        cast = found(data)
        with servers.Server(data) as server:
            granted(server.port, cast.ada, cast.ben)
            for number in range(rounds):
                with load(server.port, cast, notes, f"{SEED}/{number}", patient=True) as judge:
                    judge.until(BETWEEN + rng.randrange(150))
                    store.kill()
                    store.restart()
                    judge.until(BETWEEN)
        counted, entries = compare(data, notes)
    assert counted >= 2 * rounds * BETWEEN
    tell(f"{rounds} kills, {CLIENTS} clients, {counted} answers compared, {entries} entries verify")


def test_the_database_is_killed_a_few_times(tmp_path):
    _prove(tmp_path, ROUNDS)


@pytest.mark.drill
def test_the_database_is_killed_fifty_times(tmp_path):
    _prove(tmp_path, ROUNDS_FULL)
