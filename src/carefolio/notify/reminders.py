"""What somebody is to be told later: kept sealed until it is due, or until what it is about is not so any more."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from carefolio.base import clock
from carefolio.base.database import Database, Transaction
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.notify.notices import NewNotice, NoticeKind

_AT_ONCE = 200
_DUE = "SELECT number, account, kind, chart, due, mark, about FROM reminder WHERE due <= ? ORDER BY due LIMIT ?"


class Due(NamedTuple):
    """A reminder whose time has come."""

    number: int
    notice: NewNotice


class Reminders:
    """The reminders' table, sealed under the platform's key; a mark says what a reminder hangs on."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.of(PLATFORM)

    def put(self, tx: Transaction, new: NewNotice, due: int, mark: str) -> None:
        """Tell it at ``due`` (µs UTC). If we crash before the commit, what it is about did not happen either."""
        about = self._key.seal(msgspec.json.encode(new.about), _place(new.account, new.kind, due))
        tx.execute(
            "INSERT INTO reminder (account, kind, chart, due, mark, about) VALUES (?, ?, ?, ?, ?, ?)",
            (new.account, new.kind.value, new.chart, due, mark, about),
        )

    def forget(self, tx: Transaction, mark: str) -> None:
        """Tell nothing any more that has this mark."""
        tx.execute("DELETE FROM reminder WHERE mark = ?", (mark,))

    def due(self, database: Database) -> list[Due]:
        """Some of those whose time has come, the oldest first."""
        return [self._opened(row) for row in database.read(_DUE, (clock.now(), _AT_ONCE))]

    def take(self, tx: Transaction, number: int) -> bool:
        """Take it out of the table; whether it was there still. Of several processes one takes it."""
        return tx.execute("DELETE FROM reminder WHERE number = ?", (number,)).rowcount == 1

    def _opened(self, row: tuple[Any, ...]) -> Due:
        number, account, kind, chart, due, _mark, sealed = row
        about = msgspec.json.decode(self._key.open(sealed, _place(account, kind, due)))
        return Due(number, NewNotice(account, NoticeKind(kind), about, chart))


def _place(account: int, kind: str, due: int) -> bytes:
    """The associated data: it says what it says to this account, at this time alone."""
    return f"reminder/{account}/{kind}/{due}".encode()
