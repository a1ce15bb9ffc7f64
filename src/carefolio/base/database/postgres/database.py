"""PostgreSQL as the records' database: an event loop that hosts requests has connections of its own; whoever else asks
does so by way of a loop in the background.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import asyncpg

from carefolio.base.database.port import Gatherer, Row
from carefolio.base.database.postgres import bridge
from carefolio.base.database.postgres.connections import (
    GONE_SECONDS,
    LOST,
    RETRY_SECONDS,
    Connections,
    Gone,
    close,
    connect,
)
from carefolio.base.database.postgres.looks import Looks
from carefolio.base.database.postgres.migrate import is_made, migrate
from carefolio.base.database.postgres.snapshot import PostgresSnapshot
from carefolio.base.database.postgres.transaction import PostgresTransaction
from carefolio.base.database.postgres.writer import Writer
from carefolio.base.failures import Failure, broken, unavailable

T = TypeVar("T")
_NOWHERE = "\x01"
"""Is asked for in the place of a text that PostgreSQL cannot even hold: neither is in any row."""
FINISH_SECONDS = 1.0
"""How long what is under way may take when it is let go of; whoever waits for more is told."""
_ROUNDS, _ROUND_SECONDS = 8, 0.25
"""What is cancelled may ask once more, to clean up behind it."""
READERS, WRITERS = 6, 8
"""Connections of one event loop, at the most; each costs the server some MiB. Looks and small writes go together, so
that more would wait for the same processors; larger writes that wait for the disk together share one flush of it."""


class _Home(NamedTuple):
    """What one event loop has."""

    readers: Connections
    looks: Looks
    writers: Connections
    writer: Writer


class PostgresDatabase:
    """One PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._homes: dict[asyncio.AbstractEventLoop, _Home] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._background = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._background.run_forever, name="postgres", daemon=True)
        self._thread.start()
        try:
            self._await(_migrated(url))
        except BaseException:
            self._end_background()
            raise

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query, as of the newest commit."""
        return [tuple(row) for row in self._rows(sql, args)]

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        if bridge.is_hosted():
            return bridge.wait_for(self._home().looks.one(sql, args))
        rows = self._rows(sql, args)
        return tuple(rows[0]) if rows else None

    def epoch(self) -> int:
        """The newest epoch that any process has committed."""
        found = self.one("SELECT value FROM epoch")
        return int(found[0]) if found else 0

    async def write(self, work: Callable[[PostgresTransaction], T], *, alone: bool = True) -> T:
        """Run ``work`` in a transaction of its own."""
        if bridge.is_hosted() or self._is_background():
            return await self._home().writer.write(work, alone=alone)
        return await self._elsewhere(self.write(work, alone=alone))

    async def gather(self, gatherer: Gatherer[Any, T], item: object) -> T:
        """Hand ``item`` to the next group."""
        if bridge.is_hosted() or self._is_background():
            return await self._home().writer.gather(gatherer, item)
        return await self._elsewhere(self.gather(gatherer, item))

    def submit(self, work: Callable[[PostgresTransaction], T], *, alone: bool = True) -> Future[T]:
        """The same as ``write`` for programs without an event loop."""
        return self._begun(self.write(work, alone=alone))

    def write_now(self, work: Callable[[PostgresTransaction], T], *, alone: bool = True) -> T:
        """The same as ``write``, waiting for it."""
        return self._await(self.write(work, alone=alone))

    async def hosted(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine, run in a bridge."""
        return await bridge.hosted(coroutine)

    async def leave(self) -> None:
        """Close the running loop's connections, once what it gathered is written."""
        home = self._homes.pop(asyncio.get_running_loop(), None)
        if home is not None:
            await _closed(home)

    def sizes(self) -> tuple[int, int]:
        """Bytes of this database; the log is the whole server's, and its operator's to watch."""
        return int(self._rows("SELECT pg_database_size(current_database())", ())[0][0]), 0

    @contextmanager
    def snapshot(self) -> Iterator[PostgresSnapshot]:
        """One moment of the database, on a connection of its own."""
        connection = self._await(connect(self.url))
        try:
            self._await(connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield PostgresSnapshot(connection, self._await)
        finally:
            self._await(close(connection))

    def close(self) -> None:
        """Finish what was submitted; what takes longer than a moment is ended, and whoever waits for it is told so, or,
        where it was being committed, to look. Then let go of the connections. Event loops have left before.
        """
        self._end_background()

    def _end_background(self) -> None:
        """Nothing begins from here on; what is under way ends, or is ended, before its loop does: whoever waits for it
        would wait for ever.
        """
        with self._lock:
            if self._closing:
                return
            self._closing = True
        asyncio.run_coroutine_threadsafe(self._finished(), self._background).result()
        self._background.call_soon_threadsafe(self._background.stop)
        self._thread.join()
        self._background.close()

    async def _finished(self) -> None:
        """Nothing is under way any more."""
        this = asyncio.current_task()
        if others := asyncio.all_tasks() - {this}:
            await asyncio.wait(others, timeout=FINISH_SECONDS)
        for _ in range(_ROUNDS):
            if others := asyncio.all_tasks() - {this}:
                for task in others:
                    task.cancel()
                await asyncio.wait(others, timeout=_ROUND_SECONDS)
        await self.leave()

    def _rows(self, sql: str, args: Sequence[Any]) -> list[Any]:
        return self._await(self._fetched(sql, args))

    def _await(self, steps: Coroutine[Any, Any, T]) -> T:
        """Wait without keeping the event loop: in a bridge by leaving it, elsewhere on the loop in the background."""
        if bridge.is_hosted():
            return bridge.wait_for(steps)
        asked = self._begun(steps)
        try:
            return asked.result()
        except CancelledError:
            raise _ends() from None

    async def _elsewhere(self, steps: Coroutine[Any, Any, T]) -> T:
        """What the steps give on the loop in the background. When that loop ends it cancels them, and nobody here."""
        try:
            return await asyncio.wrap_future(self._begun(steps))
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if not self._closing or (this is not None and this.cancelling()):
                raise
            raise _ends() from None

    def _begun(self, steps: Coroutine[Any, Any, T]) -> Future[T]:
        """The steps, on the loop in the background."""
        with self._lock:
            if self._closing:
                steps.close()
                raise _ends()
            return asyncio.run_coroutine_threadsafe(steps, self._background)

    async def _fetched(self, sql: str, args: Sequence[Any]) -> list[Any]:
        """The rows. A connection that was lost is no harm to a reader: another one is asked, for a while."""
        deadline = monotonic() + GONE_SECONDS
        readers = self._home().readers
        while True:
            try:
                async with readers.lent() as connection:
                    return await connection.rows(sql, args)
            except (asyncpg.CharacterNotInRepertoireError, asyncpg.DataError):
                if _storable(args):
                    raise
                args = [arg if _storable((arg,)) else _NOWHERE for arg in args]
            except Gone:
                if monotonic() > deadline:
                    raise unavailable("The database cannot be reached just now; try again.") from None
            await asyncio.sleep(RETRY_SECONDS)

    def _is_background(self) -> bool:
        return threading.current_thread() is self._thread

    def _home(self) -> _Home:
        loop = asyncio.get_running_loop()
        home = self._homes.get(loop)
        if home is None:
            readers, writers = Connections(self.url, READERS), Connections(self.url, WRITERS)
            home = _Home(readers, Looks(readers, self._fetched), writers, Writer(writers))
            with self._lock:
                self._homes[loop] = home
        return home


def _storable(args: Sequence[Any]) -> bool:
    for arg in args:
        if isinstance(arg, str):
            try:
                if b"\0" in arg.encode():
                    return False
            except UnicodeEncodeError:
                return False
    return True


def _ends() -> Failure:
    return unavailable("Carefolio is ending; try again.")


async def _closed(home: _Home) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS):
            await home.writer.finish()
    await asyncio.gather(home.readers.close(), home.writers.close())


async def _migrated(url: str) -> None:
    """Bring the schema up to date; raises a Failure that says why where the database cannot be used."""
    async with _reached(url) as connection:
        await migrate(connection)


def holds_tables(url: str) -> bool:
    """Whether an installation's tables are there; raises a Failure where the database cannot be used."""

    async def look() -> bool:
        async with _reached(url) as connection:
            return bool(await is_made(connection))

    return asyncio.run(look())


@asynccontextmanager
async def _reached(url: str) -> AsyncIterator[Any]:
    """A connection for one purpose."""
    deadline = monotonic() + GONE_SECONDS
    while True:
        try:
            connection = await connect(url)
        except asyncpg.CannotConnectNowError as problem:  # it starts, perhaps with the machine, as we do
            if monotonic() > deadline:
                raise broken(f"The database {shown(url)} cannot be opened: {problem!s}.") from None
            await asyncio.sleep(RETRY_SECONDS)
        except (asyncpg.PostgresError, *LOST) as problem:
            raise broken(f"The database {shown(url)} cannot be opened: {problem!s}.") from None
        else:
            break
    try:
        yield connection
    finally:
        await close(connection)


def shown(url: str) -> str:
    """The database's address without its password."""
    parts = urlsplit(url)
    return f"postgresql://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
