"""What is sent with a page is here before a thread is taken for it, and a thread is not kept by who does not listen."""

import asyncio
import threading
from dataclasses import replace

import pytest
from a2wsgi import WSGIMiddleware

from carefolio.edge import forms
from carefolio.edge.forms import FORM_LIMIT, Forms
from carefolio.edge.gate import Gate
from carefolio.edge.limits import PEOPLE
from carefolio.edge.refusals import for_people

SECONDS = 20
ONE = replace(PEOPLE, in_work=1, beside=1, pressed=1)


def scope(length=None, method="POST", client="a"):
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    more = {"path": "/", "query_string": b"", "http_version": "1.1"}
    return {"type": "http", "method": method, "headers": headers, "client": (client, 1), **more}


def sender(*pieces, last="http.request"):
    """What comes from a client, piece by piece; then nothing."""
    left = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    left[-1:] = [{"type": last, "body": pieces[-1], "more_body": False}]

    async def receive():
        return left.pop(0) if left else await never()

    return receive


async def turn():
    """One turn of the event loop."""
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    await turned.wait()


async def never(*_):
    await asyncio.Event().wait()


class Sent:
    """What a client is answered."""

    def __init__(self):
        self.messages = []

    async def __call__(self, message):
        self.messages.append(message)

    @property
    def status(self):
        return self.messages[0]["status"]


def echo(environ, start):
    """A page that shows what it was sent."""
    start("200 OK", [("Content-Type", "text/plain")])
    yield environ["wsgi.input"].read()


def behind(page):
    """The page as the product has it made: on the only thread, behind the gate."""
    name = lambda asked: asked["client"][0]  # noqa: E731 - the address
    inner = Forms(WSGIMiddleware(page, workers=1), name, for_people("north"))
    return Gate(ONE, inner, name, for_people("north"))


def run(story):
    return asyncio.run(asyncio.wait_for(story(), SECONDS))


def test_a_page_gets_what_was_sent_whole():
    async def story():
        sent = Sent()
        await behind(echo)(scope(6), sender(b"ab", b"", b"cd", b"ef"), sent)
        return sent

    sent = run(story)
    assert sent.status == 200
    assert b"".join(message.get("body", b"") for message in sent.messages[1:]) == b"abcdef"


@pytest.mark.parametrize("asked", [scope(method="GET"), scope(5, "GET"), scope(), scope("x"), scope(0)])
def test_a_page_without_a_form_waits_for_nothing(asked):
    async def story():
        sent = Sent()
        await behind(echo)(asked, never, sent)
        return sent.status

    assert run(story) == 200


def test_who_announces_a_form_and_does_not_send_it_holds_no_thread():
    async def story():
        pages, sent = behind(echo), Sent()
        slow = [asyncio.ensure_future(pages(scope(10), never, never)) for _ in range(100)]
        await pages(scope(2), sender(b"ab"), sent)
        assert not any(task.done() for task in slow)
        return sent.status

    assert run(story) == 200


def test_who_sends_too_much_at_once_is_told_and_others_are_not_in_the_way():
    async def story():
        pages, sent, other = behind(echo), Sent(), Sent()
        slow = [asyncio.ensure_future(pages(scope(10), never, never)) for _ in range(128)]
        await turn()
        await pages(scope(2), sender(b"ab"), sent)
        await pages(scope(2, client="b"), sender(b"ab"), other)
        for task in slow:
            task.cancel()
        await asyncio.wait(slow)
        await pages(scope(2), sender(b"ab"), again := Sent())
        return sent, other.status, again.status

    sent, other, again = run(story)
    assert (sent.status, other, again) == (429, 200, 200)
    assert dict(sent.messages[0]["headers"])[b"retry-after"] == b"1"


@pytest.mark.parametrize(
    ("bound", "status", "says"),
    [("PATIENCE_SECONDS", 400, b"stopped coming"), ("WHOLE_SECONDS", 400, b"stopped coming"), (None, 413, b"32 MB")],
)
def test_a_form_that_does_not_end_or_is_too_long_is_answered(monkeypatch, bound, status, says):
    if bound:
        monkeypatch.setattr(forms, bound, 0.02)

    async def story():
        sent = Sent()
        await behind(echo)(scope(10 if bound else FORM_LIMIT + 1), sender(b"ab") if not bound else never, sent)
        return sent

    sent = run(story)
    assert sent.status == status
    assert says in sent.messages[1]["body"]
    assert b"retry-after" not in dict(sent.messages[0]["headers"])


def test_who_goes_away_in_the_middle_gets_no_page():
    made = []

    async def story():
        sent = Sent()
        await behind(made.append)(scope(10), sender(b"ab", b"", last="http.disconnect"), sent)
        return sent.messages

    assert run(story) == []
    assert made == []


def test_who_does_not_take_the_answer_leaves_the_thread_to_others(monkeypatch):
    monkeypatch.setattr(forms, "PATIENCE_SECONDS", 0.02)
    ended = threading.Event()

    def long(environ, start):
        try:
            start("200 OK", [])
            yield from (b"x" * 1_000 for _ in range(100))
        finally:
            ended.set()

    async def story():
        pages, sent = behind(long), Sent()
        await pages(scope(method="GET"), never, never)
        await pages(scope(method="GET"), never, sent)
        return sent

    assert len(run(story).messages) == 102
    assert ended.is_set()
