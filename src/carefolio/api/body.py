"""What a request carries: read once, unpacked, of bounded size, and thrown away where it was refused unread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from carefolio.base.coding import Unpacker, Unreadable, named
from carefolio.base.failures import Failure, malformed, too_large, unsupported_coding
from carefolio.base.room import Room

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BODY_LIMIT = 32 * 1024 * 1024
DRAINED = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0
SILENCE_SECONDS = 2.0
"""Between two pieces: a client that is slow may go on, one that has stopped is answered."""
PATIENCE_SECONDS = 30.0
"""The same for a body that is wanted: it holds room that others need."""
INLINE = 64 * 1024
"""So much is unpacked on the event loop's own thread; longer pieces beside it."""
PIECE = 1024 * 1024
_MEGABYTE = 1024 * 1024


class Body:
    """The body of one request, on its way in."""

    __slots__ = ("_begun", "_ended", "_headers", "_held", "_receive", "_room", "_sender", "account")

    def __init__(self, receive: Receive, headers: dict[str, str], room: Room | None = None) -> None:
        self._receive = receive
        self._headers = headers
        self._room = room or Room()
        self.account = 0
        """Whose it is, once that is known: all tokens of one account are one caller."""
        self._sender = 0
        self._held = 0
        self._begun = False
        self._ended = False

    async def read(self, limit: int = BODY_LIMIT) -> bytes:
        """All of it, unpacked; one that is or says that it is over the limit is refused (413) before it is kept."""
        if self._declared() > limit:
            raise _over(limit)
        unpacker = self._unpacker()
        if not self._begun:
            self._sender = self.account
            self._room.begin(self._sender)
            self._begun = True
        chunks: list[bytes] = []
        if unpacker is None:
            while not self._ended:
                self._keep(await self._piece(), chunks, limit)
        else:
            async for chunk in self._unpacked(unpacker):
                self._keep(chunk, chunks, limit)
        return b"".join(chunks)

    def _keep(self, chunk: bytes, chunks: list[bytes], limit: int) -> None:
        """Add to what there is, unless that is over the limit now."""
        if self._held + len(chunk) > limit:
            chunks.clear()
            raise _over(limit)
        self._room.take(self._sender, len(chunk))
        self._held += len(chunk)
        chunks.append(chunk)

    def let_go(self) -> None:
        """The request is answered: what it carried is not needed any more."""
        if self._begun:
            self._room.end(self._sender, self._held)
            self._begun, self._held = False, 0

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

    async def _piece(self) -> bytes:
        """What comes next; raises a Failure (400) when nothing has come for long."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._next()
        except TimeoutError:
            raise malformed("The body stopped coming. Send the request again.") from None

    async def _unpacked(self, unpacker: Unpacker) -> AsyncIterator[bytes]:
        """The pieces unpacked. None is longer than ``PIECE``, however little it came from."""
        try:
            while not self._ended:
                unpacker.feed(await self._piece())
                most = INLINE
                while out := await _taken(unpacker, most):
                    yield out
                    most = PIECE
            unpacker.end()
        except Unreadable:
            coding = self._headers["content-encoding"].strip()
            raise malformed(f"The body is not what its Content-Encoding ({coding[:16]}) says, or breaks off.") from None

    def _unpacker(self) -> Unpacker | None:
        try:
            coding = named(self._headers.get("content-encoding", ""))
        except KeyError:
            raise unsupported_coding() from None
        return None if coding is None else Unpacker(coding)

    async def _next(self) -> bytes:
        message = await self._receive()
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk

    def _declared(self) -> int:
        declared = self._headers.get("content-length", "")
        return int(declared) if declared.isdigit() else 0


def _over(limit: int) -> Failure:
    most = f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit // 1024} KB"
    return too_large(f"This request may carry {most} at most, unpacked.")


async def _taken(unpacker: Unpacker, most: int) -> bytes:
    return unpacker.take(most) if most <= INLINE else await asyncio.to_thread(unpacker.take, most)
