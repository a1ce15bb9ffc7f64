"""A first look at all files: which names they bring, in which files owners stand, where directory entries belong.

Directory entries are matched by identifier against what is stored and against each other, so that each organisation
and each person exists once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carefolio.base.failures import Failure
from carefolio.base.ids import derived_id
from carefolio.base.keys import Keyring
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.validate import validate
from carefolio.records.importing.files import Entry, entries_of, read_entry
from carefolio.records.importing.identity import Names, find
from carefolio.records.importing.nameindex import NameIndex
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
    packs: range = range(0)
    """Where its names are in the index."""
    problem: Failure | None = None


class Survey:
    """What the input holds as a whole."""

    def __init__(self, reader: Reader, keyring: Keyring, names: Names) -> None:
        self.files: list[FileFacts] = []
        self.index = NameIndex()
        self._reader = reader
        self._value = keyring.blind.value
        self._names = names
        self._elsewhere: dict[bytes, str] = {}
        self._identified: dict[int, str] = {}

    def look(self, paths: list[Path], tick: Callable[[FileFacts], None]) -> None:
        """Go through all files. Afterwards those of nothing but directory entries come first."""
        for path in paths:
            facts = FileFacts(path)
            first = self.index.pack()
            for entry in readable(facts):
                self._note(facts, entry)
            facts.packs = range(first, self.index.pack())
            self.files.append(facts)
            tick(facts)
        self.index.finish()
        self.files.sort(key=lambda facts: facts.others or bool(facts.patients))
        for facts in self.files:
            if self.index.packs_repeat(facts.packs):
                self._note_repeated(facts)

    def id_of(self, name: bytes) -> str:
        """The id of the record that this name stands for."""
        return self._elsewhere.get(name) or derived_id(name)

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
        if entry.type in ONCE:
            self._place(entry)
        if not entry.name:
            return
        self.index.add(self._names.of(entry.name), entry.type)
        if entry.type == "Patient" and len(facts.patients) <= 1:
            facts.patients.add(entry.name)
        if entry.url and entry.id and not entry.url.endswith(entry.id):
            facts.aliases[f"{entry.type}/{entry.id}"] = entry.url

    def _place(self, entry: Entry) -> None:
        """Decide which record a directory entry is; an invalid one is none."""
        resource = _valid(entry)
        if resource is None:
            return
        content = self._names.content(resource)
        name = self._names.of(entry.name) if entry.name else self._names.by_content(entry.type, content)
        known = find(self._reader, name)
        values = [] if known else self._identifiers(entry.type, resource)
        matches = (found for value in values if (found := self.identified(entry.type, value)))
        own = derived_id(name)
        id_ = known.id if known else next(matches, own)
        if id_ != own:
            self._elsewhere[name] = id_
        for value in values:
            self._identified.setdefault(value, id_)

    def _identifiers(self, type_: str, resource: dict[str, Any]) -> list[int]:
        """The blind values of an entry's identifiers; those without a system identify nobody."""
        return [
            self._value(token_text(f"{type_}.identifier", identifier["system"], identifier["value"]))
            for identifier in resource.get("identifier", ())
            if identifier.get("system") and identifier.get("value")
        ]

    def _note_repeated(self, facts: FileFacts) -> None:
        """Remember the content of names that come more than once; the last one stays."""
        for entry in readable(facts):
            name = self._names.of(entry.name)
            if self.index.is_repeated(name):
                resource = _valid(entry)
                if resource is not None:
                    self.index.note_content(name, self._names.content(resource))


def readable(facts: FileFacts) -> Iterator[Entry]:
    """The file's entries up to where it cannot be read any more; that is noted."""
    try:
        yield from entries_of(facts.path)
    except Failure as problem:
        facts.problem = problem


def _valid(entry: Entry) -> dict[str, Any] | None:
    try:
        resource = read_entry(entry)
    except Failure:
        return None
    return None if validate(resource) else resource
