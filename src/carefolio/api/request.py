"""A request as the interactions see it: method, path, parameters, headers, and a body of bounded size."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, unquote

from carefolio.api.answer import Answer
from carefolio.api.body import Body
from carefolio.base.callers import bearer
from carefolio.base.failures import malformed, not_acceptable, too_large, unsupported_media
from carefolio.fhir.json import Resource, openings, parse
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.repeat import Repeatable

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
_READ = frozenset({FHIR_JSON, "application/json", "text/json"})
_WRITTEN = _READ | {"*/*", "application/*", "text/*", "json"}
LONG_BODY = 256 * 1024
"""What is longer is read and prepared beside the event loop, so that others need not wait for it."""
OPENINGS_MAX = 600_000
"""So many objects and arrays may stand in one body; more would fill the memory from a few megabytes."""
_QUERY_LIMIT = 16_384
FORM_LIMIT = 64 * 1024
"""Bytes of a search's parameters; a query's fit into a quarter of that."""
PARAMETERS_MAX = 1_000
_KEY_LIMIT = 255


@dataclass(slots=True)
class Request:
    """One request. ``parts`` are the path's segments below ``/fhir``, decoded."""

    method: str
    parts: tuple[str, ...]
    pairs: list[tuple[str, str]]
    headers: dict[str, str]
    incoming: Body
    base: str
    token: str
    id: str
    """What this request is called in answers, logs and ledger entries."""
    dispatch: Callable[[Request], Awaitable[Answer]]
    """Has another request answered, for the entries of a batch."""
    turn: asyncio.Semaphore
    """Held while a long body is decoded: what that takes for a moment must not add up."""
    body: bytes = b""
    prefer: dict[str, str] = field(default_factory=dict)

    def admitted(self, door: Door) -> Caller:
        """Who is calling; raises a Failure (401) when the token does not hold."""
        caller = door.admit(self.token, self.id)
        self.incoming.account = caller.principal.account
        return caller

    async def resource(self) -> dict[str, Any]:
        """The body as a FHIR resource; raises a Failure for another media type, size or shape."""
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in _READ:
            raise unsupported_media(f"Send the resource as {FHIR_JSON}.")
        if not self.body:
            self.body = await self.incoming.read()
        if len(self.body) <= LONG_BODY:
            return parse(self.body)
        async with self.turn:
            return await asyncio.to_thread(_parse_long, self.body)

    @property
    def asks(self) -> bool:
        """Whether there is a question mark in the body, written as it is or as JSON may escape it."""
        return b"?" in self.body or b"\\u003" in self.body

    async def form(self) -> list[tuple[str, str]]:
        """The parameters of a POST search."""
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != FORM:
            raise unsupported_media(f"Send the parameters of a search as {FORM}.")
        body = await self.incoming.read(FORM_LIMIT)
        return read_pairs(body.decode("utf-8", "replace"))

    def repeatable(self) -> Repeatable | None:
        """What makes this write safe to send again: its ``Idempotency-Key``, bound to the caller and the body."""
        key = self._key()
        if key is None:
            return None
        sent = "\n".join((self.method, "/".join(self.parts), sha256(self.body).hexdigest()))
        return Repeatable(key, sha256(sent.encode()).digest())

    def key_within(self, place: int) -> str | None:
        """The ``Idempotency-Key`` of a bundle's entry: as long for any key, and never another entry's."""
        key = self._key()
        return key if key is None else sha256(f"{place}\n{key}".encode()).hexdigest()

    def _key(self) -> str | None:
        key = self.headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= _KEY_LIMIT:
            raise malformed("An Idempotency-Key has 1 to 255 characters.")
        return key

    def check_format(self) -> None:
        """Raise (406) when the answer is wanted in a format other than JSON; ``_format`` goes before ``Accept``."""
        wanted = next((value for name, value in self.pairs if name == "_format"), None)
        if wanted is not None:
            self.pairs = [pair for pair in self.pairs if pair[0] != "_format"]
        offered = wanted.replace(" ", "+") if wanted is not None else self.headers.get("accept", "*/*")
        kinds = {kind.partition(";")[0].strip().lower() for kind in offered.split(",")}
        if not kinds & _WRITTEN:
            raise not_acceptable(f"Answers are written as {FHIR_JSON} only.")


def read_headers(scope: Scope) -> dict[str, str]:
    """Header names in small letters; of a repeated one the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def read_path(scope: Scope) -> tuple[str, ...]:
    """The path's segments, each decoded on its own, so that an encoded slash stays inside its segment."""
    raw = scope.get("raw_path") or scope["path"].encode()
    text = raw.partition(b"?")[0].decode("latin-1")
    segments = text.split("/")[1:]
    return tuple(map(unquote, segments)) if "%" in text else tuple(segments)


def read_query(scope: Scope) -> list[tuple[str, str]]:
    """The query's parameters in their order."""
    query = scope.get("query_string", b"")
    if not query:
        return []
    if len(query) > _QUERY_LIMIT:
        raise malformed("The query is too long; send a search by POST to …/_search.")
    return read_pairs(query.decode("latin-1"))


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Parameters in their order; raises a Failure for what is no UTF-8, and for more than anybody searches by."""
    if text.count("&") >= PARAMETERS_MAX:
        raise malformed(f"A search has {PARAMETERS_MAX} parameters at most.")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise malformed("The parameters are not valid UTF-8.") from None


def read_prefer(headers: dict[str, str]) -> dict[str, str]:
    """``Prefer`` (RFC 7240) as names and values."""
    wishes = headers.get("prefer", "").replace(";", ",").split(",")
    return {name.strip().lower(): value.strip() for name, _, value in (wish.partition("=") for wish in wishes)}


def read_token(headers: dict[str, str]) -> str:
    """The bearer token, or nothing."""
    return bearer(headers.get("authorization", ""))


def _parse_long(body: bytes) -> Resource:
    if openings(body) > OPENINGS_MAX:
        raise too_large(f"A request may hold {OPENINGS_MAX} objects and arrays at most; send it in several.")
    return parse(body)
