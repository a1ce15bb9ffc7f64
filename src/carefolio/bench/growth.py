"""What a read, a search and a create cost when there is ten times as much, and ten times as much again.

The same installation grows from size to size: charts of a thousand records, a few of them spread over all of its years
opened to the doctor who reads. Nothing of it is held in memory but those charts' names.

Cold is right after a start of the product and of PostgreSQL: their own caches are empty, the operating system's are
not, since emptying those is for root alone and would slow everybody else.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base.clock import stopwatch
from carefolio.base.database import run
from carefolio.base.failures import broken
from carefolio.base.ids import new_id
from carefolio.bench import samples
from carefolio.bench.clusters import cluster_at
from carefolio.bench.conditions import conditions
from carefolio.bench.figures import Figure, Floor
from carefolio.bench.plot import Curve
from carefolio.bench.run import Report
from carefolio.bench.servers import Server, get, product, write_requests
from carefolio.bench.stage import Stage, begin_chart, disk_bytes, people, settings_of
from carefolio.bench.wanted import POSTGRESQL, Wanted
from carefolio.bench.writing import single
from carefolio.records.changes import Change, Method

CHART, GROUP = 1_000, 250
"""Records of a chart, and of a transaction that brings them in."""
OPENED = 8
"""Charts of each step that the doctor may read."""
COLD = 100
"""Requests that are cold: the first ones."""
DISK = "disk a resource"
KINDS = ("read", "search of 20", "create")
_GROWTH_FLOOR = Floor(1.3, 1.1, at_most=True)
_DISK_FLOOR = Floor(3.5, 2.5, at_most=True)
_BODIES = 400
_KIBIBYTE, _NANOSECONDS, _MILLISECONDS = 1024, 1e9, 1e3
_GOOD = frozenset({200, 201})
Requests = dict[str, list[bytes]]


@dataclass(slots=True)
class _Grown:
    """What was measured on one store, by size: ms for each kind, warm and cold, and KiB a resource."""

    costs: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)

    def add(self, name: str, size: int, cost: float) -> None:
        self.costs.setdefault(name, []).append((size, cost))


def measured(wanted: Wanted, sizes: Sequence[int], say: Callable[[str], None]) -> Report:
    """Grow an installation on each store, and measure at each size."""
    report = Report(conditions(wanted.folder), [])
    for store in wanted.stores:
        with ExitStack() as stack:
            cluster = None
            if store == POSTGRESQL:
                cluster = stack.enter_context(cluster_at(wanted.database, wanted.folder))
                report.conditions["postgresql"] = cluster.settings()
            name = stack.enter_context(TemporaryDirectory(prefix="carefolio-bench-", dir=wanted.folder))
            stage = Stage(Path(name), settings_of(Path(name) / "data", cluster), wanted.size, cluster)
            say(f"On {store}:")
            grown = _grow(stage, sorted(sizes), say)
            report.figures.extend(replace(figure, store=store) for figure in _figures(grown))
            report.curves.extend(_curves(store, grown))
    return report


def _grow(stage: Stage, sizes: Sequence[int], say: Callable[[str], None]) -> _Grown:
    grown, count = _Grown(), 0
    with opened(stage, create=True) as carefolio:
        people(stage, carefolio)
    for size in sizes:
        say(f"growing to {size:,} resources…")
        started = stopwatch()
        with opened(stage) as carefolio:
            run(carefolio.database, fill(stage, carefolio, size - count))
        rate = (size - count) / (stopwatch() - started) * _NANOSECONDS
        count, grown.notes[size] = size, f"brought in at {rate:,.0f}/s"
        grown.add(DISK, size, disk_bytes(stage.settings, stage.cluster) / size / _KIBIBYTE)
        if stage.cluster is not None:
            stage.cluster.restart()
        say(f"measuring at {size:,} resources…")
        _measure(stage, grown, size)
    return grown


def opened(stage: Stage, *, create: bool = False) -> closing[Carefolio]:
    """The stage's installation, until the block ends."""
    return closing(open_carefolio(stage.settings, create=create))


async def fill(stage: Stage, carefolio: Carefolio, count: int) -> None:
    """Charts until there are so many resources more; every so many of them is opened to the doctor."""
    charts = max(count // CHART, 1)
    each = max(charts // OPENED, 1)
    for number in range(charts):
        records = CHART if number else count - CHART * (charts - 1)
        if number % each:
            await _records(stage, carefolio, await _unseen(stage, carefolio, number), records)
        else:
            chart = await begin_chart(stage, carefolio, len(stage.charts))
            stage.charts.append(chart)
            stage.names += await _records(stage, carefolio, chart, records)


async def _unseen(stage: Stage, carefolio: Carefolio, number: int) -> str:
    door, id_ = carefolio.door, new_id()
    hospital = door.admit(stage.hospital, "bench")
    await door.write(hospital, [Change(Method.UPDATE, "Patient", id_, samples.patient(id_, number))])
    return f"Patient/{id_}"


async def _records(stage: Stage, carefolio: Carefolio, chart: str, count: int) -> list[str]:
    """So many records of the chart; their names."""
    door, names = carefolio.door, list[str]()
    for start in range(0, count, GROUP):
        made = [samples.observation(chart, number) for number in range(start, min(start + GROUP, count))]
        changes = [Change(Method.CREATE, "Observation", resource=each) for each in made]
        outcomes = await door.write(door.admit(stage.hospital, "bench"), changes)
        names += [one.row.reference for one in outcomes]
    return names


def _measure(stage: Stage, grown: _Grown, size: int) -> None:
    requests = _requests(stage)
    with product(stage) as server:
        for kind in KINDS:
            grown.add(f"{kind}, cold", size, _cold(server, requests[kind][:COLD]))
        for kind in KINDS:
            file = write_requests(stage.folder / "growth.json", requests[kind][COLD:])
            slices = [server.load(file, 1, stage.size.seconds) for _ in range(stage.size.rounds)]
            grown.add(f"{kind}, warm", size, median([one.p50 for one in slices]))


def _requests(stage: Stage) -> Requests:
    shuffled = Random(1)  # noqa: S311 - the same order each time is wanted, not an unguessable one
    names = shuffled.sample(stage.names, len(stage.names))
    codes = [code for code, *_ in samples.CODES]
    searches = [
        f"/fhir/Observation?patient={chart}&code=http%3A%2F%2Floinc.org%7C{code}&_sort=-date&_count=20"
        for code in codes
        for chart in shuffled.sample(stage.charts, len(stage.charts))
    ]
    return {
        "read": [get(f"/fhir/{name}", stage.doctor) for name in names],
        "search of 20": [get(path, stage.doctor) for path in searches * (2 * COLD // len(searches) + 1)],
        "create": [single(stage, number) for number in range(_BODIES)],
    }


def _cold(server: Server, requests: Sequence[bytes]) -> float:
    """The median of these, each asked for once, in ms."""
    times = []
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        stream = connection.makefile("rb")
        for request in requests:
            started = stopwatch()
            connection.sendall(request)
            status = stream.readline().split()[1]
            headers = dict(line.lower().split(b": ", 1) for line in iter(stream.readline, b"\r\n"))
            stream.read(int(headers[b"content-length"]))
            times.append((stopwatch() - started) / _NANOSECONDS * _MILLISECONDS)
            if int(status) not in _GOOD:
                raise broken(f"A cold request was answered with {status.decode()}.")
    return median(times)


def _figures(grown: _Grown) -> list[Figure]:
    """Each cost at each size, beside the smallest's."""
    found = []
    for name, costs in grown.costs.items():
        smallest = costs[0][1]
        for size, cost in costs:
            title = f"{name} at {size:,}"
            if name == DISK:
                found.append(Figure(title, cost, "KiB", floor=_DISK_FLOOR, note=grown.notes[size]))
            elif size == costs[0][0]:
                found.append(Figure(title, cost, "ms"))
            else:
                floor = _GROWTH_FLOOR if name.endswith("warm") else None
                found.append(Figure(title, cost, "ms", ratio=cost / smallest, floor=floor))
    return found


def _curves(store: str, grown: _Grown) -> list[Curve]:
    return [
        Curve(f"{store}: {name}", "KiB a resource" if name == DISK else "ms", tuple(costs))
        for name, costs in grown.costs.items()
        if not name.endswith("cold")
    ]
