"""Whose record is it? Every record has one owner, a chart or the sender's shelf, named by one table and fixed for ever.

The table is ours, not FHIR's patient compartment: that one lacks Task, Device, Binary and the payment types, and it
would let anybody join a chart who is named as a performer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from carefolio.base.failures import unprocessable
from carefolio.fhir.references import split

Resource = dict[str, Any]

_PATIENT = ("patient",)
_SUBJECT = ("subject",)

OWNER_ELEMENTS: dict[str, tuple[str, ...]] = {
    "Account": _SUBJECT,
    "AdverseEvent": _SUBJECT,
    "AllergyIntolerance": _PATIENT,
    "Appointment": ("participant.actor",),
    "AppointmentResponse": ("actor",),
    "Basic": _SUBJECT,
    "Binary": ("securityContext",),
    "BodyStructure": _PATIENT,
    "CarePlan": _SUBJECT,
    "CareTeam": _SUBJECT,
    "ChargeItem": _SUBJECT,
    "Claim": _PATIENT,
    "ClaimResponse": _PATIENT,
    "ClinicalImpression": _SUBJECT,
    "Communication": _SUBJECT,
    "CommunicationRequest": _SUBJECT,
    "Composition": _SUBJECT,
    "Condition": _SUBJECT,
    "Consent": _PATIENT,
    "Contract": _SUBJECT,
    "Coverage": ("beneficiary",),
    "CoverageEligibilityRequest": _PATIENT,
    "CoverageEligibilityResponse": _PATIENT,
    "DetectedIssue": _PATIENT,
    "Device": _PATIENT,
    "DeviceRequest": _SUBJECT,
    "DeviceUseStatement": _SUBJECT,
    "DiagnosticReport": _SUBJECT,
    "DocumentManifest": _SUBJECT,
    "DocumentReference": _SUBJECT,
    "Encounter": _SUBJECT,
    "EnrollmentRequest": ("candidate",),
    "EpisodeOfCare": _PATIENT,
    "ExplanationOfBenefit": _PATIENT,
    "FamilyMemberHistory": _PATIENT,
    "Flag": _SUBJECT,
    "Goal": _SUBJECT,
    "GuidanceResponse": _SUBJECT,
    "ImagingStudy": _SUBJECT,
    "Immunization": _PATIENT,
    "ImmunizationEvaluation": _PATIENT,
    "ImmunizationRecommendation": _PATIENT,
    "Invoice": _SUBJECT,
    "List": _SUBJECT,
    "MeasureReport": _SUBJECT,
    "Media": _SUBJECT,
    "MedicationAdministration": _SUBJECT,
    "MedicationDispense": _SUBJECT,
    "MedicationRequest": _SUBJECT,
    "MedicationStatement": _SUBJECT,
    "MolecularSequence": _PATIENT,
    "NutritionOrder": _PATIENT,
    "Observation": _SUBJECT,
    "Person": ("link.target",),
    "Procedure": _SUBJECT,
    "Provenance": ("target",),
    "QuestionnaireResponse": _SUBJECT,
    "RelatedPerson": _PATIENT,
    "RequestGroup": _SUBJECT,
    "ResearchSubject": ("individual",),
    "RiskAssessment": _SUBJECT,
    "ServiceRequest": _SUBJECT,
    "Specimen": _SUBJECT,
    "SupplyDelivery": _PATIENT,
    "SupplyRequest": ("deliverTo",),
    "Task": ("for",),
    "VisionPrescription": _PATIENT,
}

FOLLOWS_TRANSACTION = frozenset({"Binary", "Group", "Linkage", "Medication", "PaymentNotice", "Substance"})
"""Types that name no patient: they go where the one patient is that their transaction is about."""


class Claim(NamedTuple):
    """Which patient a resource names as its owner: a literal ``Patient/id``, a conditional reference, or neither."""

    reference: str = ""
    holder: dict[str, Any] | None = None
    """The reference element itself, so that a conditional one is replaced by what it resolved to."""
    path: str = ""


def claim_of(type_: str, resource: Resource) -> Claim:
    """The patient that the resource names; an empty claim when it names none. Two different ones raise a Failure."""
    found: dict[str, Claim] = {}
    for path in OWNER_ELEMENTS.get(type_, ()):
        for holder in _holders(resource, path.split(".")):
            text = holder.get("reference")
            if isinstance(text, str) and _names_patient(text):
                found.setdefault(_unversioned(text), Claim(text, holder, f"{type_}.{path}"))
    if len(found) > 1:
        path = next(iter(found.values())).path
        raise unprocessable("A record belongs to one patient; this one names two different ones.", path)
    return next(iter(found.values()), Claim())


def owner_references(type_: str, resource: Resource) -> list[str]:
    """Every reference in the elements that name the owner, whatever it leads to."""
    return [holder["reference"] for holder in owner_holders(type_, resource)]


def owner_holders(type_: str, resource: Resource) -> list[dict[str, Any]]:
    """The reference elements that name the owner, as far as they hold a reference."""
    holders = [holder for path in OWNER_ELEMENTS.get(type_, ()) for holder in _holders(resource, path.split("."))]
    return [holder for holder in holders if isinstance(holder.get("reference"), str)]


def _names_patient(text: str) -> bool:
    parts = split(text)
    return parts.type == "Patient" and parts.kind in ("literal", "conditional")


def _unversioned(text: str) -> str:
    return text.split("/_history/", 1)[0]


def _holders(element: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """The reference elements at ``path``, through lists."""
    if isinstance(element, list):
        for item in element:
            yield from _holders(item, path)
    elif isinstance(element, dict):
        if path:
            yield from _holders(element.get(path[0]), path[1:])
        else:
            yield element
