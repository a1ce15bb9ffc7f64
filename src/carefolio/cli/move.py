"""``carefolio move``: everything into another store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import malformed
from carefolio.base.settings import at_database, read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer, operator_name

if TYPE_CHECKING:
    from carefolio import assembly
    from carefolio.cli import opening, progress
    from carefolio.ledger import checkpoint
    from carefolio.ledger import entry as ledger_entry
    from carefolio.records.archive import moving
else:
    assembly = Late("carefolio.assembly")
    checkpoint = Late("carefolio.ledger.checkpoint")
    ledger_entry = Late("carefolio.ledger.entry")
    moving = Late("carefolio.records.archive.moving")
    opening = Late("carefolio.cli.opening")
    progress = Late("carefolio.cli.progress")

app = new_group()


@app.command(
    "move",
    cls=Exemplified,
    short_help="carry everything to PostgreSQL, or back to SQLite",
    epilog=examples(
        "carefolio move --to postgresql://carefolio@db.example.org/carefolio",
        "CAREFOLIO_DATABASE_URL=postgresql://… carefolio move --to sqlite:////var/lib/carefolio/carefolio.db",
    ),
)
def move(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The address of an empty database.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Carries records, history, ledger, accounts and sign-ins into another store, and verifies them there. Keys and
    blobs stay where they are.

    Stop the servers before. A move that broke off goes on where it was when it is run again. The source only notes
    where everything went, and is not served any more; moving back takes it in again.
    """
    settings = read_settings(data)
    target_settings = at_database(settings, to)
    if (target_settings.postgres, target_settings.database) == (settings.postgres, settings.database):
        raise malformed("The data is there already: --to names the store that is in use.")
    with opening.leaving(settings) as carefolio:
        carefolio.checkpointer.make()  # refuses one that everything was moved out of, and that grew elsewhere since
        carefolio.log.settle(carefolio.database)
        target, log = assembly.open_store(target_settings)
        try:
            with progress.counting("Moving") as count:
                moved = moving.move(carefolio.database, target, carefolio.keyring, count)
            moving.leave(carefolio.database, moved, target_settings.shown_database)
            sign_ins = assembly.move_sign_ins(carefolio, target_settings)
            content = {"moved_to": target_settings.shown_database, "by": operator_name()}
            entry = carefolio.door.scribe.happened(ledger_entry.Kind.CONFIGURATION, 0, content)
            moving.finish(carefolio.database, target, log, moved, [entry])
            log.settle(target)
            checkpoint.Checkpointer(target, carefolio.keyring, log).make()
        finally:
            target.close()
    told = {"rows": sum(moved.rows.values()), "sign_ins": sign_ins, "entries": moved.entries, "root": moved.root}
    words = (
        f"Moved {told['rows']} rows and {sign_ins} of sign-ins to {target_settings.shown_database}: "
        f"{moved.entries} ledger entries, everything holds.\n"
        f"Next: CAREFOLIO_DATABASE_URL={target_settings.shown_database} carefolio serve"
    )
    answer(told, words, as_json=json)
