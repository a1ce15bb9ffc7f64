"""Transactions of one event loop: single works each in their own, what is gathered a whole group in one.

All of them pass one gate, an advisory lock that is held to the end of the transaction. Beside others, many hold it at
once; alone, one holds it and nobody else. So whatever is decided on a look at accounts, tokens or contracts holds until
its entry is durable, and work that was not made to run beside others need not be.

If we crash before COMMIT is answered, the transaction is there whole or not at all, and nobody was told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import asyncpg

from carefolio.base.database.port import Gatherer
from carefolio.base.database.postgres.bridge import called
from carefolio.base.database.postgres.connections import GONE_SECONDS, LOST, RETRY_SECONDS, Connections, Gone, Lent
from carefolio.base.database.postgres.gathering import Gathering, Turns
from carefolio.base.database.postgres.transaction import IN_THE_WAY, MustBeAlone, PostgresTransaction
from carefolio.base.failures import unavailable

T = TypeVar("T")
GATE = 7_305_001
"""The number of the advisory lock; any number that no other program takes in this database."""
_BESIDE = f"BEGIN; SELECT pg_advisory_xact_lock_shared({GATE})"
_HASTY = f"{_BESIDE}; SET LOCAL lock_timeout = '100ms'"
"""The gate was passed by then: what is not waited for is a row that somebody else is writing."""
_ALONE = f"BEGIN; SELECT pg_advisory_xact_lock({GATE})"
_MOVE = "UPDATE epoch SET value = greatest(value + 1, {})"
"""To a moment, µs: a replica that was behind when it took over never comes to a number that processes know already."""
_TRIES = 10


class Uncertain(Exception):  # noqa: N818 - it says what is known
    """The connection was lost, or let go of, while COMMIT was under way: it may or may not have happened."""


class Writer:
    """Writes for one event loop."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._gatherings: dict[Gatherer[Any, Any], Gathering] = {}
        self._turns = Turns.new()

    async def write(self, work: Callable[[PostgresTransaction], T], *, alone: bool) -> T:
        """Run the work in a transaction of its own until nobody is in its way."""
        for _ in range(_TRIES):
            try:
                return await self._transact(work, _ALONE if alone else _BESIDE, alone=alone)
            except MustBeAlone:
                alone = True
            except IN_THE_WAY:
                continue
        raise unavailable("Others are writing the same all the time; try again.")

    async def gather(self, gatherer: Gatherer[Any, T], item: object) -> T:
        """Add the item to the gatherer's next group."""
        gathering = self._gatherings.get(gatherer)
        if gathering is None:
            gathering = Gathering(gatherer, self._connections, self._write_beside, self._turns)
            self._gatherings[gatherer] = gathering
        result: T = await gathering.add(item)
        return result

    async def finish(self) -> None:
        """Wait for what was gathered."""
        for gathering in list(self._gatherings.values()):
            await gathering.finish()

    async def _write_beside(self, work: Callable[[PostgresTransaction], T], *, hasty: bool) -> T:
        return await (self._transact(work, _HASTY, alone=False) if hasty else self.write(work, alone=False))

    async def _transact(self, work: Callable[[PostgresTransaction], T], begin: str, *, alone: bool) -> T:
        """One try. A connection that was lost before COMMIT is no harm: nothing happened, and the next try may do."""
        deadline = monotonic() + GONE_SECONDS
        while True:
            try:
                async with self._connections.lent() as connection:
                    return await _transacted(connection, work, begin, alone=alone)
            except Gone:
                if monotonic() > deadline:
                    raise unavailable("The database cannot be reached just now; try again.") from None
            except Uncertain:
                raise unavailable(
                    "The database was lost while it wrote; look whether it did, then try again."
                ) from None
            await asyncio.sleep(RETRY_SECONDS)


async def _transacted(connection: Lent, work: Callable[[PostgresTransaction], T], begin: str, *, alone: bool) -> T:
    try:
        await connection.raw.execute(begin)
        transaction = PostgresTransaction(connection, alone=alone)
        result = await called(lambda: work(transaction))
        if transaction.moves_epoch:
            await connection.raw.execute(_MOVE.format(transaction.now))
    except BaseException:
        if not connection.raw.is_closed():
            # What was raised is what matters; who is lent a broken connection next is not harmed.
            with suppress(asyncpg.PostgresError, *LOST):
                await connection.raw.execute("ROLLBACK")
        raise
    try:
        tag = await _committed(connection)
    except LOST:
        raise Uncertain from None
    if tag != "COMMIT":  # a statement failed and the work passed it over: PostgreSQL has rolled back
        raise asyncpg.InFailedSQLTransactionError("A statement had failed: nothing of its transaction was written.")
    return result


async def _committed(connection: Lent) -> str:
    """COMMIT, brought to its end: who goes away in the middle of it goes too late, and what was asked is done."""
    commit = asyncio.ensure_future(connection.raw.execute("COMMIT"))
    while True:
        try:
            return str(await asyncio.shield(commit))
        except asyncio.CancelledError:
            if commit.cancelled():  # the event loop itself ends; nobody is lent what stands in the middle of it
                connection.raw.terminate()
                raise Uncertain from None
