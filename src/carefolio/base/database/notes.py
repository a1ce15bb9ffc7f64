"""What an installation notes of itself, by name: which keys it belongs to, what is still to be done."""

from __future__ import annotations

from carefolio.base.database.port import Reader, Transaction
from carefolio.base.failures import Category, Failure, Issue

MOVING = "moving"
"""The note of a move into this database that is not finished: nobody serves it."""
MOVED = "moved"
"""The note that everything was moved out of this database, and where to: nobody serves it any more."""
_NOTE = "INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Moved(Failure):
    """Everything was moved out of the database that is ``shown`` so, to ``there``: nobody serves it any more."""

    def __init__(self, shown: str, there: str) -> None:
        other = f"Everything in {shown} was moved to {there}: name that by CAREFOLIO_DATABASE_URL."
        again = "If the move did not come to its end, run 'carefolio move' again."
        super().__init__(Category.BROKEN, Issue("exception", f"{other} {again}"))


def note(tx: Transaction, name: str, value: str) -> None:
    """Note it, in the place of what was noted under the name before."""
    tx.execute(_NOTE, (name, value))


def moved_to(reader: Reader | Transaction) -> str:
    """Where everything was moved to; empty where it is still here."""
    row = reader.one("SELECT value FROM installation WHERE name = ?", (MOVED,))
    return row[0] if row else ""
