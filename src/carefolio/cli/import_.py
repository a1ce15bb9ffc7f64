"""``carefolio import``: FHIR files, on behalf of a hospital."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import broken
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer, say

if TYPE_CHECKING:
    from carefolio.cli import opening, progress
    from carefolio.records import importing
else:
    importing = Late("carefolio.records.importing")
    opening = Late("carefolio.cli.opening")
    progress = Late("carefolio.cli.progress")

app = new_group()

SHOWN = 20
"""At most so many rejected entries are listed in words; --json has them all."""


@app.command(
    "import",
    cls=Exemplified,
    short_help="take in FHIR files on behalf of a hospital",
    epilog=examples(
        "carefolio import --hospital Organization/123 patients/",
        "carefolio import --hospital Organization/123 export.ndjson.gz --json",
    ),
)
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, or folders with all that is below.")],
    hospital: Annotated[str, typer.Option(metavar="Organization/ID", help="The hospital that sends them.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Takes in FHIR JSON and NDJSON, gzip too.

    An entry that comes again is left as it is, one with another body becomes a new version. An import commits
    in short groups; one that broke off is completed by running it again.
    """
    with opening.opened(data) as carefolio, progress.counting("Importing") as count:

        def watch(progress: importing.Progress) -> None:
            count(progress.entries, progress.entries_total)

        report = importing.import_paths(carefolio, hospital, paths, watch)
    answer(report.as_json() if json else {}, _words(report), as_json=json)
    if not json:
        _list(report)
    if report.rejected and not report.created + report.updated + report.unchanged:
        raise broken("Nothing was taken in: every entry was rejected.")


def _words(report: importing.ImportReport) -> str:
    return (
        f"{report.files} files, {report.entries} entries: {report.created} created, {report.updated} updated, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected, {len(report.reported)} stored with a remark."
    )


def _list(report: importing.ImportReport) -> None:
    for number, finding in enumerate(report.rejected):
        if number == SHOWN:
            say(f"… and {len(report.rejected) - SHOWN} more; --json lists them all.")
            return
        say(f"rejected: {finding.file} {finding.entry}: {finding.reason}")
