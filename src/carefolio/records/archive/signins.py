"""The portal's own database in the data's backup: how people sign in. Who is signed in at the moment is left out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from carefolio.base.failures import broken
from carefolio.records.archive import copying
from carefolio.records.archive.copying import Manifest

FILE = "accounts.db"
_OF_THE_MOMENT = ("django_session", "usersessions_usersession")
"""Sessions, and where they began: none of them is taken along."""
_BUSY_SECONDS = 20.0


def save(accounts: Path, target: Path) -> str:
    """A verified copy in the backup's folder ``target``, taken while others write; its SHA-256, or "" where nobody has
    opened the pages yet. To be taken before the data: a sign-in in it never names an account that the data lacks.
    """
    if not accounts.exists():
        return ""
    copy = target / FILE
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(accounts, timeout=_BUSY_SECONDS)) as source, closing(sqlite3.connect(copy)) as into:
        source.backup(into)
        _leave_out(into)
    copying.check_database(copy)
    copying.synchronise(copy)
    return copying.digest(copy)


def prepare(source: Path, manifest: Manifest, accounts: Path) -> Path | None:
    """A copy of the backup's beside where it belongs; None for a backup without one: people who are in its data then
    set a new password by e-mail.
    """
    if not manifest.accounts:
        return None
    file = source / FILE
    if not file.is_file() or copying.digest(file) != manifest.accounts:
        raise broken(f"{file} is not what was saved: it was changed or is not whole. Take another backup.")
    return copying.copy_durably(file, accounts)


def _leave_out(copy: sqlite3.Connection) -> None:
    """Nothing of it stays in the file's free pages."""
    copy.execute("PRAGMA journal_mode = DELETE")
    there = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in there.intersection(_OF_THE_MOMENT):
        copy.execute(f"DELETE FROM {table}")
    copy.commit()
    copy.execute("VACUUM")
