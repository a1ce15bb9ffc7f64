"""Search: the policy is part of the statement, each record is decided once more before it leaves, and one entry for
each chart that anything left of is durable before anything leaves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from carefolio.base.failures import broken
from carefolio.base.filters import Visible
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import Decision
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.records.cursors import Cursors
from carefolio.records.disclose import Discloser, Disclosure, Moved
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.parts import Parts
from carefolio.records.read import Found
from carefolio.records.vault import open_body, open_resource
from carefolio.records.view import Viewer
from carefolio.search.conditions import charts_of
from carefolio.search.include import Primary, included, reverse_search
from carefolio.search.page import Page, cut, sift
from carefolio.search.plan import plan
from carefolio.search.query import Query
from carefolio.search.texts import participant_text
from carefolio.store import owners, records
from carefolio.store.rows import Flag, Row, State

LOG = logging.getLogger("carefolio.records")
INLINE = 200
"""Up to so many records are searched and opened on the event loop's own thread; more than these beside it."""
_ASKED = (
    "SELECT DISTINCT r.owner FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value IN (?, ?) AND r.type = 'Consent' AND r.state = ? AND r.flags & ?"
)
_EMERGENCIES = "SELECT owner FROM emergency WHERE account = ?"


@dataclass(slots=True)
class Findings:
    """What a search found: matches in their order, what comes with them, and where the next page starts."""

    matches: list[Found] = field(default_factory=list)
    included: list[Found] = field(default_factory=list)
    total: int | None = None
    following: bytes | None = None


@dataclass(slots=True)
class _Search:
    """One search under way: the charts it looks into, what the caller may see there, and what was decided."""

    caller: Caller
    query: Query
    numbers: frozenset[int]
    named: bool
    visible: Visible
    resolve: Callable[[str], int | None]
    """Owner numbers of the charts that the query names, each looked up once."""
    shown: list[tuple[Row, Decision]] = field(default_factory=list)


class Finder:
    """Searches for one caller at a time."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, discloser: Discloser) -> None:
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe
        self._discloser = discloser
        self.cursors = Cursors(parts.keyring)

    async def search(self, caller: Caller, query: Query, kind: Kind = Kind.DISCLOSED_SEARCH) -> Findings:
        """What the query finds among what the caller may see; raises Moved when it has to be decided anew."""
        search = self._begin(caller, query)
        if query.count > INLINE or query.summary or not search.named:
            found = await asyncio.to_thread(self._run, search)
        else:
            found = self._run(search)
        await self._record(search, kind, found.total)
        return found

    def visible(self, caller: Caller, query: Query) -> Visible:
        """What the caller may see of what the query is about."""
        return self._begin(caller, query).visible

    def _begin(self, caller: Caller, query: Query) -> _Search:
        resolve = cache(self.number)
        named = _named_charts(query, resolve)
        numbers = self._reach(caller) if named is None else named
        inside = named is not None and query.type not in DIRECTORY
        visible = self._viewer.inside(caller, numbers) if inside else self._viewer.visible(caller, numbers)
        return _Search(caller, query, frozenset(numbers), named is not None, visible, resolve)

    def number(self, reference: str) -> int | None:
        """The owner number of a chart's ``Patient/id``."""
        owner = owners.of_reference(self._parts.database, reference)
        return owner.number if owner else None

    def _reach(self, caller: Caller) -> frozenset[int]:
        """The charts that any contract or emergency may open to the caller, and their own."""
        principal, blind = caller.principal, self._parts.keyring.blind
        names = [blind.value(participant_text(name or "nobody")) for name in (principal.person, principal.organization)]
        asked = self._parts.database.read(_ASKED, (*names, State.LIVE, Flag.FORCE))
        emergencies = self._parts.database.read(_EMERGENCIES, (principal.account,))
        return frozenset(row[0] for row in asked + emergencies) | ({principal.chart} - {0})

    def _run(self, search: _Search) -> Findings:
        page, total = self._page(search)
        matches = [self._decided(search, row) for row in page.rows]
        found = Findings(matches, [], total, page.following)
        if search.query.includes or search.query.reverse_includes:
            found.included = self._included(search, page.rows)
        return found

    def _page(self, search: _Search) -> tuple[Page, int | None]:
        query, database = search.query, self._parts.database
        made = plan(query, search.visible, search.resolve, self._parts.keyring.blind.value)
        if made.needs_filter:
            page = sift(made, self._rows(made.sql, made.args), self._open)
            page = page if not query.summary else Page([], None, page.total)
            return page, page.total if query.counts else None
        total = database.read(made.count_sql, made.count_args)[0][0] if query.counts else None
        if query.summary:
            return Page([], None, total), total
        return cut(made, self._rows(made.sql, made.args)), total

    def _rows(self, sql: str, args: Sequence[object]) -> list[Row]:
        return [Row._make(row) for row in self._parts.database.read(sql, args)]

    def _open(self, row: Row) -> dict[str, object]:
        return open_resource(self._parts.keyring, row)

    def _decided(self, search: _Search, row: Row) -> Found:
        """Decide once more about a record that the statement let through: a difference that no change of contracts
        explains is a fault of ours.
        """
        body = open_body(self._parts.keyring, row)
        decision = self._viewer.decide(search.caller, row, body)
        if not decision.permit:
            if self._parts.database.epoch() != search.caller.epoch:
                raise Moved  # a contract changed between the statement and this look
            LOG.error("search and decision differ", extra={"request": search.caller.request})
            raise broken("Something went wrong here; the operator has been told.")
        search.shown.append((row, decision))
        return Found(row, body)

    def _included(self, search: _Search, rows: Sequence[Row]) -> list[Found]:
        """What the matches name and what names them, as far as the caller may see it; each once."""
        keyring, seen = self._parts.keyring, {(row.type, row.id) for row in rows}
        wanted = included(search.query, [open_resource(keyring, row) for row in rows])
        pairs = [(type_, id_) for type_, _, id_ in (reference.partition("/") for reference in wanted)]
        found = [row for row in records.by_references(self._parts.database, pairs) if row.state == State.LIVE]
        found = [row for row in found if self._viewer.decide(search.caller, row).permit]
        primaries = [Primary(row.reference, row.owner) for row in rows]
        for include in search.query.reverse_includes if primaries else ():
            inner = self._begin(search.caller, reverse_search(include, primaries))
            found += self._page(inner)[0].rows
        fresh = {(row.type, row.id): row for row in found if (row.type, row.id) not in seen}
        return [self._decided(search, row) for row in fresh.values()]

    async def _record(self, search: _Search, kind: Kind, total: int | None) -> None:
        """One entry for each chart of which anything is in the answer; one for a search that found nothing."""
        charts: dict[int, list[tuple[Row, Decision]]] = {}
        for row, decision in search.shown:
            if row.type not in DIRECTORY:
                charts.setdefault(row.owner, []).append((row, decision))
        more = {} if total is None else {"total": total}
        entries = [
            self._scribe.disclosed(
                search.caller,
                kind,
                Subject(owner, [version_of(row) for row, _ in shown], shown[0][1]),
                **more,
            )
            for owner, shown in charts.items()
        ]
        if not entries and search.query.type not in DIRECTORY:
            entries = [self._nothing(search, kind, more)]
        if entries:
            guard = self._viewer.guard(search.caller, *sorted(search.numbers | set(charts)))
            await self._parts.database.gather(self._discloser, Disclosure(tuple(entries), guard))

    def _nothing(self, search: _Search, kind: Kind, more: dict[str, int]) -> SealedEntry:
        """The entry of a search without a match: a refusal where the caller may see nothing of the chart it names."""
        number = next(iter(search.numbers), PLATFORM) if search.named and len(search.numbers) == 1 else PLATFORM
        known = number > PLATFORM
        about = number if known else PLATFORM
        if search.named and not self._viewer.of(search.caller, number).opens:
            return self._scribe.refused(search.caller, about, search.query.type, "search")
        return self._scribe.disclosed(search.caller, kind, Subject(about, []), asked=search.query.type, **more)


def _named_charts(query: Query, resolve: Callable[[str], int | None]) -> frozenset[int] | None:
    """The charts that the query itself names; one that does not exist counts as one that cannot be seen."""
    found = [charts_of(condition, query.type, resolve) for condition in query.conditions]
    named = [charts for charts in found if charts is not None]
    return frozenset.intersection(*named) if named else None
