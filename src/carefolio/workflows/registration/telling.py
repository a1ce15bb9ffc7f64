"""What registration tells the ledger: who acted (0: nobody who was signed in), and for an operator that it was one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from carefolio.base.database import Transaction
from carefolio.base.failures import busy
from carefolio.base.keys import PLATFORM
from carefolio.consent.principal import Principal, Role
from carefolio.identity.accounts import Account
from carefolio.identity.acting import acting
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NewNotice, NoticeKind
from carefolio.records.disclose import Moved
from carefolio.records.door import Door
from carefolio.records.founding import OPERATOR

T = TypeVar("T")
_TRIES = 20
OPERATION = "HOPERAT"
"""The purpose of use of what runs the platform, a code of v3-ActReason."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an admin by account, somebody for themselves, or with neither the operator at the console."""

    account: int = 0
    is_self: bool = False

    def principal(self, role: Role = Role.ADMIN) -> Principal:
        """Who the ledger says wrote the directory's records."""
        if not self.account and not self.is_self:
            return OPERATOR
        return Principal(account=self.account, role=role, purpose=OPERATION)

    def marks(self) -> dict[str, object]:
        """What each entry says of it."""
        if self.is_self:
            return {"self": True}
        return {"by": self.account} if self.account else {"operator": True}

    def check(self, door: Door, tx: Transaction) -> None:
        """Raise forbidden when an admin acts who is none any more."""
        if self.account and not self.is_self:
            acting(door.parts.accounts, tx, self.account, Role.ADMIN)


CONSOLE = Actor()


def tell(door: Door, tx: Transaction, kind: Kind, actor: int, content: dict[str, Any], owner: int = PLATFORM) -> None:
    """Write an entry."""
    door.parts.log.append(tx, [door.scribe.happened(kind, actor, content, owner)])


def inform(door: Door, tx: Transaction, account: Account, kind: NoticeKind, reason: str = "") -> None:
    """Tell a person what was decided on them, with the same commit; hospitals' systems read no notices."""
    if account.role != Role.HOSPITAL:
        about = {"reason": reason} if reason else {}
        door.parts.notifier.put(tx, NewNotice(account.number, kind, about), account.email)


def settled(attempt: Callable[[], T]) -> T:
    """What comes of it once nothing that it was planned on has moved meanwhile."""
    for _ in range(_TRIES):
        try:
            return attempt()
        except Moved:
            continue
    raise busy("This account is being changed very often just now; try again.")


def by_admin(door: Door, by: Account) -> Actor:
    """The actor that an admin is; raises forbidden for anybody else. Looked at again inside the transaction."""
    return Actor(acting(door.parts.accounts, door.parts.database, by.number, Role.ADMIN).number)
