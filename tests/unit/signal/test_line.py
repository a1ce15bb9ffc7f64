"""Who gets in, what is passed on, and what ends a socket."""

import asyncio
import json
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.clock import HOUR, SECOND
from carefolio.identity import tokens
from carefolio.signal.line import Code
from carefolio.signal.messages import LONGEST
from carefolio.workflows.consultation import actions
from tests.unit.signal.wires import HOME, QUICK, Wire, opened, run, switchboard, ticket

OFFER = {"kind": "offer", "data": {"call": "1", "sdp": "v=0"}}


def refused(surgery, told, code=Code.NO_TICKET, **more):
    async def steps():
        async with opened(switchboard(surgery, **more), told) as wire:
            assert await wire.code() == code

    run(surgery, steps)


@pytest.mark.parametrize("alone", [True, False], ids=["one process", "two processes"])
def test_what_one_says_the_other_hears(surgery, alone):
    surgery.admitted()
    told = {name: ticket(surgery, name) for name in ("Ada", "Ben")}

    async def steps():
        here = switchboard(surgery, alone=alone)
        there = here if alone else switchboard(surgery, alone=False)
        async with opened(here, told["Ada"]) as ada, opened(there, told["Ben"]) as ben:
            for one in (ada, ben):
                assert await one.heard() == {"kind": "stage", "data": "admitted"}
            ben.say(OFFER)
            ben.say({"kind": "candidate", "data": {"candidate": {}}})
            assert [(await ada.heard())["kind"] for _ in range(2)] == ["offer", "candidate"]
            ada.say({"kind": "answer", "data": {"sdp": "v=0 ü"}})
            assert await ben.heard() == {"kind": "answer", "data": {"sdp": "v=0 ü"}}
            await ada.gone()

    run(surgery, steps)
    assert surgery.carefolio.database.one("SELECT count(*) FROM room_message") == (0,)


def test_until_the_doctor_lets_in_nobody_hears_anything(surgery):
    surgery.do(actions.arrive, "Ada", surgery.visit)
    told = {name: ticket(surgery, name) for name in ("Ada", "Ben")}

    async def steps():
        board = switchboard(surgery)
        async with opened(board, told["Ada"]) as ada, opened(board, told["Ben"]) as ben:
            assert [(await one.heard())["data"] for one in (ada, ben)] == ["waiting", "waiting"]
            ada.say(OFFER)
            await actions.admit(surgery.door, surgery.caller("Ben"), surgery.visit)
            assert [(await one.heard())["data"] for one in (ada, ben)] == ["admitted", "admitted"]
            ada.say({"kind": "bye"})
            assert (await ben.heard())["kind"] == "bye"
            await actions.end(surgery.door, surgery.caller("Ben"), surgery.visit)
            for one in (ada, ben):
                assert (await one.heard())["data"] == "over"
                assert await one.code() == Code.OVER

    run(surgery, steps)


def test_tickets_that_do_not_let_in(surgery):
    surgery.admitted()
    good = ticket(surgery, "Ada")
    later = ticket(surgery, "Ben")

    async def used():
        board = switchboard(surgery)
        async with opened(board, good) as wire:
            await wire.heard()
            async with opened(board, good) as again:
                assert await again.code() == Code.NO_TICKET

    run(surgery, used)
    for told in ("made up", "", "x" * 65):
        refused(surgery, told)
    clock.shift(31 * SECOND)
    refused(surgery, later)


def test_a_ticket_is_for_its_visit_and_its_side_alone(surgery):
    """Mallory's session behind a ticket for Ada's visit: whatever the ticket says, the door is asked."""
    surgery.admitted()
    refused(surgery, ticket(surgery, "Ada", token=surgery.tokens["Mallory"]), Code.OVER)
    refused(surgery, ticket(surgery, "Ben", token=surgery.tokens["Zoe"]), Code.OVER)
    refused(surgery, ticket(surgery, "Ben", visit="another"), Code.OVER)
    refused(surgery, ticket(surgery, "Ada", token=surgery.tokens["Ben"]), Code.OVER)


def test_whoever_shows_no_ticket_is_closed(surgery):
    async def steps():
        board = switchboard(surgery, limits=replace(QUICK, ticket=0.05, entering=1))
        wire = Wire(board)
        assert (await wire.event())["type"] == "websocket.accept"
        other = Wire(board)
        assert await other.code() is None, "one too many is not accepted"
        assert await wire.code() == Code.NO_TICKET
        for said in ("{", "[]", '{"ticket": 1}', '{"ticket": "x", "more": 1}', json.dumps({"ticket": "x" * LONGEST})):
            async with opened(board, "") as bad:
                assert await bad.code() == Code.NO_TICKET
            wire = Wire(board)
            await wire.event()
            wire.say(said)
            assert await wire.code() == Code.NO_TICKET

    run(surgery, steps)


@pytest.mark.parametrize(
    ("where", "accepted"),
    [
        ({}, True),
        ({"origin": "http://127.0.0.1:8001"}, False),
        ({"origin": "http://localhost:9000", "host": "localhost:9000"}, True),
        ({"origin": "https://evil.example", "host": "evil.example"}, False),
        ({"origin": "https://127.0.0.1:8000"}, True),
        ({"origin": "https://127.0.0.1:8001"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": ""}, False),
        ({"path": "/visits/room/signals"}, False),
    ],
)
def test_only_pages_of_ours_are_accepted(surgery, where, accepted):
    async def steps():
        wire = Wire(switchboard(surgery, limits=replace(QUICK, ticket=0.05)), **({"origin": HOME} | where))
        first = await wire.event()
        assert first["type"] == ("websocket.accept" if accepted else "websocket.close")
        if accepted:
            await wire.gone()

    run(surgery, steps)


def ending(surgery, end, code, *, limits=QUICK):
    """Ada's socket, closed by what happens."""
    surgery.admitted()
    told = ticket(surgery, "Ada")

    async def steps():
        async with opened(switchboard(surgery, limits=limits), told) as wire:
            await wire.heard()
            await end(wire)
            assert await wire.code() == code

    run(surgery, steps)


def test_a_session_that_ended_closes_it(surgery):
    async def end(_wire):
        await surgery.carefolio.database.write(lambda tx: tokens.revoke(tx, surgery.tokens["Ada"]))

    ending(surgery, end, Code.SIGNED_OUT)


def test_a_visit_whose_time_is_over_closes_it(surgery):
    async def end(_wire):
        clock.shift(2 * HOUR)

    ending(surgery, end, Code.OVER)


def test_silence_closes_it(surgery):
    async def end(_wire):
        pass

    ending(surgery, end, Code.SILENT, limits=replace(QUICK, idle=0.2))


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        '{"kind": "stage", "data": {}}',
        '{"kind": "offer", "data": {}, "to": "another"}',
        '{"kind": "offer", "data": "text"}',
        json.dumps({"kind": "offer", "data": {"sdp": "x" * LONGEST}}),
        '{"kind":"offer","data":' + "[" * 4000,
    ],
)
def test_what_no_browser_of_ours_says_closes_it(surgery, said):
    async def end(wire):
        wire.say(said)

    ending(surgery, end, Code.WRONG)


def test_bytes_close_it(surgery):
    async def end(wire):
        wire.into.put_nowait({"type": "websocket.receive", "bytes": b"{}"})

    ending(surgery, end, Code.WRONG)


def test_too_much_at_once_closes_it(surgery):
    async def end(wire):
        for _ in range(200):
            wire.say({"kind": "here"})

    ending(surgery, end, Code.TOO_FAST)


def test_another_window_takes_the_seat(surgery):
    surgery.admitted()
    told = ticket(surgery, "Ada")

    async def steps():
        here, there = switchboard(surgery), switchboard(surgery, alone=False)
        for board in (here, there):
            async with opened(here, await again()) as first:
                await first.heard()
                async with opened(board, await again()) as second:
                    assert (await second.heard())["data"] == "admitted"
                    assert await first.code() == Code.ELSEWHERE

    async def again():
        return await asyncio.to_thread(ticket, surgery, "Ada")

    assert told
    run(surgery, steps)


def test_a_failure_of_ours_closes_one_socket_and_tells_nothing(surgery, caplog):
    surgery.admitted()
    told = ticket(surgery, "Ada")

    async def steps():
        board = switchboard(surgery)
        board.joins = None
        async with opened(board, told) as wire:
            assert await wire.code() == 1011

    run(surgery, steps)
    assert "a socket failed" in caplog.text
    assert told not in caplog.text


def test_who_has_gone_is_not_told(surgery):
    surgery.admitted()
    told = ticket(surgery, "Ada")

    async def steps():
        board = switchboard(surgery)
        wire = Wire(board)
        await wire.event()

        async def broken(_event):
            raise OSError

        wire.say({"ticket": told})
        await wire.heard()
        await wire.gone()
        first = asyncio.Queue()
        first.put_nowait({"type": "websocket.connect"})
        sent = []

        async def send(event):
            if event["type"] == "websocket.close":
                await broken(event)
            sent.append(event["type"])

        first.put_nowait({"type": "websocket.receive", "text": "{"})
        scope = {"path": "/visits/room/signal", "headers": [(b"origin", HOME.encode())]}
        await board(scope, first.get, send)
        assert sent == ["websocket.accept"]

    run(surgery, steps)
