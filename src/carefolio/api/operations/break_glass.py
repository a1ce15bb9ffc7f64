"""Patient/$break-glass: emergency access for an hour, with a reason that the patient will read."""

from __future__ import annotations

from typing import Any

from carefolio.api.answer import Answer, resource_answer
from carefolio.api.read import refuse_parameters
from carefolio.api.request import Request
from carefolio.base.clock import instant
from carefolio.base.failures import unprocessable
from carefolio.fhir.validate import validate
from carefolio.records.door import Door
from carefolio.records.emergency import Reason

TEXT_LIMIT = 2_000


async def answer(door: Door, request: Request) -> Answer:
    """Parameters ``reason`` (a coding) and ``text`` in; ``until`` out."""
    caller = request.admitted(door)
    refuse_parameters(request)
    reason = read_reason(await request.resource())
    until = await door.break_glass(caller, request.parts[1], reason)
    told = [{"name": "until", "valueInstant": instant(until)}]
    return resource_answer(200, {"resourceType": "Parameters", "parameter": told})


def read_reason(parameters: dict[str, Any]) -> Reason:
    """The reason, whether it came as a Coding, a CodeableConcept or a code; raises a Failure (422) for what lacks."""
    if parameters.get("resourceType") != "Parameters" or validate(parameters):
        raise unprocessable("Send Parameters with 'reason' and 'text'.", "Parameters")
    given = {one["name"]: one for one in parameters.get("parameter", [])}
    coding = _coding(given.get("reason", {}))
    text = given.get("text", {}).get("valueString", "").strip()
    if not coding.get("code"):
        raise unprocessable("Say why, as a coded reason.", "Parameters.parameter[reason]", "required")
    if not text or len(text) > TEXT_LIMIT:
        raise unprocessable("Say why in your own words.", "Parameters.parameter[text]", "required")
    return Reason(coding.get("system", ""), coding["code"], text)


def _coding(parameter: dict[str, Any]) -> dict[str, Any]:
    if "valueCodeableConcept" in parameter:
        found: dict[str, Any] = next(iter(parameter["valueCodeableConcept"].get("coding", [])), {})
        return found
    if "valueCoding" in parameter:
        coding: dict[str, Any] = parameter["valueCoding"]
        return coding
    return {"code": parameter.get("valueCode", "")}
