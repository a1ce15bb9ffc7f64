"""What hospitals publish about themselves: Organization, Location, Practitioner and PractitionerRole."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from carefolio.demo.codes import LICENCE, LOCATION, ORGANIZATION, ROLE
from carefolio.demo.people import Doctor
from carefolio.demo.places import Hospital
from carefolio.demo.records import Resource, hl7, ours

_KINDS = {"hospital": "HOSP", "clinic": "OF", "laboratory": "MBL"}
"""Location types of HL7's RoleCode: hospital, outpatient facility, medical laboratory."""


def directory(hospital: Hospital, staff: Sequence[Doctor]) -> Resource:
    """Return a transaction Bundle of the hospital's directory; what is there already stays as it is."""
    house = _entry(_organization(hospital), ORGANIZATION, hospital.slug)
    main = _entry(_location(hospital, house["fullUrl"]), LOCATION, f"{hospital.slug}-main")
    entries = [house, main]
    for each in staff:
        person = _entry(_practitioner(each), LICENCE, each.licence)
        links = (person["fullUrl"], main["fullUrl"], house["fullUrl"])
        entries += [person, _entry(_role(each, hospital, links), ROLE, f"{each.licence}-{hospital.slug}")]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _entry(resource: Resource, system: str, value: str) -> Resource:
    resource = {
        "resourceType": resource.pop("resourceType"),
        "identifier": [{"system": system, "value": value}],
        **resource,
    }
    kind = resource["resourceType"]
    return {
        "fullUrl": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{system}|{value}')}",
        "resource": resource,
        "request": {"method": "POST", "url": kind, "ifNoneExist": f"identifier={system}|{value}"},
    }


def _organization(hospital: Hospital) -> Resource:
    return {
        "resourceType": "Organization",
        "active": True,
        "type": [{**hl7("organization-type", "prov", "Healthcare Provider"), "text": hospital.kind.capitalize()}],
        "name": hospital.name,
        "telecom": [{"system": "phone", "value": hospital.phone, "use": "work"}],
        "address": [{"use": "work", "line": [hospital.line], "city": hospital.city, "country": hospital.country}],
    }


def _location(hospital: Hospital, organization: str) -> Resource:
    return {
        "resourceType": "Location",
        "status": "active",
        "name": f"{hospital.name}, {hospital.city}",
        "mode": "instance",
        "type": [hl7("v3-RoleCode", _KINDS[hospital.kind])],
        "address": {
            "use": "work",
            "line": [hospital.line],
            "city": hospital.city,
            "country": hospital.country,
        },
        "managingOrganization": {"reference": organization, "display": hospital.name},
    }


def _practitioner(doctor: Doctor) -> Resource:
    name = {"use": "official", "text": doctor.name, "family": doctor.family, "given": [doctor.given]}
    return {
        "resourceType": "Practitioner",
        "active": True,
        "name": [{**name, **({"prefix": [doctor.prefix]} if doctor.prefix else {})}],
        "telecom": [{"system": "email", "value": doctor.email, "use": "work"}],
        "gender": doctor.gender,
        "qualification": [{"code": {"text": doctor.qualification}}],
    }


def _role(doctor: Doctor, hospital: Hospital, links: tuple[str, str, str]) -> Resource:
    person, place, organization = links
    code = "pharmacist" if doctor.speciality == "Pharmacy" else "doctor"
    return {
        "resourceType": "PractitionerRole",
        "active": True,
        "practitioner": {"reference": person, "display": doctor.name},
        "organization": {"reference": organization, "display": hospital.name},
        "code": [hl7("practitioner-role", code, code.capitalize())],
        "specialty": [ours(doctor.speciality.lower().replace(" ", "-"), doctor.speciality)],
        "location": [{"reference": place}],
    }
