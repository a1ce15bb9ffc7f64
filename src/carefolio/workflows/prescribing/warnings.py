"""What a doctor is warned of before they sign. Pure: medicines and allergies come in as resources.

An allergy matches by code, by a word of its name, or by the group that both belong to (``medicines``). An allergy that
was refuted, or is over, does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from carefolio.workflows.prescribing.medicines import ATC, PAIRS, groups_of, words_of

Resource = dict[str, Any]

_VOID: Final = frozenset({"refuted", "entered-in-error"})
_OVER: Final = frozenset({"inactive", "resolved"})
_RUNNING: Final = frozenset({"active", "on-hold", "intended"})
_NOT_NAMES: Final = frozenset(
    {"allergy", "tablet", "tablets", "capsule", "capsules", "acid", "sodium", "hydrochloride", "oral", "with", "other"}
    | {"intolerance", "medicine", "drug", "solution", "dose", "doses", "suspension", "units"}
)
"""Words of names that say nothing of what is inside."""


class Danger(StrEnum):
    """What kind of warning it is."""

    ALLERGY = "allergy"
    SAME = "same"
    """The patient has a prescription of this already."""
    TOGETHER = "together"
    """With something else that they take."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: ``about`` is what the record calls the allergy or the other medicine; ``group`` the group by which
    an allergy matches, ``says`` and ``source`` what two medicines do together and where that stands.
    """

    danger: Danger
    about: str
    group: str = ""
    says: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Named:
    """What can be compared: codes with their system, ATC codes, words, groups."""

    text: str
    codes: frozenset[str]
    atc: frozenset[str]
    words: frozenset[str]
    groups: frozenset[str]


def warnings(medicine: Resource, allergies: Iterable[Resource], taken: Iterable[Resource]) -> tuple[Warned, ...]:
    """All warnings of a medicine (a CodeableConcept) beside AllergyIntolerances and what the patient takes
    (MedicationRequests and MedicationStatements), allergies first.
    """
    named = _named(medicine)
    found = [*_of_allergies(named, allergies), *_of_taken(named, taken)]
    return tuple(dict.fromkeys(found))


def needs_reason(found: Iterable[Warned]) -> bool:
    """Whether the doctor has to say why they prescribe it all the same."""
    return any(one.danger is Danger.ALLERGY for one in found)


def counts(allergy: Resource) -> bool:
    """Whether an AllergyIntolerance holds."""
    return not (_codes(allergy, "verificationStatus") & _VOID or _codes(allergy, "clinicalStatus") & _OVER)


def _codes(resource: Resource, name: str) -> set[str]:
    return {one.get("code", "") for one in resource.get(name, {}).get("coding", [])}


def _of_allergies(medicine: _Named, allergies: Iterable[Resource]) -> Iterator[Warned]:
    for allergy in filter(counts, allergies):
        for concept in (allergy.get("code", {}), *(one.get("substance", {}) for one in allergy.get("reaction", []))):
            other = _named(concept)
            groups = medicine.groups & other.groups
            if medicine.codes & other.codes or medicine.words & other.words:
                yield Warned(Danger.ALLERGY, other.text)
            elif groups:
                yield Warned(Danger.ALLERGY, other.text, group=min(groups))


def _of_taken(medicine: _Named, taken: Iterable[Resource]) -> Iterator[Warned]:
    for resource in taken:
        if resource.get("status") not in _RUNNING:
            continue
        other = _named(resource.get("medicationCodeableConcept", {}))
        if medicine.codes & other.codes or medicine.words & other.words:
            yield Warned(Danger.SAME, other.text)
        for pair in PAIRS:
            if _are(pair.one, pair.other, medicine, other) or _are(pair.other, pair.one, medicine, other):
                yield Warned(Danger.TOGETHER, other.text, says=pair.says, source=pair.source)


def _are(one: str, other: str, medicine: _Named, taken: _Named) -> bool:
    begins = (any(code.startswith(one) for code in medicine.atc), any(code.startswith(other) for code in taken.atc))
    return all(begins)


def _named(concept: Resource) -> _Named:
    codings = concept.get("coding", [])
    text = concept.get("text") or next((one["display"] for one in codings if one.get("display")), "")
    codes = frozenset(f"{one['system']}|{one['code']}" for one in codings if one.get("system") and one.get("code"))
    atc = frozenset(one["code"] for one in codings if one.get("system") == ATC and one.get("code"))
    words = frozenset().union(words_of(text), *(words_of(one.get("display", "")) for one in codings)) - _NOT_NAMES
    return _Named(text, codes, atc, words, groups_of(atc, words))
