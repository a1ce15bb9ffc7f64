"""A first look at all files: which names they bring, in which files owners stand, where directory entries belong.

A name takes eight bytes here, so an input of millions of entries stays small. Directory entries are matched by
identifier against what is stored and against each other, so that each organisation and each person exists once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path
from typing import Any

from carefolio.base.failures import Failure
from carefolio.base.keys import Keyring
from carefolio.consent.policy import DIRECTORY
from carefolio.fhir import tables
from carefolio.fhir.validate import validate
from carefolio.records.importing.files import Entry, entries_of, read_entry
from carefolio.records.importing.identity import Name, Names, find
from carefolio.records.owner import FOLLOWS_TRANSACTION
from carefolio.search.texts import token_text
from carefolio.store.records import Reader
from carefolio.store.rows import State

ONCE = frozenset({"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Endpoint"})
"""Directory types of which an entry with a known identifier is the one that is already there."""
OWNERS = DIRECTORY | {"Patient"}
"""What is written before everything else."""
_BY_IDENTIFIER = (
    "SELECT r.id FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value = ? AND r.type = ? AND r.state = ? ORDER BY r.rid LIMIT 1"
)
_NUMBERED = tuple(sorted(tables.types()))
_NUMBERS = {name: number for number, name in enumerate(_NUMBERED)}
_TYPE_BITS = 8
_LOW = (1 << _TYPE_BITS) - 1
_CHUNK = 65_536


class NameIndex:
    """A set of names with their types: 56 bits of the name's digest and 8 of the type each."""

    def __init__(self) -> None:
        self._chunks: list[array[int]] = []
        self._open: list[int] = []
        self._sorted: array[int] = array("Q")

    def add(self, name: bytes, type_: str) -> None:
        """Remember a name; a type that R4 does not have is not remembered."""
        number = _NUMBERS.get(type_)
        if number is None:
            return
        self._open.append(_high(name) | number)
        if len(self._open) == _CHUNK:
            self._close()

    def finish(self) -> None:
        """All names are there: make them ready to be looked up."""
        self._close()
        self._sorted = self._chunks[0] if len(self._chunks) == 1 else array("Q", merge(*self._chunks))
        self._chunks = []

    def type_of(self, name: bytes) -> str | None:
        """The type of the entry with this name, None when no entry has it."""
        high = _high(name)
        place = bisect_left(self._sorted, high)
        if place < len(self._sorted) and self._sorted[place] & ~_LOW == high:
            return _NUMBERED[self._sorted[place] & _LOW]
        return None

    def _close(self) -> None:
        self._chunks.append(array("Q", sorted(self._open)))
        self._open = []


def _high(name: bytes) -> int:
    return int.from_bytes(name[:8], "big") & ~_LOW


@dataclass(slots=True)
class FileFacts:
    """What one file holds: owners, other records, types that follow the one patient, and up to two patients."""

    path: Path
    entries: int = 0
    owners: bool = False
    others: bool = False
    followers: bool = False
    patients: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    """``Type/id`` of entries whose fullUrl says something else."""
    problem: Failure | None = None


class Survey:
    """What the input holds as a whole."""

    def __init__(self, reader: Reader, keyring: Keyring, names: Names) -> None:
        self.files: list[FileFacts] = []
        self.names = NameIndex()
        self._reader = reader
        self._value = keyring.blind.value
        self._names = names
        self._elsewhere: dict[bytes, str] = {}
        self._identified: dict[int, str] = {}

    def look(self, paths: list[Path], tick: Callable[[FileFacts], None]) -> None:
        """Go through all files. Those of nothing but directory entries come first afterwards, then owners."""
        for path in paths:
            facts = FileFacts(path)
            try:
                for entry in entries_of(path):
                    self._note(facts, entry)
            except Failure as problem:
                facts.problem = problem
            self.files.append(facts)
            tick(facts)
        self.names.finish()
        self.files.sort(key=lambda facts: (facts.others, bool(facts.patients), not facts.owners))

    def id_of(self, name: Name) -> str:
        """The id of the record that this name stands for."""
        return self._elsewhere.get(name.digest, name.id)

    def identified(self, type_: str, value: int) -> str | None:
        """The directory entry that has an identifier, by the blind value of its row: stored, or in the input."""
        found = self._reader.one(_BY_IDENTIFIER, (value, type_, State.LIVE))
        return found[0] if found else self._identified.get(value)

    def _note(self, facts: FileFacts, entry: Entry) -> None:
        facts.entries += 1
        if entry.type in OWNERS:
            facts.owners = True
        else:
            facts.others = True
            facts.followers |= entry.type in FOLLOWS_TRANSACTION
        if not entry.name:
            return
        name = self._names.of(entry.name)
        self.names.add(name.digest, entry.type)
        if entry.type == "Patient" and len(facts.patients) <= 1:
            facts.patients.add(entry.name)
        if entry.type in ONCE:
            self._place(entry, name)
        if entry.url and entry.id and not entry.url.endswith(entry.id):
            facts.aliases[f"{entry.type}/{entry.id}"] = entry.url

    def _place(self, entry: Entry, name: Name) -> None:
        """Decide which record a directory entry is."""
        if name.digest in self._elsewhere:
            return
        known = find(self._reader, name.digest)
        values = [] if known else self._identifiers(entry)
        matches = (found for value in values if (found := self.identified(entry.type, value)))
        id_ = known.id if known else next(matches, name.id)
        if id_ != name.id:
            self._elsewhere[name.digest] = id_
        for value in values:
            self._identified.setdefault(value, id_)

    def _identifiers(self, entry: Entry) -> list[int]:
        """The blind values of the identifiers of a valid entry; those without a system identify nobody."""
        try:
            resource = read_entry(entry)
        except Failure:
            return []
        if validate(resource):
            return []
        return [
            self._value(token_text(f"{entry.type}.identifier", identifier["system"], identifier["value"]))
            for identifier in _objects(resource.get("identifier"))
            if identifier.get("system") and identifier.get("value")
        ]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from value if isinstance(value, list) else ()
