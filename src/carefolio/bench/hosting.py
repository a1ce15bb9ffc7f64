"""The applications that live in the benchmark only, under the same server in the same mode as the product.

``constant`` answers one body. ``plain`` is what a read would be with nothing around it: one look into the store, no
token, no consent, no decrypting, no ledger. No setting of the product comes near it: it reads a table of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from carefolio.base.database.sqlite.database import connect
from carefolio.base.serving import listen, server_of, settle, suit_a_server

Message = MutableMapping[str, Any]
Application = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]
_PREFIX = len("/fhir/")
_TYPE = (b"content-type", b"application/fhir+json; charset=utf-8")
_READ = "SELECT body FROM plain WHERE name = "
_CREATE = "CREATE TABLE plain(name TEXT PRIMARY KEY, body {} NOT NULL)"
_FIRST = "SELECT body FROM plain ORDER BY name LIMIT 1"
HELD = 6
"""Connections that the plain read on PostgreSQL holds: as many as the product reads with."""
_POSTGRES = "postgresql://"
_OK, _ABSENT = 200, 404


def write_plain(source: str, bodies: Iterable[tuple[str, bytes]]) -> None:
    """The table that ``plain`` reads, in the file or the PostgreSQL database: ``Type/id`` and the body's bytes."""
    if source.startswith(_POSTGRES):
        asyncio.run(_write_postgres(source, list(bodies)))
        return
    connection = connect(Path(source))
    connection.execute(_CREATE.format("BLOB"))
    connection.executemany("INSERT INTO plain VALUES (?, ?)", bodies)
    connection.commit()
    connection.close()


async def _write_postgres(source: str, bodies: list[tuple[str, bytes]]) -> None:
    connection = await asyncpg.connect(source)
    await connection.execute(_CREATE.format("BYTEA"))
    await connection.copy_records_to_table("plain", records=bodies)
    await connection.execute("VACUUM (ANALYZE) plain")
    await connection.close()


async def constant(source: str) -> Application:
    """Answers the first body of the table, whatever is asked."""
    if source.startswith(_POSTGRES):
        server = await asyncpg.connect(source)
        body: bytes = await server.fetchval(_FIRST)
        await server.close()
    else:
        file = connect(Path(source))
        body = file.execute(_FIRST).fetchone()[0]
        file.close()

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        del scope, receive
        await _send(send, body)

    return answer


async def plain(source: str) -> Application:
    """Answers ``/fhir/Type/id`` from the table."""
    return await _plain_postgres(source) if source.startswith(_POSTGRES) else _plain_sqlite(source)


def _plain_sqlite(source: str) -> Application:
    connection: sqlite3.Connection = connect(Path(source))
    sql = f"{_READ}?"

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        del receive
        found = connection.execute(sql, (scope["path"][_PREFIX:],)).fetchone()
        await _send(send, found[0] if found else None)

    return answer


async def _plain_postgres(source: str) -> Application:
    """A statement prepared on each held connection; who comes when all are busy waits for the next that is free."""
    free: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
    for _ in range(HELD):
        connection = await asyncpg.connect(source, statement_cache_size=0)
        free.put_nowait(await connection.prepare(f"{_READ}$1"))

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        del receive
        statement = await free.get()
        try:
            found = await statement.fetchrow(scope["path"][_PREFIX:])
        finally:
            free.put_nowait(statement)
        await _send(send, found[0] if found else None)

    return answer


async def _send(send: Callable[[Message], Awaitable[None]], found: bytes | None) -> None:
    body = b"{}" if found is None else found
    headers = [_TYPE, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": _ABSENT if found is None else _OK, "headers": headers})
    await send({"type": "http.response.body", "body": body})


APPLICATIONS = {"constant": constant, "plain": plain}


async def host(name: str, source: str, listening: socket.socket) -> None:
    """Serve it as ``carefolio serve`` serves the product, until SIGTERM."""
    server = server_of(await APPLICATIONS[name](source), listening)
    settle()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


def main() -> None:
    """``hosting NAME SOURCE PORT PROCESSES``: they accept from one socket, as the product's do."""
    name, source, port, processes = sys.argv[1:]
    listening = listen("127.0.0.1", int(port))
    others = _forked(int(processes) - 1)
    suit_a_server()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(host(name, source, listening))
    finally:
        for other in others:
            os.kill(other, signal.SIGTERM)
            os.waitpid(other, 0)


def _forked(count: int) -> list[int]:
    """So many processes beside this one; those themselves have none."""
    others = list[int]()
    for _ in range(count):
        other = os.fork()
        if not other:
            return []
        others.append(other)
    return others


if __name__ == "__main__":
    main()
