"""The one door to patient data. Whoever wants to see or write a record comes through here, whatever page, feed or
command they come from: it decides, acts, records and announces, in one transaction, and decides anew when what it
decided on has moved meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from carefolio.base.failures import Failure, busy
from carefolio.base.keys import Keyring
from carefolio.records.announce import Announcer
from carefolio.records.behalf import Behalf
from carefolio.records.changes import Change, Outcome, Plan
from carefolio.records.commit import Committer, commit, record
from carefolio.records.conditional import Conditional, Refused
from carefolio.records.disclose import Discloser, Moved
from carefolio.records.emergency import BreakGlass, Reason
from carefolio.records.enclosures import is_whole, send
from carefolio.records.entries import Caller, Scribe
from carefolio.records.everything import Sweeper
from carefolio.records.expiry import Expiry
from carefolio.records.find import Finder, Findings
from carefolio.records.first import FirstAccess
from carefolio.records.inquiry import Inquiry, Item, asked_code
from carefolio.records.listing import Listing
from carefolio.records.mandates import Under
from carefolio.records.naming import Naming
from carefolio.records.parts import Parts
from carefolio.records.prepare import Preparer
from carefolio.records.read import Found, Reader, fetch, outlined
from carefolio.records.reminding import Reminding
from carefolio.records.repeat import Made, Memory, Repeatable
from carefolio.records.scan import Scanner, Sighted
from carefolio.records.series import Point, points
from carefolio.records.timeline import LONGEST_PAGE, Holdings, Page, Timeline, Wanted
from carefolio.records.trail import Asked, Looked, Step, Trail
from carefolio.records.view import Viewer, names, opens
from carefolio.search.page import PAGE
from carefolio.search.parse import parse
from carefolio.search.query import Ids, Query
from carefolio.search.timeline import Slice
from carefolio.store import records

T = TypeVar("T")
_TRIES = 20
_RESTLESS = "This chart is being changed very often just now; try again."
INLINE_CHANGES = 20
INLINE_BYTES = 256 * 1024
"""Up to so many changes, of so many bytes in all, are prepared on the event loop's own thread; more beside it."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How a search is read and answered: whether unknown parameters are passed over, the address that is our own, and
    whether long attachments are left out, so that no store of them is asked (as in ``Door.outlined``).
    """

    lenient: bool = False
    base: str = ""
    outlined: bool = False


class Door:
    """All ways to patient data, joined."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.viewer = Viewer(parts.database, parts.charts, parts.keyring)
        self.scribe = Scribe(parts.keyring, parts.region)
        self.naming = Naming(parts.database, parts.keyring)
        self.committer = Committer(parts.log)
        self.announcer = Announcer(parts.accounts, parts.notifier)
        discloser = Discloser(parts.log, FirstAccess(self.announcer))
        self.reader = Reader(parts, self.viewer, self.scribe, discloser)
        self.finder = Finder(parts, self.viewer, self.scribe, discloser)
        self._outlines = Reader(parts, self.viewer, self.scribe, discloser, outlined)
        self._outline_finder = Finder(parts, self.viewer, self.scribe, discloser, outlined)
        self.preparer = Preparer(
            parts, self.viewer, self.scribe, Conditional(parts, self.viewer, self.finder, self.scribe), self.announcer
        )
        self.sweeper = Sweeper(parts, self.viewer, self.scribe, discloser)
        self.inquiry = Inquiry(parts, self.viewer, self.scribe, self.naming)
        self.emergency = BreakGlass(parts, self.viewer, self.scribe, self.announcer)
        self.expiry = Expiry(parts, self.scribe, self.announcer)
        self.reminding = Reminding(parts)
        self.behalf = Behalf(parts)
        self.memory = Memory(parts.keyring)
        self.trail = Trail(parts, self.viewer, self.scribe, discloser)
        self.listing = Listing(parts, self.viewer, self.scribe)
        self.line = Timeline(parts, self.viewer, self.finder, self.scribe, discloser)
        self.scanner = Scanner(parts, self.viewer, self.finder, self.scribe, discloser)

    @property
    def keyring(self) -> Keyring:
        """The keys."""
        return self.parts.keyring

    def hosted(self, work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """The work, so run that its looks into the database do not keep the event loop waiting."""
        return self.parts.database.hosted(work)

    def admit(self, token: str, request: str) -> Caller:
        """Who is calling; raises a Failure (401) when the token does not hold."""
        return self.admitted(token, request, self.parts.database.epoch())

    def admitted(self, token: str, request: str, epoch: int) -> Caller:
        """The same, as of an epoch that was just read."""
        return Caller(token, self.parts.tokens.principal(token, epoch), epoch, request, {})

    async def read(self, token: str, request: str, type_: str, id_: str) -> Found:
        """The newest version of a record. The row and the epoch come with one look into the database, so the caller
        is known only after it; nothing is told before.
        """
        self.parts.tokens.expect(token, self.parts.database.epoch)
        for _ in range(_TRIES):
            epoch, row = records.current_at(self.parts.database, type_, id_)
            try:
                return await self.reader.read(self.admitted(token, request, epoch), row, (type_, id_))
            except Moved:
                continue
        raise busy(_RESTLESS)

    async def see(self, caller: Caller, type_: str, id_: str) -> Found:
        """The newest version of a record, for somebody who is known already."""
        return await self._settled(caller, lambda now: self._see(self.reader, now, (type_, id_)))

    async def outlined(self, caller: Caller, type_: str, id_: str) -> Found:
        """The same with a sign in the place of each long attachment, whose store is not asked. What is made from it is
        written with ``Change.signed``.
        """
        return await self._settled(caller, lambda now: self._see(self._outlines, now, (type_, id_)))

    async def _see(self, reader: Reader, caller: Caller, asked: tuple[str, str]) -> Found:
        row = records.current_at(self.parts.database, *asked)[1]
        return await reader.read(caller, row, asked)

    async def vread(self, caller: Caller, type_: str, id_: str, version: int, *, outlined: bool = False) -> Found:
        """One version of a record."""
        reader = self._outlines if outlined else self.reader
        return await self._settled(caller, lambda now: reader.vread(now, type_, id_, version))

    async def history(
        self, caller: Caller, type_: str, id_: str, window: tuple[int, int], *, outlined: bool = False
    ) -> list[Found]:
        """Versions below ``window[0]``, at the most ``window[1]`` of them, newest first."""
        reader = self._outlines if outlined else self.reader
        return await self._settled(caller, lambda now: reader.history(now, type_, id_, window))

    async def search(
        self, caller: Caller, type_: str, pairs: Sequence[tuple[str, str]], how: Handling
    ) -> tuple[Query, Findings]:
        """What a FHIR search finds among what the caller may see."""
        page = next((value for name, value in pairs if name == PAGE), None)
        cursor = self.finder.cursors.open(caller.principal.account, page) if page else None
        query = parse(type_, pairs, how.lenient, base=how.base, cursor=cursor)
        finder = self._outline_finder if how.outlined else self.finder
        return query, await self._settled(caller, lambda now: self._search(finder, now, query))

    async def _search(self, finder: Finder, caller: Caller, query: Query) -> Findings:
        code = asked_code(query)
        if code is None:
            return await finder.search(caller, query)
        found, decision = await self.inquiry.patient(caller, code)
        if decision is not None and found is not None:
            query = replace(query, conditions=(Ids((found.row.id,)),))
        elif found is not None:
            return Findings(matches=[] if query.summary else [found], total=1 if query.counts else None)
        return await finder.search(caller, query)

    async def everything(self, caller: Caller, id_: str, count: int, after: int) -> Findings:
        """All that the caller may see of a chart; raises absent when that is nothing at all."""
        return await self._settled(caller, lambda now: self.sweeper.sweep(now, id_, count, after))

    def may_add(self, caller: Caller, patient: str, type_: str) -> bool:
        """Whether a contract, or its being theirs, lets the caller add such records to the chart of ``Patient/id``."""
        owner = self.naming.chart(caller.principal, patient)
        adds = self.viewer.of(caller, owner.number).adds if owner else ()
        return any(names(window, type_) for window in adds)

    def may_see(self, caller: Caller, patient: str, type_: str) -> bool:
        """Whether more of such records than single ones are open to the caller in the chart of ``Patient/id``, by a
        contract, an emergency, or its being theirs.
        """
        owner = self.naming.chart(caller.principal, patient)
        windows = self.viewer.of(caller, owner.number).windows if owner else ()
        return any(opens(window, type_) for window in windows)

    def has_contract(self, caller: Caller, patient: str) -> bool:
        """Whether a contract opens anything of the chart of ``Patient/id`` to the caller now."""
        owner = self.naming.chart(caller.principal, patient)
        windows = self.viewer.of(caller, owner.number).windows if owner else ()
        return any(window.rule == "contract" for window in windows)

    async def timeline(self, caller: Caller, patient: str, wanted: Wanted) -> Page:
        """What the caller may see of the chart of ``Patient/id``, the newest clinical date first; raises absent."""
        return await self._settled(caller, lambda now: self.line.page(now, patient, wanted))

    async def scan(self, caller: Caller, patient: str, wanted: Wanted, words: Sequence[str]) -> Sighted:
        """What the caller may see of this chart and has these words (``search.words``) in its texts; raises absent."""
        return await self._settled(caller, lambda now: self.scanner.scan(now, patient, wanted, words))

    async def counts(self, caller: Caller, patient: str, kinds: Mapping[str, Sequence[Slice]]) -> Holdings:
        """How much of each kind, and from whom, the caller may see in the chart of ``Patient/id``; raises absent."""
        return await self._settled(caller, lambda now: self.line.holdings(now, patient, kinds))

    async def series(self, caller: Caller, patient: str, code: str, count: int = LONGEST_PAGE) -> list[Point]:
        """The values of the newest Observations with this ``system|code`` that the caller may see, newest first."""
        wanted = Wanted((Slice("Observation", frozenset({code})),), count=count)
        page = await self._settled(caller, lambda now: self.line.page(now, patient, wanted, "series"))
        return [point for found in page.found for point in points(found)]

    async def record_index(self, caller: Caller, id_: str) -> list[Item]:
        """The list of a chart's records, without content."""
        return await self._settled(caller, lambda now: self.inquiry.index(now, id_))

    def lists_records(self, caller: Caller) -> bool:
        """Whether doctors who know the caller's patient code may see the list of their records."""
        return self.listing.state(caller)

    async def list_records(self, caller: Caller, *, on: bool) -> None:
        """Turn that list on or off."""
        await self._settled(caller, lambda now: self.listing.set(now, on=on))

    async def break_glass(self, caller: Caller, id_: str, reason: Reason) -> int:
        """Open a chart in an emergency; the moment (µs UTC) until which it is open."""
        return await self._settled(caller, lambda now: self.emergency.open(now, id_, reason))

    async def trail_of(self, caller: Caller, asked: Asked) -> list[Step]:
        """Who did what with a chart, newest first."""
        return await self._settled(caller, lambda now: self.trail.search(now, asked))

    async def looked_at(self, caller: Caller, asked: Asked) -> Looked:
        """The same a page at a time, of which none passes over more than a few thousand entries."""
        return await self._settled(caller, lambda now: self.trail.page(now, asked))

    async def step_of(self, caller: Caller, number: str) -> Step:
        """One entry of the ledger."""
        return await self._settled(caller, lambda now: self.trail.read(now, number))

    async def write(
        self,
        caller: Caller,
        changes: Sequence[Change],
        repeatable: Repeatable | None = None,
        under: Under | None = None,
    ) -> list[Outcome]:
        """Do all changes in one transaction, or none. Under the same key the same request is done once; ``under`` says
        by which workflow's rules.
        """
        if repeatable is None:
            return await self._settled(caller, lambda now: self._write(now, changes, None, under))
        once = repeatable
        return await self._settled(caller, lambda now: self._write_once(now, changes, once, under))

    async def _write_once(
        self, caller: Caller, changes: Sequence[Change], repeatable: Repeatable, under: Under | None
    ) -> list[Outcome]:
        made = self.memory.find(self.parts.database, caller, repeatable)
        if made is None:
            try:
                return await self._write(caller, changes, repeatable, under)
            except Failure:
                made = self.memory.find(self.parts.database, caller, repeatable)
                if made is None:  # else it came twice at once: what was done since is what this one met
                    raise
        return [await self._made_before(caller, one) for one in made]

    async def _write(
        self, caller: Caller, changes: Sequence[Change], repeatable: Repeatable | None, under: Under | None
    ) -> list[Outcome]:
        try:
            plan = await self._prepared(partial(self.preparer.plan, caller, changes, under), changes)
        except Refused as refused:
            told = refused.disclosure
            await self.parts.database.write(lambda tx: record(tx, self.parts.log, told), alone=False)
            raise refused.failure from None
        await self._attach(plan)
        if repeatable is not None:
            plan.key = self.memory.name(caller, repeatable)
            plan.also.append(lambda tx: self.memory.keep(tx, caller, repeatable, plan.outcomes))
        if plan.joins:
            await self.parts.database.gather(self.committer, plan)
        else:
            await self.parts.database.write(lambda tx: commit(tx, self.parts.log, plan), alone=plan.is_alone)
        return plan.outcomes

    async def _prepared(self, prepare: Callable[[], Plan], changes: Sequence[Change]) -> Plan:
        """The plan; no store of attachments is asked for it."""
        inline = len(changes) <= INLINE_CHANGES and sum(change.size for change in changes) <= INLINE_BYTES
        return prepare() if inline else await asyncio.to_thread(prepare)

    async def _attach(self, plan: Plan) -> None:
        """Keep the long attachments of what is written, fetch those of what was there already; both before the commit,
        so that a store that is away leaves nothing half done.
        """
        for one in plan.cut:
            await self.parts.beside.run(partial(send, self.parts.blobs, (one,)), len(one.text))
        if all(is_whole(one.body) for one in plan.outcomes):
            return
        found = await fetch(self.parts, [Found(one.row, one.body) for one in plan.outcomes])
        plan.outcomes = [outcome._replace(body=one.body) for outcome, one in zip(plan.outcomes, found, strict=True)]

    async def _made_before(self, caller: Caller, made: Made) -> Outcome:
        """What the first request made, if the caller may still see it."""
        found = await self.reader.version(caller, made.type, made.id, made.version)
        return Outcome(found.row, found.body, created=made.created)

    async def _settled(self, caller: Caller, attempt: Callable[[Caller], Awaitable[T]]) -> T:
        """Try until what was decided on still held when it was recorded; the token is looked at anew each time."""
        now = caller
        for _ in range(_TRIES):
            try:
                return await attempt(now)
            except Moved:
                now = self._again(caller)
        raise busy(_RESTLESS)

    def _again(self, caller: Caller) -> Caller:
        """The caller as of now: their token is looked at anew, or the account for which the platform acts."""
        if caller.principal.platform:
            return self.behalf.again(caller)
        return self.admit(caller.token, caller.request)
