"""The HTTP server around an ASGI application, as the product and what is measured against it run it."""

from __future__ import annotations

import ctypes
import gc
import socket
import sys
from contextlib import suppress
from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

BACKLOG = 1024
"""Connections that the kernel holds until they are taken."""
CONNECTIONS = 4096
"""Connections that are taken at once, idle ones too; more wait in the kernel, unanswered. So these are several times
what may be worked on and wait behind the gate: whoever is one too many is told so."""
_FEWEST = 128
_FILES_APART = 512
"""Open files that are no connections: databases, logs, what is imported."""
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter: with Python's 5 ms a commit beside busy requests takes ten times
as long."""
COLLECT_AFTER = (50_000, 20, 50)
"""How many new objects make a collection worth its time: with Python's 700 it takes a quarter of a busy server."""

_M_ARENA_MAX = -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""


class _Shared(Server):
    """Granian at a socket that was opened before. By itself each of several processes would listen at one of its own,
    and one that stops would take with it the connections that wait there.
    """

    def __init__(self, application: Any, listening: socket.socket, **how: Any) -> None:
        self._listening = listening
        super().__init__(application, **how)

    def _init_shared_socket(self) -> None:
        # Granian's types leave this out; on systems without SO_REUSEPORT it does the same itself.
        self._ssp = None
        self._shd = SocketHolder(self._listening.fileno(), False, BACKLOG)  # type: ignore[call-arg, assignment]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that server processes can share; whoever stops leaves those who wait to the others."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections take it over. A page leaves as its head, then its body: without this the body would wait in the kernel
    # until the head is acknowledged, which whoever waits for the rest puts off by 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)
    listening.setblocking(False)
    return listening


def server_of(application: Any, listening: socket.socket) -> Server:
    """Granian on the running event loop, HTTP/1.1 and WebSocket; the caller awaits ``serve()``."""
    return _Shared(
        application,
        listening,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=True,
        backlog=BACKLOG,
        backpressure=connections(),
        log_enabled=False,
    )


def connections() -> int:
    """How many connections this process has files for, ``CONNECTIONS`` at the most."""
    files, _ = getrlimit(RLIMIT_NOFILE)
    if files == RLIM_INFINITY:
        return CONNECTIONS
    return max(_FEWEST, min(CONNECTIONS, files - _FILES_APART))


def suit_a_server() -> None:
    """Set the interpreter and its process for serving; to be called before the parts are made."""
    files, most = getrlimit(RLIMIT_NOFILE)
    wanted = CONNECTIONS + _FILES_APART
    if RLIM_INFINITY not in (files, most) and files < wanted:
        setrlimit(RLIMIT_NOFILE, (min(most, wanted), most))
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*COLLECT_AFTER)
    _keep_one_heap()


def _keep_one_heap() -> None:
    """With glibc each of many threads gets a heap of its own, in which what one page needed stays for ever; only one
    thread at a time is in the interpreter anyhow. Another C library has nothing to set, and keeps its ways.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """What is loaded by now stays: no collection needs to look at it again. To be called when all parts are made."""
    gc.collect()
    gc.freeze()
