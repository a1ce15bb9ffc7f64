"""``carefolio restore``: a backup in the place of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import broken
from carefolio.base.settings import Settings, read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, Replace, answer, operator_name

if TYPE_CHECKING:
    from carefolio import assembly
    from carefolio.cli import opening
    from carefolio.records.archive import attachments, copying, signins
    from carefolio.records.archive import data as archive
else:
    archive = Late("carefolio.records.archive.data")
    attachments = Late("carefolio.records.archive.attachments")
    assembly = Late("carefolio.assembly")
    copying = Late("carefolio.records.archive.copying")
    opening = Late("carefolio.cli.opening")
    signins = Late("carefolio.records.archive.signins")

app = new_group()


@app.command(
    "restore",
    cls=Exemplified,
    short_help="put a backup in place",
    epilog=examples(
        "carefolio restore /mnt/backups/2026-11-22 --data /var/lib/carefolio",
        "carefolio restore /mnt/backups/2026-11-22 --replace",
    ),
)
def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder that 'carefolio backup' made.")],
    replace: Replace = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Puts a backup in place. The ledger gets an entry that says from where to where, and by whom. All tokens end, and
    everybody is signed out; contracts stand as they stood in the backup. The keys come with 'carefolio keys restore',
    before or after this.
    """
    settings = read_settings(data)
    if settings.postgres:
        raise broken(f"This data is in {settings.shown_database}: put it back with PostgreSQL's own tools.")
    opening.refuse_what_is_there(settings.database, replace=replace)
    saved = copying.read_manifest(source, archive.WHAT)
    _refuse_other_keys(settings, saved.store)
    people = signins.prepare(source, saved, settings.accounts)
    letters = attachments.prepare(source, saved, settings)
    manifest, copy = archive.prepare(source, settings.database, assembly.RESTORED, operator_name())
    opening.make_way(settings.database)  # if we crash from here on, the data is missing, and that is said at each start
    opening.make_way(settings.accounts)
    if people:
        copying.place(people, settings.accounts)
    if letters and settings.blobs_folder:
        opening.move_aside(settings.blobs_folder)
        attachments.place(letters, settings.blobs_folder)
    copying.place(copy, settings.database)
    more = opening.settle(settings)
    words = f"Put back the data of {manifest.made} ({manifest.entries} ledger entries) in {settings.data}.\n{more}"
    if saved.bucket:
        words = f"{words.rstrip()}\nLong attachments are not in the backup: they were in {saved.bucket} then."
    told = {"restored": manifest.made, "entries": manifest.entries, "keys": settings.keys.exists()}
    answer(told, words.rstrip(), as_json=json)


def _refuse_other_keys(settings: Settings, store: str) -> None:
    if settings.keys.exists():
        with opening.opened_keys(settings) as keyring:
            if keyring.store != store:
                raise broken(f"The keys in {settings.keys} belong to other data than this backup.")
