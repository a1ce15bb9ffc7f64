"""Records to load the product with: blood pressure panels and laboratory values of about 1.8 KB. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

Resource = dict[str, Any]

_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_MEANING = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
CODES = (
    ("85354-9", "Blood pressure panel with all children optional", "mm[Hg]"),
    ("8867-4", "Heart rate", "/min"),
    ("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL"),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%"),
    ("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL"),
    ("29463-7", "Body weight", "kg"),
    ("8310-5", "Body temperature", "Cel"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL"),
)
_PARTS = (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))
_FIRST = datetime(2016, 3, 1, 8, 30, tzinfo=UTC)
_NOTE = (
    "Taken sitting after five minutes of rest, on the left arm with a medium cuff; the second of two readings. The "
    "patient had taken the morning's tablets and had not smoked. To be repeated at the next visit and at home."
)


def observation(patient: str, number: int) -> Resource:
    """The chart's ``number``-th Observation: codes take turns, dates go on by eight hours."""
    code, words, unit = CODES[number % len(CODES)]
    taken = (_FIRST + timedelta(hours=8 * number)).isoformat()
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [_coding(_CATEGORY, "vital-signs", "Vital Signs")], "text": "Vital signs"}],
        "code": {"coding": [_coding(_LOINC, code, words)], "text": words},
        "subject": {"reference": patient},
        "effectiveDateTime": taken,
        "issued": taken,
        "performer": [{"display": "Dr Ottilie Brannock"}],
        "interpretation": [{"coding": [_coding(_MEANING, "N", "Normal")]}],
        "note": [{"text": f"{_NOTE} Reading {number}."}],
        "component": [_component(part, title, unit, 60 + number % 70) for part, title in _PARTS],
    }


def patient(id_: str, number: int) -> Resource:
    """The Patient with that id."""
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"system": "urn:example:bench", "value": f"B-{number:05}"}],
        "name": [{"family": f"Benchwick{number}", "given": ["Odalys"]}],
        "gender": "female",
        "birthDate": f"{1950 + number % 50}-04-23",
    }


def transaction(resources: Iterable[Resource]) -> Resource:
    """A transaction Bundle that creates them all."""
    entries = [{"resource": each, "request": {"method": "POST", "url": each["resourceType"]}} for each in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def contract(id_: str, chart: str, doctor: str, status: str) -> Resource:
    """A contract that lets the doctor read all of the chart."""
    actor = {"role": _concept("v3-ParticipationType", "IRCP"), "reference": {"reference": doctor}}
    return {
        "resourceType": "Consent",
        "id": id_,
        "status": status,
        "scope": _concept("consentscope", "patient-privacy"),
        "category": [{"coding": [{"system": _LOINC, "code": "59284-0"}]}],
        "policyRule": _concept("v3-ActCode", "OPTIN"),
        "patient": {"reference": chart},
        "provision": {"type": "permit", "actor": [actor]},
    }


def _coding(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def _component(code: str, words: str, unit: str, value: int) -> Resource:
    return {
        "code": {"coding": [_coding(_LOINC, code, words)], "text": words},
        "valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": unit},
        "referenceRange": [
            {"low": {"value": 50, "unit": unit}, "high": {"value": 139, "unit": unit}, "text": "the usual range"}
        ],
    }
