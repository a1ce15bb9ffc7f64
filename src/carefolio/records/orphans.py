"""Orphans: blobs that no record names, because their write broke off after they were kept. Nobody can read them.

Only what is older than a day is looked at, which no transaction under way is, and only what bears our own mark: a
backup that is put back gets a new one, so that it takes nothing that is named in the data it came from, or in another
copy, be it in the same bucket. A blob is left alone when it is not certain that nothing names it: its record cannot be
opened, for one.
"""

from __future__ import annotations

from collections.abc import Callable

from carefolio.base import clock
from carefolio.base.database import Database, Transaction
from carefolio.base.failures import Failure
from carefolio.base.ids import new_id
from carefolio.base.keys import Keyring
from carefolio.blobs.port import Stored
from carefolio.records.enclosures import kept_in, version_in
from carefolio.records.parts import Parts
from carefolio.records.vault import open_stored
from carefolio.store import records
from carefolio.store.rows import Row

OLD = clock.DAY
NOTE = "attachments"
"""The installation's note of its mark."""
_MARK_SIGNS = 16


def mark_of(database: Database) -> str:
    """What the names of this installation's blobs begin with, noted the first time that somebody asks."""

    def work(tx: Transaction) -> str:
        found = tx.one("SELECT value FROM installation WHERE name = ?", (NOTE,))
        if found is None:
            found = (new_id().replace("-", "")[-_MARK_SIGNS:],)
            tx.execute("INSERT INTO installation VALUES (?, ?)", (NOTE, *found))
        return str(found[0])

    found = database.one("SELECT value FROM installation WHERE name = ?", (NOTE,))
    return str(found[0]) if found else database.write_now(work)


def forget_mark(tx: Transaction) -> None:
    """A copy is becoming an installation of its own."""
    tx.execute("DELETE FROM installation WHERE name = ?", (NOTE,))


def sweep(parts: Parts, is_over: Callable[[], bool] = lambda: False) -> int:
    """Delete them, and what uploads that never ended left; how many that were. Ends early when ``is_over`` says so.
    Raises UNAVAILABLE when the store is away.
    """
    before = clock.now() - OLD
    swept = parts.blobs.tidy(before)
    for found in parts.blobs.list(f"{parts.mark}_"):
        if is_over():
            break
        if found.written < before and _is_orphan(parts, found):
            parts.blobs.delete(found.name)
            swept += 1
    return swept


def _is_orphan(parts: Parts, found: Stored) -> bool:
    named = version_in(found.name)
    if named is None:
        return False
    newest = records.current(parts.database, named.type, named.id)
    row = None if newest is None else records.version(parts.database, newest, named.version)
    if row is None or row.owner != named.owner:
        return True
    return not _names(parts.keyring, row, found.name)


def _names(keyring: Keyring, row: Row, name: str) -> bool:
    """Whether the version names this blob; one that cannot be opened may."""
    try:
        return name in {one.name for one in kept_in(open_stored(keyring, row))}
    except Failure:
        return True
