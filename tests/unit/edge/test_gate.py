"""The gate on an event loop: who comes in, who waits, who is sent away, and that nothing is left over."""

import asyncio
import json
from dataclasses import replace

import pytest

from carefolio.base.failures import Category
from carefolio.edge.gate import Gate
from carefolio.edge.limits import Limits
from carefolio.edge.refusals import DRAINED, for_people, for_programs

LIMITS = Limits(in_work=4, beside=4, pressed=4, least=1, waiting=6, soon=9.0, few=6, few_beside=6, patience=5.0)


class House:
    """A door whose requests are worked on until they are told to end, behind a gate."""

    def __init__(self, limits=LIMITS, refuse=None):
        self.inside, self.refused, self.order = {}, [], []
        self.gate = Gate(limits, self.work, lambda scope: scope["client"], refuse or self.refuse)

    async def work(self, scope, receive, send):
        self.order.append(scope["name"])
        self.inside[scope["name"]] = ended = asyncio.Event()
        if scope["method"] == "POST":
            await receive()
        await ended.wait()
        del self.inside[scope["name"]]

    async def refuse(self, scope, receive, send, refusal):
        self.refused.append((scope["name"], refusal.category))

    def come(self, client, name, method="GET", receive=None):
        scope = {"type": "http", "method": method, "client": client, "name": name, "headers": []}
        return asyncio.ensure_future(self.gate(scope, receive, None))

    async def end(self, name):
        self.inside[name].set()
        await settle()


async def turn():
    """One turn of the event loop."""
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    await turned.wait()


async def settle():
    for _ in range(10):
        await turn()


async def until(holds):
    """As many turns of the loop as it takes, and not one more."""
    for _ in range(10):
        if holds():
            return
        await turn()


def run(work):
    return asyncio.run(asyncio.wait_for(work(), 30))


def test_who_finds_room_comes_in_at_once():
    async def work():
        house = House()
        tasks = [house.come("a", number) for number in range(4)]
        await settle()
        assert (house.order, house.gate.in_work, house.gate.waiting) == ([0, 1, 2, 3], 4, 0)
        for number in range(4):
            await house.end(number)
        await asyncio.gather(*tasks)
        assert (house.gate.in_work, house.refused) == (0, [])

    run(work)


def test_a_quiet_client_is_served_before_the_rest_of_a_noisy_ones_line():
    async def work():
        house = House()
        for number in range(8):
            house.come("noisy", f"n{number}")
        await settle()
        house.come("quiet", "q")
        await settle()
        await house.end("n0")
        await house.end("n1")
        assert house.order == ["n0", "n1", "n2", "n3", "q"]

    run(work)


def test_beside_a_crowd_that_has_its_share_another_comes_in_at_once():
    async def work():
        house = House()
        for client in "ab":
            house.come(client, client)
        for number in range(5):
            house.come("a", number)
        await settle()
        assert house.gate.waiting == 4
        house.come("b", "again")
        await settle()
        assert "again" in house.inside

    run(work)


def test_too_many_of_one_are_429_and_others_do_not_suffer_for_it():
    async def work():
        house = House()
        for number in range(12):
            house.come("noisy", number)
        await settle()
        assert house.refused == [(10, Category.BUSY), (11, Category.BUSY)]
        house.come("quiet", "q")
        await settle()
        assert house.refused[2:] == [(9, Category.BUSY)]
        assert house.gate.waiting == 6

    run(work)


def test_where_all_have_as_many_waiting_another_one_is_503():
    async def work():
        house = House()
        for number in range(4):
            house.come("first", number)
        await settle()
        for client in "abcdef":
            house.come(client, client)
        await settle()
        house.come("g", "g")
        await settle()
        assert house.refused == [("g", Category.UNAVAILABLE)]
        house.come("a", "a again")
        await settle()
        assert house.refused[1:] == [("a again", Category.BUSY)]

    run(work)


def test_a_line_that_turns_out_too_long_loses_its_newest_and_others_do_not():
    async def work():
        house = House(replace(LIMITS, in_work=1, beside=1, pressed=1, waiting=40, soon=1e-9, few=2, few_beside=2))
        for number in range(21):
            house.come("noisy", number)
        house.come("quiet", "q")
        await settle()
        assert (house.gate.waiting, house.refused) == (21, [])
        await house.end(0)  # one end says nothing of the pace
        assert (house.order, house.refused) == ([0, 1], [])
        await house.end(1)
        assert house.order == [0, 1, "q"]
        assert house.refused == [(number, Category.BUSY) for number in (20, 19, 18)]
        assert house.gate.waiting == 16
        for name in ("q", *range(2, 18)):
            await house.end(name)
        assert (house.gate.in_work, house.gate.waiting) == (0, 0)

    run(work)


def test_nobody_waits_longer_than_the_patience():
    async def work():
        house = House(replace(LIMITS, in_work=1, beside=1, pressed=1, patience=0.02))
        house.come("a", "long")
        waiting = house.come("b", "late")
        await waiting
        assert house.refused == [("late", Category.UNAVAILABLE)]
        assert house.gate.waiting == 0
        await house.end("long")
        assert house.gate.in_work == 0

    run(work)


def test_while_a_body_is_waited_for_another_is_worked_on():
    async def work():
        house, comes = House(), asyncio.Event()

        async def receive():
            await comes.wait()

        for number in range(6):
            house.come("slow", f"s{number}", "POST", receive)
        house.come("slow", "quick")
        await settle()
        assert "quick" in house.inside
        comes.set()
        await settle()
        assert house.gate.in_work == 7
        for name in list(house.inside):
            await house.end(name)
        assert house.gate.in_work == 0

    run(work)


@pytest.mark.parametrize("let_in", [False, True])
def test_whoever_goes_away_while_waiting_leaves_its_place(let_in):
    async def work():
        house = House(replace(LIMITS, in_work=1, beside=1, pressed=1))
        house.come("a", "first")
        gone, last = house.come("b", "gone"), house.come("c", "last")
        await settle()
        if let_in:
            house.inside["first"].set()
            await until(lambda: house.gate.waiting == 1)
        gone.cancel()
        await settle()
        if not let_in:
            await house.end("first")
        assert "last" in house.inside
        await house.end("last")
        await last
        assert (house.gate.in_work, house.gate.waiting) == (0, 0)

    run(work)


def refused(make, method="GET", headers=(), receive=None):
    """The answer that the second of two gets where one has room and nobody may wait."""

    async def work():
        sent = []

        async def send(message):
            sent.append(message)

        house = House(
            replace(LIMITS, in_work=1, beside=1, pressed=1, waiting=0, few=0, few_beside=0),
            make("north"),
        )
        house.come("a", "first")
        await settle()
        house.gate._lines.join("a", asyncio.get_running_loop().create_future())
        scope = {"type": "http", "method": method, "client": "a", "name": "x", "headers": list(headers)}
        await house.gate(scope, receive, send)
        return sent

    start, body = run(work)
    return start["status"], dict(start["headers"]), body["body"]


def test_programs_are_told_as_an_operation_outcome():
    status, headers, body = refused(for_programs)
    assert status == 429
    assert headers[b"retry-after"] == b"1"
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-carefolio-region"] == b"north"
    assert headers[b"server-timing"].startswith(b"total;dur=")
    assert int(headers[b"content-length"]) == len(body)
    (issue,) = json.loads(body)["issue"]
    assert (issue["severity"], issue["code"]) == ("error", "throttled")
    assert issue["diagnostics"].endswith(".")


def test_people_are_told_on_a_page():
    status, headers, body = refused(for_people)
    assert (status, headers[b"content-type"]) == (429, b"text/html; charset=utf-8")
    assert body.decode().count("<h1>") == 1
    assert b"default-src 'none'" in headers[b"content-security-policy"]


def test_a_head_is_told_without_a_body():
    assert refused(for_programs, "HEAD")[2] == b""


class Sender:
    def __init__(self, pieces):
        self.left, self.taken = pieces, 0

    async def __call__(self):
        self.taken += 1
        return {"type": "http.request", "body": bytes(1 << 16), "more_body": self.taken < self.left}


@pytest.mark.parametrize(("pieces", "taken"), [(3, 3), (10**9, DRAINED >> 16)])
def test_what_is_still_coming_is_thrown_away_inside_a_bound(pieces, taken):
    sender = Sender(pieces)
    assert refused(for_programs, "POST", [(b"transfer-encoding", b"chunked")], sender)[0] == 429
    assert sender.taken == taken


def test_who_asks_before_sending_is_told_at_once():
    sender = Sender(3)
    assert refused(for_programs, "POST", [(b"expect", b"100-continue")], sender)[0] == 429
    assert sender.taken == 0


def test_who_stops_sending_is_answered(monkeypatch):
    monkeypatch.setattr("carefolio.edge.refusals.DRAIN_SECONDS", 0.02)
    assert refused(for_programs, "POST", [(b"content-length", b"99999")], asyncio.Event().wait)[0] == 429


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"100")], [(b"content-length", b"x")]])
def test_what_came_along_with_the_head_is_not_waited_for(headers):
    assert refused(for_programs, "POST", headers, asyncio.Event().wait)[0] == 429


def test_refusals_go_out_one_by_one_and_only_so_many_wait_for_theirs(monkeypatch):
    monkeypatch.setattr("carefolio.edge.gate.REFUSAL_SECONDS", 0.01)
    monkeypatch.setattr("carefolio.edge.gate.HELD_BACK", 5)

    async def work():
        house = House(replace(LIMITS, in_work=1, beside=1, pressed=1, waiting=1, few=1, few_beside=1))
        came = [house.come("a", number) for number in range(12)]
        await settle()
        assert len(house.refused) == 5
        await asyncio.gather(*came[2:])
        assert sorted(name for name, _ in house.refused) == list(range(2, 12))

    run(work)
