"""Several server processes at one address, and the one that keeps them: what ends by itself is started anew, and a new
set takes over from the old one without a refused connection.

The parent opens the listening socket and does nothing else with it. A worker that stops takes no more connections,
finishes what is under way, and leaves those who wait at the socket to the others. A connection that it took a moment
ago, whose request it has not read yet, it closes unanswered: clients repeat such a request (RFC 9110, 9.2.2).

SIGTERM, SIGINT: all end. So they do where a worker ends for all, since no other could serve in its place. SIGHUP: one
worker after the other is replaced; the old one is told to stop when the new one answers. If the parent is killed, its
workers notice and end.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from types import FrameType
from typing import Generic, TypeVar

from carefolio.base.failures import broken

LOG = logging.getLogger("carefolio.workers")
START_SECONDS = 60.0
END_SECONDS = 8.0
"""How long a worker may take to stop before it is killed."""
PAUSE_SECONDS = 1.0
"""Between two starts of a worker that ends at once: a database that is away is no reason to be busy."""
FOR_ALL = 3
"""The exit code of a worker in whose place no other could serve; Python's own are 0 and 1."""
_SPAWN = multiprocessing.get_context("spawn")
S = TypeVar("S")
Entry = Callable[[S, Connection], None]
"""What a worker runs: it serves, and closes the connection when it answers."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    began: float
    answers: bool


def supervise(serving: S, count: int, told: Callable[[], None], entry: Entry[S]) -> None:
    """Keep ``count`` workers until a signal comes; ``told`` is called when all of them answer. Raises a Failure where
    one ended for all.
    """
    Supervisor(serving, count, entry).run(told)


class Supervisor(Generic[S]):
    """Keeps the workers."""

    def __init__(self, serving: S, count: int, entry: Entry[S]) -> None:
        self._serving = serving
        self._count = count
        self._entry = entry
        self._workers: list[_Worker] = []
        self._ending = False
        self._over = False
        self._renewing = False
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)

    def run(self, told: Callable[[], None]) -> None:
        """Until a signal comes; raises a Failure where a worker ended for all."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)
        signal.set_wakeup_fd(self._wake)
        try:
            while len(self._workers) < self._count and not self._ending:
                self._workers.append(self._started())
            if any(worker.answers for worker in self._workers):
                told()
            while not self._ending:
                self._look_after()
        finally:
            self._end(self._workers)
        if self._over:
            raise broken("A server process ended for all of them: what it said before tells why.")

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self._renewing |= number == signal.SIGHUP
        self._ending |= number != signal.SIGHUP

    def _look_after(self) -> None:
        """Wait until a worker ends or a signal comes, and do what that asks for."""
        wait([self._woken, *(worker.process.sentinel for worker in self._workers)])
        self._hear()
        if self._ending:
            return
        for place, worker in enumerate(self._workers):
            if worker.process.is_alive():
                continue
            if worker.process.exitcode == FOR_ALL:
                self._ending = self._over = True
                return
            LOG.error("a worker ended with %s; another takes its place", worker.process.exitcode)
            self._workers[place] = self._started_again(worker)
        if self._renewing:
            self._renewing = False
            self._renew()

    def _hear(self) -> None:
        """Empty what signals have written; what they mean was noted by their handler."""
        with suppress(BlockingIOError):
            os.read(self._woken, 1_024)

    def _renew(self) -> None:
        """One after the other; where a new one does not answer, the old ones stay."""
        for place, old in enumerate(self._workers):
            new = self._started()
            if not new.answers:
                self._end([new])
                LOG.error("a new worker does not answer; the old ones stay")
                return
            self._workers[place] = new
            self._end([old])
        LOG.info("all workers are new")

    def _started_again(self, worker: _Worker) -> _Worker:
        early = worker.began + PAUSE_SECONDS - monotonic()
        if early > 0:
            threading.Event().wait(early)
        return self._started()

    def _started(self) -> _Worker:
        """A worker, once it answers; one that does not in time is killed, and looked after like one that ended."""
        ready, tell = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(target=self._entry, args=(self._serving, tell), daemon=True)
        process.start()
        tell.close()
        began, deadline = monotonic(), monotonic() + START_SECONDS
        while not self._ending and (left := deadline - monotonic()) > 0:
            found = wait([ready, process.sentinel, self._woken], left)
            if ready in found or process.sentinel in found:
                ready.close()
                return _Worker(process, began, answers=process.is_alive())
            self._hear()
        ready.close()
        process.kill()
        return _Worker(process, began, answers=False)

    def _end(self, workers: list[_Worker]) -> None:
        for worker in workers:
            worker.process.terminate()
        deadline = monotonic() + END_SECONDS
        for worker in workers:
            worker.process.join(max(0.0, deadline - monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def end_with_parent() -> None:
    """Let this process be told to end when its parent has gone, however that went."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
