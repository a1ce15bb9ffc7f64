"""Shut an account out, or let it in again: the account, its sessions, its entry and what its holder is told."""

from __future__ import annotations

from carefolio.base.database import Transaction
from carefolio.identity import tokens
from carefolio.identity.accounts import Account
from carefolio.ledger.entry import Kind
from carefolio.records import suspension as records
from carefolio.records.door import Door
from carefolio.records.suspension import Suspension
from carefolio.workflows.registration.telling import Actor, tell


def set_suspended(door: Door, tx: Transaction, by: Actor, account: Account, reason: str, *, suspended: bool) -> None:
    """True from the next request on. People's sessions end for good; other tokens, and hospitals', hold again when the
    account is let in.
    """
    decided = Suspension(by.account, by.marks(), reason, suspended)
    records.set_suspended(door, tx, account, decided)


def close_unconfirmed(door: Door, number: int) -> None:
    """Nobody confirmed the e-mail of this account: it is closed for good, and the e-mail is free. The chart stays, with
    nothing but what was typed; once is enough.
    """

    def work(tx: Transaction) -> None:
        account = door.parts.accounts.of_number(tx, number)
        if account is None or account.email is None:
            return
        door.parts.accounts.release_email(tx, number)
        tokens.revoke_all(tx, number)
        tell(door, tx, Kind.ACCOUNT_SUSPENDED, 0, {"account": number, "suspended": True, "unconfirmed": True})

    door.parts.database.write_now(work)
