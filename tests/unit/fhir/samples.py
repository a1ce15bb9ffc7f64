"""Resources that the tests of carefolio.fhir share; each call makes a new one."""

from decimal import Decimal
from typing import Any


def observation() -> dict[str, Any]:
    """A blood pressure with two components."""
    return {
        "resourceType": "Observation",
        "id": "pressure",
        "meta": {"lastUpdated": "2026-03-01T08:00:00Z", "tag": [{"system": "urn:x:tag", "code": "ward"}]},
        "status": "final",
        "category": [{"coding": [{"system": "urn:x:category", "code": "vital-signs"}]}],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "85354-9"}, {"code": "bp"}],
            "text": "Blood pressure",
        },
        "subject": {"reference": "Patient/anna"},
        "effectiveDateTime": "2026-03-01T07:55:00+01:00",
        "performer": [{"reference": "Practitioner/ines"}],
        "component": [component("8480-6", "117.0"), component("8462-4", "76")],
    }


def component(code: str, value: str) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {
            "value": Decimal(value),
            "unit": "mmHg",
            "system": "http://unitsofmeasure.org",
            "code": "mm[Hg]",
        },
    }


def patient() -> dict[str, Any]:
    """A person with everything that search looks at."""
    return {
        "resourceType": "Patient",
        "id": "anna",
        "identifier": [{"system": "urn:x:mrn", "value": "4711"}, {"value": "loose"}],
        "active": True,
        "name": [{"family": "Peterson", "given": ["Anna", "Maria"], "text": "Anna Maria Peterson"}],
        "telecom": [
            {"system": "phone", "value": "+44 20 7946 0000"},
            {"system": "email", "value": "anna@example.org"},
        ],
        "gender": "female",
        "birthDate": "1985-04-23",
        "address": [{"line": ["1 High Street"], "city": "Leeds", "postalCode": "LS1"}],
        "generalPractitioner": [{"reference": "Practitioner/ines"}],
    }


def transaction() -> dict[str, Any]:
    """A patient and an observation at once."""
    return bundle(patient(), observation())


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """A transaction that creates the resources."""
    entries = [
        {"resource": resource, "request": {"method": "POST", "url": resource.get("resourceType", "Basic")}}
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
