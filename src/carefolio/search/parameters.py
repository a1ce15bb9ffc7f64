"""Which search parameters a resource type answers here, and by what.

R4 defines far more (https://hl7.org/fhir/R4/searchparameter-registry.html); a type answers those of the names
below that R4 defines for it. Adding a name means adding index rows for it: both follow from this table alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.parameters import TYPES, Parameter, parameters

TOKENS = ("code", "vaccine-code", "category", "type", "status", "gender")
"""Coded parameters with rows inside the chart, the most telling first (the planner starts with that one)."""
CODED = ("code", "vaccine-code", "category", "type")
"""The parameters whose codings a contract can be narrowed by (``Window.codes``)."""
STRINGS = ("name", "family", "given")
LINKS = ("encounter", "target")
"""References with rows of their own inside a chart."""
DIRECTORY_LINKS = (
    "actor",
    "endpoint",
    "location",
    "organization",
    "partof",
    "practitioner",
    "schedule",
    "service",
)
"""References with rows of their own inside the directory."""
ADDRESSED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Appointment": ("actor", "practitioner"),
        "Communication": ("sender", "recipient"),
        "Consent": ("actor",),
        "Invoice": ("issuer", "participant"),
        "MedicationRequest": ("intended-dispenser",),
        "Task": ("owner", "requester"),
    }
)
"""References that the rows across charts answer: whom the record addresses (``fhir.kinds.PARTICIPANTS``). The rows do
not tell a sender from a recipient: the record itself does, but in a Consent, where any actor counts.
"""
OWNERS = ("patient", "subject")
"""References that the chart's owner answers when they name a Patient."""

CLINICAL_ELEMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Account": ("servicePeriod",),
        "Basic": ("created",),
        "ChargeItem": ("occurrenceDateTime", "occurrencePeriod", "enteredDate"),
        "Claim": ("billablePeriod", "created"),
        "ClaimResponse": ("created",),
        "Communication": ("sent", "received"),
        "CommunicationRequest": ("occurrenceDateTime", "occurrencePeriod", "authoredOn"),
        "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
        "Contract": ("applies", "issued"),
        "Coverage": ("period",),
        "CoverageEligibilityRequest": ("servicedDate", "servicedPeriod", "created"),
        "CoverageEligibilityResponse": ("servicedDate", "servicedPeriod", "created"),
        "DetectedIssue": ("identifiedDateTime", "identifiedPeriod"),
        "DeviceRequest": ("occurrenceDateTime", "occurrencePeriod", "authoredOn"),
        "DeviceUseStatement": ("timingDateTime", "timingPeriod", "recordedOn"),
        "DocumentManifest": ("created",),
        "EnrollmentRequest": ("created",),
        "EnrollmentResponse": ("created",),
        "ExplanationOfBenefit": ("billablePeriod", "created"),
        "Goal": ("startDate",),
        "GuidanceResponse": ("occurrenceDateTime",),
        "ImagingStudy": ("started",),
        "Media": ("createdDateTime", "createdPeriod"),
        "MedicationAdministration": ("effectiveDateTime", "effectivePeriod"),
        "MedicationDispense": ("whenHandedOver", "whenPrepared"),
        "MedicationRequest": ("authoredOn",),
        "MedicationStatement": ("effectiveDateTime", "effectivePeriod", "dateAsserted"),
        "NutritionOrder": ("dateTime",),
        "PaymentNotice": ("paymentDate", "created"),
        "PaymentReconciliation": ("paymentDate", "created"),
        "Provenance": ("occurredPeriod", "occurredDateTime", "recorded"),
        "QuestionnaireResponse": ("authored",),
        "RequestGroup": ("authoredOn",),
        "ServiceRequest": ("occurrenceDateTime", "occurrencePeriod", "authoredOn"),
        "Specimen": ("collection.collectedDateTime", "collection.collectedPeriod", "receivedTime"),
        "Slot": ("start",),
        "SupplyDelivery": ("occurrenceDateTime", "occurrencePeriod"),
        "Task": ("executionPeriod", "authoredOn"),
        "VisionPrescription": ("dateWritten",),
    }
)
"""Where the clinical date stands in types without R4's parameter ``date``, or where that one means something
else (a MedicationRequest's asks when a dose is due). The first element that is there wins."""


class Answer(StrEnum):
    """What answers a parameter."""

    ID = "id"
    UPDATED = "updated"
    TOKEN = "token"  # noqa: S105 - FHIR's word for a coded value
    IDENTIFIER = "identifier"
    STRING = "string"
    BIRTHDATE = "birthdate"
    CLINICAL = "clinical"
    READ = "read"
    OWNER = "owner"
    LINK = "link"
    ADDRESSED = "addressed"


@dataclass(frozen=True, slots=True)
class Answerable:
    """One parameter of one type: its name, what answers it, and for references the types it may name."""

    name: str
    answer: Answer
    targets: frozenset[str] = frozenset()


@cache
def answerable(type_: str) -> Mapping[str, Answerable]:
    """The parameters by which this type can be searched, by name; empty for what is no R4 resource type."""
    if type_ not in TYPES:
        return MappingProxyType({})
    found = {"_id": Answerable("_id", Answer.ID), "_lastUpdated": Answerable("_lastUpdated", Answer.UPDATED)}
    for name, parameter in parameters(type_).items():
        answer = _answer(type_, name, parameter)
        if answer is not None:
            found[name] = Answerable(name, answer, _targets(name, parameter))
    return MappingProxyType(found)


def of_kind(type_: str, *answers: Answer) -> tuple[str, ...]:
    """The names of the type's parameters that are answered in one of these ways."""
    return tuple(name for name, known in answerable(type_).items() if known.answer in answers)


def date_is_clinical(type_: str) -> bool:
    """Whether R4's ``date`` of this type is the record's clinical date."""
    return type_ not in CLINICAL_ELEMENTS and "date" in parameters(type_)


def _answer(type_: str, name: str, parameter: Parameter) -> Answer | None:
    match parameter.kind:
        case "token":
            return Answer.IDENTIFIER if name == "identifier" else Answer.TOKEN if name in TOKENS else None
        case "string":
            return Answer.STRING if name in STRINGS else None
        case "date":
            return _dated(type_, name)
        case "reference":
            return _linked(type_, name)
    return None


def _dated(type_: str, name: str) -> Answer | None:
    if name == "birthdate":
        return Answer.BIRTHDATE
    if (type_, name) == ("Slot", "start"):
        return Answer.CLINICAL
    if name != "date":
        return None
    return Answer.CLINICAL if date_is_clinical(type_) else Answer.READ


def _targets(name: str, parameter: Parameter) -> frozenset[str]:
    """The types a reference may name; ``patient`` means Patients whatever its element allows besides."""
    return frozenset({"Patient"}) if name == "patient" else frozenset(parameter.targets)


def _linked(type_: str, name: str) -> Answer | None:
    if name in OWNERS:
        return Answer.OWNER
    if name in ADDRESSED.get(type_, ()):
        return Answer.ADDRESSED
    return Answer.LINK if name in (DIRECTORY_LINKS if type_ in DIRECTORY else LINKS) else None
