"""Short ways to write the resources that the tests tell."""

from decimal import Decimal

from carefolio.portal.words.records import told
from carefolio.portal.words.told import Reader

PATIENT = Reader("en", "Europe/Dublin", "patient")
DOCTOR = Reader("en", "Europe/Dublin", "doctor")
SYSTEMS = {
    "loinc": "http://loinc.org",
    "snomed": "http://snomed.info/sct",
    "icd": "http://hl7.org/fhir/sid/icd-10-cm",
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "own": "https://example.org/codes",
    "category": "http://terminology.hl7.org/CodeSystem/observation-category",
}


def concept(system, code, text=""):
    """A CodeableConcept."""
    return {"coding": [{"system": SYSTEMS[system], "code": code}], **({"text": text} if text else {})}


def coded(code):
    """A CodeableConcept of HL7's own, of which the code alone counts."""
    return {"coding": [{"code": code}]}


def quantity(value, unit):
    """A Quantity; the value is written as a text."""
    return {"value": Decimal(value), "unit": unit, "code": unit}


def observation(value, unit="mmol/L", low="3.5", high="5.1", letter="", **more):
    """A potassium."""
    ends = {name: quantity(end, unit) for name, end in (("low", low), ("high", high)) if end}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept("category", "laboratory")],
        "code": concept("loinc", "2823-3", "Potassium"),
        "effectiveDateTime": "2024-03-04T09:15:00Z",
        "valueQuantity": quantity(value, unit),
        **({"interpretation": [coded(letter)]} if letter else {}),
        **({"referenceRange": [ends]} if ends else {}),
        **more,
    }


def resource(kind, **elements):
    """A resource of a type."""
    return {"resourceType": kind, **elements}


def patient(told_resource):
    """It, as the patient reads it."""
    return told(told_resource, PATIENT)


def doctor(told_resource):
    """It, as a doctor reads it."""
    return told(told_resource, DOCTOR)


def facts(of):
    """Its facts as a dict."""
    return {fact.label: fact.value for fact in of.facts}
