"""What an outsider with the files and the keys finds, without the server's help: entries, rows, a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from carefolio.base.database import Database
from carefolio.base.keys import Keyring, read_root_key
from carefolio.ledger.entry import Entry, SealedEntry, open_entry
from carefolio.ledger.note import read_checkpoint
from carefolio.ledger.report import Report
from carefolio.ledger.tree import Frontier
from carefolio.records.vault import open_stored
from carefolio.records.verify import verify
from carefolio.store.rows import COLUMNS, Row
from tests import stores

_ENTRIES = "SELECT seq, time, kind, owner, actor, body, leaf FROM entry ORDER BY seq"
_ROWS = f"SELECT {COLUMNS} FROM record UNION ALL SELECT {COLUMNS} FROM history"


class Files(NamedTuple):
    """Both files of an installation, opened without starting it."""

    database: Database
    keyring: Keyring


@contextmanager
def files(data: Path) -> Iterator[Files]:
    """Opened, and closed again without signing anything."""
    keyring = Keyring.open(data / "keys" / "keys.db", read_root_key(data / "keys" / "root.key"))
    with closing(keyring), closing(stores.opened(data)) as database:
        stores.settle(database)
        yield Files(database, keyring)


def report_on(data: Path) -> Report:
    """The verdict on log, records, history and index."""
    with files(data) as (database, keyring):
        return verify(database, keyring)


def entries(data: Path) -> list[tuple[int, Entry]]:
    """All entries with their numbers, opened and compared with their columns."""
    with files(data) as (database, keyring):
        rows = database.read(_ENTRIES)
        return [(seq, open_entry(SealedEntry(*rest), keyring.of(rest[2]))) for seq, *rest in rows]


def versions(data: Path) -> dict[str, bytes]:
    """Every stored version, ``Type/id/_history/n``, with its JSON."""
    with files(data) as (database, keyring):
        rows = [Row._make(row) for row in database.read(_ROWS)]
        return {f"{row.reference}/_history/{row.version}": open_stored(keyring, row) for row in rows}


def beginnings(data: Path, notes: Iterable[str]) -> int:
    """How many of these checkpoints are signed by this log and tell a beginning of it."""
    with files(data) as (database, keyring):
        told = {one.size: one.root for one in (read_checkpoint(note, keyring.public) for note in notes)}
        grown, held = Frontier(), 0
        for (leaf,) in database.read("SELECT leaf FROM entry ORDER BY seq"):
            grown.append(leaf)
            held += told.get(grown.size) == grown.root()
        return held
