"""Idempotency-Key: a write that was sent twice is done once, and the second answer tells what the first one did.

What is kept for a day is which versions the write made, sealed; not their content. A repetition reads them again
through the door, so that somebody who may not see them any more does not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Taken, Transaction
from carefolio.base.failures import Category, Failure, unprocessable
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.fhir.json import parse, serialise
from carefolio.records.changes import Outcome
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller
from carefolio.store.records import Reader

KEPT = clock.DAY
_AAD = b"repeated"
_OTHER = "duplicate"


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The caller's key and the digest of what was sent under it."""

    key: str
    digest: bytes


def once(key: str, *content: str) -> Repeatable:
    """What a form is written under that brought ``key`` and holds ``content``: sent twice, it is written once."""
    return Repeatable(key, sha256(repr(content).encode()).digest())


def is_other(failure: Failure) -> bool:
    """Whether a write failed because something else was written under its key, or id, before."""
    return failure.category is Category.STALE or any(issue.code == _OTHER for issue in failure.issues)


@dataclass(frozen=True, slots=True)
class Made:
    """What the first write made of one change."""

    type: str
    id: str
    version: int
    created: bool


class Memory:
    """The answers that are kept."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def find(self, reader: Reader, caller: Caller, repeatable: Repeatable) -> list[Made] | None:
        """What was made under this key before; raises (422) when something else was sent under it."""
        row = reader.one(
            "SELECT digest, answer FROM repeated WHERE name = ? AND until > ?",
            (self.name(caller, repeatable), clock.now()),
        )
        if row is None:
            return None
        if row[0] != repeatable.digest:
            raise unprocessable("This Idempotency-Key was used for another request; take a new one.", code=_OTHER)
        kept = parse(self._keyring.of(PLATFORM).open(row[1], _AAD))
        return [Made(*made) for made in kept["made"]]

    def keep(self, tx: Transaction, caller: Caller, repeatable: Repeatable, outcomes: list[Outcome]) -> None:
        """Keep what was made, in the same transaction. Those whose day is over make room."""
        made: list[Any] = [[o.row.type, o.row.id, o.row.version, o.created] for o in outcomes]
        tx.execute("DELETE FROM repeated WHERE until <= ?", (tx.now,))
        kept = self._keyring.of(PLATFORM).seal(serialise({"made": made}), _AAD)
        try:
            tx.execute(
                "INSERT INTO repeated (name, until, digest, answer) VALUES (?, ?, ?, ?)",
                (self.name(caller, repeatable), tx.now + KEPT, repeatable.digest, kept),
            )
        except Taken:
            raise Moved from None  # the same request came twice at once, and the other was first

    def name(self, caller: Caller, repeatable: Repeatable) -> bytes:
        """What the key is called here: the same for this caller and this key, and for no other."""
        return self._keyring.blind.digest(f"repeated={caller.principal.account}\n{repeatable.key}")


def kept(tx: Transaction, names: Collection[bytes]) -> set[bytes]:
    """Under which of these (a group's, so a few hundred at the most) something was done already, and is still kept."""
    if not names:
        return set()
    marks = ", ".join("?" * len(names))
    rows = tx.all(f"SELECT name FROM repeated WHERE name IN ({marks}) AND until > ?", (*sorted(names), tx.now))
    return {bytes(name) for (name,) in rows}
