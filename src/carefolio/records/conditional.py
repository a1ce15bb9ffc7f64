"""Conditions on what exists already: ``If-None-Exist``, and references by search. Only what the caller may see counts,
so that nobody learns of a hidden record by trying to create its like.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from carefolio.base.database import Transaction
from carefolio.base.failures import unprocessable
from carefolio.records.entries import Caller
from carefolio.records.find import Finder
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.search.parse import parse
from carefolio.search.plan import Plan, plan
from carefolio.store.rows import Row

_ENOUGH = 2


class Conditional:
    """Finds what a condition matches, and can look again inside the transaction."""

    def __init__(self, parts: Parts, viewer: Viewer, finder: Finder) -> None:
        self._parts = parts
        self._viewer = viewer
        self._finder = finder

    def plan(self, caller: Caller, type_: str, text: str) -> Plan:
        """The statement behind a condition like ``identifier=system|value``."""
        query = parse(
            type_,
            [*parse_qsl(text.lstrip("?"), keep_blank_values=True), ("_count", str(_ENOUGH))],
            lenient=False,
        )
        if not query.conditions:
            raise unprocessable("A condition names at least one search parameter.", code="value")
        made = plan(query, self._finder.visible(caller, query), self._finder.number, self._parts.keyring.blind.value)
        if made.needs_filter:
            raise unprocessable("A condition takes identifiers, codes and references only.", code="not-supported")
        return made

    def rows(self, made: Plan) -> list[Row]:
        """What matches now; two are enough to know that it is not one."""
        return [Row._make(row) for row in self._parts.database.read(made.sql, made.args)]

    @staticmethod
    def still_none(tx: Transaction, made: Plan) -> bool:
        """Whether nothing matches inside this transaction either."""
        return not tx.all(made.sql, made.args)
