"""One moment of the database, read in pieces."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg

from carefolio.base.database.port import Row, Table
from carefolio.base.database.postgres.dialect import translated
from carefolio.base.failures import broken

_TABLES = """
    SELECT c.relname,
        array_agg(a.attname::text ORDER BY a.attnum),
        array_agg(a.attname::text ORDER BY array_position(i.indkey::smallint[], a.attnum))
            FILTER (WHERE a.attnum = ANY (i.indkey::smallint[]))
    FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migration'
    GROUP BY c.relname ORDER BY c.relname COLLATE "C"
"""
T = TypeVar("T")
PIECE = 2_000
"""Rows that are fetched at once."""


class PostgresSnapshot:
    """Reads inside one REPEATABLE READ transaction; see ``port.Snapshot``."""

    def __init__(self, connection: Any, wait: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._connection = connection
        self._wait = wait

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        return [tuple(row) for row in self._wait(_whole(self._connection.fetch(translated(sql), *args)))]

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        rows = self.read(sql, args)
        return rows[0] if rows else None

    def each(self, sql: str, args: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows, by a cursor on the server; several may be under way."""
        cursor = self._wait(_whole(self._opened(sql, args)))
        while rows := self._wait(cursor.fetch(PIECE)):
            yield from map(tuple, rows)

    def tables(self) -> list[Table]:
        """From PostgreSQL's catalogue: what stands in the schema that tables are made in."""
        return [Table(name, tuple(columns), tuple(key)) for name, columns, key in self.read(_TABLES)]

    def damage(self) -> list[str]:
        """PostgreSQL keeps checksums of its pages where its operator has switched them on; it says so when it reads."""
        return []

    async def _opened(self, sql: str, args: Sequence[Any]) -> Any:
        return await self._connection.cursor(translated(sql), *args)


async def _whole(asked: Coroutine[Any, Any, T]) -> T:
    """The answer; raises a Failure where a table or a column is not there any more."""
    try:
        return await asked
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as problem:
        raise broken(f"The database is damaged: {problem.message}.") from None
