"""Tries to sign in that failed, counted by account: the ledger tells of them and is not filled by them."""

from __future__ import annotations

from carefolio.base import clock
from carefolio.base.database import Transaction

TOLD_EVERY = clock.MINUTE

_COUNT = (
    "INSERT INTO sign_in_failure (account, count, told) VALUES (?, 1, 0)"
    " ON CONFLICT (account) DO UPDATE SET count = sign_in_failure.count + 1 RETURNING count, told"
)
_TELL = "UPDATE sign_in_failure SET count = 0, told = ? WHERE account = ?"
_TAKE = "UPDATE sign_in_failure SET count = 0 WHERE account = ?"


def add(tx: Transaction, account: int) -> int:
    """Count one more. Answers how many are to be told of now: 0 when some were told of less than a minute ago."""
    row = tx.one(_COUNT, (account,))
    count, told = row if row else (0, 0)
    if told <= tx.now < told + TOLD_EVERY:
        return 0
    tx.execute(_TELL, (tx.now, account))
    return int(count)


def take(tx: Transaction, account: int) -> int:
    """How many were counted and not told of yet; from now on they count as told."""
    row = tx.one("SELECT count FROM sign_in_failure WHERE account = ?", (account,))
    if row is None or not row[0]:
        return 0
    tx.execute(_TAKE, (account,))
    return int(row[0])
