"""Sending an answer: the headers that all share, and a body packed as the caller likes it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from carefolio.api.answer import FHIR_JSON, Answer
from carefolio.api.request import Scope, Send
from carefolio.base.clock import stopwatch
from carefolio.base.coding import WORTH, Coding, chosen, packed, packer

INLINE = 64 * 1024
"""Bytes that are packed on the event loop's own thread, in half a millisecond at the most; longer ones beside it."""
_NANOSECONDS_A_MILLISECOND = 1e6
_WITHOUT_BODY = frozenset({204, 304})
_UNKEPT = (b"cache-control", b"no-store")


class Sender:
    """Sends for one endpoint."""

    def __init__(self, region: str) -> None:
        self._headers = (
            (b"content-type", FHIR_JSON),
            (b"vary", b"Accept-Encoding, Authorization"),
            (b"x-content-type-options", b"nosniff"),
            (b"x-carefolio-region", region.encode()),
        )

    async def __call__(self, scope: Scope, send: Send, answer: Answer, request: tuple[str, int]) -> None:
        """Send it; ``request`` is the request's id and when it came."""
        request_id, started = request
        coding = _coding(scope, answer)
        body = answer.body if coding is None or answer.pieces is not None else await _packed(coding, answer.body)
        took = (stopwatch() - started) / _NANOSECONDS_A_MILLISECOND
        headers = [
            *self._headers,
            (b"x-request-id", request_id.encode()),
            (b"server-timing", b"total;dur=%.3f" % took),
            *[(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()],
        ]
        if "Cache-Control" not in answer.headers:
            headers.append(_UNKEPT)
        if coding is not None:
            headers.append((b"content-encoding", coding.encode()))
        if answer.pieces is None and answer.status not in _WITHOUT_BODY:
            headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        silent = scope["method"] == "HEAD"
        if answer.pieces is not None and not silent:
            await _stream(send, answer.pieces, coding)
        await send({"type": "http.response.body", "body": b"" if silent else body})


async def _packed(coding: Coding, body: bytes) -> bytes:
    return packed(coding, body) if len(body) <= INLINE else await asyncio.to_thread(packed, coding, body)


async def _stream(send: Send, pieces: Iterable[bytes], coding: Coding | None) -> None:
    if coding is None:
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        return
    packing = packer(coding)
    for piece in pieces:
        ready = packing.pack(piece) if len(piece) <= INLINE else await asyncio.to_thread(packing.pack, piece)
        if ready:
            await send({"type": "http.response.body", "body": ready, "more_body": True})
    await send({"type": "http.response.body", "body": packing.end(), "more_body": True})


def _coding(scope: Scope, answer: Answer) -> Coding | None:
    """How to pack it; nothing for what is too short to gain by it."""
    if len(answer.body) < WORTH and answer.pieces is None:
        return None
    accepted = list(_accepted(scope))
    return chosen(",".join(accepted)) if accepted else None


def _accepted(scope: Scope) -> Iterator[str]:
    return (value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding")
