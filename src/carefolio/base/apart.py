"""Threads of its own for a service outside, and a bound on how long anybody waits for it.

A service that is silent holds a thread for as long as its client is patient. Those are these threads: whatever else is
done beside the event loop goes on. Nothing stands in a queue before them, where it would hold what it was to send long
after whoever sent it was told to come again: who finds no thread free waits, and goes away with all that is theirs.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Apart:
    """Calls of one service, of any event loop, so many at once."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._free = self._most = threads
        self._given_up = 0
        self._waiting: dict[asyncio.Future[None], None] = {}

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        """What the work gives. Raises TimeoutError when that takes longer, and at once while all threads are held by
        work that was given up: it may still come to its end, and nobody hears of it.
        """
        async with asyncio.timeout(seconds):
            await self._thread()
            return await self._done(work)

    async def _thread(self) -> None:
        """Return when one is ours."""
        while (turn := self._taken()) is not None:
            try:
                await turn
            except BaseException:
                with self._lock:
                    self._waiting.pop(turn, None)
                if turn.done() and not turn.cancelled():
                    self._wake()  # the turn was ours already: it is the next one's now
                raise

    def _taken(self) -> asyncio.Future[None] | None:
        """None when a thread was free, and is ours; else what to wait for before asking again."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            if self._given_up >= self._most:
                raise TimeoutError
            turn = asyncio.get_running_loop().create_future()
            self._waiting[turn] = None
            return turn

    async def _done(self, work: Callable[[], T]) -> T:
        try:
            asked = self._threads.submit(work)
        except BaseException:
            self._ended()
            raise
        asked.add_done_callback(self._ended)
        try:
            return await asyncio.wrap_future(asked)
        except asyncio.CancelledError:
            self._give_up(asked)
            raise

    def _ended(self, asked: Future[Any] | None = None) -> None:
        with self._lock:
            self._free += 1
        self._wake()

    def _give_up(self, asked: Future[Any]) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._given_up += 1
        asked.add_done_callback(self._came_back)

    def _came_back(self, asked: Future[Any]) -> None:
        with self._lock:
            self._given_up -= 1

    def _wake(self) -> None:
        """Let the next one ask again; one whose event loop has ended waits no more."""
        with self._lock:
            while self._waiting:
                turn = next(iter(self._waiting))
                del self._waiting[turn]
                with suppress(RuntimeError):
                    turn.get_loop().call_soon_threadsafe(self._call, turn)
                    return

    def _call(self, turn: asyncio.Future[None]) -> None:
        if turn.done():
            self._wake()
        else:
            turn.set_result(None)
