"""Transactions of a hundred creates, with index rows and without, in one process and without HTTP.

Without: the product as it is, except that this process puts a function that finds nothing in the place of the one that
computes index rows. So they cost neither computing nor writing, which is as cheap as leaving them out could be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from carefolio.assembly import application
from carefolio.base.failures import broken
from carefolio.bench import samples, within
from carefolio.bench.figures import Figure, Floor, compared
from carefolio.bench.stage import BUNDLE, Stage
from carefolio.bench.within import Timed
from carefolio.fhir.json import serialise
from carefolio.records import compose
from carefolio.search.rows import IndexTexts

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
AT_ONCE = 2
_BUNDLES = 8
_FLOOR = Floor(0.25, 0.32)
_OK = 200


def measure(stage: Stage) -> list[Figure]:
    """Creates a second with and without, taking turns."""
    with_rows: list[Timed] = []
    without: list[Timed] = []
    with within.opened(stage) as carefolio:
        served = application(carefolio)
        posts = [_post(stage, number) for number in range(_BUNDLES)]

        async def send(number: int) -> None:
            await _send(served, stage.hospital, posts[number % _BUNDLES])

        async def slices() -> None:
            for _ in range(stage.size.rounds):
                with_rows.append(await within.timed(send, AT_ONCE, stage.size.seconds))
                with no_index_rows():
                    without.append(await within.timed(send, AT_ONCE, stage.size.seconds))

        within.run(carefolio, slices)
    return _figures(with_rows, without)


def _figures(with_rows: list[Timed], without: list[Timed]) -> list[Figure]:
    ratio = compared([one.rate for one in with_rows], [one.rate for one in without])
    cpu_ratio = compared([one.cpu for one in without], [one.cpu for one in with_rows])
    return [
        _figure("creates without index rows", without),
        _figure("creates in transactions / without index", with_rows, ratio, cpu_ratio, _FLOOR),
    ]


def _figure(name: str, found: list[Timed], *compared_: Any) -> Figure:
    rate, cpu = median([one.rate for one in found]) * BUNDLE, median([one.cpu for one in found]) / BUNDLE
    return Figure(name, rate, "/s", cpu, *compared_)


@contextmanager
def no_index_rows() -> Iterator[None]:
    """In this process no record has index rows."""

    def nothing(type_: str, resource: object, owner: str, *, kept: bool) -> IndexTexts:
        del type_, resource, owner, kept
        return IndexTexts([], [])

    module = vars(compose)
    kept = module["index_rows"]
    module["index_rows"] = nothing
    try:
        yield
    finally:
        module["index_rows"] = kept


def _post(stage: Stage, number: int) -> bytes:
    chart = stage.charts[1 + number % (len(stage.charts) - 1)]
    return serialise(samples.transaction(samples.observation(chart, BUNDLE * number + each) for each in range(BUNDLE)))


async def _send(served: Application, token: str, body: bytes) -> None:
    """One request, as the server would hand it to the application."""
    statuses: list[int] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/fhir",
        "raw_path": b"/fhir",
        "query_string": b"",
        "headers": [
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/fhir+json"),
            (b"content-length", b"%d" % len(body)),
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        await asyncio.sleep(0)

    await served(scope, receive, send)
    if statuses != [_OK]:
        raise broken(f"A transaction was answered with {statuses}.")
