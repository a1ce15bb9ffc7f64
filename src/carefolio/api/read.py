"""read and vread (https://hl7.org/fhir/R4/http.html#read)."""

from __future__ import annotations

import re

from carefolio.api.answer import Answer, version_headers
from carefolio.api.request import Request
from carefolio.base.failures import malformed
from carefolio.records.door import Door

_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_NO_VERSION = 0


async def answer(door: Door, request: Request) -> Answer:
    """The newest version; 304 when the caller has it already."""
    refuse_parameters(request)
    type_, id_ = request.parts
    found = await door.read(request.token, request.id, type_, id_)
    headers = version_headers(found.version, found.updated)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Answer(304, headers=headers)
    return Answer(200, found.body, headers)


async def answer_version(door: Door, request: Request) -> Answer:
    """One version."""
    caller = request.admitted(door)
    refuse_parameters(request)
    type_, id_, _, number = request.parts
    found = await door.vread(caller, type_, id_, read_version(number))
    return Answer(200, found.body, version_headers(found.version, found.updated))


def read_version(text: str) -> int:
    """The version's number. What cannot be one is asked for like one that is not there: with its refusal entry."""
    return int(text) if _VERSION.fullmatch(text) else _NO_VERSION


def refuse_parameters(request: Request) -> None:
    """Raise (400) for a parameter that would not be obeyed, unless the caller asked to be handled leniently."""
    if request.prefer.get("handling") == "lenient":
        return
    for name, _ in request.pairs:
        if name != "_pretty":
            raise malformed(f"A read takes no parameter {name}.")
