"""Tickets into a room: one opens one socket, once, within 30 seconds, whichever server process the socket is at.

A socket cannot bring a form's token, and its address is written down by proxies on the way; so the page asks for a
ticket, and sends it as the first message. The table holds its hash, and, sealed, whose session it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from carefolio.base.clock import SECOND
from carefolio.base.database import Transaction
from carefolio.base.ids import new_token
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.workflows.consultation.rules import Side

HOLDS: Final = 30 * SECOND
LONGEST: Final = 64
"""Signs of a ticket, at the most."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Who comes: to which visit, as which side, and the token of the session that they come from."""

    visit: str
    side: Side
    token: str


def line_of(keyring: Keyring, visit: str, side: Side) -> bytes:
    """What one side of a visit is called in the tables; tells nothing to who has no key."""
    return keyring.blind.digest(f"room/{visit}/{side.value}")


def issue(tx: Transaction, keyring: Keyring, one: Pass) -> str:
    """A new ticket; an older one of the same side of the visit ends, and so do those that nobody used in time."""
    ticket = new_token()
    line, mark = line_of(keyring, one.visit, one.side), _mark(ticket)
    tx.execute("DELETE FROM room_ticket WHERE line = ? OR expires <= ?", (line, tx.now))
    sealed = keyring.of(PLATFORM).seal(msgspec.json.encode(one), _place(mark))
    tx.execute(
        "INSERT INTO room_ticket (mark, line, expires, sealed) VALUES (?, ?, ?, ?)",
        (mark, line, tx.now + HOLDS, sealed),
    )
    return ticket


def take(tx: Transaction, keyring: Keyring, ticket: str) -> Pass | None:
    """Whom the ticket lets in; None for one that is unknown, old, or was used. Of several who try, one has it."""
    mark = _mark(ticket)
    row = tx.one("DELETE FROM room_ticket WHERE mark = ? RETURNING expires, sealed", (mark,))
    if row is None or row[0] <= tx.now:
        return None
    return msgspec.json.decode(keyring.of(PLATFORM).open(bytes(row[1]), _place(mark)), type=Pass)


def _mark(ticket: str) -> bytes:
    return sha256(ticket.encode("utf-8", "surrogateescape")).digest()


def _place(mark: bytes) -> bytes:
    return b"room-ticket/" + mark
