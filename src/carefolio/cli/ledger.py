"""``carefolio ledger``: whether everything is as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carefolio.base.clock import instant
from carefolio.base.failures import broken, conflict
from carefolio.base.settings import read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer, operator_name, say

if TYPE_CHECKING:
    from carefolio import assembly
    from carefolio.cli import opening, progress
    from carefolio.ledger import entry as ledger_entry
    from carefolio.records import verify as verification
    from carefolio.records.archive import data as archive
else:
    archive = Late("carefolio.records.archive.data")
    assembly = Late("carefolio.assembly")
    ledger_entry = Late("carefolio.ledger.entry")
    opening = Late("carefolio.cli.opening")
    progress = Late("carefolio.cli.progress")
    verification = Late("carefolio.records.verify")

app = new_group("Verify that the ledger and the records are what was written.")


@app.callback()
def _group() -> None:
    """Verify that the ledger and the records are what was written."""


@app.command(
    "verify",
    cls=Exemplified,
    short_help="recompute the ledger from its first entry",
    epilog=examples(
        "carefolio ledger verify",
    ),
)
def verify(data: Data = None, json: Json = False) -> None:
    """Opens every entry, recomputes the tree, checks every signature, and compares every record, index row and long
    attachment with what the ledger says was written. Exit 1 names the first entry that does not hold.
    """
    carefolio = assembly.open_carefolio(read_settings(data))
    try:
        with progress.counting("Verifying") as count:
            report = verification.verify(carefolio.database, carefolio.keyring, count, carefolio.blobs)
    finally:
        # Not carefolio.close(): that would sign the end of a log that may not be what it was.
        carefolio.database.close()
        carefolio.keyring.close()
    content: dict[str, object] = {"ok": report.ok, "entries": report.entries, "root": report.root_text}
    if not report.ok:
        content |= {"first": report.first, "problems": report.problems}
    words = f"{report.entries} entries, root {report.root_text}" + (": everything holds." if report.ok else ".")
    restores = [f"Restored at {instant(r.time)} by {r.by}: entry {r.seq}." for r in report.restores]
    answer(content, "\n".join([words, *restores, *report.remarks]), as_json=json)
    if not report.ok:
        for sentence in report.problems[1:][::-1]:
            say(sentence)
        raise broken(report.problems[0])


@app.command(
    "restored",
    cls=Exemplified,
    short_help="account for data that was put back by other means than 'restore'",
    epilog=examples(
        "carefolio ledger restored",
    ),
)
def restored(data: Data = None, json: Json = False) -> None:
    """Writes the entry that is owed when PostgreSQL's own tools, or a snapshot of the disk, put the data back as it was
    before the newest checkpoint: without it the log is shorter than the keys say, and is not served. All tokens and
    sessions end, and attachments that came since are kept.
    """
    settings = read_settings(data)
    by = operator_name()
    carefolio = assembly.open_carefolio(settings)
    try:
        carefolio.checkpointer.make()
    except ledger_entry.Tampered:
        _account_for(carefolio, by)
    else:
        raise conflict("The log reaches what the keys say: there is nothing to account for.")
    finally:
        carefolio.leave()
    assembly.open_carefolio(settings).close()
    answer({"restored": True}, f"The ledger says that it was put back, by {by}.\n{opening.AFTER_RESTORE}", as_json=json)


def _account_for(carefolio: assembly.Carefolio, by: str) -> None:
    """Do what a restore does. If we crash before the note, everybody is signed out, and the data is refused as before;
    if after it, the next start writes the entry and ends all tokens. Nobody is let in before that.
    """
    assembly.sign_ins(carefolio).end_everybodys_sessions()
    carefolio.database.write_now(lambda tx: archive.owe(tx, assembly.RESTORED, by))
