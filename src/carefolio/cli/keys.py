"""``carefolio keys``: the keys' own backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import broken
from carefolio.base.settings import read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, Replace, answer, operator_name

if TYPE_CHECKING:
    from carefolio.cli import opening
    from carefolio.ledger import entry as ledger_entry
    from carefolio.records.archive import copying
    from carefolio.records.archive import data as archived_data
    from carefolio.records.archive import keys as archive
else:
    archive = Late("carefolio.records.archive.keys")
    archived_data = Late("carefolio.records.archive.data")
    copying = Late("carefolio.records.archive.copying")
    ledger_entry = Late("carefolio.ledger.entry")
    opening = Late("carefolio.cli.opening")

app = new_group("Save the keys, or put them in place.")


@app.callback()
def _group() -> None:
    """Save the keys, or put them in place."""


@app.command(
    "backup",
    cls=Exemplified,
    short_help="save a verified copy of the keys",
    epilog=examples(
        "carefolio keys backup /mnt/vault/keys-2026-11-22",
        "carefolio keys backup /mnt/vault/keys-2026-11-22 --without-root-key",
    ),
)
def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A folder that is new or empty.")],
    without_root: Annotated[
        bool, typer.Option("--without-root-key", help="Leave the root key out; you keep a copy of it yourself.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Saves a verified copy of the keys, with the root key that opens them unless it is left out.

    Whoever has this and a backup of the data can read everything: keep the two apart. Save the keys again after new
    charts have begun.
    """
    with opening.opened(data) as carefolio:
        root = None if without_root else carefolio.settings.key_file
        saved = archive.save(carefolio.keyring, root, target)
        content = {"sha256": saved.sha256, "root_key": not without_root, "by": operator_name()}
        entry = carefolio.door.scribe.happened(ledger_entry.Kind.KEYS_SAVED, 0, content)
        carefolio.database.write_now(lambda tx: carefolio.log.append(tx, [entry]))
    which = "without" if without_root else "with"
    words = f"Saved the keys to {target}, {which} the root key. Keep them apart from the data."
    answer({"target": str(target), "sha256": saved.sha256, "root_key": not without_root}, words, as_json=json)


@app.command(
    "restore",
    cls=Exemplified,
    short_help="put a copy of the keys in place",
    epilog=examples(
        "carefolio keys restore /mnt/vault/keys-2026-11-22 --data /var/lib/carefolio",
    ),
)
def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder that 'carefolio keys backup' made.")],
    replace: Replace = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Puts a copy of the keys in place, before or after 'carefolio restore'."""
    settings = read_settings(data)
    if settings.keys_postgres:
        raise broken(f"These keys are in {settings.shown_keys}: put them back with PostgreSQL's own tools.")
    opening.refuse_what_is_there(settings.keys, replace=replace)
    store = copying.read_manifest(source, archive.WHAT).store
    has_data = settings.database.exists()
    if has_data and archived_data.noted(settings.database) != store:
        raise broken(f"These keys belong to other data than {settings.database}.")
    manifest, copy = archive.prepare(source, settings)
    opening.put(copy, settings.keys)
    more = opening.settle(settings)
    if has_data:
        _note(data, manifest.sha256)
    words = f"Put back the keys of {manifest.made} in {settings.keys}.\n{more}".rstrip()
    answer({"restored": manifest.made, "data": has_data}, words, as_json=json)


def _note(data: Path | None, sha256: str) -> None:
    with opening.opened(data) as carefolio:
        content = {"sha256": sha256, "by": operator_name()}
        entry = carefolio.door.scribe.happened(ledger_entry.Kind.KEYS_RESTORED, 0, content)
        carefolio.database.write_now(lambda tx: carefolio.log.append(tx, [entry]))
