"""Search: the policy is part of the statement, each record is decided once more before it leaves, and one entry for
each chart that anything left of is durable before anything leaves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from carefolio.base.failures import broken
from carefolio.base.filters import Visible
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import Decision
from carefolio.fhir.json import parse
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.records.cursors import Cursors
from carefolio.records.disclose import Discloser, Disclosure, Moved
from carefolio.records.enclosures import length, outline
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.first import meetings
from carefolio.records.parts import Parts
from carefolio.records.read import Completing, Found, fetch
from carefolio.records.vault import open_stored
from carefolio.records.view import Viewer
from carefolio.search.conditions import charts_of
from carefolio.search.include import Primary, included, reverse_search
from carefolio.search.order import write_cursor
from carefolio.search.page import Page, cut, sift
from carefolio.search.plan import Plan, plan
from carefolio.search.query import Dates, Ids, Links, Query, Tokens, Updated
from carefolio.search.texts import participant_text
from carefolio.store import owners, records
from carefolio.store.rows import Flag, Row, State

LOG = logging.getLogger("carefolio.records")
INLINE = 50
"""Up to so many records are searched and opened on the event loop's own thread; more than these beside it."""
KEPT_PLANS = 32
ANSWER_BYTES = 32 * 1024 * 1024
"""A page ends early when its records are longer than this together; the next one goes on after it."""
_ASKED = (
    "SELECT DISTINCT r.owner FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value IN (?, ?) AND r.type = 'Consent' AND r.state = ? AND r.flags & ? <> 0"
)
_READ = frozenset({"family", "birthdate"})
_PLAIN = (Links, Tokens, Ids, Updated, Dates)
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
    counted: Mapping[int, int] = field(default_factory=dict)
    """How many matches of which owner the answer's total counts; of charts and shelves, not of the directory."""

    @property
    def shown_in(self) -> set[int]:
        """The charts and shelves of which a record is in the answer."""
        return {row.owner for row, _ in self.shown if row.type not in DIRECTORY}


class Finder:
    """Searches for one caller at a time. ``complete``: what becomes of long attachments."""

    def __init__(
        self, parts: Parts, viewer: Viewer, scribe: Scribe, discloser: Discloser, complete: Completing = fetch
    ) -> None:
        self._parts = parts
        self._complete = complete
        self._viewer = viewer
        self._scribe = scribe
        self._discloser = discloser
        self.cursors = Cursors(parts.keyring)

    async def search(self, caller: Caller, query: Query, kind: Kind = Kind.DISCLOSED_SEARCH) -> Findings:
        """What the query finds among what the caller may see; raises Moved when it has to be decided anew."""
        if _is_light(query):
            search, found = self._run(caller, query)
        else:
            search, found = await asyncio.to_thread(self._run, caller, query)
        found.matches = await self._complete(self._parts, found.matches)
        found.included = await self._complete(self._parts, found.included)
        entries = self._entries(search, kind, found.total)
        if entries:
            guard = self._viewer.guard(caller, *sorted(search.numbers | set(search.counted) | search.shown_in))
            met = meetings(caller.principal, [(row.owner, decision) for row, decision in search.shown])
            await self._parts.database.gather(self._discloser, Disclosure(tuple(entries), guard, met))
        return found

    def visible(self, caller: Caller, query: Query) -> Visible:
        """What the caller may see of what the query is about."""
        return self._begin(caller, query).visible

    def _begin(self, caller: Caller, query: Query) -> _Search:
        resolve = self._looked_up_once()
        named = _named_charts(query, resolve)
        numbers = self._reach(caller) if named is None else named
        inside = named is not None and query.type not in DIRECTORY
        visible = self._viewer.inside(caller, numbers) if inside else self._viewer.visible(caller, numbers)
        return _Search(caller, query, frozenset(numbers), named is not None, visible, resolve)

    def _looked_up_once(self) -> Callable[[str], int | None]:
        """``number`` for one search."""
        known: dict[str, int | None] = {}

        def resolve(reference: str) -> int | None:
            if reference not in known:
                known[reference] = self.number(reference)
            return known[reference]

        return resolve

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

    def _run(self, caller: Caller, query: Query) -> tuple[_Search, Findings]:
        search = self._begin(caller, query)
        made, page = self._page(search)
        matches = self._within_budget(search, page.rows)
        following = page.following
        if len(matches) < len(page.rows):
            following = self._cursor_after(made, matches[-1])
        found = Findings(matches, [], page.total if query.counts else None, following)
        if query.counts and query.type not in DIRECTORY:
            search.counted = page.counted
        if query.includes or query.reverse_includes:
            found.included = self._included(search, [match.row for match in matches])
        return search, found

    def _within_budget(self, search: _Search, rows: Sequence[Row]) -> list[Found]:
        """The first rows, at least one, whose bodies together are not too much for one answer."""
        found: list[Found] = []
        left = ANSWER_BYTES
        for row in rows:
            one, decision = self.decided(search.caller, row)
            search.shown.append((row, decision))
            found.append(one)
            left -= length(one.body)
            if left <= 0:
                break
        return found

    def _cursor_after(self, made: Plan, last: Found) -> bytes:
        resource = parse(outline(last.body)) if made.order.read else None
        return write_cursor(made.order, made.order.values(last.row, resource))

    def _page(self, search: _Search) -> tuple[Plan, Page]:
        query, database = search.query, self._parts.database
        made = self._planned(search)
        if made.needs_filter:
            page = sift(made, self._rows(made), self._resource)
            return made, replace(page, rows=[], following=None) if query.summary else page
        counted: dict[int, int] = dict(database.read(made.count_sql, made.count_args)) if query.counts else {}
        page = Page([], None) if query.summary else cut(made, self._rows(made))
        return made, replace(page, total=sum(counted.values()), counted=counted)

    def _planned(self, search: _Search) -> Plan:
        """The statement of the search; one inside a single chart is kept with the caller's view of that chart."""
        blind = self._parts.keyring.blind.value
        if not search.named or len(search.numbers) != 1 or search.query.type in DIRECTORY:
            return plan(search.query, search.visible, search.resolve, blind)
        plans = self._viewer.of(search.caller, next(iter(search.numbers))).plans
        made = plans.get(search.query)
        if made is None:
            if len(plans) >= KEPT_PLANS:
                plans.clear()
            made = plans[search.query] = plan(search.query, search.visible, search.resolve, blind)
        return made

    def _rows(self, made: Plan) -> list[Row]:
        return [Row._make(row) for row in self._parts.database.read(made.sql, made.args)]

    def _body(self, row: Row) -> bytes:
        return open_stored(self._parts.keyring, records.whole(self._parts.database, row))

    def _resource(self, row: Row) -> dict[str, object]:
        return parse(outline(self._body(row)))

    def decided(self, caller: Caller, row: Row) -> tuple[Found, Decision]:
        """Decide once more about a record that a statement let through: a difference that no change of contracts
        explains is a fault of ours.
        """
        body = self._body(row)
        decision = self._viewer.decide(caller, row, body)
        if not decision.permit:
            epoch, newest = records.current_at(self._parts.database, row.type, row.id)
            if epoch != caller.epoch or newest is None or newest.version != row.version:
                raise Moved  # a contract or the record changed between the statement and this look
            LOG.error("search and decision differ", extra={"request": caller.request})
            raise broken("Something went wrong here; the operator has been told.")
        return Found(row, body), decision

    def _included(self, search: _Search, rows: Sequence[Row]) -> list[Found]:
        """What the matches name and what names them, as far as the caller may see it; each once."""
        seen = {(row.type, row.id) for row in rows}
        wanted = included(search.query, [self._resource(row) for row in rows])
        pairs = [(type_, id_) for type_, _, id_ in (reference.partition("/") for reference in wanted)]
        found = [row for row in records.by_references(self._parts.database, pairs) if row.state == State.LIVE]
        found = [row for row in found if self._viewer.decide(search.caller, row).permit]
        primaries = [Primary(row.reference, row.owner) for row in rows]
        for include in search.query.reverse_includes if primaries else ():
            inner = self._begin(search.caller, reverse_search(include, primaries))
            found += self._page(inner)[1].rows
        fresh = {(row.type, row.id): row for row in found if (row.type, row.id) not in seen}
        return self._within_budget(search, list(fresh.values())) if fresh else []

    def _entries(self, search: _Search, kind: Kind, total: int | None) -> list[SealedEntry]:
        """One entry for each chart of which anything is in the answer, be it a number; one for a search that found
        nothing.
        """
        if search.query.type in DIRECTORY and not search.shown_in:
            return []
        charts: dict[int, list[tuple[Row, Decision]]] = {number: [] for number in search.counted}
        for row, decision in search.shown:
            if row.type not in DIRECTORY:
                charts.setdefault(row.owner, []).append((row, decision))
        if not charts:
            return [self._nothing(search, kind, {} if total is None else {"total": total})]
        return [self._entry(search, kind, owner, shown) for owner, shown in charts.items()]

    def _entry(self, search: _Search, kind: Kind, owner: int, shown: Sequence[tuple[Row, Decision]]) -> SealedEntry:
        counted = search.counted.get(owner)
        more: dict[str, Any] = {} if counted is None else {"total": counted, "asked": search.query.type}
        subject = Subject(owner, [version_of(row) for row, _ in shown], [decision for _, decision in shown])
        return self._scribe.disclosed(search.caller, kind, subject, **more)

    def _nothing(self, search: _Search, kind: Kind, more: dict[str, int]) -> SealedEntry:
        """The entry of a search without a match: a refusal where the caller may see nothing of the chart it names."""
        number = next(iter(search.numbers), PLATFORM) if search.named and len(search.numbers) == 1 else PLATFORM
        known = number > PLATFORM
        about = number if known else PLATFORM
        if search.named and not self._viewer.of(search.caller, number).opens:
            if search.query.type != "Consent":
                return self._scribe.refused(search.caller, about, search.query.type, "search")
            about = PLATFORM  # looking for own requests is no refusal; in the chart it would tell that it is there
        return self._scribe.disclosed(search.caller, kind, Subject(about, []), asked=search.query.type, **more)


def _named_charts(query: Query, resolve: Callable[[str], int | None]) -> frozenset[int] | None:
    """The charts that the query itself names; one that does not exist counts as one that cannot be seen."""
    found = [charts_of(condition, query.type, resolve) for condition in query.conditions]
    named = [charts for charts in found if charts is not None]
    return frozenset.intersection(*named) if named else None


def _is_light(query: Query) -> bool:
    """Whether it is certain, before anything is read, that little has to be: others need not wait for it then."""
    sorts = any(key.name in _READ for key in query.sort)
    brings = bool(query.includes or query.reverse_includes or query.counts or sorts)
    if brings or query.count > INLINE or not all(isinstance(condition, _PLAIN) for condition in query.conditions):
        return False
    return any(isinstance(condition, Links) for condition in query.conditions)
