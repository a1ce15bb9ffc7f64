"""The gate: lets in what can be worked on now, lets a little wait, and sends away the rest before anything is done.

It looks at who asks and at nothing else: not at the address that is asked for, not at the body, not at the database.
So its answers are the same for what is hidden and for what is absent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from carefolio.base.clock import stopwatch
from carefolio.base.failures import Category
from carefolio.edge.crowd import Crowd
from carefolio.edge.limits import Limits
from carefolio.edge.lines import Lines

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Message, Receive, Send], Awaitable[None]]
Waiter = asyncio.Future[Category | None]
Name = Callable[[Message], str]
TOO_LONG = 2
"""A line so many times as long as it should be is cut; a pace that swings a little sends nobody away."""
_WITHOUT_BODY = frozenset({"GET", "HEAD"})
REFUSAL_SECONDS = 0.0005
"""Refusing costs time as well: one in so long leaves most of it to those who were let in …"""
AT_ONCE_SECONDS = 0.005
"""… but a few go at once …"""
HELD_BACK = 1_000
"""… and no more than these wait for their refusal: half a second at the most."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is sent away, and when they came (``base.clock.stopwatch``)."""

    category: Category
    came: int


Refuse = Callable[[Message, Receive, Send, Refusal], Awaitable[None]]


class Gate:
    """One door's gate. ``client_of`` names who asks, ``refuse`` answers those who are sent away; ``before`` says what
    somebody was called until they were known.
    """

    def __init__(
        self,
        limits: Limits,
        inner: Inner,
        client_of: Name,
        refuse: Refuse,
        before: Name | None = None,
    ) -> None:
        self._inner = inner
        self._client_of = client_of
        self._before = before or client_of
        self._refuse = refuse
        self._crowd = Crowd(limits)
        self._lines: Lines[Waiter] = Lines()
        self._held_back = 0
        self._refusal_due = 0.0

    @property
    def in_work(self) -> int:
        """How many are worked on."""
        return self._crowd.in_work

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._lines.waiting

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, now, after a while or not at all."""
        client = self._client_of(scope)
        crowd = self._crowd
        came = stopwatch()
        if crowd.seen(client, came) and (before := self._before(scope)) != client:
            crowd.forget(before)
        if crowd.may(client) and not (self._lines.waiting and self._lines.length(client)):
            crowd.enter(client)  # whoever waits may not come in just now: they have their share already
        else:
            sent_away = await self._wait(client)
            if sent_away is not None:
                crowd.sent_away()
                await self._hold_back()
                await self._refuse(scope, receive, send, Refusal(sent_away, came))
                return
        if scope["method"] not in _WITHOUT_BODY:
            receive = _Visit(self, client, receive).receive
        try:
            await self._inner(scope, receive, send)
        finally:
            self.leave(client)

    def enter(self, client: str) -> None:
        """Go on with one that had stepped aside; it is never sent away, and others wait a little longer for it."""
        self._crowd.enter(client)

    def leave(self, client: str) -> None:
        """Done, or aside: whoever may come in now comes in."""
        self._crowd.leave(client)
        if self._lines.waiting:
            self._crowd.served(stopwatch())
            self._let_in()
            self._thin_out()
        else:
            self._crowd.calm()

    async def _wait(self, client: str) -> Category | None:
        """Until it may come in (nothing), or why it is sent away."""
        if self._lines.waiting >= self._crowd.room:
            refused = self._make_room(client)
            if refused is not None:
                return refused
        loop = asyncio.get_running_loop()
        waiter: Waiter = loop.create_future()
        self._lines.join(client, waiter)
        self._let_in()
        timer = loop.call_later(self._crowd.limits.patience, self._give_up, client, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._forget(client, waiter)
            raise
        finally:
            timer.cancel()

    async def _hold_back(self) -> None:
        """Let refusals out one by one. Who hears "no" at once asks again at once, and a crowd that is told so as fast
        as it asks leaves no time for anything else.
        """
        if self._held_back >= HELD_BACK:
            return
        now = asyncio.get_running_loop().time()
        self._refusal_due = max(self._refusal_due + REFUSAL_SECONDS, now)
        if self._refusal_due - now < AT_ONCE_SECONDS:
            return
        self._held_back += 1
        try:
            await asyncio.sleep(self._refusal_due - now)
        finally:
            self._held_back -= 1

    def _make_room(self, client: str) -> Category | None:
        """Nobody is kept out by somebody else's crowd: the longest line loses its newest. Who has it is told so."""
        longest = self._lines.longest()
        most, own = self._lines.length(longest), self._lines.length(client)
        if own >= most:
            return Category.BUSY
        if own + 1 >= most:
            return Category.UNAVAILABLE
        self._turn_away(longest)
        return None

    def _thin_out(self) -> None:
        """The pace fell since they began to wait, or it was not known yet: who would come in late is told so now."""
        while self._lines.waiting > TOO_LONG * self._crowd.room:
            self._turn_away(self._lines.longest())

    def _turn_away(self, client: str) -> None:
        newest = self._lines.turn_away(client)
        if not newest.done():
            newest.set_result(Category.BUSY)

    def _let_in(self) -> None:
        while self._lines.waiting:
            found = self._lines.next(self._crowd.may)
            if found is None:
                return
            if not found[1].done():  # done by now: its task was ended and has not come to its turn yet
                self._crowd.enter(found[0])
                found[1].set_result(None)

    def _give_up(self, client: str, waiter: Waiter) -> None:
        if not waiter.done():
            self._lines.leave(client, waiter)
            waiter.set_result(Category.UNAVAILABLE)

    def _forget(self, client: str, waiter: Waiter) -> None:
        """Its task ended while it waited: it gives back its place in the line, or that in work that it just got."""
        if waiter.cancelled():
            self._lines.leave(client, waiter)
        elif waiter.result() is None:
            self.leave(client)


class _Visit:
    """One request inside; while it waits for what its client sends, another one is worked on."""

    __slots__ = ("_client", "_gate", "_receive")

    def __init__(self, gate: Gate, client: str, receive: Receive) -> None:
        self._gate = gate
        self._client = client
        self._receive = receive

    async def receive(self) -> Message:
        """What comes next from the client."""
        self._gate.leave(self._client)
        try:
            return await self._receive()
        finally:
            self._gate.enter(self._client)
