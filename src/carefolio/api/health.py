"""Is it alive, can it read and write: for balancers and for people who wonder."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from carefolio.api.answer import Answer
from carefolio.base.clock import stopwatch
from carefolio.base.database import Transaction
from carefolio.base.database.notes import note
from carefolio.base.failures import unavailable
from carefolio.records.door import Door

FRESH_NANOSECONDS = 1_000_000_000
"""How long one durable write speaks for the next answers: nobody can make the disk busy by asking."""
NOTE = "ready"
"""The installation's note of when such a write went through last; always the same row."""


async def alive(door: Door) -> Answer:
    """The process answers."""
    return Answer(200, b'{"status":"alive"}')


@dataclass(frozen=True, slots=True)
class _Tried:
    """One durable write: when it ended (monotonic ns), and what went wrong."""

    at: int
    problem: Exception | None


class Readiness:
    """A durable write went through just now; whoever asks while one is under way waits for the same one."""

    def __init__(self, fresh: int = FRESH_NANOSECONDS) -> None:
        self._fresh = fresh
        self._tries: WeakKeyDictionary[Door, asyncio.Task[_Tried]] = WeakKeyDictionary()

    async def __call__(self, door: Door) -> Answer:
        """The last write's result, or that of a new one."""
        trying = self._tries.get(door)
        if trying is None or (trying.done() and self._is_old(trying)):
            trying = self._tries[door] = asyncio.create_task(_try(door))
        tried = await asyncio.shield(trying)
        if tried.problem is not None:
            raise unavailable("This endpoint cannot write just now.") from tried.problem
        return Answer(200, b'{"status":"ready"}')

    def _is_old(self, trying: asyncio.Task[_Tried]) -> bool:
        return trying.cancelled() or stopwatch() - trying.result().at >= self._fresh


ready = Readiness()


async def _try(door: Door) -> _Tried:
    try:
        await door.parts.database.write(_note, alone=False)
    except Exception as problem:  # noqa: BLE001 - whatever it is, this endpoint cannot write
        return _Tried(stopwatch(), problem)
    return _Tried(stopwatch(), None)


def _note(tx: Transaction) -> None:
    note(tx, NOTE, str(tx.now))
