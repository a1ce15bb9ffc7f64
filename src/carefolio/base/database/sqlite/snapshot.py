"""One moment of the database, read row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from carefolio.base.database.port import Row, Table

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
_STRUCTURE = "PRAGMA integrity_check(10)"


class SqliteSnapshot:
    """Reads inside one transaction of a connection; see ``port.Snapshot``. Damaged text is read all the same."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        return self._connection.execute(sql, args).fetchall()

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._connection.execute(sql, args).fetchone()
        return row

    def each(self, sql: str, args: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows, one after the other."""
        return self._connection.execute(sql, args)

    def tables(self) -> list[Table]:
        """From SQLite's own catalogue."""
        names = [name for (name,) in self.read(_TABLES)]
        return [self._table(name) for name in names if not name.startswith("sqlite_")]

    def _table(self, name: str) -> Table:
        columns = self.read("SELECT name, pk FROM pragma_table_info(?)", (name,))
        key = sorted((place, column) for column, place in columns if place)
        return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))

    def damage(self) -> list[str]:
        """SQLite compares its search trees with the tables: one that leaves out a row hides it from everybody."""
        return [text for (text,) in self._connection.execute(_STRUCTURE) if text != "ok"]
