"""One open socket, from its ticket to its end.

1. Its first message is a ticket, which lets it in once.
2. Whoever comes takes the seat of their side; the window that had it is closed.
3. It is told how far the room is. What it says goes to the other side once the doctor let the patient in; before, and
   after the end, to nobody.
4. Every two seconds it is looked at again: the session's token, the seat, the versions of the visit and its Encounter.
   A session that ended, an account that was suspended, a visit that was called off: the socket is closed.
5. Who says nothing for a minute, too much at once or something else than browsers of ours do is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from enum import IntEnum
from typing import Any, Protocol

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent
from carefolio.base.ids import new_request_id
from carefolio.records.door import Door
from carefolio.signal import messages
from carefolio.signal.limits import Limits
from carefolio.signal.messages import Pace, Wrong
from carefolio.workflows.consultation import actions, relay, rules, tickets
from carefolio.workflows.consultation.actions import Room
from carefolio.workflows.consultation.rules import Side, Stage
from carefolio.workflows.consultation.tickets import Pass

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


class Code(IntEnum):
    """Why a socket is closed (RFC 6455, 7.4.2: 4000 to 4999 are for such as us)."""

    OVER = 4000
    NO_TICKET = 4001
    SIGNED_OUT = 4002
    ELSEWHERE = 4003
    WRONG = 4004
    TOO_FAST = 4005
    SILENT = 4006


class Closed(Exception):  # noqa: N818 - how a socket ends, not an error
    """The socket ends here; ``code`` says why, None where the browser has gone."""

    def __init__(self, code: Code | None) -> None:
        super().__init__()
        self.code = code


class Switchboard(Protocol):
    """Where a line finds the others of its process. ``alone``: there is no other process."""

    door: Door
    limits: Limits
    alone: bool

    def joins(self, line: Line) -> None:
        """It has its seat."""
        ...

    def wake(self, name: bytes) -> None:
        """Something waits for this side."""
        ...


class Line:
    """One socket of one side."""

    def __init__(self, board: Switchboard, receive: Receive, send: Send) -> None:
        self._board, self._door, self._limits = board, board.door, board.limits
        self._receive, self._send = receive, send
        self._pace = Pace()
        self._stage = Stage.EARLY
        self._room: Room | None = None
        self._woken = asyncio.Event()
        self._heard = self._looked = self._busy = 0.0
        self._entry = Pass("", Side.PATIENT, "")
        self.name, self._other, self._holder = b"", b"", 0

    def wake(self) -> None:
        """Something waits for it."""
        self._woken.set()

    def hurry(self) -> None:
        """Look again now: another window may have its seat."""
        self._looked = 0.0
        self._woken.set()

    async def enter(self) -> None:
        """Show a ticket and take the seat; raises Closed."""
        try:
            event = await asyncio.wait_for(asyncio.ensure_future(self._receive()), self._limits.ticket)
            ticket = messages.read_entry(_text(event))
        except (TimeoutError, Wrong):
            raise Closed(Code.NO_TICKET) from None
        if len(ticket) > tickets.LONGEST:
            raise Closed(Code.NO_TICKET)
        database, keyring = self._door.parts.database, self._door.keyring
        found = await database.write(lambda tx: tickets.take(tx, keyring, ticket), alone=False)
        if found is None:
            raise Closed(Code.NO_TICKET)
        self._entry = found
        self.name = tickets.line_of(keyring, found.visit, found.side)
        self._other = tickets.line_of(keyring, found.visit, found.side.other)
        await self._door.hosted(self._look())
        self._holder = await database.write(lambda tx: relay.sit(tx, self.name), alone=False)
        self._board.joins(self)

    async def serve(self) -> None:
        """Pass on what is said until it ends; raises Closed."""
        self._heard = self._looked = self._busy = self._now()
        await self._tell(messages.told(self._stage.value))
        hearing = asyncio.ensure_future(self._receive())
        try:
            while True:
                waking = asyncio.ensure_future(self._woken.wait())
                await asyncio.wait({hearing, waking}, timeout=self._pause(), return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
                if hearing.done():
                    await self._take(_text(hearing.result()))
                    hearing = asyncio.ensure_future(self._receive())
                await self._pass_on()
                await self._look_again()
        finally:
            hearing.cancel()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _pause(self) -> float:
        """Until something is due by itself."""
        now, limits = self._now(), self._limits
        due = min(self._looked + limits.look, self._heard + limits.idle) - now
        if not self._board.alone and self._stage is Stage.ADMITTED:
            due = min(due, limits.ask_quickly if now - self._busy < limits.setting_up else limits.ask_calmly)
        return max(0.0, due)

    async def _take(self, text: str | None) -> None:
        """What the browser says."""
        self._heard = self._now()
        if not self._pace.allows(self._heard):
            raise Closed(Code.TOO_FAST)
        try:
            said = messages.read(text)
        except Wrong:
            raise Closed(Code.WRONG) from None
        if self._stage is not Stage.ADMITTED or text is None:
            return
        if said.kind != "here":
            self._busy = self._heard
        database, keyring = self._door.parts.database, self._door.keyring
        await database.write(lambda tx: relay.put(tx, keyring, self._other, text), alone=False)
        self._board.wake(self._other)

    async def _pass_on(self) -> None:
        """What the other side said."""
        if self._board.alone and not self._woken.is_set():
            return
        self._woken.clear()
        if self._stage is not Stage.ADMITTED:
            return
        database, keyring = self._door.parts.database, self._door.keyring
        if await self._door.hosted(self._waits()):
            self._busy = self._now()
            for text in await database.write(lambda tx: relay.take(tx, keyring, self.name, self._holder), alone=False):
                await self._tell(text)

    async def _waits(self) -> bool:
        return relay.waits(self._door.parts.database, self.name)

    async def _look_again(self) -> None:
        now = self._now()
        if now - self._heard >= self._limits.idle:
            raise Closed(Code.SILENT)
        if now - self._looked < self._limits.look:
            return
        self._looked = now
        before = self._stage
        await self._door.hosted(self._look())
        if self._stage is not before:
            await self._tell(messages.told(self._stage.value))
            self._woken.set()

    async def _look(self) -> None:
        """Whether they may still be here, and how far the room is. The records are read anew only when a version of
        them is another: each such look stands in the ledger.
        """
        if self._holder and not relay.is_seated(self._door.parts.database, self.name, self._holder):
            raise Closed(Code.ELSEWHERE)
        try:
            caller = self._door.admit(self._entry.token, new_request_id())
            if self._room is None or self._room.versions != actions.versions(self._door, self._entry.visit):
                self._room = await actions.room(self._door, caller, self._entry.visit)
            if self._room.side is not self._entry.side:
                raise absent()
        except Failure as failure:
            signed_out = failure.category is Category.UNAUTHENTICATED
            raise Closed(Code.SIGNED_OUT if signed_out else Code.OVER) from None
        self._stage = rules.stage_of(self._room.visit, self._room.went_on, clock.now())
        if self._stage is Stage.OVER:
            with suppress(OSError):
                await self._tell(messages.told(self._stage.value))
            raise Closed(Code.OVER)

    async def _tell(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})


def _text(event: Event) -> str | None:
    """What came in; raises Closed when the browser has gone."""
    if event["type"] != "websocket.receive":
        raise Closed(None)
    text: str | None = event.get("text")
    return text
