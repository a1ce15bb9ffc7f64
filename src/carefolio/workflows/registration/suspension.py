"""Shut an account out, or let it in again: the account, its sessions, its entry and what its holder is told."""

from __future__ import annotations

from carefolio.base.database import Transaction
from carefolio.consent.principal import Role
from carefolio.identity import tokens
from carefolio.identity.accounts import Account
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NoticeKind
from carefolio.records.door import Door
from carefolio.workflows.registration.telling import Actor, inform, tell


def set_suspended(door: Door, tx: Transaction, by: Actor, account: Account, reason: str, *, suspended: bool) -> None:
    """True from the next request on. People's sessions end for good; other tokens, and hospitals', hold again when the
    account is let in.
    """
    door.parts.accounts.change(tx, account.number, suspended=suspended)
    if suspended and account.role != Role.HOSPITAL:
        tokens.revoke_sessions(tx, account.number)
    content = {"account": account.number, "suspended": suspended} | ({"reason": reason} if reason else {})
    tell(door, tx, Kind.ACCOUNT_SUSPENDED, by.account, by.marks() | content)
    if account.suspended != suspended:
        kind = NoticeKind.SUSPENDED if suspended else NoticeKind.SUSPENSION_LIFTED
        inform(door, tx, account, kind, reason)
