"""The data's backup: records, index rows, ledger, accounts, sign-ins, attachments. The keys are not in it."""

from __future__ import annotations

from pathlib import Path

from carefolio.base.database import Database, Transaction
from carefolio.base.database.notes import note
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.failures import broken
from carefolio.blobs.port import Blobs
from carefolio.ledger.log import read_head, roots_at
from carefolio.ledger.tree import Frontier
from carefolio.records.archive import attachments, copying, signins
from carefolio.records.archive.copying import Beside, Manifest
from carefolio.records.orphans import forget_mark

FILE = "carefolio.db"
WHAT = "data"
STORE = "store"


def save(database: Database, target: Path, accounts: Path | None = None, blobs: Blobs | None = None) -> Manifest:
    """A verified copy in the new folder ``target``, taken while others write; with the sign-ins in ``accounts``, and
    the long attachments in ``blobs`` where those are files.
    """
    if not isinstance(database, SqliteDatabase):
        raise broken("This data is in PostgreSQL: its own tools back it up (pg_dump, or archiving its log).")
    copying.make_folder(target)
    beside = Beside(accounts=signins.save(accounts, target) if accounts else "")
    file = target / FILE
    database.backup(file)
    copying.check_database(file)
    store, size, root = _look(file)
    if blobs is not None:
        beside = attachments.save(blobs, target, beside)
    return copying.seal(file, WHAT, store, (size, root), beside)


def prepare(source: Path, database: Path, owed: str, by: str) -> tuple[Manifest, Path]:
    """A copy of a backup beside where the data belongs, with the note ``owed`` that its entry in the ledger is owed.

    If we crash before ``place``, the data is what it was; if after it, the next start writes the entry.
    """
    manifest = copying.read_manifest(source, WHAT)
    partial = copying.copy_durably(source / manifest.file, database)

    copy = SqliteDatabase(partial)
    try:
        copy.write_now(lambda tx: owe(tx, owed, by))
    finally:
        copy.close()
    return manifest, partial


def owe(tx: Transaction, owed: str, by: str) -> None:
    """What data notes that was put back as it was before: its entry in the ledger is ``owed``, and who put it back.
    Its blobs get another mark from now on. What came since bears the one of before, no record here names it, and the
    data that does may go on elsewhere, or be put back in its turn: the sweep leaves it alone.
    """
    forget_mark(tx)
    note(tx, owed, by)


def noted(database: Path, name: str = STORE) -> str:
    """What the data notes of itself under this name; by default the store that it is, as its keys name it too."""
    opened = SqliteDatabase(database)
    try:
        row = opened.one("SELECT value FROM installation WHERE name = ?", (name,))
    finally:
        opened.close()
    return str(row[0]) if row else ""


def _look(file: Path) -> tuple[str, int, bytes]:
    """The copy's store, and its ledger's size and root, which its entries have to give."""
    copy = SqliteDatabase(file)
    try:
        row = copy.one("SELECT value FROM installation WHERE name = 'store'")
        head = read_head(copy)
        root = roots_at(copy, Frontier(), (head.size,))[head.size]
    finally:
        copy.close()
    if row is None or root != head.root():
        raise broken("The copy's ledger does not give the root that it says; run 'carefolio ledger verify'.")
    return str(row[0]), head.size, root
