"""One piece of work inside the writer's group."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from carefolio.base import clock
from carefolio.base.database.port import Row, Taken

_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


class SqliteTransaction:
    """One write, inside the writer's group. Nothing of it is durable before the future that ``write`` gave is done."""

    __slots__ = ("_connection", "moved_before", "moves_epoch", "now")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.now = clock.now()
        self.moves_epoch = False
        self.moved_before = False
        """Whether work that went before this one, in the same group, has moved the epoch."""

    def execute(self, sql: str, args: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        try:
            return self._connection.execute(sql, args)
        except sqlite3.IntegrityError as problem:
            raise _translated(problem) from None

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        if not rows:
            return
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.IntegrityError as problem:
            raise _translated(problem) from None

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        row: Row | None = self.execute(sql, args).fetchone()
        return row

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        return self._connection.execute(sql, args).fetchall()

    def numbers(self, count: int) -> list[int]:
        """Those behind the highest: the writer is alone."""
        last = self._connection.execute("SELECT max(rid) FROM record").fetchone()[0] or 0
        return list(range(last + 1, last + 1 + count))

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """SQLite keeps the highest number of a table by itself."""
        marks = ", ".join("?" * len(columns))
        self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - a table of ours

    def adopt_numbers(self) -> None:
        """Nothing is to be done: see ``load`` and ``numbers``."""

    def epoch(self) -> int:
        """The epoch as it stands in this transaction."""
        stored = int(self._connection.execute("SELECT value FROM epoch").fetchone()[0])
        return stored + (self.moves_epoch or self.moved_before)

    def move_epoch(self) -> None:
        """Tell every process, with this commit, that accounts, tokens or contracts are not what they were."""
        self.moves_epoch = True


def _translated(problem: sqlite3.IntegrityError) -> Exception:
    return Taken(str(problem)) if problem.sqlite_errorcode in _UNIQUE else problem
