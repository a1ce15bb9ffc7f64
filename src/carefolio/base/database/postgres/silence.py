"""Threads that wait for PostgreSQL by psycopg: Django's, and the one that asks for keys.

A statement takes as long as it takes. But a server whose processes stand still while its kernel goes on answers
nobody, and breaks off nothing: whoever waits for it would do so for ever. So where an answer takes long, somebody new
says hello. Where that is not answered either, the connection is cut, and who waits at it is told.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, NamedTuple

SILENT_SECONDS = 10.0
GREETING_SECONDS = 2.0
_LOOKS = 4
"""So many times within that time somebody looks."""
_HELLO = bytes.fromhex("0000000804d2162f")
"""SSLRequest: the server answers it with one byte, before it asks who is there
(https://www.postgresql.org/docs/current/protocol-message-formats.html)."""


class _Waiting(NamedTuple):
    connection: Any
    since: float


class Watch:
    """Those who wait just now, and a thread that looks after them while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._some = threading.Event()
        self._thread: threading.Thread | None = None

    def over(self, connection: Any) -> None:
        """From now on, whoever waits at this connection is looked after."""
        wait = connection.wait

        def watched(*args: Any, **how: Any) -> Any:
            with self._noted(connection):
                return wait(*args, **how)

        connection.wait = watched  # each answer is waited for there, by whichever way it was asked

    def cut(self, connection: Any) -> None:
        """Whoever waits at this connection is told that it has ended."""
        with self._lock:
            for own, waiting in self._waiting.items():
                if waiting.connection is connection:
                    _cut(own)

    @contextmanager
    def _noted(self, connection: Any) -> Iterator[None]:
        """A handle of our own is shut, never a number that somebody else may have been given meanwhile."""
        own = os.dup(connection.fileno())
        with self._lock:
            self._waiting[own] = _Waiting(connection, monotonic())
            if self._thread is None or not self._thread.is_alive():  # nor after a fork
                self._thread = threading.Thread(target=self._look_after, name="silence", daemon=True)
                self._thread.start()
        self._some.set()
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[own]
                os.close(own)

    def _look_after(self) -> None:
        pause = threading.Event()
        while True:
            self._some.wait()
            pause.wait(SILENT_SECONDS / _LOOKS)
            with self._lock:
                if not self._waiting:
                    self._some.clear()
            self._end_silent()

    def _end_silent(self) -> None:
        late = monotonic() - SILENT_SECONDS
        with self._lock:
            suspects = {own: waiting for own, waiting in self._waiting.items() if waiting.since <= late}
        for own, waiting in suspects.items():
            if not _is_greeted(own):
                with self._lock:
                    if self._waiting.get(own) is waiting:
                        _cut(own)


def _cut(line: int) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(line)) as shut:
        shut.shutdown(socket.SHUT_RDWR)


def _is_greeted(line: int) -> bool:
    """Whether the server at the other end of this line says anything to somebody new."""
    try:
        with socket.socket(fileno=os.dup(line)) as known, socket.socket(known.family) as fresh:
            fresh.settimeout(GREETING_SECONDS)
            fresh.connect(known.getpeername())
            fresh.sendall(_HELLO)
            return bool(fresh.recv(1))
    except OSError:
        return False


WATCH = Watch()
