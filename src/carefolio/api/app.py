"""The FHIR edge: tells requests apart by the shape of their path, and owns everything that all answers share.

FHIR's URL grammar is fixed, so a table of shapes is the whole router, and the access tests read their routes from it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from types import MappingProxyType

from carefolio.api import (
    audit,
    capability,
    create,
    delete,
    health,
    history,
    read,
    search,
    transaction,
    update,
)
from carefolio.api.answer import Answer
from carefolio.api.body import Body, Receive
from carefolio.api.kept import is_named
from carefolio.api.operations import break_glass, everything, record_index
from carefolio.api.problems import answer_of, internal
from carefolio.api.request import (
    Request,
    Scope,
    Send,
    read_headers,
    read_path,
    read_prefer,
    read_query,
    read_token,
)
from carefolio.api.send import Sender
from carefolio.base.clock import stopwatch
from carefolio.base.failures import Category, Failure, not_allowed, not_supported, unauthenticated
from carefolio.base.ids import new_request_id
from carefolio.base.logs import where
from carefolio.base.room import Room
from carefolio.fhir.parameters import TYPES
from carefolio.records.door import Door

Handler = Callable[[Door, Request], Awaitable[Answer]]
LOG = logging.getLogger("carefolio.api")
_NANOSECONDS_A_SECOND = 1e9
ABSENT_STEP = 5_000_000
"""Nanoseconds: several times what a refusal takes on a calm machine, its durable entry included."""
_TIMER_STEP = 1_500_000
_WORDS_BEGIN = frozenset({"_", "$"})
_NAMES = ("{type}", "{id}", "", "{version}")
_INSTANCE = ("{type}", "{id}")
ID_LENGTH = 64
"""FHIR's longest id (https://hl7.org/fhir/R4/datatypes.html#id)."""

ROUTES: MappingProxyType[tuple[str, ...], MappingProxyType[str, Handler]] = MappingProxyType(
    {
        (): MappingProxyType({"POST": transaction.answer}),
        ("{type}",): MappingProxyType({"GET": search.answer, "POST": create.answer}),
        ("{type}", "_search"): MappingProxyType({"POST": search.answer_post}),
        ("{type}", "{id}"): MappingProxyType({"GET": read.answer, "PUT": update.answer, "DELETE": delete.answer}),
        ("{type}", "{id}", "_history"): MappingProxyType({"GET": history.answer}),
        ("{type}", "{id}", "_history", "{version}"): MappingProxyType({"GET": read.answer_version}),
        ("Patient", "{id}", "$everything"): MappingProxyType({"GET": everything.answer}),
        ("Patient", "{id}", "$record-index"): MappingProxyType({"GET": record_index.answer}),
        ("Patient", "{id}", "$break-glass"): MappingProxyType({"POST": break_glass.answer}),
        ("AuditEvent",): MappingProxyType({"GET": audit.answer_search, "POST": create.answer}),
        ("AuditEvent", "_search"): MappingProxyType({"POST": audit.answer_search_post}),
        ("AuditEvent", "{id}"): MappingProxyType(
            {"GET": audit.answer_read, "PUT": update.answer, "DELETE": delete.answer}
        ),
    }
)
"""Every path below ``/fhir`` that needs a token, with its methods."""

OPEN: MappingProxyType[tuple[str, ...], Callable[[Door], Awaitable[Answer]]] = MappingProxyType(
    {
        ("healthz",): health.alive,
        ("readyz",): health.ready,
        ("fhir", "metadata"): capability.answer,
    }
)
"""What may be asked for without a token."""


class Application:
    """The ASGI application (https://asgi.readthedocs.io) of one endpoint."""

    def __init__(self, door: Door, region: str, public_url: str) -> None:
        self._door = door
        self._turn = asyncio.Semaphore()
        self._room = Room()
        self._base = public_url + "/fhir"
        self._send = Sender(region)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = stopwatch()
        request_id = new_request_id()
        try:
            answer = await self._door.hosted(self._answer(scope, receive, request_id))
        except Failure as failure:
            answer = answer_of(failure)
            if failure.category is Category.ABSENT:
                await _even_out(started)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the caller gets an answer and the log a line
            LOG.error("request %s failed: %s", request_id, where(problem))  # noqa: TRY400 - a trace may quote a record
            answer = answer_of(internal())
        await self._send(scope, send, answer, (request_id, started))

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        method = scope["method"]
        segments = read_path(scope)
        if segments in OPEN:
            return await _open(self._door, method, segments, scope)
        if segments[0] != "fhir":
            raise not_supported("There is nothing at this address. The FHIR API begins at /fhir.")
        headers = read_headers(scope)
        body = Body(receive, headers, self._room)
        try:
            return await self._answer_fhir(scope, segments, (headers, body), request_id)
        except Failure:
            await body.drain()
            raise
        finally:
            body.let_go()

    async def _answer_fhir(
        self, scope: Scope, segments: tuple[str, ...], sent: tuple[dict[str, str], Body], request_id: str
    ) -> Answer:
        headers, body = sent
        token = read_token(headers)
        if not token:
            raise unauthenticated("This needs a token: send it as 'Authorization: Bearer …'.")
        parts = segments[1:] if segments[-1] else segments[1:-1]
        request = Request(
            method=scope["method"],
            parts=parts,
            pairs=read_query(scope),
            headers=headers,
            incoming=body,
            base=self._base,
            token=token,
            id=request_id,
            dispatch=self._dispatch,
            turn=self._turn,
            prefer=read_prefer(headers) if "prefer" in headers else {},
        )
        if "accept" in headers or request.pairs:
            request.check_format()
        return await self._dispatch(request)

    async def _dispatch(self, request: Request) -> Answer:
        handler = find_handler("GET" if request.method == "HEAD" else request.method, request.parts)
        request.parts = _shortened(request.parts)
        return await handler(self._door, request)


async def _even_out(started: int) -> None:
    """Wait until a whole number of steps has passed since the request came: what is hidden and what is absent are
    answered at the same moments then, whatever had to be looked at to tell. Nothing else waits meanwhile.
    """
    passed = stopwatch() - started
    due = started + (passed // ABSENT_STEP + 1) * ABSENT_STEP
    await asyncio.sleep(max(0, due - stopwatch() - _TIMER_STEP) / _NANOSECONDS_A_SECOND)
    while stopwatch() < due:  # noqa: ASYNC110 - there is no event for a moment between two milliseconds
        await asyncio.sleep(0)  # timers count in milliseconds, and what they round off would tell what was looked at


async def _open(door: Door, method: str, segments: tuple[str, ...], scope: Scope) -> Answer:
    if method not in ("GET", "HEAD"):
        raise not_allowed("This can only be read.", _allowed(("GET",)))
    answer = await OPEN[segments](door)
    tag = answer.headers.get("ETag")
    if tag and is_named(read_headers(scope).get("if-none-match"), tag):
        return Answer(304, headers=answer.headers)
    return answer


def find_handler(method: str, parts: tuple[str, ...]) -> Handler:
    """The handler of a path below ``/fhir``; raises 404 for a path that has none and 405 for another method."""
    shape = _shape(parts)
    handlers = ROUTES.get(parts[:1] + shape[1:]) or ROUTES.get(shape)
    if handlers is None:
        raise not_supported("There is no such interaction or operation here; /fhir/metadata lists what there is.")
    if parts and parts[0] not in TYPES:
        raise not_supported("There is no such resource type in FHIR R4.")
    handler = handlers.get(method)
    if handler is None:
        raise not_allowed(f"This address takes {', '.join(handlers)}.", _allowed(handlers))
    return handler


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    """Methods as ``Allow`` lists them (RFC 9110, 10.2.1): what can be got has a head too."""
    return tuple(name for method in methods for name in ((method, "HEAD") if method == "GET" else (method,)))


def _shortened(parts: tuple[str, ...]) -> tuple[str, ...]:
    """An id that is longer than any, cut and marked so that it is still none: the ledger keeps what was asked for,
    and would otherwise keep whatever length a caller likes to send.
    """
    if len(parts) < len(_INSTANCE) or len(parts[1]) <= ID_LENGTH:
        return parts
    return (parts[0], parts[1][:ID_LENGTH] + "…", *parts[2:])


def _shape(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The path with its type, id and version replaced by their names."""
    if len(parts) == len(_INSTANCE) and parts[1][:1] not in _WORDS_BEGIN:
        return _INSTANCE  # nearly every request: not worth a look at each part
    return tuple(
        [
            part if part[:1] in _WORDS_BEGIN or part == "metadata" else _NAMES[place] if place < len(_NAMES) else part
            for place, part in enumerate(parts)
        ]
    )
