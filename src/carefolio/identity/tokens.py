"""Opaque bearer tokens (RFC 6750): 256 random bits, stored as a hash, cached until the epoch moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Database, Transaction
from carefolio.base.failures import Failure, unauthenticated
from carefolio.base.ids import new_token
from carefolio.consent.principal import Principal, Role, parse_scopes
from carefolio.identity.accounts import Account, Accounts

CACHED = 10_000
SAID_COLUMNS = "hash, account, scope, issued, expires, operator"
"""The columns of a token that never change."""
NEVER = 253_402_300_799 * clock.SECOND
"""The end of the year 9999: the expiry of a hospital's token, which holds until it is revoked."""
_MISSING = "This needs a token: send it as 'Authorization: Bearer …'."
_REFUSED = "This token is unknown, has expired or was revoked. Ask for a new one."


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return sha256(token.encode()).digest()


def issue(tx: Transaction, account: int, expires: int, *, scope: str = "", operator: bool = False) -> str:
    """Write a new token for the account and return it; it is shown once and never again."""
    token = new_token()
    tx.execute(
        "INSERT INTO token (hash, account, scope, issued, expires, operator) VALUES (?, ?, ?, ?, ?, ?)",
        (token_hash(token), account, scope, tx.now, expires, operator),
    )
    tx.move_epoch()
    return token


def said_of(row: Sequence[Any]) -> str:
    """What the ledger says of a token, in the entry of its issue: a digest of its row's ``SAID_COLUMNS``."""
    return sha256(repr(tuple(row)).encode("utf-8", "surrogateescape")).hexdigest()


def said(tx: Transaction, token: str) -> dict[str, Any]:
    """The same of a token that was just issued, as a part of that entry's content."""
    row = tx.one(f"SELECT {SAID_COLUMNS} FROM token WHERE hash = ?", (token_hash(token),))
    return {"token": said_of(row or ())}


def revoke(tx: Transaction, token: str) -> None:
    """End a token; holds from the next request on."""
    tx.execute("UPDATE token SET revoked = 1 WHERE hash = ?", (token_hash(token),))
    tx.move_epoch()


def revoke_all(tx: Transaction, account: int) -> int:
    """End every token of the account that still holds; answers how many there were."""
    sql = "UPDATE token SET revoked = 1 WHERE account = ? AND revoked = 0 AND expires > ?"
    ended = tx.execute(sql, (account, tx.now)).rowcount
    tx.move_epoch()
    return ended


def revoke_sessions(tx: Transaction, account: int, keep: str = "") -> int:
    """End the account's tokens that still hold, but ``keep`` and those from the operator's console; answers how many
    there were.
    """
    sql = (
        "UPDATE token SET revoked = 1 WHERE account = ? AND revoked = 0 AND expires > ? AND operator = 0 AND hash <> ?"
    )
    ended = tx.execute(sql, (account, tx.now, token_hash(keep))).rowcount
    if ended:
        tx.move_epoch()
    return ended


def revoke_everybodys(tx: Transaction) -> int:
    """End every token of every account, hospitals' too, that still holds; answers how many there were."""
    ended = tx.execute("UPDATE token SET revoked = 1 WHERE revoked = 0 AND expires > ?", (tx.now,)).rowcount
    tx.move_epoch()
    return ended


def holder(tx: Transaction, token: str) -> int | None:
    """The number of the account whose token this is, if it has not been revoked."""
    row = tx.one("SELECT account FROM token WHERE hash = ? AND revoked = 0", (token_hash(token),))
    return None if row is None else int(row[0])


def still_holds(tx: Transaction, principal: Principal) -> bool:
    """Whether the principal's account and token are, in this transaction, what they were when it was decided. What the
    platform finishes hangs on no token; somebody who was shut out meanwhile has begun it all the same.
    """
    if principal.platform:
        same = "SELECT 1 FROM account WHERE number = ? AND version = ?"
        return tx.one(same, (principal.account, principal.version)) is not None
    if principal.expires <= tx.now:
        return False
    row = tx.one(
        "SELECT 1 FROM account a JOIN token t ON t.account = a.number"
        " WHERE a.number = ? AND a.version = ? AND a.suspended = 0 AND t.hash = ? AND t.revoked = 0",
        (principal.account, principal.version, principal.token),
    )
    return row is not None


class Tokens:
    """Turns a token into the principal behind it, on any thread. Cached; the cache is dropped whenever the epoch has
    moved.
    """

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._cache: dict[str, Principal] = {}
        self._lately: dict[str, str] = {}
        self._epoch = -1
        self._lock = threading.Lock()

    def principal(self, token: str, epoch: int) -> Principal:
        """Who is calling, as of ``epoch``; raises a Failure (401) when the token does not hold."""
        if epoch > self._epoch:
            self._move_to(epoch)
        principal = self._cache.get(token) or self._load(token, epoch)
        if principal.expires <= clock.now():
            raise self._refused(token)
        return principal

    def expect(self, token: str, epoch: Callable[[], int]) -> None:
        """Raise (401) for a token that does not hold before anything else is looked at on its behalf; costs nothing
        for one that is known.
        """
        if token not in self._cache:
            self.principal(token, epoch())

    def holder_lately(self, token: str) -> str:
        """A name for the account whose token this was when it was last looked at; nothing for one that did not hold.
        Tells clients apart, from memory; allows nothing.
        """
        return self._lately.get(token, "")

    def _move_to(self, epoch: int) -> None:
        with self._lock:
            if epoch > self._epoch:
                self._cache.clear()
                self._epoch = epoch

    def _load(self, token: str, epoch: int) -> Principal:
        if not token:
            raise unauthenticated(_MISSING)
        sql = "SELECT account, scope, expires, operator FROM token WHERE hash = ? AND revoked = 0"
        row = self._database.one(sql, (token_hash(token),))
        account = self._accounts.of_number(self._database, row[0]) if row else None
        if row is None or account is None or account.suspended:
            raise self._refused(token)
        principal = principal_of(account, scope=row[1], expires=row[2], operator=bool(row[3]), token=token_hash(token))
        self._keep(token, principal, epoch)
        return principal

    def _keep(self, token: str, principal: Principal, epoch: int) -> None:
        """Remember it, unless the epoch has moved while it was loaded, on another thread: it may be a thing of the past
        by now, and nothing would drop it.
        """
        with self._lock:
            if epoch < self._epoch:
                return
            if len(self._cache) >= CACHED:
                self._cache.clear()
            if len(self._lately) >= CACHED:
                self._lately.clear()
            self._cache[token] = principal
            self._lately[token] = f"account {principal.account}"

    def _refused(self, token: str) -> Failure:
        """It is nobody's any more."""
        self._lately.pop(token, None)
        return unauthenticated(_REFUSED)


def principal_of(account: Account, *, scope: str, expires: int, operator: bool, token: bytes) -> Principal:
    """The principal that an account is when it calls with this token."""
    return Principal(
        account=account.number,
        role=Role(account.role),
        person=account.person,
        organization=account.organization,
        shelf=account.shelf,
        hospital=account.hospital,
        chart=account.chart,
        verified=account.verified,
        scopes=parse_scopes(scope) if scope else None,
        operator=operator,
        expires=expires,
        version=account.version,
        token=token,
    )
