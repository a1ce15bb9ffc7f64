"""Keys in a PostgreSQL database of their own, for installations of several machines.

They are asked for seldom, each once a process as long as it is remembered: one connection is enough, on a thread of its
own, so that a request that needs one waits and the event loop goes on. A connection that was lost is opened again; one
whose server does not answer is cut, and whoever waits is told to come again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from carefolio.base.database.postgres import bridge
from carefolio.base.database.postgres.durability import LOOK, refuse_unless_durable
from carefolio.base.database.postgres.silence import WATCH
from carefolio.base.failures import Failure, unavailable
from carefolio.base.keystore.port import Remembered, Unreadable, Wrap
from carefolio.base.keystore.sqlite import KeyFile

T = TypeVar("T")
_GATE = 7_305_003
_CONNECT_SECONDS = 2
_AWAY_SECONDS = 3.0
_SECONDS_A_KEY = 0.01
_WHOLE_SECONDS = 600.0
"""What reads all keys, for a backup or a sweep, may take so long."""
_RETRY_SECONDS = 0.05
_HASTE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2, "tcp_user_timeout": 5_000}
"""A machine that was cut off is noticed in seconds."""
_SCHEMA = f"""
SELECT pg_advisory_xact_lock({_GATE});
CREATE TABLE IF NOT EXISTS platform(name text PRIMARY KEY, wrapped bytea NOT NULL);
CREATE TABLE IF NOT EXISTS key(owner bigint PRIMARY KEY, wrapped bytea NOT NULL);
CREATE SEQUENCE IF NOT EXISTS key_owner;
CREATE TABLE IF NOT EXISTS remembered(one int PRIMARY KEY CHECK (one = 1), size bigint, root bytea, note text);
"""
_REMEMBER = """
INSERT INTO remembered VALUES (1, %s, %s, %s)
ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note
WHERE excluded.size > remembered.size OR remembered.root = %s
"""
_NEXT = "SELECT nextval('key_owner') FROM generate_series(1, %s)"


class KeyDatabase:
    """One database; see ``port.KeyStore``."""

    def __init__(self, url: str) -> None:
        """Open it; raises Unreadable, and a Failure where its commits are not durable."""
        self._url = url
        self._thread = ThreadPoolExecutor(1, "keys-database")
        self._connection: psycopg.Connection[Any] | None = None
        try:
            self._connection = _connect(url)
            with self._connection.transaction():
                self._connection.execute(_SCHEMA)
        except psycopg.Error:
            raise Unreadable from None

    @property
    def shown(self) -> str:
        """The address without its password."""
        parts = urlsplit(self._url)
        return f"postgresql://{parts.hostname or ''}{parts.path}"

    def make(self, platform: Mapping[str, bytes], first: tuple[int, bytes]) -> None:
        """One transaction: there are all keys or none."""

        def work(connection: psycopg.Connection[Any]) -> None:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_GATE,))
            if connection.execute("SELECT 1 FROM platform").fetchone() is None:
                with connection.cursor() as cursor:
                    cursor.executemany("INSERT INTO platform VALUES (%s, %s)", list(platform.items()))
                    cursor.execute("INSERT INTO key VALUES (%s, %s)", first)

        self._do(work)

    def platform(self, name: str) -> bytes | None:
        """A key of the platform."""
        return self._one("SELECT wrapped FROM platform WHERE name = %s", name)

    def add(self, count: int, wrap: Wrap) -> list[int]:
        """A sequence gives the numbers: those of a transaction that failed are never given again."""

        def work(connection: psycopg.Connection[Any]) -> list[int]:
            owners = [row[0] for row in connection.execute(_NEXT, (count,))]
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO key VALUES (%s, %s)", [(owner, wrap(owner)) for owner in owners])
            return owners

        return self._do(work, _AWAY_SECONDS + count * _SECONDS_A_KEY)

    def wrapped(self, owner: int) -> bytes | None:
        """The key of an owner."""
        return self._one("SELECT wrapped FROM key WHERE owner = %s", owner)

    def owners(self) -> Iterable[int]:
        """All owner numbers that have a key."""
        rows = self._do(lambda connection: connection.execute("SELECT owner FROM key").fetchall(), _WHOLE_SECONDS)
        return [row[0] for row in rows]

    def newest(self) -> int:
        """The highest owner number that was ever allotted here."""
        sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM key_owner"
        return self._do(lambda connection: int(connection.execute(sql).fetchone()[0]))  # type: ignore[index]

    def remember(self, newest: Remembered, instead_of: bytes | None) -> None:
        """Keep the checkpoint."""
        self._do(lambda connection: connection.execute(_REMEMBER, (*newest, instead_of)))

    def remembered(self) -> Remembered | None:
        """The checkpoint that was kept last."""
        row = self._do(lambda connection: connection.execute("SELECT size, root, note FROM remembered").fetchone())
        return None if row is None else Remembered(*row)

    def backup(self, target: Path) -> None:
        """The rows of one moment, as a keys file."""
        with closing(KeyFile(target)) as copy:
            platform, keys = self._do(_all_of, _WHOLE_SECONDS)
            newest = self.newest()
            copy.make(platform, (0, keys.pop(0)))
            given = copy.add(newest, lambda owner: keys.get(owner, b"")) if newest else []
            copy.forget([owner for owner in given if owner not in keys])
            if (known := self.remembered()) is not None:
                copy.remember(known, None)

    def close(self) -> None:
        """Let go of the connection."""
        self._thread.shutdown(cancel_futures=True)
        if self._connection is not None:
            self._connection.close()

    def _one(self, sql: Any, value: str | int) -> bytes | None:
        row = self._do(lambda connection: connection.execute(sql, (value,)).fetchone())
        return None if row is None else bytes(row[0])

    def _do(self, work: Callable[[psycopg.Connection[Any]], T], seconds: float = _AWAY_SECONDS) -> T:
        """In one transaction; raises a Failure where no answer comes. Inside a bridge the event loop goes on."""
        asked = self._thread.submit(self._settled, work)
        try:
            if bridge.is_hosted():
                return bridge.wait_for(asyncio.wait_for(asyncio.wrap_future(asked), seconds))
            return asked.result(seconds)
        except TimeoutError:
            self._give_up(asked)
            raise _away() from None

    def _give_up(self, asked: Future[Any]) -> None:
        """What was not begun is not done; where it was, whoever waits at the connection is told that it has ended."""
        if not asked.cancel() and self._connection is not None:
            WATCH.cut(self._connection)

    def _settled(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """On the connection's own thread. What a lost connection left undone is done again: the steps bear that."""
        deadline = monotonic() + _AWAY_SECONDS
        while True:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = _connect(self._url)
                with self._connection.transaction():
                    return work(self._connection)
            except psycopg.OperationalError:
                if self._connection is not None:
                    self._connection.close()
                if monotonic() > deadline:
                    raise _away() from None
            threading.Event().wait(_RETRY_SECONDS)


def _away() -> Failure:
    return unavailable("The keys cannot be reached just now; try again.")


def _connect(url: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(
        make_conninfo(url, connect_timeout=_CONNECT_SECONDS, application_name="carefolio-keys", **_HASTE),
        autocommit=True,
    )
    WATCH.over(connection)
    try:
        for found in connection.execute(LOOK):
            refuse_unless_durable(*found)
    except BaseException:
        connection.close()
        raise
    return connection


def _all_of(connection: psycopg.Connection[Any]) -> tuple[dict[str, bytes], dict[int, bytes]]:
    platform = {name: bytes(wrapped) for name, wrapped in connection.execute("SELECT name, wrapped FROM platform")}
    keys = {owner: bytes(wrapped) for owner, wrapped in connection.execute("SELECT owner, wrapped FROM key")}
    return platform, keys
