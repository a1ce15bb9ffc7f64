"""The hospital that an import is for: its account, what its writes are marked with, what they hang on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from carefolio.base.database import Database, Transaction
from carefolio.base.failures import Failure, forbidden, unprocessable
from carefolio.base.ids import new_id
from carefolio.base.keys import Keyring
from carefolio.consent.policy import FOREVER
from carefolio.consent.principal import Principal
from carefolio.identity.accounts import Account, Accounts
from carefolio.identity.tokens import principal_of
from carefolio.ledger.log import Log
from carefolio.records.disclose import Guard
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.store import owners

_IN_GOOD_STANDING = "SELECT 1 FROM account WHERE number = ? AND role = 'hospital' AND suspended = 0"


class Opened(Protocol):
    """The parts of an opened installation that an import works with."""

    @property
    def database(self) -> Database: ...  # noqa: D102 - named for what it is
    @property
    def keyring(self) -> Keyring: ...  # noqa: D102 - named for what it is
    @property
    def log(self) -> Log: ...  # noqa: D102 - named for what it is
    @property
    def accounts(self) -> Accounts: ...  # noqa: D102 - named for what it is
    @property
    def door(self) -> Door: ...  # noqa: D102 - named for what it is


class _Registered(Guard):
    """An import hangs on the hospital's account alone: a hospital may add to any chart that it can name."""

    def holds(self, tx: Transaction, epoch: int) -> bool:
        """Always, or the import ends here: there is nothing to decide anew."""
        if tx.one(_IN_GOOD_STANDING, (self.principal.account,)) is None:
            raise _suspended()
        return True


@dataclass(frozen=True, slots=True)
class Sender:
    """A registered hospital: who it is in the ledger, and the shelf that takes what names no patient."""

    account: Account
    principal: Principal
    shelf: owners.Owner
    caller: Caller
    guard: Guard


def sender_of(opened: Opened, hospital: str) -> Sender:
    """The sender behind ``Organization/id``; raises a Failure when that is no registered hospital."""
    account = opened.accounts.of_hospital(opened.database, hospital)
    shelf = owners.of_number(opened.database, account.shelf) if account else None
    if account is None or shelf is None:
        raise unprocessable(f"{hospital} is no registered hospital. Register it with 'carefolio hospital add'.")
    if account.suspended:
        raise _suspended()
    principal = principal_of(account, scope="", expires=FOREVER, operator=True, token=b"")
    caller = Caller("", principal, opened.database.epoch(), new_id(), {})
    return Sender(account, principal, shelf, caller, _Registered(principal, caller.epoch, FOREVER, ()))


def _suspended() -> Failure:
    return forbidden("This hospital's account is suspended; nothing is imported for it.")
