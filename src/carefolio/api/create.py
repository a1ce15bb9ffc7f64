"""create (https://hl7.org/fhir/R4/http.html#create), conditional too."""

from __future__ import annotations

from carefolio.api.answer import Answer
from carefolio.api.request import Request
from carefolio.api.write import refuse_parameters, written
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door


async def answer(door: Door, request: Request) -> Answer:
    """Store a new record under an id of ours; with ``If-None-Exist`` only if there is none like it."""
    caller = request.admitted(door)
    refuse_parameters(request)
    (type_,) = request.parts
    change = Change(
        Method.CREATE,
        type_,
        resource=await request.resource(),
        size=len(request.body),
        asks=request.asks,
        if_none_exist=request.headers.get("if-none-exist"),
    )
    outcomes = await door.write(caller, [change], request.repeatable())
    return written(request, outcomes[0])
