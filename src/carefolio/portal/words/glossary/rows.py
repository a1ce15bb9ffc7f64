"""How the tables of plain names are written: ``codes | plain name | medical words; others | \
what it shows``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain name, the medical word behind it ("" where it is the same), and what it shows or is for."""

    name: str
    medical: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Plain names by code, and by medical words in lower case."""

    systems: tuple[str, ...]
    """Parts of the addresses of the code systems that count here: a code of another system means something else."""
    by_code: Mapping[str, Plain]
    by_words: Mapping[str, Plain]

    def of(self, codings: Iterable[tuple[str, str]], words: str) -> Plain | None:
        """By the first (system, code) that is known, else by the words. ``E11.90`` is also ``E11.9`` and ``E11``."""
        for system, code in codings:
            if any(part in system.casefold() for part in self.systems):
                found = next((self.by_code[one] for one in _shorter(code) if one in self.by_code), None)
                if found is not None:
                    return found
        return self.by_words.get(words.casefold())


def _shorter(code: str) -> Iterator[str]:
    """The code, and where it has a point all that it is a part of."""
    stem, point, _rest = code.partition(".")
    yield code
    if point:
        yield from (code[:end].removesuffix(".") for end in range(len(code) - 1, len(stem), -1))


def read_table(systems: tuple[str, ...], text: str) -> Table:
    """Read one row a line; lines that begin with # are remarks."""
    by_code: dict[str, Plain] = {}
    by_words: dict[str, Plain] = {}
    for line in text.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        codes, name, medical, about = columns + [""] * (_COLUMNS - len(columns))
        terms = [term.strip() for term in medical.split(";") if term.strip()]
        plain = Plain(name, terms[0] if terms else "", about)
        by_code.update((code, plain) for code in codes.split())
        by_words.update((term.casefold(), plain) for term in (name, *terms))
    return Table(systems, by_code, by_words)
