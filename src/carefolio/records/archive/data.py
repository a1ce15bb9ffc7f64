"""The data's backup: records, index rows, ledger, accounts. The keys are not in it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from carefolio import __version__
from carefolio.base import clock
from carefolio.base.database import Database, Transaction
from carefolio.base.failures import broken
from carefolio.ledger.log import read_head, roots_at
from carefolio.ledger.tree import Frontier
from carefolio.records.archive import copying
from carefolio.records.archive.copying import Manifest

FILE = "carefolio.db"
WHAT = "data"


def save(database: Database, target: Path) -> Manifest:
    """A verified copy in the new folder ``target``, taken while others write."""
    copying.make_folder(target)
    file = target / FILE
    database.backup(file)
    copying.check_database(file)
    store, entries, root = _look(file)
    copying.synchronise(file)
    manifest = Manifest(
        what=WHAT,
        store=store,
        made=clock.instant(clock.now()),
        software=__version__,
        file=FILE,
        bytes=file.stat().st_size,
        sha256=copying.digest(file),
        entries=entries,
        root=b64encode(root).decode(),
    )
    copying.write_manifest(target, manifest)
    return manifest


def prepare(source: Path, database: Path, note: str, by: str) -> tuple[Manifest, Path]:
    """A copy of a backup beside where the data belongs, with the note ``note`` that its entry in the ledger is owed.

    If we crash before ``place``, the data is what it was; if after it, the next start writes the entry.
    """
    manifest = copying.read_manifest(source, WHAT)
    partial = copying.copy_durably(source / manifest.file, database)
    copying.check_database(partial)

    def owe(tx: Transaction) -> int:
        return tx.execute("INSERT OR REPLACE INTO installation VALUES (?, ?)", (note, by)).rowcount

    copy = Database(partial)
    try:
        copy.write_now(owe)
    finally:
        copy.close()
    return manifest, partial


def store_of(database: Path) -> str:
    """Which store the data is, by the name that it shares with its keys."""
    opened = Database(database)
    try:
        row = opened.one("SELECT value FROM installation WHERE name = 'store'")
    finally:
        opened.close()
    return str(row[0]) if row else ""


def younger_than_keys(database: Database, highest: int) -> int:
    """How many charts and shelves began after the newest key that there is; their records cannot be opened."""
    row = database.one("SELECT count(*) FROM owner WHERE number > ?", (highest,))
    return int(row[0]) if row else 0


def _look(file: Path) -> tuple[str, int, bytes]:
    """The copy's store, and its ledger's size and root, which its entries have to give."""
    copy = Database(file)
    try:
        row = copy.one("SELECT value FROM installation WHERE name = 'store'")
        head = read_head(copy)
        root = roots_at(copy, Frontier(), (head.size,))[head.size]
    finally:
        copy.close()
    if row is None or root != head.root():
        raise broken("The copy's ledger does not give the root that it says; run 'carefolio ledger verify'.")
    return str(row[0]), head.size, root
