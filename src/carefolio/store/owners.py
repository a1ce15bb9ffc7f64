"""Owners: charts and shelves, by number and by reference, and where hospitals and people have written."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from carefolio.base.database import Transaction
from carefolio.store.records import Reader

_COLUMNS = "number, kind, ref, consent_version, code, listed"


class Owner(NamedTuple):
    """A chart (``ref`` is ``Patient/id``) or a shelf (``Organization/id``, ``Practitioner/id`` …)."""

    number: int
    kind: str
    ref: str
    consent_version: int
    code: bytes | None
    listed: int


def of_number(reader: Reader, number: int) -> Owner | None:
    """The owner with this number."""
    row = reader.one(f"SELECT {_COLUMNS} FROM owner WHERE number = ?", (number,))
    return None if row is None else Owner._make(row)


def of_reference(reader: Reader, ref: str) -> Owner | None:
    """The chart or shelf of this person or organisation."""
    row = reader.one(f"SELECT {_COLUMNS} FROM owner WHERE ref = ?", (ref,))
    return None if row is None else Owner._make(row)


def of_code(reader: Reader, blind: int) -> Owner | None:
    """The chart whose patient code has this blind value."""
    row = reader.one(f"SELECT {_COLUMNS} FROM owner WHERE code_blind = ?", (blind,))
    return None if row is None else Owner._make(row)


def taken(tx: Transaction, references: Collection[str]) -> set[str]:
    """Which of these (a group's, so a few hundred at the most) are charts or shelves already."""
    if not references:
        return set()
    marks = ", ".join("?" * len(references))
    return {ref for (ref,) in tx.all(f"SELECT ref FROM owner WHERE ref IN ({marks})", sorted(references))}


def add(tx: Transaction, owner: Owner, code_blind: int | None) -> None:
    """Write a new owner. Its key is durable already; if we crash before the commit the key stays unused."""
    tx.execute(
        "INSERT INTO owner (number, kind, ref, consent_version, code, code_blind, listed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (owner.number, owner.kind, owner.ref, owner.consent_version, owner.code, code_blind, owner.listed),
    )


def move_consent(tx: Transaction, number: int) -> None:
    """The chart's contracts are not what they were: what was decided before has to be decided again."""
    tx.execute("UPDATE owner SET consent_version = consent_version + 1 WHERE number = ?", (number,))
    tx.move_epoch()


def consent_version(tx: Transaction, number: int) -> int:
    """The version of the chart's contracts as this transaction sees it; 0 when there is no such owner."""
    row = tx.one("SELECT consent_version FROM owner WHERE number = ?", (number,))
    return row[0] if row else 0


def note_presence(tx: Transaction, pairs: Collection[tuple[int, int]]) -> None:
    """Remember, of each source (a hospital's number, or minus an account's) and owner, that the one has written in the
    other's chart. Always in one order: two that note the same never wait for each other.
    """
    tx.many("INSERT INTO presence (source, owner) VALUES (?, ?) ON CONFLICT DO NOTHING", sorted(pairs))
