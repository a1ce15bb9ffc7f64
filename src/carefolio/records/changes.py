"""What somebody wants written, and what it becomes: plain data that passes from the bundle to the writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from carefolio.base.database import Transaction
from carefolio.base.keys import OwnerKey
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.records.disclose import Guard
from carefolio.records.enclosures import Enclosure
from carefolio.store.owners import Owner
from carefolio.store.rows import Indexed, NewRecord, Row

Resource = dict[str, Any]
SHORT = 4
"""Versions of one plan, at the most, where others wait to be committed with it."""


class Method(StrEnum):
    """What is to be done; an update of an id that is not there creates."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(slots=True)
class Change:
    """One wish. ``path`` is where it stands in a bundle, for messages; ``id`` is empty when we choose it."""

    method: Method
    type: str
    id: str = ""
    resource: Resource = field(default_factory=dict)
    if_match: int | None = None
    if_none_exist: str | None = None
    path: str = ""
    size: int = 0
    """About how many bytes of JSON it came in, where that is known."""
    asks: bool = True
    """Whether there is a question mark in it, as in every conditional reference; yes where nobody has looked."""
    full_url: str = ""
    """What other entries of the same bundle call it."""
    beside: str = ""
    """Under a mandate: the record, ``Type/id``, whose owner it has too; a slot goes beside its schedule. Of a directory
    record the author is the same as well; what somebody says of a doctor stays their own word."""
    signed: bool = False
    """Of a contract: it was made from what ``Door.outlined`` gave, and signs stand for its long attachments, which it
    goes on having. Never set for what somebody sends."""
    remarks: list[str] = field(default_factory=list)
    """What was stored with a remark: a Consent without force, for one."""
    replaced: list[tuple[Resource, str]] = field(default_factory=list)
    """Reference elements that lead elsewhere now than their sender wrote, with the sender's text."""

    def begin(self) -> None:
        """As it was sent, to be prepared anew: what was found for it before may not be so any more."""
        for holder, text in reversed(self.replaced):
            holder["reference"] = text
        self.replaced.clear()
        self.remarks.clear()
        if self.if_none_exist is not None:
            self.id = ""

    def refer(self, holder: Resource, text: str) -> None:
        """Let a reference element of the resource lead to this record of ours."""
        if holder["reference"] != text:
            self.replaced.append((holder, holder["reference"]))
            holder["reference"] = text

    def at(self, path: str) -> str:
        """The element's path, inside the bundle where there is one."""
        return f"{self.path}.{path.partition('.')[2] or path}" if self.path else path


class Outcome(NamedTuple):
    """What became of one change: the version that stands now, its JSON, and whether it is new."""

    row: Row
    body: bytes
    created: bool
    changed: bool = True
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewOwner:
    """A chart or shelf that begins with this transaction; its key is durable already. Shelves have no code."""

    owner: Owner
    key: OwnerKey
    code_blind: int | None


class Write(NamedTuple):
    """One version ready to be written. ``before`` is what it takes the place of, ``cut`` the attachments that have to
    be kept before it is.
    """

    record: NewRecord
    event: Kind
    before: Row | None = None
    before_index: Indexed | None = None
    moves_consent: bool = False
    cut: tuple[Enclosure, ...] = ()


@dataclass(slots=True)
class Plan:
    """Everything that one transaction does, prepared: the writer's thread only puts it in place."""

    guard: Guard
    owners: list[NewOwner] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[SealedEntry] = field(default_factory=list)
    checks: list[Callable[[Transaction], bool]] = field(default_factory=list)
    """What has to be so still, inside the transaction, for the plan to be right."""
    also: list[Callable[[Transaction], None]] = field(default_factory=list)
    """What else becomes true with this transaction."""
    key: bytes = b""
    """What the caller's Idempotency-Key is called; empty where there is none."""

    @property
    def is_alone(self) -> bool:
        """Whether it has to be put in place while nobody else writes: what a search found, or did not, is guarded by no
        unique row, and contracts must not move beneath a disclosure. All else is guarded by ids and versions.
        """
        return bool(self.checks) or any(write.moves_consent for write in self.writes)

    @property
    def joins(self) -> bool:
        """Whether it is put in place together with others."""
        return len(self.writes) <= SHORT and not self.is_alone

    @property
    def cut(self) -> list[Enclosure]:
        """The attachments that have to be kept before the transaction begins."""
        return [one for write in self.writes for one in write.cut]
