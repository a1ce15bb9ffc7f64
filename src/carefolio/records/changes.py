"""What somebody wants written, and what it becomes: plain data that passes from the bundle to the writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from carefolio.base.database import Transaction
from carefolio.base.keys import OwnerKey
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.records.disclose import Guard
from carefolio.store.owners import Owner
from carefolio.store.rows import Indexed, NewRecord, Row

Resource = dict[str, Any]


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
    full_url: str = ""
    """What other entries of the same bundle call it."""
    remarks: list[str] = field(default_factory=list)
    """What was stored with a remark: a Consent without force, for one."""


@dataclass(frozen=True, slots=True)
class Outcome:
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


@dataclass(frozen=True, slots=True)
class Write:
    """One version ready to be written. ``before`` is what it takes the place of."""

    record: NewRecord
    event: Kind
    before: Row | None = None
    before_index: Indexed | None = None
    moves_consent: bool = False


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
