"""Sessions of people in a browser: each has a token of its own at the door, and begins and ends with an entry.

Opening one is a security procedure; its steps stand at the blocks that do them:

1. The account is there, is a person's and is not suspended, as this transaction sees it.
2. Whoever may see other people's charts has brought a second factor; without one there is no token at all.
3. The token holds no longer than the session may; it and the entry are written in the same transaction. If we crash
   before the commit there is no session, if after it there is one whose token nobody knows.
"""

from __future__ import annotations

from enum import StrEnum

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import forbidden, malformed
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.identity import failures, tokens
from carefolio.identity.accounts import Account
from carefolio.ledger.entry import Kind
from carefolio.records.door import Door
from carefolio.workflows.registration.telling import tell

LONGEST_SESSION_SECONDS = 12 * 60 * 60
_ONE_FACTOR = frozenset({Role.PATIENT.value})
"""Whose sessions may begin without a second factor; a role that is not named here may not."""


class Factor(StrEnum):
    """What somebody shows who they are with."""

    PASSWORD = "password"  # noqa: S105 - the kind's name
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODES = "recovery-codes"


def open_session(door: Door, account: int, *, second_factor: bool, seconds: int) -> str:
    """The token of a new session that holds for so many seconds; call it when all that was asked for was shown.

    Raises:
        Failure: the account is suspended or no person's, or its role needs a second factor (FORBIDDEN); the session
            would hold for more than ``LONGEST_SESSION_SECONDS`` (MALFORMED).
    """
    if not 0 < seconds <= LONGEST_SESSION_SECONDS:
        raise malformed(sentence("A session holds between 1 and {most} seconds.", most=LONGEST_SESSION_SECONDS))

    def work(tx: Transaction) -> str:
        found = _person(door, tx, account)  # 1
        if not second_factor and found.role not in _ONE_FACTOR:
            raise forbidden("This role signs in with a second factor.")  # 2
        expires = tx.now + seconds * clock.SECOND
        token = tokens.issue(tx, account, expires)  # 3
        missed = failures.take(tx, account)
        content = {
            "account": account,
            "second_factor": second_factor,
            "expires": clock.instant(expires),
            **({"failed": missed} if missed else {}),
            **tokens.said(tx, token),
        }
        tell(door, tx, Kind.SIGN_IN, account, content)
        return token

    return door.parts.database.write_now(work)


def close_session(door: Door, token: str, *, idle: bool = False) -> None:
    """End a session: its person has left, or (``idle``) was away for too long. One that has ended stays ended."""

    def work(tx: Transaction) -> None:
        account = tokens.holder(tx, token)
        if account is not None:
            tokens.revoke(tx, token)
            tell(door, tx, Kind.SIGN_OUT, account, {"account": account, "idle": idle})

    door.parts.database.write_now(work)


def end_sessions(door: Door, account: int, *, keep: str = "") -> int:
    """End the account's sessions, but the one whose token is ``keep``; answers how many there were. Tokens from the
    operator's console go on.
    """
    return door.parts.database.write_now(lambda tx: _end(door, tx, account, keep))


def note_failed(door: Door, account: int) -> None:
    """Somebody could not sign in as this account; 0 for an e-mail that nobody here has.

    The ledger gets one entry a minute and account, which says how many tries it stands for: nobody fills it by trying.
    """

    def work(tx: Transaction) -> None:
        known = account if door.parts.accounts.of_number(tx, account) else 0
        count = failures.add(tx, known)
        if count:
            tell(door, tx, Kind.SIGN_IN_FAILED, 0, {"account": known, "count": count})

    door.parts.database.write_now(work)


def note_recovery(door: Door, account: int) -> None:
    """Somebody got back in without their password or second factor; all their sessions end."""

    def work(tx: Transaction) -> None:
        _person(door, tx, account)
        tell(door, tx, Kind.RECOVERY, account, {"account": account})
        _end(door, tx, account)

    door.parts.database.write_now(work)


def note_factor_changed(door: Door, account: int, factor: Factor, *, removed: bool = False, keep: str = "") -> None:
    """Somebody set, renewed or removed what they sign in with. After a new password, and after anything was removed,
    their sessions end, but the one whose token is ``keep``.
    """

    def work(tx: Transaction) -> None:
        _person(door, tx, account)
        tell(door, tx, Kind.FACTOR_CHANGED, account, {"account": account, "factor": factor.value, "removed": removed})
        if removed or factor is Factor.PASSWORD:
            _end(door, tx, account, keep)

    door.parts.database.write_now(work)


def _person(door: Door, tx: Transaction, account: int) -> Account:
    found = door.parts.accounts.of_number(tx, account)
    if found is None or found.role == Role.HOSPITAL or found.suspended:
        raise forbidden("This account cannot sign in. An admin can say why.")
    return found


def _end(door: Door, tx: Transaction, account: int, keep: str = "") -> int:
    ended = tokens.revoke_sessions(tx, account, keep)
    if ended:
        tell(door, tx, Kind.TOKEN_REVOKED, account, {"account": account, "tokens": ended, "sessions": True})
    return ended
