"""Registration's pure part: what may be registered, and the FHIR resource that somebody becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from carefolio.base.failures import Category, Failure, Issue, forbidden, malformed
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.fhir.dates import interval
from carefolio.identity.profile import Profile
from carefolio.identity.verifications import VERIFIABLE

Resource = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
LONGEST_NAME = 200
LONGEST_EMAIL = 254
"""RFC 5321's limit on a path, without its brackets."""
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
_BIRTH_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
"""https://hl7.org/fhir/R4/datatypes.html#id."""
_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mx", "mx."})
_PRACTITIONER_ROLES = MappingProxyType(
    {Role.DOCTOR: "doctor", Role.PHARMACIST: "pharmacist", Role.RESEARCHER: "researcher"}
)
"""https://hl7.org/fhir/R4/valueset-practitioner-role.html; for the others there are words alone."""
_PHARMACY = MappingProxyType({"system": f"{TERMINOLOGY}v3-RoleCode", "code": "PHARM", "display": "Pharmacy"})


class HospitalType(StrEnum):
    """What kind of organisation sends records."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    LABORATORY = "laboratory"
    PHARMACY = "pharmacy"


class PersonRole(StrEnum):
    """The roles that a person can have."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    PHARMACIST = "pharmacist"
    STAFF = "staff"
    RESEARCHER = "researcher"
    AUDITOR = "auditor"
    ADMIN = "admin"


SIGN_UP = frozenset({PersonRole.PATIENT, PersonRole.DOCTOR})
"""Who may come in without being added by an operator."""


class Gender(StrEnum):
    """https://hl7.org/fhir/R4/valueset-administrative-gender.html."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewHospital:
    """An organisation that will send records; ``identifier`` is ``system|value``, by which others know it."""

    name: str
    type: HospitalType = HospitalType.HOSPITAL
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who will sign in.

    ``hospital`` is the ``Organization/id`` they work for, ``person`` a ``Patient/id`` or ``Practitioner/id`` that is
    here already, ``birth_date`` a FHIR date.
    """

    role: PersonRole
    name: str
    email: str
    birth_date: str = ""
    gender: Gender | None = None
    hospital: str = ""
    person: str = ""
    verified: bool = False

    @property
    def type(self) -> str:
        """The resource type that the person is."""
        return "Patient" if self.role is PersonRole.PATIENT else "Practitioner"


@dataclass(frozen=True, slots=True)
class NewPharmacist:
    """Somebody who will hand out at a pharmacy; ``licence`` is the number that ``authority`` gave."""

    name: str
    email: str
    licence: str
    authority: str

    def person(self, pharmacy: str) -> NewPerson:
        """Them, working for ``Organization/id``; nobody has looked at the licence yet."""
        return NewPerson(PersonRole.PHARMACIST, " ".join(self.name.split()), self.email.strip(), hospital=pharmacy)

    def profile(self) -> Profile:
        """What an admin looks at."""
        return Profile(self.licence, self.authority, "", PersonRole.PHARMACIST.value.capitalize())


def refuse_hospital(new: NewHospital) -> None:
    """Raise what is wrong with the hospital's particulars."""
    refuse_name(new.name)
    system, bar, value = new.identifier.rpartition("|")
    if new.identifier and not (system and bar and value):
        raise malformed("An identifier has to look like system|value, as in https://example.org/hospitals|north.")


def refuse_person(new: NewPerson) -> None:
    """Raise what is wrong with the person's particulars."""
    refuse_name(new.name)
    if not _EMAIL.fullmatch(new.email) or len(new.email) > LONGEST_EMAIL:
        raise malformed("This is no e-mail address; it has to look like name@example.org.")
    if new.birth_date and not _is_birth_date(new.birth_date):
        raise malformed("A birth date has to look like 1985-04-23, 1985-04 or 1985.")
    if new.role is PersonRole.PATIENT and new.hospital:
        raise malformed("A patient works for no hospital: leave --hospital out.")
    if new.role is not PersonRole.PATIENT and new.birth_date:
        raise malformed("The directory is read by everybody and holds no birth dates: leave --birth-date out.")
    if new.person and not _is_reference(new.person, new.type):
        raise malformed(
            sentence(
                "A {role} is linked to a {type}: --person has to look like {type}/id.", role=new.role, type=new.type
            )
        )
    if new.hospital and not _is_reference(new.hospital, "Organization"):
        raise malformed("A hospital has to look like Organization/id, as 'carefolio hospital add' answered.")


def refuse_sign_up(new: NewPerson) -> None:
    """Raise what nobody may say of themselves when they sign up."""
    if new.role not in SIGN_UP:
        raise forbidden("People sign up as a patient or as a doctor; an admin adds everybody else.")
    if new.person or new.hospital or new.verified:
        raise forbidden("Nobody joins a chart or a hospital, or is verified, by signing up.")


def organization(new: NewHospital) -> Resource:
    """The directory's record of a hospital."""
    resource: Resource = {
        "resourceType": "Organization",
        "active": True,
        "type": [
            {
                "coding": [
                    {"system": f"{TERMINOLOGY}organization-type", "code": "prov", "display": "Healthcare Provider"},
                    *([dict(_PHARMACY)] if new.type is HospitalType.PHARMACY else []),
                ],
                "text": new.type.value.capitalize(),
            }
        ],
        "name": new.name.strip(),
    }
    if new.identifier:
        system, _, value = new.identifier.rpartition("|")
        resource["identifier"] = [{"system": system, "value": value}]
    return resource


def is_pharmacy(organization: Resource) -> bool:
    """Whether the directory's record is one of a pharmacy, to which prescriptions can be sent."""
    codings = (coding for one in organization.get("type", []) for coding in one.get("coding", []))
    return any((one.get("system"), one.get("code")) == (_PHARMACY["system"], _PHARMACY["code"]) for one in codings)


def kind_of(organization: Resource) -> HospitalType | None:
    """What kind of organisation the directory's record is one of; None where it does not say so in our words."""
    if is_pharmacy(organization):
        return HospitalType.PHARMACY
    words = {str(one.get("text", "")).lower() for one in organization.get("type", [])}
    return next((kind for kind in HospitalType if kind.value in words), None)


def person(new: NewPerson) -> Resource:
    """The Patient or Practitioner that somebody becomes. The directory gets neither e-mail nor birth date."""
    resource: Resource = {"resourceType": new.type, "active": True, "name": [human_name(new.name)]}
    if new.gender:
        resource["gender"] = new.gender.value
    if new.birth_date:
        resource["birthDate"] = new.birth_date
    return resource


def practitioner_role(new: NewPerson, practitioner: str, hospital: str) -> Resource:
    """What somebody is at a hospital, or ("") on their own account; not active before their licence was looked at."""
    code: Resource = {"text": new.role.value.capitalize()}
    known = _PRACTITIONER_ROLES.get(Role(new.role.value))
    if known:
        code["coding"] = [{"system": f"{TERMINOLOGY}practitioner-role", "code": known, "display": known.capitalize()}]
    role: Resource = {
        "resourceType": "PractitionerRole",
        "active": new.verified or new.role.value not in VERIFIABLE,
        "practitioner": {"reference": practitioner, "display": new.name.strip()},
        "code": [code],
    }
    return role | ({"organization": {"reference": hospital}} if hospital else {})


def human_name(text: str) -> Resource:
    """``Dr Ada Mary Lovelace`` as a HumanName: the last word is the family name, a title in front is a prefix."""
    words = text.split()
    name: Resource = {"text": " ".join(words)}
    prefix = [words.pop(0)] if len(words) > 1 and words[0].lower() in _TITLES else []
    name["family"] = words.pop()
    if words:
        name["given"] = words
    return name | ({"prefix": prefix} if prefix else {})


def taken_email() -> Failure:
    """Somebody signs in with this e-mail already."""
    text = "There is an account with this e-mail already; every person has an address of their own."
    return Failure(Category.CONFLICT, Issue("conflict", text, "email"))


def refuse_name(name: str) -> None:
    """Raise when it is no name."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise malformed(sentence("A name has to have at least one word and {most} letters at most.", most=LONGEST_NAME))


def _is_birth_date(text: str) -> bool:
    try:
        interval(text)
    except (ValueError, Failure):
        return False
    return _BIRTH_DATE.fullmatch(text) is not None


def _is_reference(text: str, type_: str) -> bool:
    name, _, id_ = text.partition("/")
    return name == type_ and _ID.fullmatch(id_) is not None
