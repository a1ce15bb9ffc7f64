"""Import files and folders for one hospital.

1. Look through all files: which names they bring, where directory entries belong (``survey``).
2. Owners: Patients and directory entries of all files, those of pure directory files first.
3. The rest, file by file; types that name no patient last, since they follow the one their file is about.
4. One entry in the ledger with the figures.

Nothing spans two groups: an import that broke off anywhere is completed by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carefolio.base.failures import Category, Failure, busy, unprocessable
from carefolio.base.ids import derived_id
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.validate import validate
from carefolio.ledger.entry import Kind
from carefolio.records.importing.files import Entry, find_files, label, read_entry
from carefolio.records.importing.groups import Committer, Group
from carefolio.records.importing.identity import Kept, Known, Names, find
from carefolio.records.importing.references import Resolver
from carefolio.records.importing.report import Finding, ImportReport, Progress
from carefolio.records.importing.sender import Opened, sender_of
from carefolio.records.importing.survey import ONCE, OWNERS, FileFacts, Survey, readable
from carefolio.records.importing.versions import Draft, Versions, remarks, unknown
from carefolio.records.owner import FOLLOWS_TRANSACTION
from carefolio.records.rights import NEVER_WRITTEN
from carefolio.store import records
from carefolio.store.owners import of_number
from carefolio.store.rows import Row

Watch = Callable[[Progress], None]
_TRIES = 20
_TICK = 500
_SHOWN_ISSUES = 3
_REMEMBERED = 100_000
_OF_THE_ENTRY = frozenset({Category.MALFORMED, Category.UNPROCESSABLE})
_BY_CONTENT = "Named by its content, since it has neither fullUrl nor id."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: its file, and the one patient that the file is about, for types that name none."""

    facts: FileFacts
    follows: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry in a group that is not written yet."""

    entry: Entry
    place: _Place
    outcome: str
    remarks: list[str] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)
    """References that lead to nothing known."""


def import_paths(opened: Opened, hospital: str, paths: Sequence[Path], progress: Watch | None = None) -> ImportReport:
    """Import for the registered hospital ``Organization/id``. ``progress`` is called about once a group.

    Raises a Failure when the hospital is not registered or suspended, or a path is not there; what is wrong with a
    file or an entry is in the report.
    """
    return _Import(opened, hospital, progress).run(find_files(paths))


class _Import:
    """One run."""

    def __init__(self, opened: Opened, hospital: str, progress: Watch | None) -> None:
        self._opened = opened
        self._sender = sender_of(opened, hospital)
        self._names = Names(opened.keyring.blind, hospital)
        self._survey = Survey(opened.database, opened.keyring, self._names)
        self._resolver = Resolver(opened, self._sender.principal, self._names, self._survey, self._flush)
        self._versions = Versions(opened, self._sender)
        self._committer = Committer(opened, self._sender)
        self._report = ImportReport()
        self._progress = Progress()
        self._watch = progress
        self._group: Group[_Item] = Group()
        self._about: set[int] = set()
        self._lost: set[bytes] = set()

    def run(self, files: list[Path]) -> ImportReport:
        """All of it."""
        self._progress.files_total = len(files)
        self._survey.look(files, self._surveyed)
        for facts in self._survey.files:
            if facts.owners:
                self._pass(_Place(facts), lambda type_: type_ in OWNERS)
        self._flush()
        for facts in self._survey.files:
            self._rest(facts)
            self._report.files += 1
            self._progress.files += 1
        self._flush()
        self._conclude()
        return self._report

    def _surveyed(self, facts: FileFacts) -> None:
        self._progress.entries_total += facts.entries
        self._tick()

    def _rest(self, facts: FileFacts) -> None:
        """What is no owner; followers go to the patient of their bundle, else to the one that the others are about."""
        self._about = set()
        if facts.others:
            self._pass(_Place(facts), lambda type_: type_ not in OWNERS and type_ not in FOLLOWS_TRANSACTION)
        if facts.followers:
            self._pass(_Place(facts, self._followed(facts)), lambda type_: type_ in FOLLOWS_TRANSACTION)
        if facts.problem is not None:
            self._report.rejected.add(Finding(str(facts.path), "", facts.problem.sentence))

    def _followed(self, facts: FileFacts) -> str:
        if facts.patients:
            name = self._names.of(next(iter(facts.patients)))
            return f"Patient/{self._survey.id_of(name)}" if len(facts.patients) == 1 else ""
        owner = of_number(self._opened.database, next(iter(self._about))) if len(self._about) == 1 else None
        return owner.ref if owner and owner.kind == "chart" else ""

    def _pass(self, place: _Place, wanted: Callable[[str], bool]) -> None:
        """Store the file's entries of the wanted types."""
        self._resolver.begin(place.facts)
        for entry in readable(place.facts):
            if wanted(entry.type):
                self._report.entries += 1
                self._progress.entries += 1
                self._one(entry, place)
                if self._group.full:
                    self._flush()
                elif self._progress.entries % _TICK == 0:
                    self._tick()

    def _one(self, entry: Entry, place: _Place) -> None:
        """Store an entry, or say why not."""
        try:
            self._store(entry, place)
        except Failure as failure:
            if failure.category not in _OF_THE_ENTRY:
                raise
            self._report.rejected.add(Finding(str(place.facts.path), label(entry), failure.sentence))

    def _store(self, entry: Entry, place: _Place) -> None:
        if entry.type in NEVER_WRITTEN:
            raise unprocessable("The ledger writes audit events; nobody else does.")
        resource = read_entry(entry)
        content = self._names.content(resource)
        name = self._names.of(entry.name) if entry.name else self._names.by_content(entry.type, content)
        self._flush_if_taken(name)
        known = find(self._opened.database, name)
        if known is not None:
            self._note_owner(known.type, known.owner)
        if known is None or known.digest != content:
            _refuse_invalid(resource)
        if known is not None and (known.digest == content or self._survey.index.is_last(name, known.digest)):
            self._report.unchanged += 1
            return
        kept = Kept(name, content, self._id(entry, name, known), entry.type)
        self._flush_if_taken(kept.reference)
        self._draft(entry, resource, kept, place, self._standing(kept, known))

    def _id(self, entry: Entry, name: bytes, known: Known | None) -> str:
        """The id of the record that the entry is a version of."""
        if known is None:
            return self._survey.id_of(name)
        if known.type != entry.type:
            raise unprocessable(f"It was sent before as a {known.type}; a record does not change its type.")
        return known.id

    def _standing(self, kept: Kept, known: Known | None) -> Row | None:
        """What is there now. Under an id made of a name that is not known there can be nothing."""
        if known is None and kept.type not in ONCE:
            return None
        return records.current(self._opened.database, kept.type, kept.id)

    def _draft(self, entry: Entry, resource: dict[str, Any], kept: Kept, place: _Place, before: Row | None) -> None:
        if before is not None and self._is_anothers(kept, before.hospital):
            self._group.add(_Item(entry, place, "unchanged"), kept)
            return
        nowhere = self._resolver.rewrite(entry, resource)
        draft = Draft(entry, resource, kept.id, before, nowhere, place.follows)
        write = self._versions.compose(draft, self._group.updated)
        self._note_owner(kept.type, write.record.row.owner)
        said = remarks(resource) + ([] if entry.name else [_BY_CONTENT])
        item = _Item(entry, place, "created" if before is None else "updated", said, nowhere)
        self._group.add(item, kept, write, draft.begun)

    def _is_anothers(self, kept: Kept, hospital: int) -> bool:
        """A directory entry that came under another name, or from another sender, stays as it is."""
        if kept.type not in ONCE:
            return False
        return hospital != self._sender.principal.hospital or kept.id != derived_id(kept.name)

    def _note_owner(self, type_: str, owner: int) -> None:
        if type_ not in DIRECTORY:
            self._about.add(owner)

    def _first_time(self, texts: list[str]) -> Iterator[str]:
        """A remark on each reference that leads nowhere and was not named before."""
        for text in dict.fromkeys(texts):
            key = self._names.of(text)[:8]
            if key not in self._lost:
                if len(self._lost) >= _REMEMBERED:
                    self._lost.clear()
                self._lost.add(key)
                yield unknown(text)

    def _flush_if_taken(self, taken: bytes | str) -> None:
        """What stands in the group is not seen by reading: write it first where it matters."""
        if taken in self._group.taken:
            self._flush()

    def _flush(self) -> None:
        """Write the group; what has moved meanwhile is prepared anew from its entries."""
        for _ in range(_TRIES):
            group, self._group = self._group, Group()
            if not group.items:
                return
            if self._committer.commit(group):
                self._count(group)
                return
            self._prepare_again(group)
        raise busy("These records are being changed very often just now; run the import again to complete it.")

    def _prepare_again(self, group: Group[_Item]) -> None:
        about, facts = self._about, self._resolver.facts
        self._about = set()
        for item in group.items:
            self._resolver.begin(item.place.facts)
            self._one(item.entry, item.place)
        self._about = about
        if facts is not None:
            self._resolver.begin(facts)

    def _count(self, group: Group[_Item]) -> None:
        for item in group.items:
            self._report.count(item.outcome)
            for remark in [*item.remarks, *self._first_time(item.nowhere)]:
                self._report.reported.add(Finding(str(item.place.facts.path), label(item.entry), remark))
        self._tick()

    def _tick(self) -> None:
        if self._watch is not None:
            self._watch(self._progress)

    def _conclude(self) -> None:
        """The ledger's entry of the whole run: figures only."""
        figures = self._report.figures() | {"rejected": len(self._report.rejected)}
        content = {"organization": self._sender.account.organization, "request": self._sender.caller.request} | figures
        entry = self._opened.door.scribe.happened(Kind.IMPORT, self._sender.account.number, content)
        self._opened.database.write_now(lambda tx: self._opened.log.append(tx, [entry]))


def _refuse_invalid(resource: dict[str, Any]) -> None:
    """Raise what breaks FHIR's rules, the first few findings with the element's path."""
    issues = validate(resource)
    if issues:
        raise Failure(Category.UNPROCESSABLE, *issues[:_SHOWN_ISSUES])
