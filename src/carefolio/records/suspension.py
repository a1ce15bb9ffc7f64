"""Shutting an account out, or letting it in again: the account, its sessions, its entry and what its holder is told."""

from __future__ import annotations

from typing import Any, NamedTuple

from carefolio.base.database import Transaction
from carefolio.consent.principal import Role
from carefolio.identity import tokens
from carefolio.identity.accounts import Account
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NewNotice, NoticeKind
from carefolio.records.door import Door


class Suspension(NamedTuple):
    """What was decided: by which account, with the ``marks`` of how they acted, why, and which way."""

    by: int
    marks: dict[str, Any]
    reason: str = ""
    suspended: bool = True


def set_suspended(door: Door, tx: Transaction, account: Account, decided: Suspension) -> None:
    """True from the next request on. People's sessions end for good; other tokens, and hospitals', hold again when the
    account is let in.
    """
    is_person = account.role != Role.HOSPITAL
    door.parts.accounts.change(tx, account.number, suspended=decided.suspended)
    if decided.suspended and is_person:
        tokens.revoke_sessions(tx, account.number)
    why = {"reason": decided.reason} if decided.reason else {}
    content = decided.marks | {"account": account.number, "suspended": decided.suspended} | why
    door.parts.log.append(tx, [door.scribe.happened(Kind.ACCOUNT_SUSPENDED, decided.by, content)])
    if is_person and account.suspended != decided.suspended:
        kind = NoticeKind.SUSPENDED if decided.suspended else NoticeKind.SUSPENSION_LIFTED
        door.parts.notifier.put(tx, NewNotice(account.number, kind, dict(why)), account.email)
