"""The list of people: by role, by e-mail or by words of their names, with when they signed in last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from carefolio.base.database import Database, Transaction
from carefolio.identity.accounts import Account, Accounts

NEWEST = 2**63 - 1
_PAGE = 500
_NUMBERS = (
    "SELECT number FROM account WHERE number < ? AND role <> 'hospital' AND (? = '' OR role = ?)"
    " ORDER BY number DESC LIMIT ?"
)
_LAST = "SELECT max(issued) FROM token WHERE account = ? AND operator = 0"

_ADMINS = "SELECT count(*) FROM account WHERE role = 'admin' AND suspended = 0"
_ROLES = "SELECT role, count(*) FROM account GROUP BY role"


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom to find: ``text`` is a whole e-mail or begins words of a name; ``before`` is a number to go on at."""

    text: str = ""
    role: str = ""
    before: int = NEWEST
    count: int = 50


def find(database: Database, accounts: Accounts, sought: Sought) -> list[Account]:
    """Up to ``count`` + 1 people, the newest account first: one more than wanted tells that there is a next page.

    Names are sealed, so each one is opened and compared.
    """
    if "@" in sought.text:
        found = accounts.of_email(database, sought.text.strip())
        fits = found is not None and sought.role in ("", found.role) and found.number < sought.before
        return [found] if found is not None and fits else []
    words = sought.text.casefold().split()
    matching = (account for account in _all(database, accounts, sought) if _is_called(account, words))
    return list(islice(matching, sought.count + 1))


def last_sign_in(database: Database, account: int) -> int:
    """When the account's last session began, µs UTC; 0 for never."""
    row = database.one(_LAST, (account,))
    return int(row[0] or 0) if row else 0


def admins(tx: Transaction) -> int:
    """How many admins there are who are not shut out."""
    row = tx.one(_ADMINS)
    return int(row[0]) if row else 0


def roles(database: Database) -> dict[str, int]:
    """How many accounts there are of each role."""
    return dict(database.read(_ROLES))


def _all(database: Database, accounts: Accounts, sought: Sought) -> Iterator[Account]:
    before = sought.before
    while numbers := [row[0] for row in database.read(_NUMBERS, (before, sought.role, sought.role, _PAGE))]:
        for number in numbers:
            account = accounts.of_number(database, number)
            if account is not None:
                yield account
        before = numbers[-1]


def _is_called(account: Account, words: list[str]) -> bool:
    names = account.name.casefold().split()
    return all(any(name.startswith(word) for name in names) for word in words)
