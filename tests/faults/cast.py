"""The people of these tests: a hospital that sends, patients who own, doctors who ask; and what they write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.records.door import Door
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import Gender, HospitalType, NewHospital, NewPerson, PersonRole
from tests.faults.client import Client
from tests.stores import installed, settings_of

MINUTES = 30 * 24 * 60
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


@dataclass(frozen=True)
class Person:
    """Somebody with a token; ``ref`` is their Patient or Practitioner, ``code`` their patient or doctor code."""

    email: str
    ref: str
    code: str
    token: str


@dataclass(frozen=True)
class Cast:
    """Who is there."""

    hospital: str
    hospital_token: str
    patients: tuple[Person, ...]
    doctors: tuple[Person, ...]

    @property
    def ada(self) -> Person:
        """The first patient."""
        return self.patients[0]

    @property
    def ben(self) -> Person:
        """The first doctor."""
        return self.doctors[0]


@contextmanager
def opened(data: Path, *, create: bool = False) -> Iterator[Carefolio]:
    """The installation in this process, as the commands open it."""
    carefolio = open_carefolio(settings_of(data), create=create)
    try:
        yield carefolio
    finally:
        carefolio.close()


def found(data: Path, patients: int = 1, doctors: int = 1) -> Cast:
    """A new installation with these people, made the way the commands make them."""
    with closing(installed(data)) as carefolio:
        door = carefolio.door
        hospital = actions.add_hospital(door, NewHospital("North Clinic", HospitalType.CLINIC, ""))
        return Cast(
            hospital.organization,
            hospital.token,
            tuple(_person(door, PersonRole.PATIENT, f"Ada{n} Byron", f"ada{n}@example.org") for n in range(patients)),
            tuple(_person(door, PersonRole.DOCTOR, f"Ben{n} Hart", f"ben{n}@example.org") for n in range(doctors)),
        )


def _person(door: Door, role: PersonRole, name: str, email: str) -> Person:
    patient = role is PersonRole.PATIENT
    born, gender = ("1985-04-23", Gender.FEMALE) if patient else ("", None)
    added = actions.add_person(door, NewPerson(role, name, email, born, gender, "", "", not patient))
    return Person(email, added.person, added.code, actions.issue_token(door, email, minutes=MINUTES))


def observation(patient: str, value: int = 1, **more: Any) -> dict[str, Any]:
    """A laboratory result that says ``value``."""
    laboratory = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [laboratory]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "subject": {"reference": patient},
        "effectiveDateTime": "2024-05-01",
        "valueQuantity": {"value": value, "unit": "mmol/L"},
        **more,
    }


def consent(patient: str, doctor: str, *, adds: bool = False) -> dict[str, Any]:
    """What a doctor asks for: to read, and with ``adds`` to add."""
    provision: dict[str, Any] = {
        "type": "permit",
        "period": {"start": "2020-01-01", "end": "2090-01-01"},
        "actor": [
            {"role": {"coding": [{"system": _PARTICIPATION, "code": "IRCP"}]}, "reference": {"reference": doctor}}
        ],
    }
    if adds:
        action = "http://terminology.hl7.org/CodeSystem/consentaction"
        provision["action"] = [{"coding": [{"system": action, "code": code}]} for code in ("access", "correct")]
    return {
        "resourceType": "Consent",
        "status": "proposed",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": patient},
        "policyRule": {"coding": [{"system": _ACT_CODE, "code": "OPTIN"}]},
        "provision": provision,
    }


def granted(port: int, patient: Person, doctor: Person, *, adds: bool = False) -> dict[str, Any]:
    """A contract that the doctor asked for and the patient made active; the stored Consent."""
    asker, owner = Client(port, doctor.token), Client(port, patient.token)
    asked = asker.made("POST", "/Consent", consent(patient.ref, doctor.ref, adds=adds))
    active = owner.made("PUT", f"/Consent/{asked['id']}", asked | {"status": "active"})
    asker.close()
    owner.close()
    return active
