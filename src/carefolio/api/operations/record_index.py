"""Patient/$record-index: what a chart holds, without any content, so that a doctor can ask for single records."""

from __future__ import annotations

from typing import Any

from carefolio.api.answer import Answer, resource_answer
from carefolio.api.read import refuse_parameters
from carefolio.api.request import Request
from carefolio.base.clock import moment
from carefolio.records.door import Door
from carefolio.records.inquiry import Item


async def answer(door: Door, request: Request) -> Answer:
    """Parameters with one ``record`` for each record, newest first."""
    caller = request.admitted(door)
    refuse_parameters(request)
    items = await door.record_index(caller, request.parts[1])
    listed = {"parameter": [{"name": "record", "part": _parts(item)} for item in items]} if items else {}
    return resource_answer(200, {"resourceType": "Parameters"} | listed)


def _parts(item: Item) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"name": "reference", "valueReference": {"reference": item.reference}},
        {"name": "type", "valueCode": item.type},
    ]
    parts += [{"name": "category", "valueCodeableConcept": concept} for concept in item.category]
    if item.low > 0:
        parts.append({"name": "date", "valueDate": moment(item.low).date().isoformat()})
    if item.hospital:
        parts.append({"name": "hospital", "valueReference": {"reference": item.hospital}})
    return parts
