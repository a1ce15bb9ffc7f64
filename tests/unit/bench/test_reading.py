"""Slices compared: what a database server beside them did belongs to either side."""

import os

import pytest

from carefolio.bench.reading import figure
from carefolio.bench.servers import Server, Slice

OURS = Slice(rate=100, cpu=300, p50=1, p99=2, client_busy=0.1, beside=200)
OTHER = Slice(rate=200, cpu=50, p50=1, p99=2, client_busy=0.1, beside=50)


def test_the_ratio_of_processor_time_counts_the_database_on_both_sides():
    found = figure("read", [OURS] * 3, [OTHER] * 3)
    assert (found.cpu, found.ratio, found.cpu_ratio) == (300, 0.5, pytest.approx(100 / 500))
    assert "PostgreSQL's own CPU 200 µs more" in found.note


def test_both_servers_memory_is_looked_at_together():
    own = Server("this process", os.getpid(), 0)
    own._look()
    assert own.together == []
    asks = Server("this process", own.pid, 0, database=own.pid)
    asks._look()
    assert asks.together[0] > 0
