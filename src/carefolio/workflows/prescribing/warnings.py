"""What a doctor is warned of before they sign. Pure: medicines and allergies come in as resources.

An allergy matches by code, by a substance or a word of its name, or by the group that both belong to (``medicines``).
An allergy that was refuted, or is over, does not count. What is taken and bears no name cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from carefolio.workflows.prescribing.medicines import ATC, PAIRS, groups_of, substances_of, words_of

Resource = dict[str, Any]

_VOID: Final = frozenset({"refuted", "entered-in-error"})
_OVER: Final = frozenset({"inactive", "resolved"})
_RUNNING: Final = frozenset({"active", "on-hold", "intended"})
_OF_FORMS = """
tablet tablets capsule capsules oral solution dose doses suspension unit units injection injectable syringe prefilled
inhaler inhalation metered powder spray cream ointment topical patch transdermal drops chewable dispersible effervescent
extended modified prolonged slow release actuat actuation pack with other mg ml mcg microgram g iu hr
allergy allergies allergic intolerance reaction medicine medicines medication drug drugs antibiotic antibiotics
"""
_OF_SALTS = """
acetate acid anhydrous besilate besylate bitartrate bromide calcium carbonate chloride citrate dihydrate fumarate
gluconate hydrobromide hydrochloride lactate magnesium maleate mesilate mesylate monohydrate nitrate oxide phosphate
potassium sodium succinate sulfate sulphate tartrate trihydrate vitamin zinc
"""
_FORMS: Final = frozenset(_OF_FORMS.split())
_NOT_NAMES: Final = _FORMS.union(_OF_SALTS.split())
"""Words of names that say nothing of what is inside: its form, and the salt that it is made as."""
_SHORTEST: Final = 4
"""A shorter word alone is no name."""


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
    """What can be compared: codes with their system, ATC codes, words, groups (the narrower first)."""

    text: str
    codes: frozenset[str]
    atc: frozenset[str]
    words: frozenset[str]
    groups: tuple[str, ...]

    def is_same(self, other: _Named) -> bool:
        """Whether both are, or hold, one substance."""
        return bool(self.codes & other.codes or self.atc & other.atc or self.words & other.words)


def warnings(medicine: Resource, allergies: Iterable[Resource], taken: Iterable[Resource]) -> tuple[Warned, ...]:
    """All warnings of a medicine (a CodeableConcept) beside AllergyIntolerances and what the patient takes
    (MedicationRequests and MedicationStatements, each with its medicationCodeableConcept), allergies first.
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


def runs(taken: Resource) -> bool:
    """Whether a MedicationRequest or MedicationStatement is of what is taken now."""
    return taken.get("status") in _RUNNING


def is_named(concept: Resource) -> bool:
    """Whether there is anything in a concept by which a medicine can be compared."""
    named = _named(concept)
    return bool(named.atc or named.words)


def _codes(resource: Resource, name: str) -> set[str]:
    return {one.get("code", "") for one in resource.get(name, {}).get("coding", [])}


def _of_allergies(medicine: _Named, allergies: Iterable[Resource]) -> Iterator[Warned]:
    for allergy in filter(counts, allergies):
        for concept in (allergy.get("code", {}), *(one.get("substance", {}) for one in allergy.get("reaction", []))):
            other = _named(concept)
            group = next((one for one in medicine.groups if one in other.groups), "")
            if medicine.is_same(other):
                yield Warned(Danger.ALLERGY, other.text)
            elif group:
                yield Warned(Danger.ALLERGY, other.text, group=group)


def _of_taken(medicine: _Named, taken: Iterable[Resource]) -> Iterator[Warned]:
    for resource in filter(runs, taken):
        other = _named(resource.get("medicationCodeableConcept", {}))
        if medicine.is_same(other):
            yield Warned(Danger.SAME, other.text)
        for pair in PAIRS:
            if _are(pair.one, pair.other, medicine, other) or _are(pair.other, pair.one, medicine, other):
                yield Warned(Danger.TOGETHER, other.text, says=pair.says, source=pair.source)


def _are(one: str, other: str, medicine: _Named, taken: _Named) -> bool:
    begins = (any(code.startswith(one) for code in medicine.atc), any(code.startswith(other) for code in taken.atc))
    return all(begins)


def _named(concept: Resource) -> _Named:
    codings = concept.get("coding", [])
    displays = [one["display"] for one in codings if one.get("display")]
    text = concept.get("text") or next(iter(displays), "")
    codes = frozenset(f"{one['system']}|{one['code']}" for one in codings if one.get("system") and one.get("code"))
    names = [words_of(one) for one in dict.fromkeys([text, *displays])]
    atc = frozenset(one["code"] for one in codings if one.get("system") == ATC and one.get("code"))
    atc = atc.union(*map(substances_of, names))
    groups = tuple(dict.fromkeys(group for one in names for group in groups_of(atc, one)))
    return _Named(text, codes, atc, frozenset().union(*map(_telling, names)), groups)


def _telling(words: Sequence[str]) -> frozenset[str]:
    """The words that say what is inside; of a name of salts alone, all together: "calcium carbonate"."""
    telling = frozenset(word for word in words if len(word) >= _SHORTEST and word not in _NOT_NAMES)
    whole = " ".join(word for word in words if word not in _FORMS)
    return telling or frozenset({whole} if whole else ())
