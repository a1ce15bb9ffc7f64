"""Orphans: blobs that no record names, because their write broke off after they were kept. Nobody can read them.

Only what is older than a day is looked at, which no transaction under way is, and only what bears our own store's name.
A blob is left alone when it is not certain that nothing names it: its record cannot be opened, for one.
"""

from __future__ import annotations

from collections.abc import Callable

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.base.keys import Keyring
from carefolio.blobs.port import Stored
from carefolio.records.enclosures import STORE_SIGNS, kept_in, version_in
from carefolio.records.parts import Parts
from carefolio.records.vault import open_stored
from carefolio.store import records
from carefolio.store.rows import Row

OLD = clock.DAY


def sweep(parts: Parts, is_over: Callable[[], bool] = lambda: False) -> int:
    """Delete them, and what uploads that never ended left; how many that were. Ends early when ``is_over`` says so.
    Raises UNAVAILABLE when the store is away.
    """
    before = clock.now() - OLD
    swept = parts.blobs.tidy(before)
    for found in parts.blobs.list(f"{_ours(parts.keyring)}_"):
        if is_over():
            break
        if found.written < before and _is_orphan(parts, found):
            parts.blobs.delete(found.name)
            swept += 1
    return swept


def _ours(keyring: Keyring) -> str:
    return keyring.store[:STORE_SIGNS]


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
