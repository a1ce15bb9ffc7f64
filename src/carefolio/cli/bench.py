"""``carefolio bench``: the performance figures, with the machine's conditions."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.settings import external_examples
from carefolio.bench.wanted import BOTH, GROWTH, NAMES, OVERLOAD, SIZES, SQLITE, STORES, Size, Wanted
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Json, answer, say

if TYPE_CHECKING:
    from carefolio.bench import gate, growth, run
    from carefolio.cli import casting
else:
    gate = Late("carefolio.bench.gate")
    growth = Late("carefolio.bench.growth")
    run = Late("carefolio.bench.run")
    casting = Late("carefolio.cli.casting")

app = new_group()

_DISK = Path("/var/tmp")  # noqa: S108 - its files outlast a restart, so it is a disk; the folder in it is private
_USUAL = Size()
_SIZES = ",".join(map(str, SIZES))
LEAST_SIZES, LEAST = 2, 1_000
PROGRAMS = (*NAMES, GROWTH, OVERLOAD)

_NAME_HELP = f"One of {', '.join(NAMES)}, {GROWTH} or {OVERLOAD}; none: all but these two."
_WORKERS_HELP = "Server processes on PostgreSQL."
_RATIOS_HELP = "Kept ratios: exit 1 where one fell below 0.8 of what is kept."
Name = Annotated[str, typer.Argument(metavar="[NAME]", help=_NAME_HELP)]
Seconds = Annotated[float, typer.Option(min=0.05, help="How long each slice takes.")]
Rounds = Annotated[int, typer.Option(min=1, help="How many slices of each; medians count.")]
Patients = Annotated[int, typer.Option(min=1, help="The demo's patients in the store.")]
Records = Annotated[int, typer.Option(min=800, help="Records of the big chart.")]
Folder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Whose disk is measured; the data in it is temporary.")
]
Store = Annotated[str, typer.Option(help=f"{', '.join(STORES)} or {BOTH}.")]
Server = Annotated[str, typer.Option(metavar="URL", help="A PostgreSQL server; else one is started for this.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help=_WORKERS_HELP)]
Sizes = Annotated[str, typer.Option(metavar="N,N", help=f"{GROWTH}: how many resources, from size to size.")]
Plot = Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it too, as SVG.")]
Ratios = Annotated[Path | None, typer.Option(metavar="FILE", help=_RATIOS_HELP)]
Keep = Annotated[bool, typer.Option("--keep", help="Keep this run's ratios in that file instead.")]


@app.command(
    "bench",
    cls=Exemplified,
    short_help="measure how fast it is, and under which conditions",
    epilog=examples(
        "carefolio bench",
        "carefolio bench read --seconds 5",
        "carefolio bench --store both --plot figures.svg --json > figures.json",
    ),
)
def bench(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    name: Name = "",
    seconds: Seconds = _USUAL.seconds,
    rounds: Rounds = _USUAL.rounds,
    patients: Patients = _USUAL.patients,
    records: Records = _USUAL.records,
    folder: Folder = None,
    store: Store = SQLITE,
    database: Server = "",
    workers: Workers = _USUAL.workers,
    sizes: Sizes = _SIZES,
    plot: Plot = None,
    ratios: Ratios = None,
    keep: Keep = False,
    json: Json = False,
) -> None:
    """Measures reads, writes, searches and imports beside the floors that they have to keep.

    All of it happens on a temporary installation. What is compared takes turns, and medians are shown, so that noise
    hits both sides.
    """
    _refuse(name, store, kept_nowhere=keep and ratios is None)
    size = Size(patients, records, rounds, seconds, workers)
    wanted = _wanted(name, folder, size, store, database)
    grown = _sizes(sizes)
    kept = {} if ratios is None or keep else gate.read_ratios(ratios)
    report = growth.measured(wanted, grown, say) if name == GROWTH else run.measured(wanted, say)
    if plot is not None:
        plot.write_text(report.as_svg(), encoding="utf-8")
    answer(report.as_json(), report.as_words(), as_json=json)
    if keep and ratios is not None:
        gate.keep_ratios(ratios, report.figures, report.conditions)
    for sentence in (found := gate.fallen(report.figures, kept)):
        say(f"SLOWER THAN KEPT: {sentence}")
    if found:
        raise typer.Exit(1)


def _wanted(name: str, folder: Path | None, size: Size, store: str, database: str) -> Wanted:
    return Wanted(
        names=(name,) if name else NAMES,
        folder=folder or (_DISK if _DISK.is_dir() else Path(gettempdir())),
        fill=casting.make,
        size=size,
        external=external_examples(),
        stores=STORES if store == BOTH else (store,),
        database=database,
    )


def _refuse(name: str, store: str, *, kept_nowhere: bool) -> None:
    if name and name not in PROGRAMS:
        raise typer.BadParameter(f"There is no benchmark {name}; there are {', '.join(PROGRAMS)}.")
    if store not in (*STORES, BOTH):
        raise typer.BadParameter(f"There is no store {store}; there are {', '.join(STORES)}, and {BOTH}.")
    if kept_nowhere:
        raise typer.BadParameter("--keep takes --ratios FILE, where they are kept.")


def _sizes(given: str) -> list[int]:
    """At least two sizes of a thousand or more."""
    sizes = sorted({int(word) for word in given.split(",") if word.strip().isdecimal()})
    if len(sizes) < LEAST_SIZES or sizes[0] < LEAST:
        raise typer.BadParameter(f"--sizes takes {LEAST_SIZES} numbers or more, none below {LEAST}, like 10000,100000.")
    return sizes
