"""What people send is here before a thread is taken for their page, and who does not take the answer is left with it.

A page is made on a thread, and there are few of them. Whoever could stop one by sending slowly, or by not listening,
could stop them all with a handful of connections.
"""

from __future__ import annotations

import asyncio
from collections import deque

from carefolio.base.clock import stopwatch
from carefolio.base.failures import Failure, malformed, too_large
from carefolio.base.room import Room
from carefolio.edge.gate import Inner, Message, Name, Receive, Refusal, Refuse, Send

FORM_LIMIT = 32 * 1024 * 1024
"""Bytes. A form with too large a picture comes back with a sentence beside the picture; one that is longer does not."""
PATIENCE_SECONDS = 30.0
"""Between two pieces of a form, and until a piece of the answer is taken."""
WHOLE_SECONDS = 300.0
"""For all of a form: it holds room that others need."""
_WITHOUT_BODY = frozenset({"GET", "HEAD"})
_LENGTH = b"content-length"


class Forms:
    """In front of the pages, behind their gate. ``client_of`` and ``refuse`` are the gate's."""

    def __init__(self, pages: Inner, client_of: Name, refuse: Refuse) -> None:
        self._pages = pages
        self._client_of = client_of
        self._refuse = refuse
        self._room = Room()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Have one page made."""
        answer = _Answer(send)
        length = _length(scope)
        if not length:
            await self._pages(scope, _nothing, answer.send)
            return
        came = stopwatch()
        form = _Form(self._room, self._client_of(scope))
        try:
            if await form.read(receive, length):
                await self._pages(scope, form.receive, answer.send)
        except Failure as failure:
            await self._refuse(scope, receive, send, Refusal(failure.category, came))
        finally:
            form.let_go()


class _Form:
    """What one request carries, on its way in and then to its page."""

    __slots__ = ("_begun", "_client", "_held", "_pieces", "_room")

    def __init__(self, room: Room, client: str) -> None:
        self._room = room
        self._client = client
        self._begun = False
        self._held = 0
        self._pieces: deque[bytes] = deque()

    async def read(self, receive: Receive, length: int) -> bool:
        """Wait until all of it is here, or nobody is there any more (no); raises a Failure for one that does not come,
        or for which there is no room.
        """
        if length > FORM_LIMIT:
            raise too_large("A form may have 32 MB at most.")
        self._room.begin(self._client)
        self._begun = True
        loop = asyncio.get_running_loop()
        end, more = loop.time() + WHOLE_SECONDS, True
        while more:
            try:
                async with asyncio.timeout_at(min(end, loop.time() + PATIENCE_SECONDS)):
                    message = await receive()
            except TimeoutError:
                raise malformed("The form stopped coming.") from None
            if message["type"] != "http.request":
                return False
            self._keep(message.get("body", b""))
            more = message.get("more_body", False)
        return True

    def _keep(self, piece: bytes) -> None:
        self._room.take(self._client, len(piece))
        self._held += len(piece)
        self._pieces.append(piece)

    async def receive(self) -> Message:
        """The pieces, one after the other; nobody waits for them."""
        piece = self._pieces.popleft() if self._pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}

    def let_go(self) -> None:
        """The page is made."""
        if self._begun:
            self._room.end(self._client, self._held)


class _Answer:
    """Hands on what the page says. Once a piece was not taken for long, the rest is dropped, so that the page's thread
    comes to its end; raising would leave the thread waiting for whoever takes the next piece.
    """

    __slots__ = ("_left", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._left = False

    async def send(self, message: Message) -> None:
        """One piece."""
        if self._left:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._send(message)
        except TimeoutError:
            self._left = True


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _length(scope: Message) -> int:
    """The bytes that a page reads: as many as were announced, WSGI knows no others."""
    if scope["method"] in _WITHOUT_BODY:
        return 0
    declared = next((value for name, value in scope["headers"] if name == _LENGTH), b"")
    return int(declared) if declared.isdigit() else 0
