"""What can be asked of the benchmarks; kept apart from the programs, so that a command's help need not load them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carefolio.assembly import Carefolio

Count = Callable[[int, int], None]
Fill = Callable[["Carefolio", int, int, Count], None]
"""Brings in the demo of so many patients from a seed; told of the entries that were taken in."""
NAMES = ("read", "everything", "create", "pages", "search", "scan", "transaction", "import")
GROWTH, OVERLOAD = "growth", "overload"
"""Not among them: the one takes as long as its sizes are large, the other minutes and the whole machine."""
SIZES = (10_000, 100_000)
SQLITE, POSTGRESQL = "sqlite", "postgresql"
STORES = (SQLITE, POSTGRESQL)
BOTH = "both"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: demo patients, records of the big chart, slices of each, seconds of a slice; with how many
    server processes on PostgreSQL.
    """

    patients: int = 20
    records: int = 5_000
    rounds: int = 5
    seconds: float = 2.0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which programs, where the temporary data goes, how it is filled, where outside examples are, if anywhere, on
    which stores, and at which PostgreSQL server; without one the benchmark starts its own.
    """

    names: tuple[str, ...]
    folder: Path
    fill: Fill
    size: Size
    external: Path | None = None
    stores: tuple[str, ...] = (SQLITE,)
    database: str = field(default="", repr=False)
