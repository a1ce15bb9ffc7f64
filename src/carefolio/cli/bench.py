"""``carefolio bench``: the performance figures, with the machine's conditions."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.settings import external_examples
from carefolio.bench.wanted import NAMES, USUAL, Size, Wanted
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Json, answer, say

if TYPE_CHECKING:
    from carefolio.bench import run
    from carefolio.cli import casting
else:
    run = Late("carefolio.bench.run")
    casting = Late("carefolio.cli.casting")

app = new_group()

_DISK = Path("/var/tmp")  # noqa: S108 - its files outlast a restart, so it is a disk; the folder in it is private
_USUAL = Size()


@app.command(
    "bench",
    cls=Exemplified,
    short_help="measure how fast it is, and under which conditions",
    epilog=examples("carefolio bench", "carefolio bench read --seconds 5", "carefolio bench --json > figures.json"),
)
def bench(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=f"One of {', '.join(NAMES)}; none: all but the last.")
    ] = "",
    seconds: Annotated[float, typer.Option(min=0.05, help="How long each slice takes.")] = _USUAL.seconds,
    rounds: Annotated[int, typer.Option(min=1, help="How many slices of each; medians count.")] = _USUAL.rounds,
    patients: Annotated[int, typer.Option(min=1, help="The demo's patients in the store.")] = _USUAL.patients,
    records: Annotated[int, typer.Option(min=800, help="Records of the big chart.")] = _USUAL.records,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Whose disk is measured; the data in it is temporary.")
    ] = None,
    json: Json = False,
) -> None:
    """Measures reads, writes, searches and imports beside the floors that they have to keep.

    All of it happens on a temporary installation. What is compared takes turns, and medians are shown, so that noise
    hits both sides.
    """
    if name and name not in NAMES:
        raise typer.BadParameter(f"There is no benchmark {name}; there are {', '.join(NAMES)}.")
    wanted = Wanted(
        names=(name,) if name else USUAL,
        folder=folder or (_DISK if _DISK.is_dir() else Path(gettempdir())),
        fill=casting.make,
        size=Size(patients, records, rounds, seconds),
        external=external_examples(),
    )
    report = run.measured(wanted, say)
    answer(report.as_json(), report.as_words(), as_json=json)
