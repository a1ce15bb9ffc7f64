"""FHIR R4 resources as plain dicts, without subject and encounter, which the chart fills in.

Times are FHIR dateTime texts with a zone; decimals are `decimal.Decimal`. Source: https://hl7.org/fhir/R4/
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from carefolio.demo.codes import (
    ATC,
    CVX,
    DEMO,
    HL7,
    ICD10CM,
    LOINC,
    NATIONAL_ID,
    UCUM,
    Act,
    Allergy,
    Course,
    Measure,
    Panel,
    Problem,
    Vaccine,
)
from carefolio.demo.measures import BLOOD_PRESSURE
from carefolio.demo.people import Patient
from carefolio.demo.places import HOSPITALS

Resource = dict[str, Any]
Reference = dict[str, str]

_PLAIN = "text/plain; charset=utf-8"
_FLAGS = {"L": "Low", "N": "Normal", "H": "High"}


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    """Return a Coding."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def concept(system: str, code: str, text: str) -> Resource:
    """Return a CodeableConcept with our words as text; `display` is for the code system's owner."""
    return {"coding": [coding(system, code, text if system == DEMO else "")], "text": text}


def ours(slug: str, text: str) -> Resource:
    """Return a CodeableConcept of our own demo code system."""
    return concept(DEMO, slug, text)


def hl7(system: str, code: str, display: str = "") -> Resource:
    """Return a CodeableConcept of one of HL7's own code systems."""
    return {"coding": [coding(HL7 + system, code, display)]}


def attachment(title: str, text: str) -> dict[str, str]:
    """Return an Attachment that carries a plain text."""
    return {
        "contentType": _PLAIN,
        "language": "en",
        "data": base64.b64encode(text.encode()).decode(),
        "title": title,
    }


def encounter(kind: str, what: str, period: tuple[str, str], who: Reference, hospital: int) -> Resource:
    """Return a finished Encounter; `kind` is the ActCode: AMB, IMP, EMER, VR or HH."""
    names = {"AMB": "ambulatory", "IMP": "inpatient encounter", "EMER": "emergency", "VR": "virtual"}
    start, end = period
    place = HOSPITALS[hospital]
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": coding(HL7 + "v3-ActCode", kind, names[kind]),
        "type": [ours(what.lower().replace(" ", "-"), what)],
        "participant": [{"type": [hl7("v3-ParticipationType", "PPRF", "primary performer")], "individual": who}],
        "period": {"start": start, "end": end},
        "location": [] if kind == "VR" else [{"location": place.location}],
        "serviceProvider": place.reference,
    }


def quantity(measure: Measure, value: Decimal) -> Resource:
    """Return a Quantity in the measure's UCUM unit."""
    return {"value": value, "unit": measure.shown or measure.unit, "system": UCUM, "code": measure.unit}


def flag(measure: Measure, value: Decimal) -> str:
    """Return L, N or H against the usual range (an end that is not given never flags)."""
    if measure.low is not None and value < Decimal(measure.low):
        return "L"
    return "H" if measure.high is not None and value > Decimal(measure.high) else "N"


def observation(measure: Measure, value: Decimal, when: str, ranged: bool = True) -> Resource:
    """Return a final Observation of one number; `ranged` False leaves the adults' usual range out."""
    resource = _observation(measure.category, concept(measure.system, measure.code, measure.name), when)
    resource["valueQuantity"] = quantity(measure, value)
    return resource | (_judged(measure, value) if ranged else {})


def finding(category: str, code: Resource, when: str, answer: Resource | str) -> Resource:
    """Return a final Observation whose value is a CodeableConcept, or words."""
    field = "valueString" if isinstance(answer, str) else "valueCodeableConcept"
    return _observation(category, code, when) | {field: answer}


def pressure(readings: Mapping[Measure, Decimal], when: str, ranged: bool = True) -> Resource:
    """Return the blood pressure panel with its components."""
    return _observation("vital-signs", concept(LOINC, *BLOOD_PRESSURE), when) | {
        "component": [
            {
                "code": concept(LOINC, measure.code, measure.name),
                "valueQuantity": quantity(measure, value),
                **(_judged(measure, value) if ranged else {}),
            }
            for measure, value in readings.items()
        ]
    }


def _observation(category: str, code: Resource, when: str) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [hl7("observation-category", category)],
        "code": code,
        "effectiveDateTime": when,
        "issued": when,
    }


def _judged(measure: Measure, value: Decimal) -> Resource:
    if measure.low is None and measure.high is None:
        return {}
    ends = {"low": measure.low, "high": measure.high}
    letter = flag(measure, value)
    return {
        "interpretation": [hl7("v3-ObservationInterpretation", letter, _FLAGS[letter])],
        "referenceRange": [{end: quantity(measure, Decimal(text)) for end, text in ends.items() if text is not None}],
    }


def condition(problem: Problem, onset: date, recorded: str, ended: date | None, who: Reference) -> Resource:
    """Return a confirmed Condition, resolved on `ended` if that is given."""
    state = "active" if ended is None else "resolved"
    return {
        "resourceType": "Condition",
        "clinicalStatus": hl7("condition-clinical", state),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [hl7("condition-category", problem.category)],
        **({"severity": {"text": problem.severity}} if problem.severity else {}),
        "code": concept(ICD10CM, problem.code, problem.text),
        "onsetDateTime": onset.isoformat(),
        **({} if ended is None else {"abatementDateTime": ended.isoformat()}),
        "recordedDate": recorded,
        "recorder": who,
        "asserter": who,
    }


def medication_request(course: Course, when: str, running: bool, who: Reference) -> Resource:
    """Return an order for the course; `running` says whether it is still being taken today."""
    return {
        "resourceType": "MedicationRequest",
        "status": "active" if running else "completed",
        "intent": "order",
        "category": [hl7("medicationrequest-category", "community")],
        "medicationCodeableConcept": concept(ATC, course.atc, course.medicine),
        "authoredOn": when,
        "requester": who,
        "dosageInstruction": [_dosage(course)],
        "dispenseRequest": {
            "numberOfRepeatsAllowed": max(0, round(course.days / 90) - 1),
            "expectedSupplyDuration": {
                "value": Decimal(min(course.days, 90)),
                "unit": "days",
                "system": UCUM,
                "code": "d",
            },
        },
    }


def medication_statement(course: Course, period: tuple[date, date | None], asserted: str) -> Resource:
    """Return what the patient says they take (since when, and until when if they stopped)."""
    start, end = period
    return {
        "resourceType": "MedicationStatement",
        "status": "active" if end is None else "completed",
        "medicationCodeableConcept": concept(ATC, course.atc, course.medicine),
        "effectivePeriod": {"start": start.isoformat(), **({} if end is None else {"end": end.isoformat()})},
        "dateAsserted": asserted,
        "dosage": [_dosage(course)],
    }


def _dosage(course: Course) -> Resource:
    return {
        "text": course.directions,
        "timing": {"repeat": {"frequency": course.times, "period": Decimal(1), "periodUnit": "d"}},
        **({"asNeededBoolean": True} if course.as_needed else {}),
        "route": {"text": course.route},
        "doseAndRate": [
            {
                "doseQuantity": {
                    "value": Decimal(course.dose),
                    "unit": course.unit.strip("{}"),
                    "system": UCUM,
                    "code": course.unit,
                }
            }
        ],
    }


def allergy(what: Allergy, since: date, recorded: str, who: Reference) -> Resource:
    """Return a confirmed allergy with the reaction that it caused."""
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
        "verificationStatus": hl7("allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "category": [what.category],
        "criticality": what.criticality,
        "code": ours(what.slug, what.text),
        "onsetDateTime": str(since.year),
        "recordedDate": recorded,
        "recorder": who,
        "reaction": [{"manifestation": [{"text": what.reaction}], "severity": what.severity}],
    }


def immunization(vaccine: Vaccine, when: str, dose: int, lot: str, who: Reference) -> Resource:
    """Return a vaccine given; `dose` counts from 1."""
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept(CVX, vaccine.cvx, vaccine.text),
        "occurrenceDateTime": when,
        "primarySource": True,
        "lotNumber": lot,
        "site": {"text": vaccine.site},
        "doseQuantity": {"value": Decimal(vaccine.dose), "unit": "mL", "system": UCUM, "code": "mL"},
        "performer": [{"actor": who}],
        "protocolApplied": [{"doseNumberPositiveInt": dose}],
    }


def procedure(act: Act, when: str, who: Reference, note: str = "") -> Resource:
    """Return a completed Procedure."""
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": ours(act.slug, act.text),
        "performedDateTime": when,
        "performer": [{"actor": who}],
        **({"bodySite": [{"text": act.site}]} if act.site else {}),
        **({"note": [{"text": note}]} if note else {}),
    }


def laboratory_report(
    panel: Panel, times: tuple[str, str], results: Sequence[Reference], words: tuple[str, str]
) -> Resource:
    """Return a laboratory report; `times` = drawn and issued, `words` = conclusion and the whole sheet."""
    return _report("LAB", concept(panel.system, panel.code, panel.name), times, words) | {"result": list(results)}


def imaging_report(title: str, when: str, words: tuple[str, str]) -> Resource:
    """Return a final imaging report; `words` = conclusion and the whole text."""
    return _report("RAD", concept(LOINC, "18748-4", title), (when, when), words)


def _report(section: str, code: Resource, times: tuple[str, str], words: tuple[str, str]) -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [hl7("v2-0074", section)],
        "code": code,
        "effectiveDateTime": times[0],
        "issued": times[1],
        "conclusion": words[0],
        "presentedForm": [attachment(code["text"], words[1])],
    }


def letter(loinc: str, title: str, when: str, text: str, period: tuple[str, str]) -> Resource:
    """Return a clinical note as a document in plain text, about the `period` of an encounter."""
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": concept(LOINC, loinc, title),
        "category": [{"text": "Clinical note"}],
        "date": when,
        "description": title,
        "content": [{"attachment": attachment(title, text) | {"creation": when}}],
        "context": {"period": {"start": period[0], "end": period[1]}},
    }


def care_plan(title: str, since: date, activities: Sequence[str], who: Reference) -> Resource:
    """Return an active CarePlan whose activities are words."""
    return {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "title": title,
        "category": [{"text": "Long-term condition"}],
        "period": {"start": since.isoformat()},
        "created": since.isoformat(),
        "author": who,
        "activity": [{"detail": {"status": "in-progress", "description": each}} for each in activities],
    }


def appointment(what: str, period: tuple[str, str], made: date, actors: Sequence[Reference], *, kept: bool) -> Resource:
    """Return an Appointment that all actors accepted; `kept` says whether it has taken place."""
    return {
        "resourceType": "Appointment",
        "status": "fulfilled" if kept else "booked",
        "serviceType": [{"text": what}],
        "description": what,
        "start": period[0],
        "end": period[1],
        "created": made.isoformat(),
        "participant": [{"actor": actor, "required": "required", "status": "accepted"} for actor in actors],
    }


def person(patient: Patient, home: int, physician: Reference) -> Resource:
    """Return the Patient, with the national identifier and the number at each hospital."""
    numbers = [
        {
            "use": "usual",
            "type": hl7("v2-0203", "MR", "Medical record number"),
            "system": hospital.mrn_system,
            "value": mrn,
            "assigner": hospital.reference,
        }
        for hospital, mrn in zip(HOSPITALS, patient.mrns, strict=True)
    ]
    national = {
        "use": "official",
        "type": hl7("v2-0203", "NI", "National unique individual identifier"),
        "system": NATIONAL_ID,
        "value": patient.national_id,
    }
    return {
        "resourceType": "Patient",
        "identifier": [national, *numbers],
        "active": True,
        "name": [{"use": "official", "text": patient.name, "family": patient.family, "given": [patient.given]}],
        "telecom": [
            {"system": "phone", "value": patient.phone, "use": "mobile"},
            {"system": "email", "value": patient.email, "use": "home"},
        ],
        "gender": patient.gender,
        "birthDate": patient.birth_date.isoformat(),
        "address": [{"use": "home", "line": [patient.line], "city": patient.city, "country": patient.country}],
        "communication": [{"language": {"coding": [coding("urn:ietf:bcp:47", patient.language)]}, "preferred": True}],
        "generalPractitioner": [physician],
        "managingOrganization": HOSPITALS[home].reference,
    }
