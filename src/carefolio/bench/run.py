"""All programs in one run, side by side, with the conditions they ran under."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from carefolio import __version__
from carefolio.bench import bundles, everything, keeping, overload, pages, reading, scanning, searching, writing
from carefolio.bench.clusters import cluster_at
from carefolio.bench.conditions import conditions, words
from carefolio.bench.figures import Figure, table
from carefolio.bench.plot import Curve, svg
from carefolio.bench.servers import Server, product
from carefolio.bench.stage import Stage, staged
from carefolio.bench.wanted import POSTGRESQL, Wanted

OVER_HTTP: MappingProxyType[str, Callable[[Stage, Server], list[Figure]]] = MappingProxyType(
    {
        "read": reading.measure,
        "everything": everything.measure,
        "create": writing.measure,
        "pages": pages.measure,
        "overload": overload.measure,
    }
)
WITHIN: MappingProxyType[str, Callable[[Stage], list[Figure]]] = MappingProxyType(
    {"search": searching.measure, "scan": scanning.measure, "transaction": bundles.measure}
)
KEEPING = "import"


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, and when that was worth anything."""

    conditions: dict[str, Any]
    figures: list[Figure]
    curves: list[Curve] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {"conditions": self.conditions, "figures": [figure.as_json() for figure in self.figures]}

    def as_words(self) -> str:
        """Conditions, table, remarks."""
        return f"{words(self.conditions)}\n\n{table(self.figures)}"

    def as_svg(self) -> str:
        """A picture of it."""
        return svg(f"Carefolio {__version__} on {self.conditions['cpu']}", self.figures, self.curves)


def measured(wanted: Wanted, say: Callable[[str], None]) -> Report:
    """Fill an installation on each store, run the programs, throw it away."""
    report = Report(conditions(wanted.folder), [])
    for store in wanted.stores:
        with ExitStack() as stack:
            cluster = None
            if store == POSTGRESQL:
                say("Starting PostgreSQL…")
                cluster = stack.enter_context(cluster_at(wanted.database, wanted.folder))
                report.conditions["postgresql"] = cluster.settings()
            say(f"Filling an installation ({store})…")
            stage = stack.enter_context(staged(wanted.folder, wanted.size, wanted.fill, cluster))
            report.figures.extend(replace(figure, store=store) for figure in _figures(stage, wanted, say))
    return report


def _figures(stage: Stage, wanted: Wanted, say: Callable[[str], None]) -> Iterator[Figure]:
    over_http = [name for name in OVER_HTTP if name in wanted.names]
    if over_http:
        with product(stage) as server:
            for name in over_http:
                say(f"Measuring {name}…")
                yield from OVER_HTTP[name](stage, server)
            yield from reading.memory(server)
    for name in [name for name in WITHIN if name in wanted.names]:
        say(f"Measuring {name}…")
        yield from WITHIN[name](stage)
    if KEEPING in wanted.names:
        say(f"Measuring {KEEPING}…")
        yield from keeping.measure(stage, wanted.external)
