"""read and vread (https://hl7.org/fhir/R4/http.html#read)."""

from __future__ import annotations

import re

from carefolio.api.answer import Answer, version_headers
from carefolio.api.kept import PRIVATE, unless_kept
from carefolio.api.request import Request
from carefolio.base.failures import malformed
from carefolio.records.door import Door
from carefolio.records.read import Found

_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_NO_VERSION = 0


async def answer(door: Door, request: Request) -> Answer:
    """The newest version; 304 when the caller has it already."""
    refuse_parameters(request)
    type_, id_ = request.parts
    found = await door.read(request.token, request.id, type_, id_)
    return _answer(request, found, fixed=found.version == 1)


async def answer_version(door: Door, request: Request) -> Answer:
    """One version; 304 when the caller has it already."""
    caller = request.admitted(door)
    refuse_parameters(request)
    type_, id_, _, number = request.parts
    found = await door.vread(caller, type_, id_, read_version(number))
    return _answer(request, found, fixed=True)


def _answer(request: Request, found: Found, *, fixed: bool) -> Answer:
    headers = {**version_headers(found.version, found.updated), "Cache-Control": PRIVATE}
    return unless_kept(Answer(200, found.body, headers), request.headers, found.updated, fixed=fixed)


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
