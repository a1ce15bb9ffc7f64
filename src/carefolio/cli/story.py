"""The story that ``serve --demo`` tells, as lines for a shell: ask, grant, read, see who read, withdraw, nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from carefolio.base.ids import new_id
from carefolio.cli.casting import SignIn

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

_LINES = """\
BASE={base}/fhir; DOCTOR={doctor}; PATIENT={patient}; CONSENT={consent}
ask='{ask}'
send() {{ curl -s -X PUT "$BASE/Consent/$CONSENT" -H "Authorization: Bearer $1" \
-H 'Content-Type: application/fhir+json' -d "$(echo "$ask" | sed "s/proposed/$2/")"; echo; }}
# 1  {doctor_name} asks for the chart of {patient_name}
send $DOCTOR proposed
# 2  {patient_name} grants it
send $PATIENT active
# 3  {doctor_name} reads
curl -s -H "Authorization: Bearer $DOCTOR" "$BASE/{person}"; echo
# 4  {patient_name} sees who read, and which contract allowed it
curl -s -H "Authorization: Bearer $PATIENT" "$BASE/AuditEvent?patient={person}"; echo
# 5  {patient_name} withdraws
send $PATIENT inactive
# 6  the next read is a 404
curl -s -o /dev/null -w '%{{http_code}}\\n' -H "Authorization: Bearer $DOCTOR" "$BASE/{person}"
"""


def tell(address: str, people: Sequence[SignIn]) -> str:
    """The sign-ins and the story's lines; what is printed runs as it is in a shell that has curl."""
    doctor = next(each for each in people if each.role == "doctor")
    patient = next(each for each in people if each.role == "patient")
    consent = new_id()
    return (
        sign_ins(people)
        + "\n"
        + _LINES.format(
            base=address,
            doctor=doctor.token,
            patient=patient.token,
            consent=consent,
            ask=json.dumps(_proposal(consent, patient.person, doctor.person)),
            doctor_name=doctor.name,
            patient_name=patient.name,
            person=patient.person,
        )
    )


def sign_ins(people: Sequence[SignIn]) -> str:
    """A line each: role, name, e-mail, code, token."""
    lines = [f"# {each.role:<10} {each.name:<22} {each.account:<42} {each.code}  {each.token}" for each in people]
    return "\n".join(["# The demo's people, with tokens that hold for a day:", *lines, ""])


def _proposal(id_: str, patient: str, doctor: str) -> dict[str, object]:
    """A request to read all of a chart, as CONTRACT's access contracts are made."""

    def concept(system: str, code: str) -> dict[str, object]:
        return {"coding": [{"system": system, "code": code}]}

    actor = {"role": concept(f"{_TERMINOLOGY}/v3-ParticipationType", "IRCP"), "reference": {"reference": doctor}}
    return {
        "resourceType": "Consent",
        "id": id_,
        "status": "proposed",
        "scope": concept(f"{_TERMINOLOGY}/consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "policyRule": concept(f"{_TERMINOLOGY}/v3-ActCode", "OPTIN"),
        "patient": {"reference": patient},
        "provision": {"type": "permit", "actor": [actor]},
    }
