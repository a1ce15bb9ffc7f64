"""delete (https://hl7.org/fhir/R4/http.html#delete): the record is gone from sight, its history stays."""

from __future__ import annotations

from carefolio.api.answer import Answer
from carefolio.api.request import Request
from carefolio.api.write import read_if_match, refuse_parameters
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door


async def answer(door: Door, request: Request) -> Answer:
    """Mark the record as deleted."""
    caller = request.admitted(door)
    refuse_parameters(request)
    type_, id_ = request.parts
    if_match = read_if_match(request.headers.get("if-match"))
    change = Change(Method.DELETE, type_, id_, if_match=if_match)
    outcomes = await door.write(caller, [change], request.repeatable())
    return Answer(204, headers={"ETag": f'W/"{outcomes[0].row.version}"'})
