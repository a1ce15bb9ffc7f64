"""The platform finishes what somebody began: a payment whose result comes from outside, when its payer has long gone.

It acts for the account that wrote the record first, under one mandate, with scopes for that mandate's types alone; the
door decides as it would for them. The ledger names the account and says that the platform did it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from carefolio.base.failures import absent
from carefolio.base.ids import new_request_id
from carefolio.consent.principal import Principal, Role, parse_scopes
from carefolio.identity.accounts import Account
from carefolio.identity.tokens import NEVER, principal_of
from carefolio.records.entries import Caller
from carefolio.records.mandates import Mandate
from carefolio.records.parts import Parts
from carefolio.records.vault import open_resource
from carefolio.store import records
from carefolio.store.rows import COLUMNS, Row, State

Resource = dict[str, Any]

_AT_ONCE = 1000
_LATELY = f"SELECT {COLUMNS} FROM record WHERE type = ? AND state = ? AND updated >= ? ORDER BY updated LIMIT ?"


class Behalf:
    """Makes callers that have no token."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def caller(self, mandate: Mandate, type_: str, id_: str) -> Caller:
        """Whoever wrote this record first; raises absent when there is none, or the mandate says nothing of it."""
        epoch = self._parts.database.epoch()
        row = records.current(self._parts.database, type_, id_)
        account = self._parts.accounts.of_number(self._parts.database, row.author) if row and row.author else None
        kinds = mandate.may.get(Role(account.role), {}) if account else {}
        if account is None or type_ not in kinds:
            raise absent()
        principal = _acting(account, mandate.name, " ".join(f"user/{kind}.crus" for kind in kinds))
        return Caller("", principal, epoch, new_request_id(), {})

    def again(self, caller: Caller) -> Caller:
        """The same as of now: what was decided on has moved."""
        was, epoch = caller.principal, self._parts.database.epoch()
        account = self._parts.accounts.of_number(self._parts.database, was.account)
        if account is None:
            raise absent()
        now = principal_of(account, scope="", expires=was.expires, operator=False, token=was.token)
        return Caller("", replace(now, scopes=was.scopes, platform=True), epoch, caller.request, {})

    def pending(self, type_: str, since: int, waits: Callable[[Resource], bool]) -> list[str]:
        """The ids of records of a type, written since then (µs UTC), that wait for something; the oldest first."""
        rows = self._parts.database.read(_LATELY, (type_, State.LIVE, since, _AT_ONCE))
        found = [Row._make(row) for row in rows]
        return [row.id for row in found if waits(open_resource(self._parts.keyring, row))]


def _acting(account: Account, mandate: str, scope: str) -> Principal:
    """The account, with no more than the mandate needs; the token's place names whose views are whose."""
    name = f"{mandate}/{account.number}".encode()
    principal = principal_of(account, scope="", expires=NEVER, operator=False, token=name)
    return replace(principal, scopes=parse_scopes(scope), platform=True)
