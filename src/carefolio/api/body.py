"""What a request carries: read once, of bounded size, and thrown away where it was refused unread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from carefolio.base.failures import too_large

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BODY_LIMIT = 32 * 1024 * 1024
DRAINED = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0
SILENCE_SECONDS = 2.0
"""Between two pieces: a client that is slow may go on, one that has stopped is answered."""
_TOO_LARGE = "A request may carry 32 MB at most."


class Body:
    """The body of one request, on its way in."""

    __slots__ = ("_ended", "_headers", "_receive")

    def __init__(self, receive: Receive, headers: dict[str, str]) -> None:
        self._receive = receive
        self._headers = headers
        self._ended = False

    async def read(self) -> bytes:
        """All of it; one that is or says that it is over the limit is refused (413) before it is kept."""
        if self._declared() > BODY_LIMIT:
            raise too_large(_TOO_LARGE)
        chunks: list[bytes] = []
        size = 0
        while not self._ended:
            chunks.append(await self._next())
            size += len(chunks[-1])
            if size > BODY_LIMIT:
                chunks.clear()
                raise too_large(_TOO_LARGE)
        return b"".join(chunks)

    async def drain(self) -> None:
        """Throw away what was not read, so that the client reads our answer: a connection that is closed with data
        still coming in is reset, and the answer is lost. Bounded in bytes and seconds; nothing is waited for where
        the client would go on beyond the bound, or sends its body only when told to (``Expect: 100-continue``).
        """
        comes = "content-length" in self._headers or "transfer-encoding" in self._headers
        if self._ended or not comes or "expect" in self._headers or self._declared() > DRAINED:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._throw_away()

    async def _throw_away(self) -> None:
        left = DRAINED
        while not self._ended and left > 0:
            async with asyncio.timeout(SILENCE_SECONDS):
                left -= len(await self._next())

    async def _next(self) -> bytes:
        message = await self._receive()
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk

    def _declared(self) -> int:
        declared = self._headers.get("content-length", "")
        return int(declared) if declared.isdigit() else 0
