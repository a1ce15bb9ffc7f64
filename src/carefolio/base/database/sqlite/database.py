"""SQLite in WAL mode with every commit durable: readers on their own connections, one writer thread a process.

Several processes may write: every group begins with BEGIN IMMEDIATE and re-reads what others may have moved. What is
cached in memory hangs on one number, the epoch: a transaction that changes accounts, tokens or contracts moves it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

from carefolio.base.database.port import Gatherer, Row
from carefolio.base.database.sqlite.journal import write_ahead
from carefolio.base.database.sqlite.migrate import migrate
from carefolio.base.database.sqlite.snapshot import SqliteSnapshot
from carefolio.base.database.sqlite.transaction import SqliteTransaction
from carefolio.base.database.sqlite.writer import Writer
from carefolio.base.failures import broken

T = TypeVar("T")

CACHED_STATEMENTS = 512
CACHE_KIBIBYTES = 8_192
BUSY_SECONDS = 20.0


class _Reader:
    """Holds one thread's connection, and closes it when the thread ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __del__(self) -> None:
        self.close()


class SqliteDatabase:
    """One SQLite file. Reading happens inline on the calling thread's own connection, writing in the writer thread."""

    def __init__(self, path: Path, *, background_checkpoints: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._local = threading.local()
        self._readers: WeakSet[_Reader] = WeakSet()
        try:
            path.touch(mode=0o600)  # before SQLite makes it: the files beside it get the same permissions
            connection = connect(path)
            migrate(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
            # The second: SQLite's words on a damaged schema quote it, and that may be no text any more.
            raise broken(f"The database {path} cannot be opened: {problem}.") from None
        path.chmod(0o600)
        self._writer = Writer(connection, path, SqliteTransaction, background_checkpoints=background_checkpoints)

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query, as of the newest commit."""
        return self.reader().execute(sql, args).fetchall()

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self.reader().execute(sql, args).fetchone()
        return row

    def epoch(self) -> int:
        """The newest epoch that any process has committed."""
        value: int = self.reader().execute("SELECT value FROM epoch").fetchone()[0]
        return value

    def reader(self) -> sqlite3.Connection:
        """The calling thread's connection for reading."""
        try:
            connection: sqlite3.Connection = self._local.connection
        except AttributeError:
            connection = connect(self.path)
            connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            self._local.reader = reader = _Reader(connection)
            self._readers.add(reader)
        return connection

    async def write(self, work: Callable[[SqliteTransaction], T], *, alone: bool = True) -> T:
        """Run ``work`` in the writer's next group and wait until the group is durable. It is always alone."""
        job = self._writer.submit(work, asyncio.get_running_loop())
        try:
            result: T = await job.future
        except asyncio.CancelledError:
            if not self._writer.has_begun(job):
                raise
            return await job.brought_to_its_end()
        return result

    async def gather(self, gatherer: Gatherer[Any, T], item: object) -> T:
        """Hand ``item`` to ``gatherer``, which is called once for a whole group, after the group's single works."""
        job = self._writer.gather(gatherer, item, asyncio.get_running_loop())
        try:
            result: T = await job.future
        except asyncio.CancelledError:
            if not self._writer.has_begun(job):
                raise
            return await job.brought_to_its_end()
        return result

    def submit(self, work: Callable[[SqliteTransaction], T]) -> Future[T]:
        """The same as ``write`` for programs without an event loop."""
        future: Future[T] = self._writer.submit(work).future
        return future

    def write_now(self, work: Callable[[SqliteTransaction], T], *, alone: bool = True) -> T:
        """The same as ``write``, waiting for it: for programs without an event loop."""
        return self.submit(work).result()

    def hosted(self, coroutine: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """The coroutine itself: reading takes microseconds, and nobody waits for another machine."""
        return coroutine

    async def leave(self) -> None:
        """An event loop holds nothing here."""

    def sizes(self) -> tuple[int, int]:
        """Bytes of the file, and of the log of frames beside it."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return self.path.stat().st_size, log.stat().st_size if log.exists() else 0

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        """One moment, on this thread's connection; it begins with the first row that is read."""
        reader = self.reader()
        reader.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        reader.execute("BEGIN")
        try:
            yield SqliteSnapshot(reader)
        finally:
            reader.execute("ROLLBACK")
            reader.text_factory = str

    def backup(self, target: Path) -> None:
        """A consistent copy, taken while others write; nobody but this user may read it, at no moment."""
        target.touch(mode=0o600)
        copy = sqlite3.connect(target)
        source = connect(self.path)
        # One snapshot for the whole copy: without it every commit of somebody else's would start the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT value FROM epoch").fetchone()
        source.backup(copy, pages=1_000, sleep=0.001)
        source.execute("COMMIT")
        source.close()
        copy.close()

    def close(self) -> None:
        """Finish what was submitted, then let go of the file."""
        self._writer.close()
        for reader in list(self._readers):
            reader.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the settings that all of ours have: durable at every commit, nothing in temporary files."""
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    write_ahead(connection)
    for pragma in (
        "synchronous = FULL",
        "temp_store = MEMORY",
        f"cache_size = -{CACHE_KIBIBYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
