"""A request's body: read whole inside its bound, or thrown away inside another one."""

import asyncio

import pytest

from carefolio.api.body import BODY_LIMIT, DRAINED, Body
from carefolio.base.coding import Coding, packed
from carefolio.base.failures import Category, Failure
from carefolio.base.room import Room

MEGABYTE = 1 << 20


class Sender:
    """Gives so many pieces of a body, and counts those that were taken."""

    def __init__(self, pieces, size=MEGABYTE):
        self.left, self.size, self.taken = pieces, size, 0

    async def __call__(self):
        self.left -= 1
        self.taken += 1
        return {"type": "http.request", "body": bytes(self.size), "more_body": self.left > 0}


async def never():
    await asyncio.Event().wait()


def read(body):
    async def work():
        try:
            return await body.read()
        except Failure as failure:
            await body.drain()
            return failure.category

    return asyncio.run(work())


def test_a_body_of_the_limit_is_whole():
    sender = Sender(32)
    assert len(read(Body(sender, {"transfer-encoding": "chunked"}))) == BODY_LIMIT
    assert sender.taken == 32


@pytest.mark.parametrize("headers", [{"content-length": str(40 * MEGABYTE)}, {"transfer-encoding": "chunked"}])
def test_what_is_refused_is_taken_to_its_end(headers):
    sender = Sender(40)
    assert read(Body(sender, headers)) is Category.TOO_LARGE
    assert sender.taken == 40


def test_what_goes_on_for_ever_is_left_at_the_bound():
    sender = Sender(10**9)
    assert read(Body(sender, {"transfer-encoding": "chunked"})) is Category.TOO_LARGE
    assert sender.taken == (BODY_LIMIT + DRAINED) // MEGABYTE + 1


@pytest.mark.parametrize(
    "headers", [{"content-length": str(1 << 40)}, {"content-length": "40000000", "expect": "x"}, {}]
)
def test_what_would_not_come_or_not_end_is_not_waited_for(headers):
    asyncio.run(asyncio.wait_for(Body(never, headers).drain(), 1))


def test_who_stops_in_the_middle_is_answered():
    sender = Sender(10**9)

    async def stops():
        return await (never() if sender.taken == 3 else sender())

    assert read(Body(stops, {"content-length": str(40 * MEGABYTE)})) is Category.TOO_LARGE
    assert sender.taken == 3


def test_a_body_is_read_once():
    sender = Sender(1, 5)

    async def twice():
        body = Body(sender, {"content-length": "5"})
        return await body.read(), await body.read(), await body.drain()

    assert asyncio.run(twice()) == (bytes(5), b"", None)


@pytest.mark.parametrize("coding", list(Coding))
def test_what_a_body_unpacks_to_is_what_it_takes_of_the_room(coding):
    room, data = Room(), packed(coding, bytes(3 * MEGABYTE))

    async def one():
        return {"type": "http.request", "body": data, "more_body": False}

    body = Body(one, {"content-encoding": coding}, room)
    assert read(body) == bytes(3 * MEGABYTE)
    assert room.held == 3 * MEGABYTE
    body.let_go()
    body.let_go()
    assert room.held == 0


def test_what_one_account_sends_is_one_callers_however_its_tokens_are_written():
    async def story():
        room = Room(4 * MEGABYTE)
        bodies = [
            Body(Sender(1), {"authorization": written}, room) for written in ("Bearer a", "bearer  a", "BEARER b")
        ]
        for body in bodies:
            body.account = 7
        for body in bodies[:2]:
            await body.read()
            body.account = 8  # whatever becomes known later: what is held is given back by who holds it
        with pytest.raises(Failure) as found:
            await bodies[2].read()
        for body in bodies:
            body.let_go()
        return found.value.category, room.held

    assert asyncio.run(story()) == (Category.BUSY, 0)


def test_where_there_is_no_room_the_sender_is_asked_to_come_again():
    room = Room(4 * MEGABYTE)
    body = Body(Sender(3), {"transfer-encoding": "chunked"}, room)
    assert read(body) is Category.BUSY
    body.let_go()
    assert room.held == 0


def test_a_body_that_stops_coming_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr("carefolio.api.body.PATIENCE_SECONDS", 0.05)
    assert read(Body(never, {})) is Category.MALFORMED
