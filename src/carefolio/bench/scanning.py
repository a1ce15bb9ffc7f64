"""Full-text search of one big chart by its patient, in one process and without HTTP: every record is opened."""

from __future__ import annotations

import time
from statistics import median

from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.bench import within
from carefolio.bench.figures import Figure, Floor
from carefolio.bench.stage import Stage
from carefolio.records.door import Door
from carefolio.records.timeline import Wanted
from carefolio.search.words import words_of

RECORDS = 10_000
"""What the floor is about; a chart of another size is counted up or down to it."""
_FLOOR = Floor(500, 250, at_most=True)
_NANOSECONDS_A_MILLISECOND, _NANOSECONDS_A_MICROSECOND = 1e6, 1e3
_ABSENT, _RARE, _TECHNICAL = "xylophone", "reading 4242", "value"
"""A word that no record has; two that one has; one that stands in each record, though not as text."""


def measure(stage: Stage) -> list[Figure]:
    """The figures."""
    with within.opened(stage) as carefolio:
        return within.run(carefolio, lambda: _measured(stage, carefolio.door))


async def _measured(stage: Stage, door: Door) -> list[Figure]:
    figures = []
    for name, asked in (("none has", _ABSENT), ("one has", _RARE), ("all have as a name", _TECHNICAL)):
        taken = [await _once(stage, door, asked) for _ in range(stage.size.rounds)]
        milliseconds, cpu = (median(each) for each in zip(*taken, strict=True))
        floor = _FLOOR if asked != _TECHNICAL else None
        figures.append(Figure(f"full-text search of {RECORDS:,}, {name}", milliseconds, "ms", cpu, floor=floor))
    return figures


async def _once(stage: Stage, door: Door, asked: str) -> tuple[float, float]:
    """Milliseconds for so many records, read to the chart's end, and CPU µs a record."""
    caller, words = door.admit(stage.doctor, "bench"), words_of(asked)
    started, cpu = stopwatch(), time.process_time_ns()
    sighted = await door.scan(caller, stage.big, Wanted(count=20), words)
    used = (time.process_time_ns() - cpu) / _NANOSECONDS_A_MICROSECOND
    took = (stopwatch() - started) / _NANOSECONDS_A_MILLISECOND
    if sighted.read < stage.size.records:
        raise broken(f"Only {sighted.read} of {stage.size.records} records were looked through.")
    return took * RECORDS / sighted.read, used / sighted.read
