"""Codes that forms write: LOINC and SNOMED CT where these are free to use, else words under a system of our own."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Resource = dict[str, Any]

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
UCUM: Final = "http://unitsofmeasure.org"
TEETH: Final = "http://terminology.hl7.org/CodeSystem/ex-tooth"
"""FDI's numbers of teeth, as HL7 writes them."""
OURS: Final = "https://carefolio.org/fhir/CodeSystem/charting"
"""For what has no free code that we are sure of: a slug of ours next to the words."""
HL7: Final = "http://terminology.hl7.org/CodeSystem/"


class Code(NamedTuple):
    """A code with the words that a specialist uses."""

    system: str
    code: str
    display: str

    @property
    def key(self) -> str:
        """``system|code``."""
        return f"{self.system}|{self.code}"


def loinc(code: str, display: str) -> Code:
    """A LOINC code."""
    return Code(LOINC, code, display)


def snomed(code: str, display: str) -> Code:
    """A SNOMED CT code, of the part that is free for everybody (the Global Patient Set)."""
    return Code(SNOMED, code, display)


def ours(code: str, display: str) -> Code:
    """A slug of our own."""
    return Code(OURS, code, display)


def concept(*codes: Code, text: str = "") -> Resource:
    """A CodeableConcept of these codes, with the words that people read."""
    found: Resource = {"coding": [one._asdict() for one in codes]} if codes else {}
    words = text or (codes[0].display if codes else "")
    return found | ({"text": words} if words else {})


def coded(table: str, code: str) -> Resource:
    """A concept of HL7's own tables."""
    return {"coding": [{"system": HL7 + table, "code": code}]}
