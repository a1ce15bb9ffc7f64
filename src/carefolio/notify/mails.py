"""E-mails that wait: queued inside the transaction of what they are about, taken by one worker at a time.

queued ── take ──▶ leased ── sent ──▶ gone
   ▲                 │ failed, for now: due later; the lease ends
   └─────────────────┤
                     └ failed for good, or for two days: given up, its text deleted

If we crash while one is leased, it may have left or not: nobody can know. When the lease has run out it is taken again,
so that one may be sent twice, with the same Message-ID, and none is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import InvalidTag

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.keys import PLATFORM, Keyring

LEASE = 5 * clock.MINUTE
"""Longer than a mail server takes that lets every single step run into its time limit."""
WAITS = (
    clock.MINUTE,
    5 * clock.MINUTE,
    30 * clock.MINUTE,
    2 * clock.HOUR,
    6 * clock.HOUR,
    12 * clock.HOUR,
)
"""How long to wait after the first failure, the second …; the last one counts for all further ones."""
GIVEN_UP_AFTER = 48 * clock.HOUR
_NEXT = (
    "SELECT number, queued, attempts, message FROM mail"
    " WHERE state = ? AND due <= ? AND leased <= ? ORDER BY due LIMIT 1"
)

_GIVE_UP = "UPDATE mail SET state = ?, message = zeroblob(0) WHERE number = ?"


class MailState(IntEnum):
    """What is to be done with it."""

    WAITING = 0
    GIVEN_UP = 1


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail that was taken to be sent; ``queued`` and ``leased`` (until when it is the taker's) in µs UTC."""

    number: int
    to: str
    subject: str
    text: str
    queued: int
    attempts: int
    leased: int


class Reader(Protocol):
    """A Database or a Transaction."""

    def one(self, sql: str, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row."""
        ...


class Mails:
    """The mails' table, sealed under the platform's key."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.of(PLATFORM)

    def put(self, tx: Transaction, to: str, subject: str, text: str) -> None:
        """Queue an e-mail: it is sent if, and only if, this transaction commits."""
        message = self._key.seal(msgspec.json.encode([to, subject, text]), _place(tx.now))
        tx.execute("INSERT INTO mail (queued, due, message) VALUES (?, ?, ?)", (tx.now, tx.now, message))

    def some_due(self, reader: Reader) -> bool:
        """Whether there is one to take now; a look that writes nothing."""
        now = clock.now()
        return reader.one(_NEXT, (MailState.WAITING, now, now)) is not None

    def given_up(self, reader: Reader) -> int:
        """How many could not be sent."""
        row = reader.one("SELECT count(*) FROM mail WHERE state = ?", (MailState.GIVEN_UP,))
        return int(row[0]) if row else 0

    def take(self, tx: Transaction) -> Mail | None:
        """The mail that is due for longest, for the caller alone until its lease ends; None when none is due."""
        while found := tx.one(_NEXT, (MailState.WAITING, tx.now, tx.now)):
            number, queued, attempts, message = found
            try:
                opened = self._key.open(message, _place(queued))
            except InvalidTag:  # not what was queued: it must not stand in the way of all others
                tx.execute(_GIVE_UP, (MailState.GIVEN_UP, number))
                continue
            to, subject, text = msgspec.json.decode(opened, type=tuple[str, str, str])
            leased = tx.now + LEASE
            tx.execute("UPDATE mail SET leased = ?, attempts = attempts + 1 WHERE number = ?", (leased, number))
            return Mail(number, to, subject, text, queued, attempts + 1, leased)
        return None

    def sent(self, tx: Transaction, mail: Mail) -> None:
        """It has left: nothing of it is kept, whoever has the lease now."""
        tx.execute("DELETE FROM mail WHERE number = ?", (mail.number,))

    def failed(self, tx: Transaction, mail: Mail, *, permanent: bool) -> bool:
        """It has not left: it is due again later, or given up. Tells whether it was given up. A worker whose lease has
        run out changes nothing: the mail is another's by now.
        """
        due = tx.now + WAITS[min(mail.attempts, len(WAITS)) - 1]
        given_up = permanent or due > mail.queued + GIVEN_UP_AFTER
        mine = (mail.number, mail.leased)
        if given_up:
            tx.execute(f"{_GIVE_UP} AND leased = ?", (MailState.GIVEN_UP, *mine))
        else:
            tx.execute("UPDATE mail SET due = ?, leased = 0 WHERE number = ? AND leased = ?", (due, *mine))
        return given_up


def _place(queued: int) -> bytes:
    return f"mail/{queued}".encode()
