"""Who may act for the platform: looked up anew inside the transaction in which they act."""

from __future__ import annotations

from carefolio.base.failures import forbidden
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account, Accounts, Reader

_NAMES = {Role.ADMIN: "an admin", Role.AUDITOR: "an auditor"}


def acting(accounts: Accounts, reader: Reader, by: int, *roles: Role) -> Account:
    """The account that acts, as it is now; raises forbidden for one that is not there, is suspended or has none of the
    roles. Whoever is not named is refused.
    """
    account = accounts.of_number(reader, by)
    if account is None or account.suspended or account.role not in roles:
        raise forbidden(f"Only {' or '.join(_NAMES[role] for role in roles)} may do that.")
    return account
