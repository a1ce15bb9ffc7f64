"""What one event loop gathers for one gatherer: whatever has come by the time a transaction begins goes in together.
It begins when the loop has nothing more to bring at once: a group costs as much for one as for twenty.

A group that fails left nothing. It is looked whose items are the reason, and the others go together once more. Only
where that fails too, or where somebody else holds rows of one of them, each is handed over by itself, a few at a time:
whoever was the reason fails, and nobody else. A group does not wait for long, and two groups that wait for each other
end it before PostgreSQL would.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import asyncpg

from carefolio.base.database.port import Gatherer, once_more
from carefolio.base.database.postgres.connections import Connections, Gone
from carefolio.base.database.postgres.transaction import IN_THE_WAY, MustBeAlone, PostgresTransaction
from carefolio.base.failures import Category, Failure

GROUP = 512
GROUPS = 2
"""So many groups of one gatherer are under way at once: one is prepared while the other is being committed."""
HASTY, PATIENT = 2, 1
"""So many items of an event loop are under way by themselves at once: of those that give up where somebody holds a row,
and of those that did and wait for it now. More would take the connections of all others, a withdrawal's among them."""
_PUT_OFF = (MustBeAlone, asyncpg.LockNotAvailableError, *IN_THE_WAY)
"""What a work is not to blame for: even who is the whole group goes again."""


class Writing(Protocol):
    """Runs a work in a transaction beside others, until nobody is in its way or, ``hasty``, once."""

    def __call__(self, work: Callable[[PostgresTransaction], Any], *, hasty: bool) -> Awaitable[Any]:
        """Its result."""
        ...


@dataclass(slots=True)
class _Item:
    item: Any
    future: asyncio.Future[Any]
    begun: bool = False
    """A transaction has it by now: who goes away goes too late."""
    late: asyncio.Future[Any] | None = None
    """Who went too late waits here."""
    settled: bool = False
    """It was told, or nobody comes back to it, whoever may hear of it …"""
    result: Any = None
    """… and this is what was told. Whoever goes in the turn in which it is told finds it here."""

    def tell(self, result: Any) -> None:
        """Settle it; one who has gone away in the meantime does not hear of it."""
        self.settled, self.result = True, result
        future = self.late or self.future
        if future.done():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    def let_go(self) -> None:
        """Nobody comes back to it."""
        self.settled, self.result = True, asyncio.CancelledError()
        (self.late or self.future).cancel()

    def told(self) -> Any:
        """What was told, once more."""
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Turns(NamedTuple):
    """Who is by itself waits for one of these; all gatherings of an event loop share them."""

    hasty: asyncio.Semaphore
    patient: asyncio.Semaphore

    @classmethod
    def new(cls) -> Turns:
        """Nobody has one yet."""
        return cls(asyncio.Semaphore(HASTY), asyncio.Semaphore(PATIENT))


class Gathering:
    """The items of one gatherer."""

    def __init__(self, gatherer: Gatherer[Any, Any], connections: Connections, write: Writing, turns: Turns) -> None:
        self._gatherer = gatherer
        self._connections = connections
        self._write = write
        self._turns = turns
        self._waiting: deque[_Item] = deque()
        self._flushing = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, item: object) -> Any:
        """Put the item into the next group; its result."""
        each = _Item(item, asyncio.get_running_loop().create_future())
        self._waiting.append(each)
        if self._flushing < GROUPS:
            self._flushing += 1
            self._begin(self._flush())
        try:
            return await each.future
        except asyncio.CancelledError:
            if not each.begun:
                raise
        if each.settled:  # in this same turn: nobody would wake who waits from now on
            return each.told()
        each.late = late = asyncio.get_running_loop().create_future()
        while True:  # however often they go
            try:
                return await asyncio.shield(late)
            except asyncio.CancelledError:
                if late.cancelled():  # the event loop itself ends
                    raise

    async def finish(self) -> None:
        """Wait for what was gathered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, steps: Coroutine[Any, Any, None]) -> None:
        """Run the steps beside all else."""
        task = asyncio.get_running_loop().create_task(steps)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _flush(self) -> None:
        """Until nobody waits. It says that it ends in the same breath: a task counts for a moment after its end."""
        try:
            await self._work_off()
        finally:
            self._flushing -= 1

    async def _work_off(self) -> None:
        while group := await self._next():
            try:
                await self._together(group)
            except asyncio.CancelledError:  # the event loop itself ends
                _let_go(group)
                raise
            except Exception as problem:  # noqa: BLE001 - whatever it is, it belongs to those who wait
                await self._again(group, problem)

    async def _again(self, group: Sequence[_Item], problem: Exception) -> None:
        """The group failed: once more without those who are seen to be the reason, and then each by itself."""
        if len(group) > 1 and not isinstance(problem, _PUT_OFF) and not _is_final(problem, len(group)):
            try:
                _settle(await self._write(lambda tx: self._call(tx, group, again=True), hasty=True))
            except asyncio.CancelledError:  # the event loop itself ends
                _let_go(group)
                raise
            except Exception as second:  # noqa: BLE001 - whatever it is, it belongs to those who wait
                problem = second
            else:
                return
        if _is_final(problem, len(group)):
            _settle((each, problem) for each in group)
            return
        for each in group:
            self._begin(self._by_itself(each))

    async def _next(self) -> list[_Item]:
        """The next group, once a turn of the loop has brought nothing more: the work of those who would come a moment
        too late for it is what keeps the loop busy.
        """
        seen = 0
        while seen < len(self._waiting) < GROUP:
            seen = len(self._waiting)
            await asyncio.sleep(0)
        group: list[_Item] = []
        while self._waiting and len(group) < GROUP:
            each = self._waiting.popleft()
            if not each.future.done():
                group.append(each)
        return group

    async def _together(self, group: Sequence[_Item]) -> None:
        if await self._at_once(group):
            _settle((each, None) for each in group)
        else:
            _settle(await self._write(lambda tx: self._call(tx, group), hasty=True))

    def _call(self, tx: PostgresTransaction, group: Sequence[_Item], *, again: bool = False) -> list[tuple[_Item, Any]]:
        """Behind the gate: those who have not gone away by now, each with its result."""
        there = [each for each in group if each.begun or not each.future.done()]
        for each in there:
            each.begun = True
        items = [each.item for each in there]
        results = once_more(self._gatherer, tx, items) if again else self._gatherer(tx, items) if there else []
        return list(zip(there, results, strict=True))

    async def _by_itself(self, each: _Item) -> None:
        """In a transaction of its own; the next group does not wait for it. Who meets a row that somebody holds lets
        others go before.
        """
        try:
            try:
                async with self._turns.hasty:
                    told = await self._write(lambda tx: self._call(tx, [each]), hasty=True)
            except _PUT_OFF:
                async with self._turns.patient:
                    told = await self._write(lambda tx: self._call(tx, [each]), hasty=False)
            _settle(told)
        except asyncio.CancelledError:
            _let_go([each])
            raise
        except Exception as problem:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
            _settle([(each, problem)])

    async def _at_once(self, group: Sequence[_Item]) -> bool:
        """Whether one statement did the work of them all."""
        statement = self._gatherer.at_once([each.item for each in group])
        if statement is None:
            return False
        for each in group:
            each.begun = True
        try:
            async with self._connections.lent() as connection:
                rows = await connection.rows(statement.sql, statement.args)
        except Gone:  # whether it was done is not known: done again, the ledger says it twice, and both are true
            return False
        return bool(rows[0][0])


def _is_final(problem: Exception, count: int) -> bool:
    """Whether so many are told of it as it is: the database is away, or was lost in the middle of COMMIT; or it is the
    only one's own failure.
    """
    if isinstance(problem, Failure) and problem.category is Category.UNAVAILABLE:
        return True
    return count == 1 and not isinstance(problem, _PUT_OFF)


def _settle(told: Iterable[tuple[_Item, Any]]) -> None:
    """Tell all who wait."""
    for each, result in told:
        each.tell(result)


def _let_go(group: Iterable[_Item]) -> None:
    """Nobody comes back to them."""
    for each in group:
        each.let_go()
