"""The platform finishes what somebody began: a payment whose result comes from outside, when its payer has long gone;
or does what is somebody's to be done, such as a doctor's numbers in the directory.

It acts for the account that wrote the record first, or whose it is, under one mandate, with scopes for that mandate's
types alone; the door decides as it would for them. The ledger names the account and says that the platform did it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from carefolio.base.failures import absent
from carefolio.base.ids import new_request_id
from carefolio.base.logs import where
from carefolio.consent.principal import Principal, Role, parse_scopes
from carefolio.identity.accounts import Account
from carefolio.identity.tokens import NEVER, principal_of
from carefolio.records.entries import Caller
from carefolio.records.mandates import Mandate
from carefolio.records.parts import Parts
from carefolio.records.vault import open_resource
from carefolio.search.texts import participant_text, token_text
from carefolio.store import records
from carefolio.store.rows import Flag, Row, State

LOG = logging.getLogger("carefolio.records")
Resource = dict[str, Any]

_ROW = ", ".join(f"r.{name}" for name in Row._fields)
_ADDRESSED = (
    f"SELECT {_ROW} FROM lookup l JOIN record r ON r.rid = l.rid WHERE l.value = ? AND r.type = ? AND r.state = ?"
)
_WAITING = (
    f"SELECT {_ROW} FROM owner o"
    " CROSS JOIN idx i CROSS JOIN record r WHERE i.compartment = o.number AND i.value = ? AND r.rid = i.rid"
    " AND r.type = ? AND r.state = ? AND r.updated >= ? ORDER BY r.updated"
)
"""Chart by chart through the index: what is settled, or of another kind, is not looked at, however much there is."""


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
        return Caller("", _acting(account, mandate.name, _scope(kinds)), epoch, new_request_id(), {})

    def of(self, mandate: Mandate, person: str) -> Caller:
        """Somebody (``Type/id``) for whom the platform does what is theirs to be done; raises absent for nobody."""
        epoch = self._parts.database.epoch()
        account = self._parts.accounts.of_person(self._parts.database, person)
        kinds = mandate.may.get(Role(account.role), {}) if account else {}
        if account is None or not kinds:
            raise absent()
        return Caller("", _acting(account, mandate.name, _scope(kinds)), epoch, new_request_id(), {})

    def addressed(self, type_: str, to: str, by: Role) -> Iterator[Resource]:
        """What people of this role wrote, by a workflow's rules, of a type that is addressed to ``Type/id``: for sums,
        which are told of more than any single one is.
        """
        value = self._parts.keyring.blind.value(participant_text(to))
        roles: dict[int, str] = {}
        for row in map(Row._make, self._parts.database.read(_ADDRESSED, (value, type_, State.LIVE))):
            if row.author not in roles:
                account = self._parts.accounts.of_number(self._parts.database, row.author) if row.author else None
                roles[row.author] = account.role if account else ""
            if roles[row.author] == by and row.flags & Flag.KEPT:
                yield open_resource(self._parts.keyring, row)

    def again(self, caller: Caller) -> Caller:
        """The same as of now: what was decided on has moved."""
        was, epoch = caller.principal, self._parts.database.epoch()
        account = self._parts.accounts.of_number(self._parts.database, was.account)
        if account is None:
            raise absent()
        now = principal_of(account, scope="", expires=was.expires, operator=False, token=was.token)
        return Caller("", replace(now, scopes=was.scopes, platform=True), epoch, caller.request, {})

    def pending(self, type_: str, status: str, since: int, waits: Callable[[Resource], bool]) -> list[str]:
        """The ids of all records of a type, with this status and written since then (µs UTC), that wait for something;
        the oldest first. One that cannot be read is logged, and left out.
        """
        value = self._parts.keyring.blind.value(token_text(f"{type_}.status", None, status))
        rows = self._parts.database.read(_WAITING, (value, type_, State.LIVE, since))
        return [row.id for row in map(Row._make, rows) if self._holds(row, waits)]

    def _holds(self, row: Row, waits: Callable[[Resource], bool]) -> bool:
        """Whether it waits. One that cannot be read keeps no other waiting: that is for the verification to tell."""
        try:
            return waits(open_resource(self._parts.keyring, row))
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with one, the others are found
            LOG.error("a record that may wait for something cannot be read: %s", where(problem))  # noqa: TRY400 - a traceback could hold what stands in it
            return False


def _scope(kinds: Iterable[str]) -> str:
    return " ".join(f"user/{kind}.crus" for kind in kinds)


def _acting(account: Account, mandate: str, scope: str) -> Principal:
    """The account, with no more than the mandate needs; the token's place names whose views are whose."""
    name = f"{mandate}/{account.number}".encode()
    principal = principal_of(account, scope="", expires=NEVER, operator=False, token=name)
    return replace(principal, scopes=parse_scopes(scope), platform=True)
