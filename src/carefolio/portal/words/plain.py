"""What a coded thing is called: the plain name first, the medical word after; without a name of ours the record's own.

Synthea and others write SNOMED CT's semantic tags and LOINC's long names; both are tidied here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from carefolio.portal.words.elements import codings, each, text
from carefolio.portal.words.glossary.medicines import medicine_name
from carefolio.portal.words.glossary.rows import Plain, Table
from carefolio.portal.words.translate import gettext as _

_TAG: Final = re.compile(
    r"\s*\((?:disorder|finding|procedure|situation|morphologic abnormality|qualifier value|physical object|substance"
    r"|product|regime/therapy|person|occupation|observable entity|event|body structure|clinical drug|organism"
    r"|context-dependent category|environment|social concept|record artifact|medicinal product(?: form)?)\)$"
)
_SPECIMEN: Final = re.compile(
    r" (?:in|of) (?:Serum or Plasma|Serum|Plasma|Blood|Arterial blood|Platelet poor plasma)\b"
)
_LOINC_TAIL: Final = re.compile(r"\s*\[[^\]]*\]|\s+(?:by|Per) .*$| - Reported| - (?:Blood|Urine|Serum or Plasma)\b")
_PROPER: Final = frozenset(
    {"Alzheimer's", "Parkinson's", "Crohn's", "Hodgkin's", "Escherichia", "New", "Down", "Hib", "Doctor", "German"}
)
_BRACKETED: Final = re.compile(r"\s*\(([^()]*)\)")
_NO_WORD: Final = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Name:
    """A thing's name: ``plain`` as people say it, ``medical`` where that is another word, ``about`` what it shows."""

    plain: str
    medical: str = ""
    about: str = ""
    written: str = ""
    """As the record has it."""

    @property
    def full(self) -> str:
        """Plain name and medical word: "High blood pressure (essential hypertension)"."""
        return f"{self.plain} ({self.medical})" if self.medical and "(" not in self.plain else self.plain

    @property
    def inside(self) -> str:
        """The plain name as it stands inside a sentence: "high blood pressure"."""
        return lowered(self.plain)

    def __bool__(self) -> bool:
        return bool(self.plain)


def words_of(concept: object) -> str:
    """A CodeableConcept's or Coding's own words, tidied: its text, else the first display; never a code."""
    return tidy(concept if isinstance(concept, str) else _written(concept))


def _written(concept: object) -> str:
    own = text(concept, "text")
    shown = next((found for one in each(concept, "coding") if (found := text(one, "display"))), "")
    return own or shown or text(concept, "display")


def tidy(words: str) -> str:
    """Without SNOMED CT's tags, LOINC's brackets and invisible signs; with a capital first."""
    told = words.replace(_NO_WORD, "")
    previous = ""
    while told != previous:
        previous, told = told, _TAG.sub("", told).strip()
    if "[" in told:
        told = _SPECIMEN.sub("", _LOINC_TAIL.sub("", told)).strip()
    return told[:1].upper() + told[1:] if told[1:2].islower() or told[:1].islower() else told


def name_of(concept: object, table: Table) -> Name:
    """What a concept is called by one of our tables, else in its own words; falsy where it has neither."""
    own = words_of(concept)
    found = table.of(codings(concept), own)
    if found is None:
        return Name(own, written=own)
    return _joined(found, own)


def _joined(found: Plain, own: str) -> Name:
    """Our plain name with the record's own words after it; what explains itself already is left as it is."""
    name, written = found.name.casefold(), own.casefold()
    plain, about = _(found.name), _(found.about) if found.about else ""
    if not own or written == name:
        return Name(plain, _(found.medical) if found.medical else "", about, own or plain)
    if written.startswith(name + ","):
        return Name(own, "", about, own)
    inside = _BRACKETED.search(own)
    if inside is not None and written[: inside.start()] == name:
        return Name(plain, inside[1], about, own)
    medical = lowered(_BRACKETED.sub("", own))
    is_same = medical.casefold() in name or name in medical.casefold()
    return Name(plain, "" if is_same else medical, about, own)


def lowered(words: str) -> str:
    """As it stands inside a sentence: "Care Plan" is "care plan"; names and abbreviations stay as they are."""
    parts = words.split(" ")
    if len(parts) > 1 and all(_is_titled(part) for part in parts):
        return " ".join(_small(part) for part in parts)
    return " ".join([_small(parts[0]), *parts[1:]])


def _is_titled(word: str) -> bool:
    return word[:1].isupper() and word[1:2].isalpha() and word[1:].islower()


def _small(word: str) -> str:
    is_plain = _is_titled(word) or len(word) == 1
    return word[:1].lower() + word[1:] if is_plain and word not in _PROPER else word


def medicine_words(concept: object) -> str:
    """A medicine's name in the signs that a packet has."""
    return medicine_name(_TAG.sub("", _written(concept)))


def joined(values: list[str], join: Callable[[list[str]], str] = ", ".join) -> str:
    """The distinct texts that are not empty, in their order."""
    return join(list(dict.fromkeys(value for value in values if value)))


def words_in(element: object, name: str) -> str:
    """The words of all concepts, or texts, in a list."""
    value = element.get(name) if isinstance(element, Mapping) else None
    return joined([words_of(item) for item in (value if isinstance(value, list) else [value])])
