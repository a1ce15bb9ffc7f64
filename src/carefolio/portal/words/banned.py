"""What stands on no patient's page: FHIR's type names, the machine's ids and times, and words that do not help."""

from __future__ import annotations

import re
from typing import Final

from carefolio.fhir.tables import types

WORDS: Final = ("unknown", "should", "proxy", "null", "undefined", "None", "FHIR", "LOINC", "SNOMED", "UCUM")
"""Also in the middle of a sentence; "none" in small letters is a word of English."""


def _any_case(word: str) -> str:
    """Words in small letters may begin a sentence; others stand as they are."""
    return f"[{word[0].upper()}{word[0]}]{word[1:]}" if word.islower() else word


_WORD: Final = re.compile(rf"\b(?:{'|'.join(_any_case(word) for word in WORDS)})\b")
_TYPE: Final = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\b[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{8,64}\b")
_TIME: Final = re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d\S*)?(?!\d)")
_ADDRESS: Final = re.compile(
    r"\b(?:urn:(?:uuid|oid):|https?://(?:loinc|snomed|hl7|terminology\.hl7|unitsofmeasure)\.)\S*"
)
_PATTERNS: Final = (_WORD, _UUID, _TIME, _ADDRESS)


def banned_in(text: str) -> list[str]:
    """All that does not belong in a text that a patient reads, as it stands there."""
    found = [match[0] for pattern in _PATTERNS for match in pattern.finditer(text)]
    found += [match[0] for match in _TYPE.finditer(text) if match[0] in types()]
    return found + [match[0] for match in _REFERENCE.finditer(text) if match[0].partition("/")[0] in types()]
