"""The texts behind blind values, made here for writing a record and for asking, so they cannot differ.

=========================================  =========================================================
``Observation``                            the record is one (one row for each record)
``Observation.code=8302-2``                token, whatever its system
``Observation.code=http://loinc.org|8302-2``  token with its system
``Observation.code=|local``                token that has no system
``Observation.encounter=Encounter/e1``     reference
``Patient.identifier=…``                   as tokens, across charts
``Patient.family~pe`` ``~pet`` ``~peter``  a word's first 2, 3, 5, 8 letters, across charts
``Patient.family~=peterson``               the whole word
``Patient.birthdate=1985-04``              born in that year, month or day, however exactly that is known
``Patient.birthdate~1985-04``              no more is known than that year or month
``participant=Practitioner/p1``            addressed by a workflow record
=========================================  =========================================================
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

PREFIXES = (2, 3, 5, 8)
_CACHED_WORDS = 20_000
_YEAR_LETTERS = 4
_MONTH_LETTERS = 7


def token_text(place: str, system: str | None, code: str) -> str:
    """A token at ``place`` (``Observation.code``); ``system`` None asks for any system, "" for none."""
    return f"{place}={code}" if system is None else f"{place}={system}|{code}"


def link_text(place: str, reference: str) -> str:
    """A reference ``Type/id`` at ``place``."""
    return f"{place}={reference}"


def participant_text(reference: str) -> str:
    """An addressed participant ``Type/id``."""
    return f"participant={reference}"


@lru_cache(_CACHED_WORDS)
def words(text: str) -> tuple[str, ...]:
    """The words of a name: NFKD, casefolded, no accents, no punctuation; hyphens and commas part words."""
    kept: list[str] = []
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()):
        category = unicodedata.category(letter)
        if category[0] == "Z" or category == "Pd" or letter in ",;/\t\n\r":
            kept.append(" ")
        elif category[0] in "LNC" or category == "Mc":
            kept.append(letter)
    return tuple("".join(kept).split())


def word_texts(place: str, word: str) -> list[str]:
    """All texts under which a word is found: its prefixes and the whole."""
    found = [f"{place}~{word[:length]}" for length in PREFIXES if length <= len(word)]
    found.append(f"{place}~={word}")
    return found


def whole_text(place: str, word: str) -> str:
    """The text of exactly this word."""
    return f"{place}~={word}"


def prefix_text(place: str, word: str) -> tuple[str, bool]:
    """The text that finds every word beginning so, and whether it finds no others.

    One letter alone finds only words of one letter: anything else would be half of everybody.
    """
    fitting = [length for length in PREFIXES if length <= len(word)]
    if not fitting:
        return whole_text(place, word), True
    return f"{place}~{word[: fitting[-1]]}", fitting[-1] == len(word)


def begins(asked: Iterable[str], present: frozenset[str]) -> bool:
    """Whether each word asked for begins one of the words present (one letter: is one of them)."""
    return all(
        word in present or (len(word) >= PREFIXES[0] and any(one.startswith(word) for one in present)) for word in asked
    )


def birth_texts(place: str, date: str) -> list[str]:
    """The rows of a birth date given as a year, a month or a day."""
    parts = [date[:length] for length in (_YEAR_LETTERS, _MONTH_LETTERS, len(date)) if length <= len(date)]
    found = [f"{place}={part}" for part in dict.fromkeys(parts)]
    return [*found, f"{place}~{date}"] if len(date) <= _MONTH_LETTERS else found
