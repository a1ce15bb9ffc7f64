"""One submission to the writer, and how whoever waits for it is told."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, TypeVar

from carefolio.base.database.port import Gatherer

T = TypeVar("T")


class Job(Generic[T]):
    """One submission and the future that waits for it: a thread's, or an event loop's when ``loop`` is given."""

    __slots__ = ("begun", "error", "failed", "future", "gatherer", "late", "loop", "result", "settled", "work")

    def __init__(
        self,
        work: Any,
        gatherer: Gatherer[Any, T] | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.work = work
        self.gatherer = gatherer
        self.loop = loop
        self.future: Any = loop.create_future() if loop else Future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.failed = 0
        """In how many groups that were undone it was: with the second, it goes by itself."""
        self.begun = False
        """A transaction has it by now: who goes away goes too late."""
        self.settled = False
        self.late: asyncio.Future[None] | None = None
        """Who went too late waits here."""

    def settle(self) -> None:
        """Tell whoever waits; one who went away in time is not told."""
        self.settled = True
        if self.late is not None:
            if not self.late.done():
                self.late.set_result(None)
        elif self.future.done():
            return
        elif self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)

    async def brought_to_its_end(self) -> T:
        """What came of it, for who went too late, however often they go."""
        while not self.settled:
            self.late = self.late or asyncio.get_running_loop().create_future()
            try:
                await asyncio.shield(self.late)
            except asyncio.CancelledError:
                if self.late.cancelled():  # the event loop itself ends
                    raise
        if self.error is not None:
            raise self.error
        result: T = self.result
        return result


def deliver(group: list[Job[Any]]) -> None:
    """Tell all who wait. Those on an event loop are told with one call a loop, which is what it costs to wake it."""
    loops: dict[asyncio.AbstractEventLoop, list[Job[Any]]] = {}
    for job in group:
        if job.loop is None:
            job.settle()
        else:
            loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        with suppress(RuntimeError):  # the loop was closed: nobody is left who could be told
            loop.call_soon_threadsafe(settle, jobs)


def settle(jobs: list[Job[Any]]) -> None:
    """Tell those who wait on the event loop that this runs on."""
    for job in jobs:
        job.settle()
