"""update (https://hl7.org/fhir/R4/http.html#update); an id that is not there yet is created."""

from __future__ import annotations

import re

from carefolio.api.answer import Answer
from carefolio.api.request import Request
from carefolio.api.write import read_if_match, refuse_parameters, written
from carefolio.base.failures import malformed
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


async def answer(door: Door, request: Request) -> Answer:
    """Store the next version of a record."""
    caller = request.admitted(door)
    refuse_parameters(request)
    type_, id_ = request.parts
    if not ID.fullmatch(id_):
        raise malformed("An id has 1 to 64 letters, digits, dashes and dots.")
    resource = await request.resource()
    if resource.get("id") != id_:
        raise malformed("The resource's id is not the one in the address.", f"{type_}.id")
    if_match = read_if_match(request.headers.get("if-match"))
    change = Change(Method.UPDATE, type_, id_, resource, if_match, size=len(request.body), asks=request.asks)
    outcomes = await door.write(caller, [change], request.repeatable())
    return written(request, outcomes[0])
