"""One moment of the database, read in pieces."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from carefolio.base.database.port import Row
from carefolio.base.database.postgres.dialect import translated

PIECE = 2_000
"""Rows that are fetched at once."""


class PostgresSnapshot:
    """Reads inside one REPEATABLE READ transaction; see ``port.Snapshot``."""

    def __init__(self, connection: Any, wait: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._connection = connection
        self._wait = wait

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        return [tuple(row) for row in self._wait(self._connection.fetch(translated(sql), *args))]

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        rows = self.read(sql, args)
        return rows[0] if rows else None

    def each(self, sql: str, args: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows, by a cursor on the server; several may be under way."""
        cursor = self._wait(self._opened(sql, args))
        while rows := self._wait(cursor.fetch(PIECE)):
            yield from map(tuple, rows)

    def damage(self) -> list[str]:
        """PostgreSQL keeps checksums of its pages where its operator has switched them on; it says so when it reads."""
        return []

    async def _opened(self, sql: str, args: Sequence[Any]) -> Any:
        return await self._connection.cursor(translated(sql), *args)
