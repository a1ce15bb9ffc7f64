"""Durable creates by 1 to 64 writers on a disk whose every flush takes 2 ms longer, on SQLite and on PostgreSQL.

Who commits for each writer alone gets nothing from more writers; who commits for all that wait gets a multiple. The
slow disk is a shim (slow_disk.c) that is compiled here and loaded into the product and into the PostgreSQL server.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from carefolio.bench.clusters import cluster_at
from carefolio.bench.conditions import conditions, words
from carefolio.bench.servers import product, write_requests
from carefolio.bench.stage import staged
from carefolio.bench.wanted import POSTGRESQL, STORES, Size
from carefolio.bench.writing import single
from carefolio.cli import casting

DELAY_MICROSECONDS = 2_000
WRITERS = (1, 2, 4, 8, 16, 32, 64)
WANTED = 8.0
_BODIES = 400
_PUBLIC = 0o755
_COMPILERS = ("cc", "gcc", "clang")
_SOURCE = Path(__file__).with_name("slow_disk.c")


def compiled(folder: Path) -> Path | None:
    """The shim; None where there is no compiler."""
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        return None
    shim = folder / "slow_disk.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(shim), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 - the compiler that was found, with words of our own
    shim.chmod(_PUBLIC)
    return shim


def measured(store: str, shim: Path, below: Path, seconds: float, rounds: int) -> dict[int, float]:
    """Creates a second by the number of writers: the medians of rounds in which all of them take turns."""
    slow = {"LD_PRELOAD": str(shim), "SLOW_DISK_MICROSECONDS": str(DELAY_MICROSECONDS)}
    size = Size(patients=1, records=800, rounds=1, seconds=seconds)
    with ExitStack() as stack:
        cluster = stack.enter_context(cluster_at("", below, slow)) if store == POSTGRESQL else None
        stage = stack.enter_context(staged(below, size, casting.make, cluster))
        bodies = [single(stage, number) for number in range(_BODIES)]
        requests = write_requests(stage.folder / "create.json", bodies)
        server = stack.enter_context(product(stage, slow))
        turns = [{writers: server.load(requests, writers, seconds).rate for writers in WRITERS} for _ in range(rounds)]
        return {writers: median(turn[writers] for turn in turns) for writers in WRITERS}


def told(store: str, rates: dict[int, float]) -> dict[str, Any]:
    """One store's result."""
    rise = rates[WRITERS[-1]] / rates[WRITERS[0]]
    return {"store": store, "rates": rates, "rise": rise, "wanted": WANTED, "met": rise >= WANTED}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command; exit 0 whatever the figures are, and where there is no compiler."""
    parser = argparse.ArgumentParser(description="Durable creates on a disk that is slow to flush.")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))  # noqa: S108 - the folder in it is private
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="carefolio-shim-") as folder:
        os.chmod(folder, _PUBLIC)  # noqa: PTH101 - PostgreSQL's own user loads the shim
        shim = compiled(Path(folder))
        if shim is None:
            print("Skipped: there is no C compiler here (cc, gcc or clang), and the slow disk is made with one.")
            return
        under = conditions(given.folder)
        print(json.dumps({"conditions": under}) if given.json else words(under))
        for store in STORES if given.store == "both" else (given.store,):
            print(f"Measuring {store}…", file=sys.stderr)
            result = told(store, measured(store, shim, given.folder, given.seconds, given.rounds))
            print(json.dumps(result) if given.json else _words(result))


def _words(result: dict[str, Any]) -> str:
    rates = ", ".join(f"{writers}: {rate:,.0f}" for writers, rate in result["rates"].items())
    return (
        f"{result['store']}: creates a second by writers, each flush {DELAY_MICROSECONDS / 1e3:g} ms longer: {rates};"
        f" 64 writers {result['rise']:.1f} times one's ({'met' if result['met'] else 'MISSED'}, ≥ {WANTED:g})"
    )


if __name__ == "__main__":
    main()
