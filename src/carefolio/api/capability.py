"""capabilities (https://hl7.org/fhir/R4/http.html#capabilities): what this endpoint does, told from what it does."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from carefolio.api.answer import Answer
from carefolio.fhir.json import serialise
from carefolio.fhir.parameters import TYPES, parameters
from carefolio.records.door import Door
from carefolio.search.parameters import answerable

KEPT_SECONDS = 300
"""How long an old statement may be believed after an upgrade."""
_TAG_LENGTH = 16
_FIRST_RELEASE = "2026-11-22"
_OPERATIONS = "https://carefolio.org/fhir/OperationDefinition"
_INTERACTIONS = ("read", "vread", "update", "delete", "history-instance", "create", "search-type")
_AUDIT = ("read", "search-type")
_KINDS = frozenset({"number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"})


async def answer(door: Door) -> Answer:
    """The CapabilityStatement; anybody may keep it for a while."""
    body = statement(door.parts.region)
    return Answer(200, body, {"ETag": _tag(body), "Cache-Control": f"public, max-age={KEPT_SECONDS}"})


@cache
def _tag(body: bytes) -> str:
    return f'W/"{sha256(body).hexdigest()[:_TAG_LENGTH]}"'


@cache
def statement(region: str) -> bytes:
    """The statement as JSON."""
    rest = {
        "mode": "server",
        "security": {
            "cors": False,
            "description": "Opaque bearer tokens; every answer is decided by consent.",
        },
        "resource": [_resource(type_) for type_ in sorted(TYPES)],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }
    return serialise(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": _FIRST_RELEASE,
            "kind": "instance",
            "software": {"name": "Carefolio", "version": version("carefolio")},
            "implementation": {"description": f"Carefolio, region {region}"},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json"],
            "rest": [rest],
        }
    )


def _resource(type_: str) -> dict[str, Any]:
    if type_ == "AuditEvent":
        kinds = {"patient": "reference", "date": "date", "agent": "reference"}
        shown = [{"name": name, "type": kind} for name, kind in kinds.items()]
        return {"type": type_, "interaction": [{"code": code} for code in _AUDIT], "searchParam": shown}
    found: dict[str, Any] = {
        "type": type_,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "logical", "resolves"],
        "searchParam": _parameters(type_),
    }
    includes = sorted(f"{type_}:{name}" for name, one in parameters(type_).items() if one.kind == "reference")
    if includes:
        found["searchInclude"] = includes
    if type_ == "Patient":
        names = ("everything", "record-index", "break-glass")
        found["operation"] = [{"name": name, "definition": f"{_OPERATIONS}/Patient-{name}"} for name in names]
    return found


def _parameters(type_: str) -> list[dict[str, str]]:
    kinds = {name: parameter.kind for name, parameter in parameters(type_).items()}
    return [{"name": name, "type": kinds[name]} for name in sorted(answerable(type_)) if kinds.get(name) in _KINDS]
