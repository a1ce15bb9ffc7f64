"""Creates over HTTP, each durable with its index rows and its entry in the ledger."""

from __future__ import annotations

from dataclasses import replace

from carefolio.bench import samples
from carefolio.bench.figures import Figure
from carefolio.bench.reading import figure
from carefolio.bench.servers import Server, Slice, post, write_requests
from carefolio.bench.stage import BUNDLE, Stage
from carefolio.fhir.json import serialise

WRITERS = (1, 64)
BUNDLES_AT_ONCE = 4
_BODIES, _BUNDLES = 400, 8


def measure(stage: Stage, product: Server) -> list[Figure]:
    """Single creates by one and by many writers, and bundles of a hundred."""
    singles = write_requests(stage.folder / "create.json", [single(stage, number) for number in range(_BODIES)])
    bundles = write_requests(stage.folder / "bundles.json", [_bundle(stage, number) for number in range(_BUNDLES)])
    sides = [(f"create, {writers} at a time", singles, writers, 1) for writers in WRITERS]
    sides.append(("create, in bundles of 100", bundles, BUNDLES_AT_ONCE, BUNDLE))
    slices: dict[str, list[Slice]] = {name: [] for name, *_ in sides}
    for _ in range(stage.size.rounds):
        for name, requests, connections, creates in sides:
            made = product.load(requests, connections, stage.size.seconds)
            each = replace(made, rate=made.rate * creates, cpu=made.cpu / creates, beside=made.beside / creates)
            slices[name].append(each)
    return [figure(name, made) for name, made in slices.items()]


def _chart(stage: Stage, number: int) -> str:
    """Any chart but the big one, whose size is measured."""
    others = stage.charts[1:] or stage.charts
    return others[number % len(others)]


def single(stage: Stage, number: int) -> bytes:
    """A request that creates one record."""
    return post("/fhir/Observation", stage.hospital, serialise(samples.observation(_chart(stage, number), number)))


def _bundle(stage: Stage, number: int) -> bytes:
    made = [samples.observation(_chart(stage, number), BUNDLE * number + each) for each in range(BUNDLE)]
    return post("/fhir", stage.hospital, serialise(samples.transaction(made)))
