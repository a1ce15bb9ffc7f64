"""Sockets without a network: what a browser would send and get, as ASGI's events."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

from carefolio.signal.app import PATH, Signal
from carefolio.signal.limits import Limits
from carefolio.workflows.consultation import tickets
from carefolio.workflows.consultation.rules import Side
from carefolio.workflows.consultation.tickets import Pass

HOME = "http://127.0.0.1:8000"
QUICK = Limits(look=0.05, ask_quickly=0.02, ask_calmly=0.05)
PATIENCE = 10
SIDES = {"Ada": Side.PATIENT, "Ben": Side.DOCTOR}


def switchboard(surgery, *, alone=True, limits=QUICK):
    """One process's; of two, both have ``alone=False``."""
    return Signal(surgery.door, HOME, alone=alone, limits=limits)


def ticket(surgery, name, *, visit="", token=""):
    one = Pass(visit or surgery.visit, SIDES[name], token or surgery.tokens[name])
    return surgery.carefolio.database.write_now(lambda tx: tickets.issue(tx, surgery.door.keyring, one), alone=False)


class Wire:
    """One socket."""

    def __init__(self, board, *, path=PATH, origin=HOME, host="127.0.0.1:8000"):
        self.into, self.out = asyncio.Queue(), asyncio.Queue()
        headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
        scope = {"type": "websocket", "path": path, "headers": headers}
        self.into.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(board(scope, self.into.get, self.out.put))

    async def event(self):
        return await asyncio.wait_for(self.out.get(), PATIENCE)

    def say(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        self.into.put_nowait({"type": "websocket.receive", "text": text})

    async def heard(self):
        """The next message that it gets."""
        event = await self.event()
        assert event["type"] == "websocket.send", event
        return json.loads(event["text"])

    async def code(self):
        """The code with which it is closed; what is said before is passed over."""
        while (event := await self.event())["type"] != "websocket.close":
            pass
        await asyncio.wait_for(self.task, PATIENCE)
        return event.get("code")

    async def gone(self):
        self.into.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, PATIENCE)


@asynccontextmanager
async def opened(board, told, **more):
    """A socket that was let in with this ticket, and how far its room is."""
    wire = Wire(board, **more)
    assert (await wire.event())["type"] == "websocket.accept"
    wire.say({"ticket": told})
    try:
        yield wire
    finally:
        wire.task.cancel()
        with suppress(asyncio.CancelledError):
            await wire.task


def run(surgery, work):
    """A test's steps on an event loop of their own."""

    async def whole():
        try:
            await work()
        finally:
            await surgery.carefolio.database.leave()

    asyncio.run(whole())
