"""What those are told who are sent away: a status, when to come again, and a sentence. Made beforehand: it costs
next to nothing, and nothing is looked up for it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from carefolio.base.clock import stopwatch
from carefolio.base.failures import HTTP_STATUS, Category
from carefolio.base.ids import new_request_id
from carefolio.edge.gate import Message, Receive, Refusal, Send

RETRY_SECONDS = 1
DRAINED = 1024 * 1024
"""So much of what a refused client goes on sending is thrown away, so that it reads our answer."""
TAKEN = 8 * 1024
"""So much comes along with the head: the server throws it away by itself."""
DRAIN_SECONDS = 2.0
DRAINING = 32
"""So many are listened to like that at once; the others' connections are closed."""
_MILLISECOND = 1e6
_ABOUT_BODY = frozenset({b"expect", b"content-length", b"transfer-encoding"})
_SENTENCES = {
    Category.BUSY: "Too many of your requests are waiting here already. Try again in a second.",
    Category.UNAVAILABLE: "Too much is asked of this endpoint just now. Try again in a second.",
}
_OUTCOME = (
    '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"%s","diagnostics":"%s"}]}'  # FHIR R4
)
_CODES = {Category.BUSY: "throttled", Category.UNAVAILABLE: "transient"}
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Please try again · Carefolio</title></head><body><main><h1>Please try again</h1>"
    "<p>%s</p><p>Nothing of yours was lost, and nothing was done.</p></main></body></html>"
)
_SAYINGS = {
    Category.BUSY: "Many pages are being asked for from where you are. Wait a second, then load this page again.",
    Category.UNAVAILABLE: "Very many people are here just now. Wait a second, then load this page again.",
    Category.MALFORMED: "What you were sending stopped coming. Go back, then send it again.",
    Category.TOO_LARGE: "What you sent is larger than 32 MB. Go back, then choose something smaller.",
}
_COMMON = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_AGAIN = ((b"retry-after", b"%d" % RETRY_SECONDS),)
"""With what will pass by itself."""
_BROWSERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


class Refuser:
    """Answers in one door's own form."""

    def __init__(
        self, region: str, media: bytes, bodies: dict[Category, bytes], headers: tuple[tuple[bytes, bytes], ...]
    ) -> None:
        self._bodies = bodies
        fixed = (*_COMMON, *headers, (b"content-type", media), (b"x-carefolio-region", region.encode()))
        self._headers = {
            why: (*fixed, *(_AGAIN if why in _SENTENCES else ()), (b"content-length", b"%d" % len(body)))
            for why, body in bodies.items()
        }
        self._draining = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send, refusal: Refusal) -> None:
        """Say no."""
        body = self._bodies[refusal.category]
        took = (stopwatch() - refusal.came) / _MILLISECOND
        headers = [
            *self._headers[refusal.category],
            (b"x-request-id", new_request_id().encode()),
            (b"server-timing", b"total;dur=%.3f" % took),
        ]
        if scope["method"] not in ("GET", "HEAD") and _goes_on(scope):
            await self._drain(receive)
        await send({"type": "http.response.start", "status": HTTP_STATUS[refusal.category], "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _drain(self, receive: Receive) -> None:
        if self._draining >= DRAINING:
            return
        self._draining += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await _throw_away(receive)
        finally:
            self._draining -= 1


def for_programs(region: str) -> Refuser:
    """OperationOutcomes."""
    bodies = {why: (_OUTCOME % (_CODES[why], sentence)).encode() for why, sentence in _SENTENCES.items()}
    return Refuser(region, b"application/fhir+json; charset=utf-8", bodies, ())


def for_people(region: str) -> Refuser:
    """Plain pages, without a style sheet: it would have to be asked for as well."""
    bodies = {why: (_PAGE % saying).encode() for why, saying in _SAYINGS.items()}
    return Refuser(region, b"text/html; charset=utf-8", bodies, _BROWSERS)


def _goes_on(scope: Message) -> bool:
    """Whether more is still coming than the server has taken already, unasked."""
    sent = {name: value for name, value in scope["headers"] if name in _ABOUT_BODY}
    if b"expect" in sent:
        return False
    length = sent.get(b"content-length", b"")
    return b"transfer-encoding" in sent or (length.isdigit() and int(length) > TAKEN)


async def _throw_away(receive: Receive) -> None:
    left = DRAINED
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
