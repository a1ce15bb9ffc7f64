"""Reads over HTTP: a constant body, a plain read, the product's read, and what the product then holds in memory."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median

from carefolio.bench.figures import Figure, Floor, compared
from carefolio.bench.servers import Server, Slice, get, hosted, write_requests
from carefolio.bench.stage import Stage

ONE, FEW, SOME, MANY = 1, 16, 32, 256
_BUSY = 0.9
_PLAIN_FLOOR = Floor(0.40, 0.53)
_SECURE_FLOORS = {SOME: Floor(0.35, 0.45), MANY: Floor(0.50, 0.63)}
_MEMORY_FLOOR = Floor(300, 200, at_most=True)


def measure(stage: Stage, product: Server) -> list[Figure]:
    """The figures; the compared slices take turns."""
    names = list(stage.names)
    Random(1).shuffle(names)  # noqa: S311 - the same order each time is wanted, not an unguessable one
    secure = write_requests(stage.folder / "secure.json", [get(f"/fhir/{name}", stage.doctor) for name in names])
    bare = write_requests(stage.folder / "plain.json", [get(f"/fhir/{name}") for name in names])
    with ExitStack() as stack:
        constant, plain = (stack.enter_context(hosted(name, stage, product.database)) for name in ("constant", "plain"))
        sides: dict[str, tuple[Server, Path, int]] = {
            "constant": (constant, bare, SOME),
            "plain": (plain, bare, SOME),
            "secure 32": (product, secure, SOME),
            "secure 256": (product, secure, MANY),
            "secure 16": (product, secure, FEW),
            "secure 1": (product, secure, ONE),
        }
        slices: dict[str, list[Slice]] = {name: [] for name in sides}
        for _ in range(stage.size.rounds):
            for name, (server, requests, connections) in sides.items():
                slices[name].append(server.load(requests, connections, stage.size.seconds))
    return _compared(slices, stage)


def memory(product: Server) -> list[Figure]:
    """What the server's processes held at the most, and with the database server's."""
    now, most = product.memory()
    note = f"the most so far; now {now:.0f} MiB"
    found = [Figure("memory of the server under load", most, "MiB", floor=_MEMORY_FLOOR, note=note)]
    if product.together:
        note = "the most that both held at one moment, in the middle of a slice; what is shared counts once"
        both = max(product.together)
        found.append(Figure("memory with PostgreSQL's own", both, "MiB", floor=_MEMORY_FLOOR, note=note))
    return found


def _compared(slices: dict[str, list[Slice]], stage: Stage) -> list[Figure]:
    constant, plain = slices["constant"], slices["plain"]
    return [
        figure("constant body", constant, note=f"{stage.mean_bytes:,.0f} bytes, {SOME} connections"),
        figure("plain read / constant body", plain, constant, _PLAIN_FLOOR),
        figure("secure read, 32 conn. / plain read", slices["secure 32"], plain, _SECURE_FLOORS[SOME], MANY_RECORDS),
        figure("secure read, 256 conn. / plain read", slices["secure 256"], plain, _SECURE_FLOORS[MANY]),
        figure("secure read, 16 connections", slices["secure 16"]),
        figure("secure read, 1 connection", slices["secure 1"], note="each waits for its own durable entry"),
    ]


MANY_RECORDS = "a doctor under contracts with several patients, over all of their records in a shuffled order"


def figure(
    name: str, ours: list[Slice], other: list[Slice] | None = None, floor: Floor | None = None, note: str = ""
) -> Figure:
    """The medians of a side's slices, compared slice by slice with the other's."""
    told = f"p50 {median([s.p50 for s in ours]):.2f} ms, p99 {median([s.p99 for s in ours]):.2f} ms"
    beside = median([s.beside for s in ours])
    if beside:
        told += f"; PostgreSQL's own CPU {beside:.0f} µs more"
    if median([s.client_busy for s in ours]) > _BUSY:
        told += "; THE LOAD GENERATOR WAS THE LIMIT: go by the CPU"
    return Figure(
        name,
        median([s.rate for s in ours]),
        "/s",
        cpu=median([s.cpu for s in ours]),
        ratio=None if other is None else compared([s.rate for s in ours], [s.rate for s in other]),
        cpu_ratio=None if other is None else compared([s.whole for s in other], [s.whole for s in ours]),
        floor=floor,
        note="; ".join(filter(None, (told, note))),
    )
