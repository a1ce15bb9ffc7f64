"""The code systems and codes of Consents that are understood here; all others fail closed.

Sources: https://hl7.org/fhir/R4/consent.html, https://terminology.hl7.org.
"""

from __future__ import annotations

from typing import Final

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"

CONFIDENTIALITY: Final = frozenset(
    {
        f"{_TERMINOLOGY}v3-Confidentiality",
        "http://hl7.org/fhir/v3/Confidentiality",
        "urn:oid:2.16.840.1.113883.5.25",
    }
)
ACT_CODE: Final = frozenset(
    {f"{_TERMINOLOGY}v3-ActCode", "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4"}
)
ACT_REASON: Final = frozenset(
    {f"{_TERMINOLOGY}v3-ActReason", "http://hl7.org/fhir/v3/ActReason", "urn:oid:2.16.840.1.113883.5.8"}
)
CONSENT_SCOPE: Final = f"{_TERMINOLOGY}consentscope"
CONSENT_ACTION: Final = f"{_TERMINOLOGY}consentaction"
RESOURCE_TYPES: Final = "http://hl7.org/fhir/resource-types"
SOURCE_HOSPITAL: Final = "https://carefolio.org/fhir/StructureDefinition/source-hospital"

PRIVACY: Final = "patient-privacy"
OTHER_SCOPES: Final = frozenset({"research", "treatment", "adr"})
"""Scopes of Consents that are not about who may see the chart."""

NORMAL, RESTRICTED, VERY_RESTRICTED = 0, 1, 2
LABELS: Final = frozenset({NORMAL, RESTRICTED, VERY_RESTRICTED})
CONFIDENTIALITY_LABELS: Final = {
    **dict.fromkeys("UMLN", NORMAL),
    "R": RESTRICTED,
    "V": VERY_RESTRICTED,
}

TREATMENT: Final = "TREAT"
EMERGENCY: Final = frozenset({"ETREAT", "BTG"})
"""Purposes under which a deny names break-glass itself."""

READ, ADD = "read", "add"
PERMITTED_ACTIONS: Final = {
    "access": frozenset({READ}),
    "use": frozenset({READ}),
    "correct": frozenset({READ, ADD}),
}
"""What an action lets somebody do. ``collect`` and ``disclose`` let nobody do anything here."""
DENIED_ACTIONS: Final = {
    "access": frozenset({READ}),
    "use": frozenset({READ}),
    "disclose": frozenset({READ}),
    "correct": frozenset({ADD}),
    "collect": frozenset({ADD}),
}
"""What a denied action keeps somebody from."""

ROLE_SYSTEMS: Final = _TERMINOLOGY
"""All HL7 code systems of actors' roles begin so (v3-RoleCode, v3-RoleClass, v3-ParticipationType, …)."""
DELEGATES: Final = frozenset({"DELEGATEE", "GUARD", "POWATT", "DPOWATT", "HPOWATT", "RESPRSN"})
"""Roles of those who act for the patient."""
NOT_RECIPIENTS: Final = frozenset(
    {"AUT", "AUTHEN", "CONSENTER", "CONWIT", "COPART", "CST", "GRANTOR", "INF", "SBJ", "WIT"}
)
"""Roles of those who are named in a Consent and receive nothing: who agrees, witnesses, keeps the data."""
ACTORS: Final = frozenset({"Practitioner", "Organization", "Patient"})
"""Types of actor that can sign in."""
