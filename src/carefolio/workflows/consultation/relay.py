"""What the two sides of a call say to each other's browser, on its way: they may be at different server processes.

A side has one seat, which the newest window takes. What is said waits, sealed, until the other side's process fetches
it, and for a minute at the most. Nothing of it is kept, and none of it is media.
"""

from __future__ import annotations

from typing import Final

from carefolio.base.clock import DAY, MINUTE
from carefolio.base.database import Reader, Transaction
from carefolio.base.keys import PLATFORM, Keyring

WAITS: Final = MINUTE
MOST: Final = 200
"""Messages that wait for one side."""


def sit(tx: Transaction, line: bytes) -> int:
    """Take the seat; what waited for whoever had it is gone. The number is larger than theirs."""
    tx.execute("DELETE FROM room_message WHERE line = ?", (line,))
    tx.execute("DELETE FROM room_seat WHERE since < ?", (tx.now - DAY,))
    row = tx.one(
        "INSERT INTO room_seat (line, holder, since) VALUES (?, 1, ?)"
        " ON CONFLICT (line) DO UPDATE SET holder = room_seat.holder + 1, since = excluded.since RETURNING holder",
        (line, tx.now),
    )
    return int(row[0]) if row else 0


def is_seated(reader: Reader, line: bytes, holder: int) -> bool:
    """Whether nobody else has taken the seat meanwhile."""
    return reader.one("SELECT holder FROM room_seat WHERE line = ?", (line,)) == (holder,)


def put(tx: Transaction, keyring: Keyring, line: bytes, text: str) -> None:
    """Let it wait for this side; what waited too long goes, and a side that hears nothing gets no more."""
    tx.execute("DELETE FROM room_message WHERE sent < ?", (tx.now - WAITS,))
    count = tx.one("SELECT count(*) FROM room_message WHERE line = ?", (line,))
    if count is not None and count[0] < MOST:
        sealed = keyring.of(PLATFORM).seal(text.encode(), _place(line))
        tx.execute("INSERT INTO room_message (line, sent, sealed) VALUES (?, ?, ?)", (line, tx.now, sealed))


def waits(reader: Reader, line: bytes) -> bool:
    """Whether something waits for this side."""
    return reader.one("SELECT 1 FROM room_message WHERE line = ? LIMIT 1", (line,)) is not None


def take(tx: Transaction, keyring: Keyring, line: bytes, holder: int) -> list[str]:
    """What waits for this side, in the order in which it was said; nothing for who lost the seat."""
    seat = tx.one("SELECT holder FROM room_seat WHERE line = ?", (line,))
    if seat is None or seat[0] != holder:
        return []
    rows = tx.all("SELECT number, sent, sealed FROM room_message WHERE line = ? ORDER BY number", (line,))
    if rows:
        tx.execute("DELETE FROM room_message WHERE line = ? AND number <= ?", (line, rows[-1][0]))
    key = keyring.of(PLATFORM)
    return [key.open(bytes(sealed), _place(line)).decode() for _, sent, sealed in rows if sent >= tx.now - WAITS]


def _place(line: bytes) -> bytes:
    return b"room-message/" + line
