"""The writer: one thread that commits in groups. A group is what queued up while the last one was being committed.

What an event loop submits and what takes next to no time is committed on the loop's own thread, where nobody is in the
way: waking another thread and passing the interpreter to it and back costs more than such a commit on a quick disk.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from carefolio.base.database.port import Gatherer, once_more
from carefolio.base.database.sqlite.job import Job, deliver, settle
from carefolio.base.database.sqlite.transaction import SqliteTransaction
from carefolio.base.failures import unavailable

T = TypeVar("T")

LOG = logging.getLogger("carefolio.database")
GROUP = 512
"""About so many submissions at the most in one commit."""
HERE = 128
"""So many items at the most are committed on an event loop's thread, in a millisecond or two …"""
QUICK_SECONDS = 0.002
"""… and only while the disk takes no longer than this: the loop stands still meanwhile."""
_SMOOTHING = 16
LOCK_RETRY_SECONDS = 0.0005
LOCK_WAIT_SECONDS = 20.0
_PRIMARY_CODE = 0xFF
_CLOSING = "The server is shutting down."
CHECKPOINT_SECONDS = 0.2
CHECKPOINT_FRAMES = 1_000
RESTART_FRAMES = 8_000
"""When the log of frames is longer than this, the writer waits once for the checkpoint, so that it starts anew."""


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        transaction: type[SqliteTransaction],
        *,
        background_checkpoints: bool,
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._queue: SimpleQueue[list[Job[Any]] | None] = SimpleQueue()
        self._handed: dict[asyncio.AbstractEventLoop, list[Job[Any]]] = {}
        self._turn = threading.Lock()
        """Held by whoever uses the connection: the writer's thread, or an event loop's that found it free."""
        self._beginning = threading.Lock()
        """Held while it is looked who of a group is still there: they have begun then."""
        self._busy = False
        """The thread has something to do: what comes meanwhile joins its next group."""
        self._pace = 0.0
        self._closing = threading.Event()
        self._ended = threading.Event()
        self._restart_due = False
        connection.execute("PRAGMA busy_timeout = 0")
        self._threads = [threading.Thread(target=self._run, name="writer", daemon=True)]
        if background_checkpoints:
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            checkpoints = threading.Thread(target=self._checkpoint, args=(path,), name="checkpoints", daemon=True)
            self._threads.append(checkpoints)
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[SqliteTransaction], T], loop: asyncio.AbstractEventLoop | None = None) -> Job[T]:
        """Queue one piece of work; it succeeds or fails alone, and becomes durable with its group."""
        return self._put(Job(work, loop=loop))

    def gather(self, gatherer: Gatherer[Any, T], item: object, loop: asyncio.AbstractEventLoop) -> Job[T]:
        """Queue one item for a gatherer."""
        return self._put(Job(item, gatherer, loop))

    def has_begun(self, job: Job[Any]) -> bool:
        """Whether a transaction has the job, whose future was cancelled; if not, none will."""
        with self._beginning:
            return job.begun

    def close(self) -> None:
        """Finish the queue, end the threads, close the connection."""
        self._closing.set()
        for loop in list(self._handed):
            self._hand_over(loop, GROUP)
        self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._ended.set()
        self._refuse_late()
        with self._turn:
            self._connection.close()

    def _put(self, job: Job[T]) -> Job[T]:
        if self._closing.is_set():
            job.future.set_exception(unavailable(_CLOSING))
        elif job.loop is None:
            self._enqueue([job])
        else:
            self._gather_tick(job, job.loop)
        return job

    def _enqueue(self, jobs: list[Job[Any]]) -> None:
        """Put them before the writer. One who was let in just before the closing may come after the writer's end:
        either the closing finds what was put, or who puts it finds the end.
        """
        self._busy = True
        self._queue.put(jobs)
        if self._ended.is_set():
            self._refuse_late()

    def _refuse_late(self) -> None:
        """Tell those whom the writer does not reach any more."""
        with suppress(Empty):
            while True:
                jobs = self._queue.get_nowait() or []
                for job in jobs:
                    job.error = unavailable(_CLOSING)
                deliver(jobs)

    def _gather_tick(self, job: Job[Any], loop: asyncio.AbstractEventLoop) -> None:
        """Keep what an event loop submits until a tick brings nothing more: the writer would wake at the first of
        them, take it alone, and fight with the loop for the interpreter while the others are being prepared.
        """
        jobs = self._handed.setdefault(loop, [])
        jobs.append(job)
        if len(jobs) == 1:
            loop.call_soon(self._hand_over, loop, 1)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, seen: int) -> None:
        """Commit the loop's jobs here or give them to the thread, or wait another tick while they become more."""
        if seen < len(self._handed.get(loop, ())) < GROUP:
            loop.call_soon(self._hand_over, loop, len(self._handed[loop]))
            return
        jobs = self._handed.pop(loop, None)
        if jobs and not self._commit_here(jobs):
            self._enqueue(jobs)

    def _commit_here(self, jobs: list[Job[Any]]) -> bool:
        """Commit a small group on the event loop's thread; says no, with nothing done, where it would have to wait."""
        if not self._is_small(jobs) or not self._turn.acquire(blocking=False):
            return False
        try:
            if not self._begins_here():
                return False
            again = self._finish(jobs)
        finally:
            self._turn.release()
        settle([job for job in jobs if job not in again])
        if again:
            self._enqueue(again)
        return True

    def _is_small(self, jobs: list[Job[Any]]) -> bool:
        """Whether nobody would notice that the loop stands still for it."""
        quick = not self._busy and self._pace < QUICK_SECONDS and len(jobs) <= HERE
        return quick and all(job.gatherer is not None and job.gatherer.quick for job in jobs)

    def _begins_here(self) -> bool:
        """Begin, unless another process is writing or the thread has to put something right."""
        if self._closing.is_set() or self._restart_due:
            return False
        try:
            return not self._connection.in_transaction and self._begins()
        except sqlite3.Error:
            return False  # the thread will meet it as well, and tells everybody

    def _run(self) -> None:
        """Until the mark that closes the queue: take what is there, commit it."""
        open_ = True
        while open_:
            group, open_ = self._next_group()
            if group:
                with self._turn:
                    self._commit(group)
                self._busy = not self._queue.empty()

    def _next_group(self) -> tuple[list[Job[Any]], bool]:
        """Wait for the first submission, take what else is there by then; and whether more can come."""
        group: list[Job[Any]] = []
        jobs = self._queue.get()
        while jobs is not None:
            group += jobs
            if len(group) >= GROUP:
                break
            try:
                jobs = self._queue.get_nowait()
            except Empty:
                break
        return group, jobs is not None

    def _commit(self, group: list[Job[Any]]) -> None:
        """One transaction for the group, on the writer's thread; then tell everybody. Who has to come again has one
        behind it, together at first and then each their own.
        """
        again: list[Job[Any]] = []
        try:
            self._begin()
        except Exception as problem:  # noqa: BLE001 - whatever it is, all who wait for this group are told
            for job in group:
                job.error = problem
        else:
            again = self._finish(group)
        deliver([job for job in group if job not in again])
        if self._restart_due:
            self._restart_due = False
            _copy_frames(self._connection, "RESTART")
        by_themselves = [job for job in again if job.failed > 1]
        if len(again) > len(by_themselves):
            self._commit([job for job in again if job.failed == 1])
        for job in by_themselves:
            self._commit([job])

    def _finish(self, group: list[Job[Any]]) -> list[Job[Any]]:
        """Work through the group and commit; those of whom nothing is in it, and who have to come again. If we crash
        before COMMIT returns, nobody was told anything and nothing of the group is there; if after it, all of it is
        there and some were not told, which they have to ask about.
        """
        try:
            again = self._work_through(group)
            begun = time.monotonic()
            self._connection.execute("COMMIT")
            self._pace += (time.monotonic() - begun - self._pace) / _SMOOTHING
        except Exception as problem:  # noqa: BLE001 - whatever it is, all who wait for this group are told
            with suppress(sqlite3.Error):  # then the next group begins with it
                self._roll_back()
            for job in group:
                job.error = job.error or problem
            return []
        return again

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _begin(self) -> None:
        self._roll_back()
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while not self._begins():
            if time.monotonic() > deadline:
                raise unavailable("Another process is writing for very long; try again.")
            time.sleep(LOCK_RETRY_SECONDS)

    def _begins(self) -> bool:
        """Begin a transaction; no where another process is in one."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & _PRIMARY_CODE not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
        return True

    def _work_through(self, group: list[Job[Any]]) -> list[Job[Any]]:
        """Do all that is to be done; what was gathered and has to be done again."""
        gathered: dict[Any, list[Job[Any]]] = {}
        transaction = self._transaction(self._connection)
        for job in self._begun(group):
            if job.gatherer is None:
                transaction.moved_before |= self._single(job, transaction)
            else:
                gathered.setdefault(job.gatherer, []).append(job)
        if transaction.moved_before:
            self._connection.execute("UPDATE epoch SET value = value + 1")
        return [job for gatherer, jobs in gathered.items() for job in self._gathered(gatherer, jobs)]

    def _begun(self, group: list[Job[Any]]) -> list[Job[Any]]:
        """Those who have not gone away by now, or went too late. If a group's turn comes late, who was told that it
        takes too long may have asked again: what they asked for first must not be done beside it.
        """
        there: list[Job[Any]] = []
        with self._beginning:
            for job in group:
                if job.begun or not job.future.cancelled():
                    job.begun = True
                    there.append(job)
        return there

    def _single(self, job: Job[Any], transaction: SqliteTransaction) -> bool:
        """Run one work between savepoints; tells whether it moved the epoch."""
        transaction.moves_epoch = False
        self._connection.execute("SAVEPOINT work")
        try:
            job.result = job.work(transaction)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it belongs to the one who submitted the work
            job.error = problem
            self._connection.execute("ROLLBACK TO work")
            transaction.moves_epoch = False
        self._connection.execute("RELEASE work")
        return transaction.moves_epoch

    def _gathered(self, gatherer: Gatherer[Any, Any], jobs: list[Job[Any]]) -> list[Job[Any]]:
        """Hand them over together. Where that fails, which leaves nothing, they are told to come again: not in the same
        transaction, since what one of them then finds written might be of another whose commit fails.
        """
        transaction = self._transaction(self._connection)
        self._connection.execute("SAVEPOINT work")
        items = [job.work for job in jobs]
        again = len(jobs) > 1 and any(job.failed for job in jobs)
        try:
            results = once_more(gatherer, transaction, items) if again else gatherer(transaction, items)
        except Exception as problem:  # noqa: BLE001 - it belongs to those whose items are the reason
            self._connection.execute("ROLLBACK TO work")
            self._connection.execute("RELEASE work")
            if len(jobs) > 1:
                for job in jobs:
                    job.failed += 1
                return jobs
            jobs[0].error = problem
            return []
        self._connection.execute("RELEASE work")
        for job, result in zip(jobs, results, strict=True):
            if isinstance(result, Exception):
                job.error = result
            else:
                job.result = result
        return []

    def _checkpoint(self, path: Path) -> None:
        """Copy committed frames into the database file beside the writer, so that no commit has to wait for it."""
        connection = sqlite3.connect(path, isolation_level=None)
        while not self._closing.wait(CHECKPOINT_SECONDS):
            frames, copied = _copy_frames(connection, "PASSIVE")
            if frames > RESTART_FRAMES and frames - copied < CHECKPOINT_FRAMES:
                self._restart_due = True
        connection.close()


def _copy_frames(connection: sqlite3.Connection, mode: str) -> tuple[int, int]:
    """How many frames the log holds, and how many of them are in the database file now. A disk that is full or ill
    is no reason to end: nothing is lost as long as the log is there, and the next time may do better.
    """
    try:
        _, frames, copied = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    except sqlite3.Error:
        LOG.exception("the database's log could not be copied into its file; look at the disk")
        return 0, 0
    return frames, copied
