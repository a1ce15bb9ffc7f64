"""Transactions of one event loop: single works each in their own, gathered items a whole group in one.

All of them pass one gate, an advisory lock that is held to the end of the transaction. Beside others, many hold it at
once; alone, one holds it and nobody else. So whatever is decided on a look at accounts, tokens or contracts holds until
its entry is durable, and work that was not made to run beside others need not be.

If we crash before COMMIT is answered, the transaction is there whole or not at all, and nobody was told.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeVar

import asyncpg

from carefolio.base.database.port import Gatherer
from carefolio.base.database.postgres.bridge import called
from carefolio.base.database.postgres.connections import GONE_SECONDS, LOST, RETRY_SECONDS, Connections, Gone, Lent
from carefolio.base.database.postgres.transaction import MustBeAlone, PostgresTransaction
from carefolio.base.failures import unavailable

T = TypeVar("T")
GATE = 7_305_001
"""The number of the advisory lock; any number that no other program takes in this database."""
GROUP = 512
GROUPS = 2
"""So many groups are under way at once: one is prepared while the other is being committed."""
_BESIDE = f"BEGIN; SELECT pg_advisory_xact_lock_shared({GATE})"
_ALONE = f"BEGIN; SELECT pg_advisory_xact_lock({GATE})"
_MOVE = "UPDATE epoch SET value = value + 1"
_IN_THE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_TRIES = 10


class _Item(NamedTuple):
    gatherer: Gatherer[Any, Any]
    item: object
    future: asyncio.Future[Any]


class Uncertain(Exception):  # noqa: N818 - it says what is known
    """The connection was lost while COMMIT was under way: it may or may not have happened."""


class Writer:
    """Writes for one event loop."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._gathered: deque[_Item] = deque()
        self._flushing: set[asyncio.Task[None]] = set()

    async def write(self, work: Callable[[PostgresTransaction], T], *, alone: bool) -> T:
        """Run the work in a transaction of its own until nobody is in its way."""
        for _ in range(_TRIES):
            try:
                return await self._transact(work, alone=alone)
            except MustBeAlone:
                alone = True
            except _IN_THE_WAY:
                continue
        raise unavailable("Others are writing the same all the time; try again.")

    async def gather(self, gatherer: Gatherer[Any, T], item: object) -> T:
        """Add the item to the next group."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._gathered.append(_Item(gatherer, item, future))
        if len(self._flushing) < GROUPS:
            task = loop.create_task(self._flush())
            self._flushing.add(task)
            task.add_done_callback(self._flushing.discard)
        return await future

    async def finish(self) -> None:
        """Wait for what was gathered."""
        while self._flushing:
            await asyncio.wait(self._flushing)

    async def _flush(self) -> None:
        while self._gathered:
            group = [self._gathered.popleft() for _ in range(min(GROUP, len(self._gathered)))]
            results: Sequence[Any]
            try:
                results = await self._at_once(group)
                if not results:
                    results = await self.write(partial(_gathered, group=group), alone=False)
            except Exception as problem:  # noqa: BLE001 - it belongs to those who wait
                results = [problem] * len(group)
            _settle(group, results)

    async def _at_once(self, group: Sequence[_Item]) -> list[None]:
        """Each item's result where one statement did the work of them all; empty where it did not."""
        gatherer = group[0].gatherer
        if any(item.gatherer is not gatherer for item in group):
            return []
        statement = gatherer.at_once([item.item for item in group])
        if statement is None:
            return []
        try:
            async with self._connections.lent() as connection:
                rows = await connection.rows(statement.sql, statement.args)
        except Gone:  # whether it was done is not known: done again, the ledger says it twice, and both are true
            return []
        return [None] * len(group) if rows[0][0] else []

    async def _transact(self, work: Callable[[PostgresTransaction], T], *, alone: bool) -> T:
        """One try. A connection that was lost before COMMIT is no harm: nothing happened, and the next try may do."""
        deadline = monotonic() + GONE_SECONDS
        while True:
            try:
                async with self._connections.lent() as connection:
                    return await _transacted(connection, work, alone=alone)
            except Gone:
                if monotonic() > deadline:
                    raise unavailable("The database cannot be reached just now; try again.") from None
            except Uncertain:
                raise unavailable(
                    "The database was lost while it wrote; look whether it did, then try again."
                ) from None
            await asyncio.sleep(RETRY_SECONDS)


async def _transacted(connection: Lent, work: Callable[[PostgresTransaction], T], *, alone: bool) -> T:
    try:
        await connection.raw.execute(_ALONE if alone else _BESIDE)
        transaction = PostgresTransaction(connection, alone=alone)
        result = await called(lambda: work(transaction))
        if transaction.moves_epoch:
            await connection.raw.execute(_MOVE)
    except BaseException:
        if not connection.raw.is_closed():
            with suppress(*LOST):  # what was raised is what matters; who is lent a broken connection next is not harmed
                await connection.raw.execute("ROLLBACK")
        raise
    try:
        await connection.raw.execute("COMMIT")
    except LOST:
        raise Uncertain from None
    return result


def _gathered(tx: PostgresTransaction, group: Sequence[_Item]) -> list[Any]:
    """Each item's result, in their order; every gatherer is called once."""
    places: dict[Gatherer[Any, Any], list[int]] = {}
    for place, item in enumerate(group):
        places.setdefault(item.gatherer, []).append(place)
    results: list[Any] = [None] * len(group)
    for gatherer, those in places.items():
        for place, result in zip(those, gatherer(tx, [group[place].item for place in those]), strict=True):
            results[place] = result
    return results


def _settle(group: Sequence[_Item], results: Sequence[Any]) -> None:
    """Tell all who wait; one who has gone away in the meantime is not told."""
    for item, result in zip(group, results, strict=True):
        if item.future.done():
            continue
        if isinstance(result, Exception):
            item.future.set_exception(result)
        else:
            item.future.set_result(result)
