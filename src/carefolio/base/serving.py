"""The HTTP server around an ASGI application, as the product and what is measured against it run it."""

from __future__ import annotations

import gc
import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

BACKLOG = 1024
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter: with Python's 5 ms a commit beside busy requests takes ten times
as long."""
COLLECT_AFTER = (50_000, 20, 50)
"""How many new objects make a collection worth its time: with Python's 700 it takes a quarter of a busy server."""


def server_of(application: Any, host: str, port: int) -> Server:
    """Granian on the running event loop, HTTP/1.1 alone; the caller awaits ``serve()``."""
    return Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )


def suit_a_server() -> None:
    """Set the interpreter for serving; to be called before the parts are made."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*COLLECT_AFTER)


def settle() -> None:
    """What is loaded by now stays: no collection needs to look at it again. To be called when all parts are made."""
    gc.collect()
    gc.freeze()
