"""What an installation notes of itself, by name: which keys it belongs to, what is still to be done."""

from __future__ import annotations

from carefolio.base.database.port import Reader, Transaction

MOVING = "moving"
"""The note of a move into this database that is not finished: nobody serves it."""
MOVED = "moved"
"""The note that everything was moved out of this database, and where to: nobody serves it any more."""
_NOTE = "INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def note(tx: Transaction, name: str, value: str) -> None:
    """Note it, in the place of what was noted under the name before."""
    tx.execute(_NOTE, (name, value))


def moved_to(reader: Reader | Transaction) -> str:
    """Where everything was moved to; empty where it is still here."""
    row = reader.one("SELECT value FROM installation WHERE name = ?", (MOVED,))
    return row[0] if row else ""
