"""How confidential a record is, as a number: 0 normal, 1 restricted, 2 very restricted.

Read from its security labels (https://hl7.org/fhir/R4/security-labels.html); the strictest one counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carefolio.consent import vocabulary as words


def label_of(resource: dict[str, Any]) -> int:
    """The strictest label of ``meta.security``, of what is contained, and of a document's own labels.

    Confidentiality R is 1 and V is 2; U, L, M and N are 0. Any code of v3-ActCode (the sensitivities HIV,
    PSY, ETH, SUD, SDV, SEX, STD, GDIS … and the refrain policies that come with them) makes a record
    restricted at least, and so does a confidentiality code that is not known here. Other codes do not count.
    """
    return max((_level(coding) for coding in _codings(resource)), default=words.NORMAL)


def _level(coding: dict[str, Any]) -> int:
    system, code = coding.get("system"), coding.get("code")
    if system in words.CONFIDENTIALITY:
        return words.CONFIDENTIALITY_LABELS.get(str(code), words.RESTRICTED)
    return words.RESTRICTED if system in words.ACT_CODE else words.NORMAL


def _codings(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    meta = resource.get("meta")
    yield from _objects(meta.get("security") if isinstance(meta, dict) else None)
    if resource.get("resourceType") == "DocumentReference":
        for concept in _objects(resource.get("securityLabel")):
            yield from _objects(concept.get("coding"))
    if resource.get("resourceType") == "Composition" and "confidentiality" in resource:
        yield {"system": min(words.CONFIDENTIALITY), "code": resource["confidentiality"]}
    for contained in _objects(resource.get("contained")):
        yield from _codings(contained)


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
