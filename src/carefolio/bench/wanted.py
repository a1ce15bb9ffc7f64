"""What can be asked of the benchmarks; kept apart from the programs, so that a command's help need not load them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carefolio.assembly import Carefolio

Count = Callable[[int, int], None]
Fill = Callable[["Carefolio", int, int, Count], None]
"""Brings in the demo of so many patients from a seed; told of the entries that were taken in."""
USUAL = ("read", "everything", "create", "search", "transaction", "import")
NAMES = (*USUAL, "overload")
"""What can be asked for by name. Overload alone is not in a usual run: it takes minutes and the whole machine."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: demo patients, records of the big chart, slices of each, seconds of a slice."""

    patients: int = 20
    records: int = 5_000
    rounds: int = 5
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which programs, where the temporary data goes, how it is filled, and where outside examples are, if anywhere."""

    names: tuple[str, ...]
    folder: Path
    fill: Fill
    size: Size
    external: Path | None = None
