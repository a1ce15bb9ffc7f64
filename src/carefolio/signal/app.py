"""The door itself (ASGI): which sockets are taken, and where those of this process find each other."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

from carefolio.base.logs import where
from carefolio.base.settings import LOOPBACK
from carefolio.records.door import Door
from carefolio.signal.limits import LIMITS, Limits
from carefolio.signal.line import Closed, Line, Receive, Send

LOG = logging.getLogger("carefolio.signal")
PATH: Final = "/visits/room/signal"
_PORTS: Final = {"http": 80, "https": 443}


class Signal:
    """All sockets of this process. ``alone``: no other process serves the same store."""

    def __init__(self, door: Door, public_url: str, *, alone: bool, limits: Limits = LIMITS) -> None:
        self.door, self.limits, self.alone = door, limits, alone
        self._home = _place(public_url)
        self._lines: dict[bytes, Line] = {}
        self._open = self._entering = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one socket. What is refused before it is accepted is answered with 403."""
        await receive()  # "websocket.connect"
        full = self._open >= self.limits.sockets or self._entering >= self.limits.entering
        if scope["path"] != PATH or full or not self._is_ours(scope):
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept"})
        self._open += 1
        line = Line(self, receive, send)
        try:
            await self._enter(line)
            await line.serve()
        except Closed as end:
            if end.code is not None:
                await _close(send, end.code)
        except Exception as problem:  # noqa: BLE001 - one socket's failure is no other's
            LOG.error("a socket failed: %s", where(problem))  # noqa: TRY400 - a traceback could quote what was said
            await _close(send, _INTERNAL)
        finally:
            self._open -= 1
            if self._lines.get(line.name) is line:
                del self._lines[line.name]

    def joins(self, line: Line) -> None:
        """It has its seat; the line that had it looks again, and ends."""
        before = self._lines.get(line.name)
        self._lines[line.name] = line
        if before is not None:
            before.hurry()

    def wake(self, name: bytes) -> None:
        """Something waits for this side."""
        line = self._lines.get(name)
        if line is not None:
            line.wake()

    async def _enter(self, line: Line) -> None:
        self._entering += 1
        try:
            await line.enter()
        finally:
            self._entering -= 1

    def _is_ours(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether a page of ours asks: a browser says which (RFC 6454); a page elsewhere cannot say ours."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        place = _place(origin)
        if place is None:
            return False
        if place == self._home:
            return True
        host = headers.get(b"host", b"").decode("latin-1")
        return place[1] in LOOPBACK and place == _place(f"{place[0]}://{host}")


_INTERNAL: Final = 1011


async def _close(send: Send, code: int) -> None:
    try:
        await send({"type": "websocket.close", "code": int(code)})
    except (OSError, RuntimeError):  # it has gone
        return


def _place(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None for what is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
