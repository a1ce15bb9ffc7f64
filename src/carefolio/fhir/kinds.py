"""Addressed participants: whom a workflow record names as doer, sender or receiver; they may read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from carefolio.fhir.references import split

DIRECTORY: Final = frozenset(
    {
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "HealthcareService",
        "Endpoint",
        "Schedule",
        "Slot",
        "CodeSystem",
        "ValueSet",
        "ConceptMap",
        "NamingSystem",
    }
)
"""Types that everybody signed in may read and search; they belong to no patient."""

PARTICIPANTS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "Appointment": (("participant", "actor"),),
    "Task": (("owner",), ("requester",)),
    "Communication": (("sender",), ("recipient",)),
    "MedicationDispense": (("performer", "actor"),),
    "MedicationRequest": (("dispenseRequest", "performer"),),
    "Invoice": (("issuer",), ("participant", "actor")),
    "PaymentNotice": (("provider",),),
    "QuestionnaireResponse": (("subject",),),
    "Consent": (("provision", "actor", "reference"),),
}
"""Resource type → the elements that hold the references; a Consent's provisions are followed inwards."""
_ONLY_KEPT: Final = frozenset({"MedicationDispense", "PaymentNotice", "QuestionnaireResponse"})
"""They address somebody only where a workflow wrote them: in what others send they tell who did it."""
_NESTS: Final = "provision"


def participants(resource: dict[str, Any], *, kept: bool = False) -> frozenset[str]:
    """Literal references ``Type/id`` of all addressed participants; empty for a type that has none. ``kept``: whether
    it was written by the rules of a workflow.
    """
    type_ = resource.get("resourceType", "")
    paths = PARTICIPANTS.get(type_, ()) if kept or type_ not in _ONLY_KEPT else ()
    return frozenset(text for path in paths for element in _at(resource, path) if (text := literal(element)))


def literal(reference: object) -> str:
    """The ``Type/id`` that a Reference names, without a version; empty when it names none in that way."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    parts = split(text) if isinstance(text, str) else None
    return f"{parts.type}/{parts.id}" if parts is not None and parts.kind == "literal" else ""


def _at(element: object, path: tuple[str, ...]) -> Iterator[object]:
    """Whatever stands at a path, through lists."""
    if isinstance(element, list):
        for item in element:
            yield from _at(item, path)
    elif not path:
        yield element
    elif isinstance(element, dict):
        yield from _at(element.get(path[0]), path[1:])
        if path[0] != _NESTS and _NESTS in element:
            yield from _at(element[_NESTS], path)
