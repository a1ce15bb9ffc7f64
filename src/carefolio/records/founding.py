"""New charts and shelves with their first records, and what the directory says of those who were registered.

Who registers has no token and no rights in any chart: what is founded here begins empty, or is the directory's. What a
person or a hospital's systems write goes through the door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import Category, Failure, absent
from carefolio.base.ids import new_id
from carefolio.base.keys import Keyring, OwnerKey
from carefolio.consent.policy import FOREVER
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.json import parse
from carefolio.fhir.validate import validate
from carefolio.ledger.entry import Kind
from carefolio.records.changes import NewOwner, Plan, Write
from carefolio.records.commit import commit
from carefolio.records.compose import Place, compose, index_of
from carefolio.records.directory import directory_row
from carefolio.records.disclose import Guard
from carefolio.records.enclosures import send
from carefolio.records.entries import Caller, Scribe
from carefolio.records.parts import Parts
from carefolio.records.prepare import CODE_AAD, begin_chart
from carefolio.records.vault import open_whole
from carefolio.search.texts import token_text
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.records import Reader
from carefolio.store.rows import Row, State

Resource = dict[str, Any]

OPERATOR = Principal(account=0, role=Role.ADMIN, purpose="HOPERAT", operator=True)
"""Who writes at the console: no account, for the running of the platform."""

_IDENTIFIED = (
    "SELECT count(DISTINCT r.rid), max(r.id) FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value = ? AND r.type = ? AND r.state = ?"
)


class _Unbound(Guard):
    """What is registered hangs on no token and on no contract."""

    def holds(self, tx: Transaction, epoch: int) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class Home:
    """A chart or shelf: its number, whose it is, its key, and the patient code of a chart."""

    number: int
    ref: str
    key: OwnerKey
    code: str = ""


@dataclass(slots=True)
class Founding:
    """What one registration founds; nothing of it stands before ``put``, but keys that nobody uses. ``by`` is who the
    ledger says it was.
    """

    parts: Parts
    scribe: Scribe
    by: Principal = OPERATOR
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self.plan = Plan(_Unbound(self.by, 0, FOREVER, ()))

    def chart(self, reference: str) -> Home:
        """A new chart for ``Patient/id``, with its patient code."""
        new = begin_chart(self.parts.keyring, reference)
        self.plan.owners.append(new)
        return _home(self.parts.keyring, new.owner)

    def shelf(self, reference: str) -> Home:
        """The shelf of an organisation or a person: the one that is there, or a new one."""
        known = self.existing(reference)
        if known is not None:
            return known
        key = self.parts.keyring.take()
        self.plan.owners.append(NewOwner(Owner(key.owner, "shelf", reference, 1, None, 1), key, None))
        return Home(key.owner, reference, key)

    def existing(self, reference: str) -> Home | None:
        """The chart or shelf that is there already."""
        owner = owners.of_reference(self.parts.database, reference)
        return None if owner is None else _home(self.parts.keyring, owner)

    def has(self, reference: str) -> bool:
        """Whether this record is there and has not been deleted."""
        row = records.current(self.parts.database, *reference.split("/", 1))
        return row is not None and row.state == State.LIVE

    def add(self, home: Home, resource: Resource, id_: str = "", hospital: int = 0) -> str:
        """A first version in this chart or shelf; ``hospital`` is the number of the hospital that it counts as sent
        by. Answers its reference; raises what breaks FHIR's rules.
        """
        issues = validate(resource)
        if issues:
            raise Failure(Category.UNPROCESSABLE, *issues)
        place = Place(home.number, home.ref, home.key, author=0, hospital=hospital, updated=clock.now())
        record, _, cut = compose(self.parts.keyring, resource, id_ or new_id(), place, self.parts.mark)
        send(self.parts.blobs, cut)
        self.plan.writes.append(Write(record, Kind.RECORD_CREATED))
        return record.row.reference

    def revise(self, reference: str, edit: Callable[[Resource], Resource]) -> None:
        """A newer version of a directory record, as ``edit`` makes it of the content that stands; none when that is the
        same. Raises absent when there is no such record, and what breaks FHIR's rules.
        """
        before = directory_row(self.parts, reference)
        owner = owners.of_number(self.parts.database, before.owner) if before else None
        if before is None or owner is None:
            raise absent()
        old = parse(open_whole(self.parts, before))
        new = edit(old)
        if new != old:
            self._supersede(before, _home(self.parts.keyring, owner), old, new)

    def _supersede(self, before: Row, home: Home, old: Resource, new: Resource) -> None:
        issues = validate(new)
        if issues:
            raise Failure(Category.UNPROCESSABLE, *issues)
        place = Place(
            owner=home.number,
            owner_ref=home.ref,
            key=home.key,
            author=before.author,
            hospital=before.hospital,
            updated=clock.now(),
            flags=before.flags,
            rid=before.rid,
            version=before.version + 1,
        )
        record, _, cut = compose(self.parts.keyring, new, before.id, place, self.parts.mark)
        send(self.parts.blobs, cut)
        index = index_of(self.parts.keyring, before.type, old, home.number, home.ref, before.flags)
        self.plan.writes.append(Write(record, Kind.RECORD_UPDATED, before, index))

    def put(self, tx: Transaction) -> None:
        """Everything, with its entries; the caller's own rows go into the same transaction. Raises Moved when a record
        that is revised is not what it was.
        """
        caller = Caller("", self.by, 0, new_id(), {})
        grouped: dict[tuple[int, Kind], list[Row]] = {}
        for write in self.plan.writes:
            grouped.setdefault((write.record.row.owner, write.event), []).append(write.record.row)
        for (owner, event), rows in grouped.items():
            self.plan.entries.append(self.scribe.written(caller, event, owner, rows))
        commit(tx, self.parts.log, self.plan)


def identified(reader: Reader, keyring: Keyring, type_: str, identifier: str) -> str:
    """The reference of the one record of this type with the identifier ``system|value``; empty when none or several."""
    system, _, value = identifier.rpartition("|")
    blind = keyring.blind.value(token_text(f"{type_}.identifier", system, value))
    row = reader.one(_IDENTIFIED, (blind, type_, State.LIVE))
    return f"{type_}/{row[1]}" if row is not None and row[0] == 1 else ""


def _home(keyring: Keyring, owner: Owner) -> Home:
    key = keyring.of(owner.number)
    code = key.open(owner.code, CODE_AAD).decode() if owner.code else ""
    return Home(owner.number, owner.ref, key, code)
