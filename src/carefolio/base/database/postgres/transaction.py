"""One transaction, as the work inside it sees it: plain functions, run in a bridge."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Any

import asyncpg

from carefolio.base import clock
from carefolio.base.database.port import Row, Taken
from carefolio.base.database.postgres.bridge import wait_for
from carefolio.base.database.postgres.connections import Lent

_NUMBERED = ("account", "notice", "mail", "reminder")
_SEQUENCES = (
    ("'record_number'", "record", "rid"),
    *[(f"pg_get_serial_sequence('{table}', 'number')", table, "number") for table in _NUMBERED],
)
_NUMBERS = "SELECT nextval('record_number') FROM generate_series(1, ?)"


LISTED = 8
"""So many rows cost less as one statement with lists than as a statement each."""


class MustBeAlone(Exception):  # noqa: N818 - not an error: the work is run again
    """The work moves the epoch, which it may only do alone; it began beside others."""


IN_THE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""What says that somebody else was in the work's way: it is run again."""


class Result:
    """What a statement did, from the tag that PostgreSQL answers ("UPDATE 3")."""

    __slots__ = ("rowcount",)

    def __init__(self, tag: str) -> None:
        words = tag.split()
        self.rowcount = int(words[-1]) if words[-1].isdecimal() else 0


class PostgresTransaction:
    """One write; see ``port.Transaction``."""

    def __init__(self, connection: Lent, *, alone: bool) -> None:
        self._connection = connection
        self.alone = alone
        self.now = clock.now()
        self.moves_epoch = False

    def execute(self, sql: str, args: Sequence[Any] = ()) -> Result:
        """Run one statement."""
        return wait_for(self._execute(sql, args))

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row, all on their way before the first is answered; insert many rows with one."""
        if len(rows) == 1:
            self.execute(sql, rows[0])
        elif rows:
            wait_for(self._many(sql, rows))

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        rows = wait_for(self._rows(sql, args))
        return tuple(rows[0]) if rows else None

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        return [tuple(row) for row in wait_for(self._rows(sql, args))]

    def numbers(self, count: int) -> list[int]:
        """Numbers of a sequence: those of a transaction that fails stay unused."""
        return [row[0] for row in self.all(_NUMBERS, (count,))]

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """By COPY: several times as fast as INSERT."""
        wait_for(self._connection.raw.copy_records_to_table(table, records=rows, columns=columns))

    def adopt_numbers(self) -> None:
        """Set each sequence behind the highest number."""
        for sequence, table, column in _SEQUENCES:
            self.one(f"SELECT setval({sequence}, (SELECT coalesce(max({column}), 0) + 1 FROM {table}), FALSE)")  # noqa: S608 - names of ours

    def epoch(self) -> int:
        """Who writes beside others holds the gate, which whoever moves the epoch has to have for itself."""
        row = self.one("SELECT value FROM epoch")
        stored: int = row[0] if row else 0
        return max(stored + 1, self.now) if self.moves_epoch else stored

    def move_epoch(self) -> None:
        """Tell every process; raises MustBeAlone."""
        if not self.alone:
            raise MustBeAlone
        self.moves_epoch = True

    async def _execute(self, sql: str, args: Sequence[Any]) -> Result:
        statement = await self._connection.statement(sql)
        try:
            await statement.fetch(*args)
        except asyncpg.UniqueViolationError as problem:
            raise Taken(problem.constraint_name) from None
        return Result(statement.get_statusmsg())

    async def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        whole = await self._connection.listed(sql) if len(rows) >= LISTED else None
        try:
            if whole is None:
                await (await self._connection.statement(sql)).executemany(rows)
            else:
                await whole.fetch(*map(_column, zip(*rows, strict=True)))
        except asyncpg.UniqueViolationError as problem:
            raise Taken(problem.constraint_name) from None

    async def _rows(self, sql: str, args: Sequence[Any]) -> list[Any]:
        try:
            return await self._connection.rows(sql, args)
        except asyncpg.UniqueViolationError as problem:  # an INSERT … RETURNING
            raise Taken(problem.constraint_name) from None


def _column(values: Sequence[Any]) -> list[Any]:
    """One column of a list of rows; asyncpg would take a flag, which can be iterated, for a list of its own."""
    return [int(value) if isinstance(value, IntFlag) else value for value in values]
