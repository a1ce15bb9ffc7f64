"""A prescription as it is written: the MedicationRequest that is signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from carefolio.workflows.prescribing.medicines import ATC, known
from carefolio.workflows.prescribing.rules import CATEGORY, OVERRIDDEN, SIGNED, Party, Wanted

Resource = dict[str, Any]

_UCUM = "http://unitsofmeasure.org"
_REAL: Final = frozenset({"ml", "g"})


def medicine_of(name: str) -> Resource:
    """The CodeableConcept of a typed name, with its code where we know one."""
    text = " ".join(name.split())
    found = known(text)
    coding = {"coding": [{"system": ATC, "code": found.atc, "display": found.name}]} if found else {}
    return coding | {"text": text}


def request_of(id_: str, wanted: Wanted, doctor: Party, now: str) -> Resource:
    """The MedicationRequest, as it is signed; ``now`` is a FHIR instant."""
    resource: Resource = {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "intent": "order",
        "category": [{"coding": [{"system": CATEGORY, "code": SIGNED}]}],
        "medicationCodeableConcept": medicine_of(wanted.medicine),
        "subject": wanted.patient.element(),
        "requester": doctor.element(),
        "authoredOn": now,
        "dosageInstruction": [_dosage(wanted)],
        "dispenseRequest": _supply(wanted, now),
    }
    if wanted.note.strip():
        resource["note"] = [{"text": wanted.note.strip()}]
    if wanted.because.strip():
        resource["extension"] = [{"url": OVERRIDDEN, "valueString": wanted.because.strip()}]
    return resource


def _dosage(wanted: Wanted) -> Resource:
    repeat: Resource = {"frequency": wanted.times, "period": wanted.every, "periodUnit": "d"}
    if wanted.days:
        repeat["boundsDuration"] = {"value": wanted.days, "unit": "days", "system": _UCUM, "code": "d"}
    dosage: Resource = {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": quantity(wanted.dose, wanted.unit)}],
    }
    return dosage | ({"asNeededBoolean": True} if wanted.as_needed else {})


def _supply(wanted: Wanted, now: str) -> Resource:
    supply: Resource = {
        "validityPeriod": {"start": now, "end": wanted.end.isoformat()},
        "numberOfRepeatsAllowed": wanted.repeats,
        "quantity": quantity(wanted.quantity, wanted.unit),
    }
    if wanted.days:
        supply["expectedSupplyDuration"] = {"value": wanted.days, "unit": "days", "system": _UCUM, "code": "d"}
    return supply


def quantity(value: Decimal, unit: str) -> Resource:
    """A Quantity in UCUM; tablets and the like are annotations there."""
    number = int(value) if value == value.to_integral_value() else value
    return {"value": number, "unit": unit, "system": _UCUM, "code": unit if unit in _REAL else f"{{{unit}}}"}
