"""Whose licence waits to be looked at, and what was decided. The newest row of an account counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from carefolio.base.database import Database, Transaction
from carefolio.base.keys import PLATFORM, Keyring

VERIFIABLE = ("doctor", "pharmacist", "staff", "researcher")
"""Roles that wait until somebody has looked at what they say."""
LONGEST_REASON = 1_000
_OF = "SELECT number, time, actor, outcome, reason FROM verification WHERE account = ? ORDER BY number"
_NEXT = "SELECT coalesce(max(number), 0) + 1 FROM verification WHERE account = ?"
_ADD = "INSERT INTO verification (account, number, time, actor, outcome, reason) VALUES (?, ?, ?, ?, ?, ?)"
_WAITING = (
    "SELECT a.number FROM account a WHERE a.verified = 0 AND a.suspended = 0"
    f" AND a.role IN ({', '.join('?' * len(VERIFIABLE))})"
    " AND coalesce((SELECT v.outcome FROM verification v WHERE v.account = a.number ORDER BY v.number DESC LIMIT 1),"
    " 'asked') = 'asked' ORDER BY a.number"
)


class Outcome(StrEnum):
    """What happened: somebody came in or changed what they say, or it was looked at."""

    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """One of them; ``time`` in µs UTC, ``actor`` an account's number (0: the operator)."""

    time: int
    actor: int
    outcome: Outcome
    reason: str


def note(tx: Transaction, keyring: Keyring, account: int, step: Step) -> None:
    """Write what happened as the account's newest row."""
    row = tx.one(_NEXT, (account,))
    number = row[0] if row else 1
    sealed = keyring.of(PLATFORM).seal(step.reason.encode(), _place(account, number))
    tx.execute(_ADD, (account, number, step.time, step.actor, step.outcome.value, sealed))


def ask(tx: Transaction, keyring: Keyring, account: int) -> None:
    """The account waits from now on."""
    note(tx, keyring, account, Step(tx.now, account, Outcome.ASKED, ""))


def waiting(database: Database) -> list[int]:
    """The numbers of the accounts that wait, the oldest first."""
    return [row[0] for row in database.read(_WAITING, VERIFIABLE)]


def steps(database: Database, keyring: Keyring, account: int) -> list[Step]:
    """All that happened with an account, the oldest first."""
    key = keyring.of(PLATFORM)
    return [
        Step(time, actor, Outcome(outcome), key.open(reason, _place(account, number)).decode())
        for number, time, actor, outcome, reason in database.read(_OF, (account,))
    ]


def _place(account: int, number: int) -> bytes:
    """A reason's associated data: it opens in its own row alone."""
    return f"verification/{account}/{number}".encode()
