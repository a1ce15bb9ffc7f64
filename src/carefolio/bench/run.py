"""All programs in one run, side by side, with the conditions they ran under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from carefolio.bench import bundles, everything, keeping, overload, reading, searching, writing
from carefolio.bench.conditions import conditions, words
from carefolio.bench.figures import Figure, table
from carefolio.bench.servers import Server, product
from carefolio.bench.stage import Stage, staged
from carefolio.bench.wanted import Wanted

OVER_HTTP: MappingProxyType[str, Callable[[Stage, Server], list[Figure]]] = MappingProxyType(
    {
        "read": reading.measure,
        "everything": everything.measure,
        "create": writing.measure,
        "overload": overload.measure,
    }
)
WITHIN: MappingProxyType[str, Callable[[Stage], list[Figure]]] = MappingProxyType(
    {"search": searching.measure, "transaction": bundles.measure}
)
KEEPING = "import"


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, and when that was worth anything."""

    conditions: dict[str, Any]
    figures: list[Figure]

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {"conditions": self.conditions, "figures": [figure.as_json() for figure in self.figures]}

    def as_words(self) -> str:
        """Conditions, table, remarks."""
        return f"{words(self.conditions)}\n\n{table(self.figures)}"


def measured(wanted: Wanted, say: Callable[[str], None]) -> Report:
    """Fill an installation, run the programs, throw it away."""
    found = conditions(wanted.folder)
    figures: list[Figure] = []
    say("Filling an installation…")
    with staged(wanted.folder, wanted.size, wanted.fill) as stage:
        over_http = [name for name in OVER_HTTP if name in wanted.names]
        if over_http:
            with product(stage.data) as server:
                for name in over_http:
                    say(f"Measuring {name}…")
                    figures += OVER_HTTP[name](stage, server)
                figures.append(reading.memory(server))
        for name in [name for name in WITHIN if name in wanted.names]:
            say(f"Measuring {name}…")
            figures += WITHIN[name](stage)
        if KEEPING in wanted.names:
            say(f"Measuring {KEEPING}…")
            figures += keeping.measure(stage, wanted.external)
    return Report(found, figures)
