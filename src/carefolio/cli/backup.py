"""``carefolio backup``: a copy of the data, without the keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.clock import instant, now
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer, operator_name

if TYPE_CHECKING:
    from carefolio.cli import opening
    from carefolio.ledger import entry as ledger_entry
    from carefolio.records.archive import data as archive
else:
    archive = Late("carefolio.records.archive.data")
    ledger_entry = Late("carefolio.ledger.entry")
    opening = Late("carefolio.cli.opening")

app = new_group()


@app.command(
    "backup",
    cls=Exemplified,
    short_help="save a verified copy of the data, without the keys",
    epilog=examples(
        "carefolio backup /mnt/backups/2026-11-22",
    ),
)
def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A folder that is new or empty.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Saves a verified copy of the data while the server runs, long attachments included unless they are in S3. The
    keys are not in it, so that who finds it can read nothing: save them to another place with 'carefolio keys backup'.
    """
    with opening.opened(data) as carefolio:
        saved = archive.save(carefolio.database, target, carefolio.settings.accounts, carefolio.blobs)
        content = {"sha256": saved.sha256, "entries": saved.entries, "root": saved.root, "by": operator_name()}
        entry = carefolio.door.scribe.happened(ledger_entry.Kind.BACKUP, 0, content)
        carefolio.database.write_now(lambda tx: carefolio.log.append(tx, [entry]))
    held = (
        f"{saved.bytes} bytes, {saved.entries} ledger entries, {saved.attachments} long attachments, {instant(now())}"
    )
    words = [f"Saved the data to {target} ({held})."]
    if saved.bucket:
        words.append(
            f"Long attachments are not in it: they are in {saved.bucket}, which has to be backed up on its own."
        )
    words.append("The keys are not in it: save them to another place with 'carefolio keys backup'.")
    told = {"target": str(target), "bytes": saved.bytes, "sha256": saved.sha256, "entries": saved.entries}
    more = {"attachments": saved.attachments, "bucket": saved.bucket, "keys": False}
    answer(told | more, "\n".join(words), as_json=json)
