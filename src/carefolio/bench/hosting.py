"""The applications that live in the benchmark only, under the same server in the same mode as the product.

``constant`` answers one body. ``plain`` is what a read would be with nothing around it: one look into SQLite, no token,
no consent, no decrypting, no ledger. No setting of the product comes near it: what it reads is a table of its own.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

import uvloop

from carefolio.base.database.sqlite.database import connect
from carefolio.base.serving import listen, server_of, settle, suit_a_server

Message = MutableMapping[str, Any]
Application = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]
_PREFIX = len("/fhir/")
_TYPE = (b"content-type", b"application/fhir+json; charset=utf-8")
_READ = "SELECT body FROM plain WHERE name = ?"


def write_plain(path: Path, bodies: Iterable[tuple[str, bytes]]) -> None:
    """The table that ``plain`` reads: ``Type/id`` and the body's bytes."""
    connection = connect(path)
    connection.execute("CREATE TABLE plain(name TEXT PRIMARY KEY, body BLOB NOT NULL)")
    connection.executemany("INSERT INTO plain VALUES (?, ?)", bodies)
    connection.commit()
    connection.close()


def constant(path: Path) -> Application:
    """Answers the first body of the table, whatever is asked."""
    connection = connect(path)
    body: bytes = connection.execute("SELECT body FROM plain ORDER BY rowid LIMIT 1").fetchone()[0]
    connection.close()
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [_TYPE, (b"content-length", b"%d" % len(body))],
    }
    end = {"type": "http.response.body", "body": body}

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        del scope, receive
        await send(start)
        await send(end)

    return answer


def plain(path: Path) -> Application:
    """Answers ``/fhir/Type/id`` from the table."""
    connection: sqlite3.Connection = connect(path)

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        del receive
        found = connection.execute(_READ, (scope["path"][_PREFIX:],)).fetchone()
        body = found[0] if found else b"{}"
        headers = [_TYPE, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


APPLICATIONS = {"constant": constant, "plain": plain}


async def host(application: Application, port: int) -> None:
    """Serve it as ``carefolio serve`` serves the product, until SIGTERM."""
    server = server_of(application, listen("127.0.0.1", port))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


def main() -> None:
    """``hosting NAME FILE PORT``."""
    name, path, port = sys.argv[1:]
    suit_a_server()
    settle()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(host(APPLICATIONS[name](Path(path)), int(port)))


if __name__ == "__main__":
    main()
