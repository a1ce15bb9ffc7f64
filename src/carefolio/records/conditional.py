"""Conditions on what exists already: ``If-None-Exist``, and references by search. Only what the caller may see counts,
so that nobody learns of a hidden record by trying to create its like; and what a condition tells is a disclosure.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from carefolio.base.database import Transaction
from carefolio.base.failures import Failure, unprocessable
from carefolio.base.keys import PLATFORM
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.records.batch import Batch
from carefolio.records.disclose import Disclosure, Moved
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.find import Finder
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.search.conditions import charts_of
from carefolio.search.parse import parse
from carefolio.search.plan import Plan, plan
from carefolio.search.query import Query
from carefolio.store.rows import Row

_ENOUGH = 2
LONGEST_CONDITION = 16_384
"""Characters, as many as a search by its address may have."""


def parameters_of(text: str) -> list[tuple[str, str]]:
    """The search parameters of a condition; raises a Failure for one that is longer than a search may be."""
    if len(text) > LONGEST_CONDITION:
        raise unprocessable(f"A condition has {LONGEST_CONDITION} characters at most.", code="too-long")
    return parse_qsl(text.lstrip("?"), keep_blank_values=True)


class Refused(Exception):  # noqa: N818 - not an error: the failure goes on once what it tells is recorded
    """The changes cannot be done, and why tells what conditions found: that is recorded before the failure leaves."""

    def __init__(self, failure: Failure, disclosure: Disclosure) -> None:
        super().__init__(failure)
        self.failure = failure
        self.disclosure = disclosure


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as it is put to the database, the charts that it names, and all whose policy it was put under."""

    plan: Plan
    type: str
    named: frozenset[int]
    numbers: frozenset[int]


class Conditional:
    """Finds what a condition matches, and can look again inside the transaction."""

    def __init__(self, parts: Parts, viewer: Viewer, finder: Finder, scribe: Scribe) -> None:
        self._parts = parts
        self._viewer = viewer
        self._finder = finder
        self._scribe = scribe

    def ask(self, caller: Caller, type_: str, text: str) -> Asked:
        """The statement behind a condition like ``identifier=system|value``."""
        query = parse(
            type_,
            [*parameters_of(text), ("_count", str(_ENOUGH))],
            lenient=False,
        )
        if not query.conditions:
            raise unprocessable("A condition names at least one search parameter.", code="value")
        visible = self._finder.visible(caller, query)
        made = plan(query, visible, self._finder.number, self._parts.keyring.blind.value)
        if made.needs_filter:
            raise unprocessable("A condition takes identifiers, codes and references only.", code="not-supported")
        looked_into = [window.owners for window in visible.any_of if window.owners]
        named = self._named(query)
        return Asked(made, type_, named, named.union(*looked_into))

    def found(self, batch: Batch, asked: Asked) -> list[Row]:
        """What matches now; two are enough to know that it is not one. That the caller learns it is put down."""
        rows = [Row._make(row) for row in self._parts.database.read(asked.plan.sql, asked.plan.args)]
        if asked.type not in DIRECTORY:
            batch.searched += self._entries(batch.caller, asked, rows)
            batch.charts |= asked.numbers | {row.owner for row in rows}
        return rows

    @staticmethod
    def still_none(tx: Transaction, asked: Asked) -> bool:
        """Whether nothing matches inside this transaction either."""
        return not tx.all(asked.plan.sql, asked.plan.args)

    def _named(self, query: Query) -> frozenset[int]:
        """The charts that the condition itself names."""
        charts = [charts_of(condition, query.type, self._finder.number) for condition in query.conditions]
        return frozenset().union(*[numbers for numbers in charts if numbers is not None])

    def _entries(self, caller: Caller, asked: Asked, rows: list[Row]) -> list[SealedEntry]:
        """One entry for each chart in which something matches, else one that nothing was found."""
        charts: dict[int, list[Row]] = {}
        for row in rows:
            charts.setdefault(row.owner, []).append(row)
        if not charts:
            return [self._nothing(caller, asked)]
        subjects = [self._subject(caller, owner, found) for owner, found in charts.items()]
        return [self._scribe.disclosed(caller, Kind.DISCLOSED_SEARCH, one, asked=asked.type) for one in subjects]

    def _subject(self, caller: Caller, owner: int, rows: list[Row]) -> Subject:
        decisions = [self._viewer.decide(caller, row) for row in rows]
        if not all(decision.permit for decision in decisions):
            raise Moved  # the search saw what the decision does not: it was changed in between
        return Subject(owner, [version_of(row) for row in rows], decisions)

    def _nothing(self, caller: Caller, asked: Asked) -> SealedEntry:
        """In the one chart that is named, where it is a refusal unless the caller sees into it; else in none."""
        number = next(iter(asked.named)) if len(asked.named) == 1 else PLATFORM
        about = max(number, PLATFORM)
        if asked.named and not self._viewer.of(caller, number).opens:
            return self._scribe.refused(caller, about, asked.type, "search")
        return self._scribe.disclosed(caller, Kind.DISCLOSED_SEARCH, Subject(about, ()), asked=asked.type)
