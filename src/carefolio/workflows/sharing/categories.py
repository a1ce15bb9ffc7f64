"""What people call the kinds of records, and how a contract says each of them.

| a category is | in a Consent's provision |
|---|---|
| all records of some types | `class` with these types |
| those of a type with one of some codes | `class` with the type and `code` with the codes: both have to hold |
| those of a type with none of some codes | `class` with the type, and inside it a deny with the codes |

Together they are every type that a chart holds but Consent: whom else the patient trusts is opened by naming it alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from carefolio.consent import vocabulary as words
from carefolio.records.timeline import Slice

Element = dict[str, Any]

_OBSERVATION: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_SECTION: Final = "http://terminology.hl7.org/CodeSystem/v2-0074"
"""Diagnostic service sections, https://terminology.hl7.org/CodeSystem-v2-0074.html."""


def _observed(*codes: str) -> frozenset[str]:
    return frozenset(f"{_OBSERVATION}|{code}" for code in codes)


def _sections(codes: str) -> frozenset[str]:
    return frozenset(f"{_SECTION}|{code}" for code in codes.split())


_LABORATORY = _sections("BG BLB CG CH CP GE HM IMM LAB MB MCB MYC OSL SP SR TX VR")
_PICTURES = _sections("CT CTH CUS IMG NMR NMS OUS RAD RUS RX VUS XRC")
_NAMED = _observed("laboratory", "vital-signs", "social-history", "imaging")


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of record in people's words; ``slices`` say which records it is, for counting and for a timeline."""

    key: str
    name: str
    slices: tuple[Slice, ...]


def _category(key: str, name: str, types: str, *slices: Slice) -> Category:
    return Category(key, name, (*(Slice(type_) for type_ in sorted(types.split())), *slices))


_ALL: Final = (
    _category(
        "problems", "Health problems", "Condition ClinicalImpression DetectedIssue Flag RiskAssessment BodyStructure"
    ),
    _category("allergies", "Allergies and bad reactions", "AllergyIntolerance AdverseEvent"),
    _category(
        "medicines",
        "Medicines",
        "Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement",
    ),
    _category(
        "results",
        "Test results",
        "MolecularSequence Specimen",
        Slice("DiagnosticReport", _LABORATORY),
        Slice("Observation", _observed("laboratory")),
    ),
    _category("measurements", "Measurements", "", Slice("Observation", _observed("vital-signs"))),
    _category(
        "pictures",
        "Scans and X-rays",
        "ImagingStudy Media",
        Slice("DiagnosticReport", _PICTURES),
        Slice("Observation", _observed("imaging")),
    ),
    _category("vaccinations", "Vaccinations", "Immunization ImmunizationEvaluation ImmunizationRecommendation"),
    _category("visits", "Visits and appointments", "Appointment AppointmentResponse Encounter EpisodeOfCare"),
    _category("procedures", "Operations and treatments", "Procedure"),
    _category(
        "reports",
        "Reports and letters",
        "Composition DocumentManifest DocumentReference",
        Slice("DiagnosticReport", unless=_LABORATORY | _PICTURES),
    ),
    _category(
        "plans",
        "Plans, referrals and goals",
        "CarePlan CareTeam Goal GuidanceResponse NutritionOrder RequestGroup ServiceRequest Task",
    ),
    _category("messages", "Messages", "Communication CommunicationRequest"),
    _category(
        "history",
        "Family and way of life",
        "FamilyMemberHistory",
        Slice("Observation", _observed("social-history")),
    ),
    _category(
        "findings", "Questionnaires and other findings", "QuestionnaireResponse", Slice("Observation", unless=_NAMED)
    ),
    _category(
        "devices",
        "Implants, glasses and aids",
        "Device DeviceRequest DeviceUseStatement SupplyDelivery SupplyRequest VisionPrescription",
    ),
    _category("personal", "Personal details", "Group Linkage Patient Person RelatedPerson"),
    _category(
        "bills",
        "Bills and insurance",
        "Account ChargeItem Claim ClaimResponse Contract Coverage CoverageEligibilityRequest"
        " CoverageEligibilityResponse EnrollmentRequest ExplanationOfBenefit Invoice PaymentNotice",
    ),
    _category("others", "Other records", "Basic Binary List MeasureReport Provenance ResearchSubject Substance"),
)
CATEGORIES: Final = MappingProxyType({category.key: category for category in _ALL})
"""All categories by key, in the order in which pages show them."""
SLICES: Final = MappingProxyType({category.key: category.slices for category in _ALL})
"""What ``Door.counts`` is asked for, to learn which categories hold data."""


def slices_of(keys: Iterable[str]) -> tuple[Slice, ...]:
    """What ``Door.timeline`` is asked for, to show these categories."""
    return tuple(one for key in keys for one in CATEGORIES[key].slices)


def provisions(key: str) -> list[Element]:
    """The provisions that together permit this category and nothing else."""
    slices = CATEGORIES[key].slices
    whole = [one.type for one in slices if not one.codes and not one.unless]
    found = [{"type": "permit", "class": [_class(type_) for type_ in whole]}] if whole else []
    return found + [_narrowed(one) for one in slices if one.codes or one.unless]


def _narrowed(one: Slice) -> Element:
    provision: Element = {"type": "permit", "class": [_class(one.type)]}
    if one.codes:
        provision["code"] = _concepts(one.codes)
    if one.unless:
        provision["provision"] = [{"type": "deny", "code": _concepts(one.unless)}]
    return provision


def _class(type_: str) -> Element:
    return {"system": words.RESOURCE_TYPES, "code": type_}


def _concepts(codes: Iterable[str]) -> list[Element]:
    pairs = (code.rpartition("|") for code in sorted(codes))
    return [{"coding": [{"system": system, "code": code}]} for system, _, code in pairs]
