"""Connections to PostgreSQL, held by one event loop and lent for one statement or one transaction.

A pool that resets a connection at each return costs as much as the statement (asyncpg's does): ours are returned as
they are, since nothing here leaves a setting or an open transaction behind. The last one returned is the next one
lent, so that few are warm rather than many cool.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

import asyncpg

from carefolio.base.database.postgres.dialect import listed, translated
from carefolio.base.database.postgres.durability import LOOK, refuse_unless_durable
from carefolio.base.failures import unavailable

CONNECT_SECONDS = 2.0
GONE_SECONDS = 10.0
"""How long a request waits for a database that restarts before it is told to come again."""
RETRY_SECONDS = 0.05
CLOSE_SECONDS = 0.5
"""How long a server may take to say goodbye; one that is silent is left without it."""
SILENT_SECONDS = 10.0
"""After so long without an answer somebody looks whether the server answers at all."""
STATEMENTS = 256
"""Prepared statements that a connection keeps, and their plans in the server's memory with them: some 30 KB each."""
SETTINGS = {
    "application_name": "carefolio",
    "jit": "off",
    "timezone": "UTC",
    "default_transaction_isolation": "read committed",  # each look behind the gate sees what was committed before it
}
HASTE = {
    "idle_in_transaction_session_timeout": "20s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""A process that freezes, or a machine that is cut off, gives back the gate that everybody else waits at."""
_CUT_OFF = {
    socket.TCP_KEEPIDLE: 10,
    socket.TCP_KEEPINTVL: 5,
    socket.TCP_KEEPCNT: 3,
    socket.TCP_USER_TIMEOUT: 20_000,
}
"""Seconds; of what was sent and nobody received, milliseconds."""
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # the driver's word where the server's farewell comes in the middle of an answer
    OSError,
    TimeoutError,
)
"""What says that the database is not there just now."""


class Lent:
    """One connection and its prepared statements."""

    __slots__ = ("_lists", "_statements", "raw")

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self._statements: dict[str, Any] = {}
        self._lists: dict[str, str | None] = {}

    async def statement(self, sql: str) -> Any:
        """The prepared statement."""
        known = self._statements.get(sql)
        if known is None:
            if len(self._statements) >= STATEMENTS:
                self._statements.clear()
            known = self._statements[sql] = await self.raw.prepare(translated(sql))
        return known

    async def listed(self, sql: str) -> Any:
        """The prepared statement that inserts a list of rows as ``sql`` inserts one; None where there is none."""
        if sql not in self._lists:
            if len(self._lists) >= STATEMENTS:
                self._lists.clear()
            self._lists[sql] = listed(sql, [one.name for one in (await self.statement(sql)).get_parameters()])
        whole = self._lists[sql]
        return None if whole is None else await self.statement(whole)

    async def rows(self, sql: str, args: Sequence[Any]) -> list[Any]:
        """All rows."""
        rows: list[Any] = await (await self.statement(sql)).fetch(*args)
        return rows


def is_lost(connection: Lent, problem: BaseException) -> bool:
    """Whether one of ``LOST`` says so of this connection; the work may have had trouble of its own with a file."""
    return isinstance(problem, (asyncpg.PostgresError, asyncpg.InternalClientError)) or bool(connection.raw.is_closed())


def _is_whole(connection: Lent) -> bool:
    """Whether it can be lent again; of one that was ended the driver cannot even say what it was in the middle of."""
    return not connection.raw.is_closed() and not connection.raw.is_in_transaction()


class Gone(Exception):  # noqa: N818 - what happened: whether it matters is for the borrower to say
    """The connection was lost while it was lent."""


class Connections:
    """Those of one event loop, at the most ``limit`` at a time; who comes when all are lent waits for their turn."""

    def __init__(self, url: str, limit: int) -> None:
        self._url = url
        self._limit = limit
        self._idle: list[Lent] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._open = 0
        self._closed = False
        self._lent: dict[Lent, float] = {}
        self._watch: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Lent]:
        """A connection; one that was lost or left in the middle of something is closed instead of returned.

        Raises:
            Gone: it was lost meanwhile.
        """
        connection = await self.take()
        try:
            yield connection
        except LOST as problem:
            lost = is_lost(connection, problem)
            self.give_back(connection, whole=False)
            if lost:
                raise Gone from problem
            raise
        except Exception:
            self.give_back(connection, whole=_is_whole(connection))
            raise
        except BaseException:  # cancelled in the middle of a statement: what became of it the driver does not know
            self.give_back(connection, whole=False)
            raise
        self.give_back(connection, whole=_is_whole(connection))

    async def take(self) -> Lent:
        """A connection that was idle, a new one, or the next that comes back."""
        connection = await self._found()
        self._lent[connection] = monotonic()
        if self._watch is None:
            self._watch_for(SILENT_SECONDS)
        return connection

    async def _found(self) -> Lent:
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.raw.is_closed():
                    return connection
                self._open -= 1
            if self._open < self._limit:
                self._open += 1
                try:
                    return await self._connect()
                except BaseException:
                    self._open -= 1
                    self._wake()
                    raise
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except BaseException:
                if turn.done() and not turn.cancelled():
                    self._wake()  # the turn was ours already: it is the next one's now
                raise

    def give_back(self, connection: Lent, *, whole: bool = True) -> None:
        """Return it, as it was lent."""
        self._lent.pop(connection, None)
        if whole and not self._closed and not connection.raw.is_closed():
            self._idle.append(connection)
        else:
            self._open -= 1
            connection.raw.terminate()
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def _connect(self) -> Lent:
        """Connect, and try again for a while where the database is starting."""
        deadline = monotonic() + GONE_SECONDS
        while True:
            try:
                return Lent(await connect(self._url, **HASTE))
            except LOST:
                if monotonic() > deadline:
                    raise unavailable("The database cannot be reached just now; try again.") from None
            await asyncio.sleep(RETRY_SECONDS)

    def _watch_for(self, seconds: float) -> None:
        self._watch = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        """Whether one has been lent for so long that the server may have fallen silent."""
        self._watch = None
        if self._closed or not self._lent:
            return
        left = min(self._lent.values()) + SILENT_SECONDS - monotonic()
        if left > 0:
            self._watch_for(left)
        else:
            self._looking = asyncio.get_running_loop().create_task(self._end_silent())

    async def _end_silent(self) -> None:
        """End what waits for a server that does not even greet us. One that does is only slow, or somebody is at the
        gate; no statement is ended for that.
        """
        late = monotonic() - SILENT_SECONDS
        suspects = [connection for connection, since in self._lent.items() if since <= late]
        if not await _greets(self._url):
            for connection in suspects:
                if connection in self._lent:
                    connection.raw.terminate()
        self._watch_for(SILENT_SECONDS)

    async def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        if self._looking is not None:
            self._looking.cancel()
        idle, self._idle = self._idle, []
        self._open -= len(idle)
        await asyncio.gather(*(close(connection.raw) for connection in idle))


async def close(connection: Any) -> None:
    """Take leave of the server, which may be silent."""
    with suppress(*LOST):
        await connection.close(timeout=CLOSE_SECONDS)


async def _greets(url: str) -> bool:
    """Whether the server says anything to somebody new."""
    try:
        connection = await _opened(url)
    except asyncpg.PostgresError:
        return True
    except LOST:
        return False
    connection.terminate()
    return True


async def connect(url: str, **more: str) -> Any:
    """A connection with the settings that all of ours have; raises a Failure where its commits are not durable."""
    connection = await _opened(url, **more)
    try:
        refuse_unless_durable(*await connection.fetchrow(LOOK, timeout=CONNECT_SECONDS))
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _opened(url: str, **more: str) -> Any:
    connection: Any = await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        statement_cache_size=0,
        server_settings={**SETTINGS, **more},
    )
    _notice_cuts(connection._transport.get_extra_info("socket"))  # the driver has no word of its own for it
    return connection


def _notice_cuts(line: Any) -> None:
    """Let a host that is cut off from us count as gone."""
    if line.family != socket.AF_UNIX:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _CUT_OFF.items():
            line.setsockopt(socket.IPPROTO_TCP, option, value)
