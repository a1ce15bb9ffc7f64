"""What goes to a pharmacy and comes back. Pure: the contract that a patient makes by choosing it, the Task by which the
prescription goes there, and what the pharmacist writes down.

The contract names the pharmacy's organisation, so that whoever stands at the counter can help. It opens this
prescription, its signature, what was handed out of it elsewhere, and the allergies; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from carefolio.consent import vocabulary as words
from carefolio.fhir.kinds import literal
from carefolio.workflows.prescribing.names import dispense_id, signature_id, way_id
from carefolio.workflows.prescribing.rules import OPEN, Handed, Party, Prescription, party
from carefolio.workflows.prescribing.writing import quantity

Resource = dict[str, Any]

FULFIL: Final = "fulfill"
TASK_CODE: Final = "http://hl7.org/fhir/CodeSystem/task-code"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_REASON = "https://carefolio.org/fhir/StructureDefinition/contract-reason"
_PRESCRIBER = "https://carefolio.org/fhir/StructureDefinition/dispense-prescriber"
"""Who is told when it comes back: by then the pharmacy may not see the prescription any more."""
_ALLERGIES = ("AdverseEvent", "AllergyIntolerance")
"""What people are shown as allergies; of these a pharmacist is let see AllergyIntolerances (``consent.policy``)."""
_BY_CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Way:
    """The Task of a prescription. ``contract`` is the ``Consent/id`` that opened it to the pharmacy; ``why`` the
    pharmacy's words where it refused.
    """

    version: int
    status: str
    patient: Party
    pharmacy: Party
    prescription: str
    contract: str
    why: str
    sent: str
    body: Resource

    @property
    def is_open(self) -> bool:
        """Whether the pharmacy has it now."""
        return self.status in OPEN


def contract(prescription: Prescription, pharmacy: Party, earlier: Iterable[Handed], now: str) -> Resource:
    """The Consent that the patient makes by choosing a pharmacy; it ends with the prescription."""
    id_ = prescription.id
    single = [prescription.reference, f"Provenance/{signature_id(id_)}"]
    single += [f"MedicationDispense/{dispense_id(id_, one.number)}" for one in earlier]
    data = [{"meaning": "instance", "reference": {"reference": one}} for one in sorted(single)]
    end = prescription.body["dispenseRequest"]["validityPeriod"]["end"]
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": words.CONSENT_SCOPE, "code": words.PRIVACY}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}],
        "patient": {"reference": prescription.patient.reference},
        "dateTime": now,
        "policyRule": {"coding": [{"system": f"{_TERMS}v3-ActCode", "code": "OPTIN"}]},
        "extension": [{"url": _REASON, "valueString": "To hand out the medicine of this prescription."}],
        "provision": {
            "actor": [{"role": _recipient(), "reference": pharmacy.element()}],
            "period": {"end": end},
            "action": [{"coding": [{"system": words.CONSENT_ACTION, "code": "access"}]}],
            "purpose": [{"system": f"{_TERMS}v3-ActReason", "code": words.TREATMENT}],
            "provision": [
                {"type": "permit", "class": [{"system": words.RESOURCE_TYPES, "code": one} for one in _ALLERGIES]},
                {"type": "permit", "data": data},
            ],
        },
    }


def _recipient() -> Resource:
    code = {"system": f"{_TERMS}v3-ParticipationType", "code": "IRCP", "display": "information recipient"}
    return {"coding": [code]}


def task(prescription: Prescription, pharmacy: Party, contract_id: str, now: str) -> Resource:
    """The Task that asks a pharmacy for it. There is one a prescription: sent again, it goes elsewhere."""
    return {
        "resourceType": "Task",
        "id": way_id(prescription.id),
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": TASK_CODE, "code": FULFIL}], "text": "Hand out a prescription"},
        "focus": {"reference": prescription.reference},
        "for": prescription.patient.element(),
        "authoredOn": now,
        "lastModified": now,
        "requester": prescription.patient.element(),
        "owner": pharmacy.element(),
        "input": [{"type": {"text": _BY_CONTRACT}, "valueReference": {"reference": f"Consent/{contract_id}"}}],
    }


def way_of(resource: Resource) -> Way:
    """A Task as we speak of it."""
    inputs = {one.get("type", {}).get("text"): literal(one.get("valueReference")) for one in resource.get("input", [])}
    return Way(
        version=int(resource.get("meta", {}).get("versionId", 0)),
        status=str(resource.get("status", "")),
        patient=party(resource.get("for")),
        pharmacy=party(resource.get("owner")),
        prescription=literal(resource.get("focus")).removeprefix("MedicationRequest/"),
        contract=inputs.get(_BY_CONTRACT, ""),
        why=str(resource.get("statusReason", {}).get("text", "")),
        sent=str(resource.get("authoredOn", "")),
        body=resource,
    )


def turned(way: Way, status: str, now: str, why: str = "") -> Resource:
    """The Task, a step further."""
    reason = {"statusReason": {"text": why}} if why else {}
    kept = {name: value for name, value in way.body.items() if name not in ("statusReason", "meta")}
    return kept | {"status": status, "lastModified": now} | reason


def handed_out(prescription: Prescription, number: int, amount: Decimal, by: tuple[Party, Party], now: str) -> Resource:
    """The MedicationDispense of one handing out; ``by`` are the pharmacist and the pharmacy."""
    return {
        "resourceType": "MedicationDispense",
        "id": dispense_id(prescription.id, number),
        "extension": [{"url": _PRESCRIBER, "valueReference": prescription.doctor.element()}],
        "status": "completed",
        "medicationCodeableConcept": prescription.body["medicationCodeableConcept"],
        "subject": prescription.patient.element(),
        "performer": [{"actor": one.element()} for one in by],
        "authorizingPrescription": [{"reference": prescription.reference}],
        "quantity": quantity(amount, prescription.unit),
        "whenHandedOver": now,
        "dosageInstruction": prescription.body.get("dosageInstruction", []),
    }


def prescriber_of(handed: Handed) -> Party:
    """The doctor whose prescription was handed out; nobody where that was not written down."""
    extensions = handed.body.get("extension", [])
    return party(next((one.get("valueReference") for one in extensions if one.get("url") == _PRESCRIBER), None))


def given_back(handed: Handed, why: str) -> Resource:
    """The MedicationDispense of what came back."""
    kept = {name: value for name, value in handed.body.items() if name != "meta"}
    return kept | {"status": "cancelled", "statusReasonCodeableConcept": {"text": why}}


def ended(consent: Resource) -> Resource:
    """The contract, over."""
    return {name: value for name, value in consent.items() if name != "meta"} | {"status": "inactive"}
