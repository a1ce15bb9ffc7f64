"""A withdrawal holds from the moment it stands in the ledger, for every process."""

from __future__ import annotations

import pytest

from tests.faults import outsider, races, size
from tests.faults.cast import found
from tests.faults.servers import Server
from tests.faults.telling import tell

SEED = 7_301
RACES, RACES_FULL = 60, 10_000


def _prove(data, count):
    tell("seed", SEED)
    charts = -(-count // races.ROUNDS_A_CHART)
    cast = found(data, patients=charts, doctors=charts)
    with Server(data) as one, Server(data, name="-other") as other:
        assert races.run(cast, (one.port, other.port), count, SEED) == []
    counted, late = races.disclosed_after(outsider.entries(data), cast)
    tell(f"{count} races, {counted} disclosures and writes under contracts")
    assert counted > count
    assert late == []
    assert outsider.report_on(data).problems == []


def test_nothing_is_disclosed_behind_a_withdrawal(tmp_path):
    _prove(tmp_path / "data", RACES)


@pytest.mark.drill
def test_nothing_is_disclosed_behind_ten_thousand_withdrawals(tmp_path):
    _prove(tmp_path / "data", size.of("RACES", RACES_FULL))
