"""``carefolio ledger``: is everything as it was written?"""

from __future__ import annotations

from carefolio.assembly import open_carefolio
from carefolio.base.clock import instant
from carefolio.base.failures import broken
from carefolio.base.settings import read_settings
from carefolio.cli.commands import new_group
from carefolio.cli.options import Data, Json, answer, say
from carefolio.cli.progress import counting
from carefolio.records.verify import verify as verify_everything

app = new_group("Verify that the ledger and the records are what was written.")


@app.callback()
def _group() -> None:
    """Verify that the ledger and the records are what was written."""


@app.command("verify", short_help="recompute the ledger from its first entry")
def verify(data: Data = None, json: Json = False) -> None:
    r"""\b
    Example:
      carefolio ledger verify

    Opens every entry, recomputes the tree, checks every signature, and compares every record and index row with what
    the ledger says was written. Exit 1 names the first entry that does not hold.
    """
    carefolio = open_carefolio(read_settings(data))
    try:
        with counting("Verifying") as count:
            report = verify_everything(carefolio.database, carefolio.keyring, count)
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
