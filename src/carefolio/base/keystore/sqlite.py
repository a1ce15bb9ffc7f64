"""Keys in a file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from carefolio.base.database.sqlite.journal import write_ahead
from carefolio.base.keystore.port import Remembered, Unreadable, Wrap

_SCHEMA = """
CREATE TABLE IF NOT EXISTS platform(name TEXT PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS key(owner INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS remembered(one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, root BLOB, note TEXT);
"""
_REMEMBER = """
INSERT INTO remembered VALUES (1, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note
WHERE excluded.size > remembered.size OR remembered.root = ?
"""
_NEWEST = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'key'"
_BUSY_SECONDS = 30


class KeyFile:
    """One SQLite file; see ``port.KeyStore``."""

    def __init__(self, path: Path) -> None:
        """Open it; raises Unreadable. A file that is not there is made, without keys."""
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)  # before SQLite makes it: at no moment may others read it
        try:
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            path.chmod(0o600)
            write_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            raise Unreadable from None

    @property
    def shown(self) -> str:
        """The file's path."""
        return str(self.path)

    def make(self, platform: Mapping[str, bytes], first: tuple[int, bytes]) -> None:
        """If we crash before the commit the file holds no key, and the next start makes them."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._connection.execute("SELECT 1 FROM platform").fetchone() is None:
                self._connection.executemany("INSERT INTO platform VALUES (?, ?)", list(platform.items()))
                self._connection.execute("INSERT INTO key VALUES (?, ?)", first)

    def platform(self, name: str) -> bytes | None:
        """A key of the platform; raises Unreadable for a file that is damaged."""
        return self._one("SELECT wrapped FROM platform WHERE name = ?", name)

    def add(self, count: int, wrap: Wrap) -> list[int]:
        """SQLite remembers the highest number that was ever given."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            last = self._connection.execute(_NEWEST).fetchone()[0] or 0
            owners = list(range(last + 1, last + 1 + count))
            rows = [(owner, wrap(owner)) for owner in owners]
            self._connection.executemany("INSERT INTO key VALUES (?, ?)", rows)
        return owners

    def wrapped(self, owner: int) -> bytes | None:
        """The key of an owner."""
        return self._one("SELECT wrapped FROM key WHERE owner = ?", owner)

    def forget(self, owners: Iterable[int]) -> None:
        """Destroy these keys; their numbers are not given again."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM key WHERE owner = ?", [(owner,) for owner in owners])

    def owners(self) -> Iterable[int]:
        """All owner numbers that have a key."""
        with self._lock:
            return [row[0] for row in self._connection.execute("SELECT owner FROM key")]

    def newest(self) -> int:
        """The highest owner number that was ever allotted here."""
        with self._lock:
            return self._connection.execute(_NEWEST).fetchone()[0] or 0

    def remember(self, newest: Remembered, instead_of: bytes | None) -> None:
        """Keep the checkpoint."""
        with self._lock, self._connection:
            self._connection.execute(_REMEMBER, (*newest, instead_of))

    def remembered(self) -> Remembered | None:
        """The checkpoint that was kept last."""
        with self._lock:
            row = self._connection.execute("SELECT size, root, note FROM remembered").fetchone()
        return None if row is None else Remembered(*row)

    def backup(self, target: Path) -> None:
        """SQLite's own copy."""
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as copy, self._lock:
            self._connection.backup(copy)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _one(self, sql: str, value: str | int) -> bytes | None:
        try:
            with self._lock:
                row = self._connection.execute(sql, (value,)).fetchone()
        except sqlite3.DatabaseError:
            raise Unreadable from None
        return None if row is None else row[0]
