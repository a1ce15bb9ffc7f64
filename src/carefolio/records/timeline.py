"""One chart as a line of time: what the caller may see of it, newest first, a page at a time; and how much there is.

The policy is part of the statement, each record is decided once more before it leaves, and one entry that names the
contracts is durable before anything leaves.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from carefolio.base.failures import absent, malformed
from carefolio.base.filters import Visible, Window
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import Decision
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.parameters import TYPES
from carefolio.ledger.entry import Kind
from carefolio.records.disclose import Discloser, Disclosure, Moved
from carefolio.records.enclosures import length
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.find import ANSWER_BYTES, Finder
from carefolio.records.first import meetings
from carefolio.records.owner import OWNER_ELEMENTS
from carefolio.records.parts import Parts
from carefolio.records.read import Found, fetch, outlined
from carefolio.records.view import Viewer
from carefolio.search.timeline import SEGMENTS, Chart, Position, Slice, coded_sql, held_sql, page_sql
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.rows import Row

__all__ = ["CLINICAL", "NO_HOSPITAL", "Holdings", "Page", "Slice", "Timeline", "Wanted"]

PAYERS = frozenset(
    {
        "Account",
        "ChargeItem",
        "Claim",
        "ClaimResponse",
        "Contract",
        "Coverage",
        "CoverageEligibilityRequest",
        "CoverageEligibilityResponse",
        "EnrollmentRequest",
        "ExplanationOfBenefit",
        "Invoice",
    }
)
"""What is between the patient and who pays."""
UNEVENTFUL = frozenset({"Basic", "Binary", "Consent", "Person", "Provenance", "RelatedPerson"})
"""What says something about records or people, not about what happened to the patient's health."""
CLINICAL = tuple(Slice(type_) for type_ in sorted(OWNER_ELEMENTS.keys() - PAYERS - UNEVENTFUL))
"""What a timeline shows unless it is asked for by kind."""
NO_HOSPITAL = ""
"""Stands for "sent by no hospital" among hospitals: what patients, and doctors without one, wrote."""
LONGEST_PAGE = 500
_NOBODY = -1
_LONGEST = 80
"""``Patient/`` and an id."""
_LEFT_AS = "{segment} {low} {rid} {number}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a chart is wanted. ``hospitals`` are ``Organization/id`` or NO_HOSPITAL, None for all; ``since`` and
    ``until`` say when the clinical date begins, µs UTC, inclusive; ``cursor`` is a page's ``next``; ``outlined``: long
    attachments are left out, so that no store of them is asked (as in ``Door.outlined``).
    """

    kinds: Sequence[Slice] = CLINICAL
    hospitals: frozenset[str] | None = None
    since: int | None = None
    until: int | None = None
    count: int = 25
    cursor: str = ""
    outlined: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Records in their order, and the cursor of the next page, empty when there is none."""

    found: list[Found] = field(default_factory=list)
    next: str = ""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many records the caller may see: of each kind that was asked about and of each hospital (NO_HOSPITAL too),
    those that hold any; and in all, of the types that were asked about.
    """

    kinds: Mapping[str, int]
    hospitals: Mapping[str, int]
    total: int


@dataclass(slots=True)
class _Look:
    """What one page found, before it may leave."""

    found: list[Found] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    left: Position | None = None


class Timeline:
    """Reads one chart for one caller at a time, beside the event loop."""

    def __init__(self, parts: Parts, viewer: Viewer, finder: Finder, scribe: Scribe, discloser: Discloser) -> None:
        self._parts = parts
        self._viewer = viewer
        self._finder = finder
        self._scribe = scribe
        self._discloser = discloser

    async def page(self, caller: Caller, patient: str, wanted: Wanted, what: str = "timeline") -> Page:
        """The next records of ``Patient/id``; raises absent (also for a hidden chart) where there can be nothing."""
        owner = await self._owner(caller, patient, what)
        refuse_kinds(wanted.kinds)
        after = self._opened(caller, owner, wanted.cursor)
        look = await asyncio.to_thread(self._look, caller, owner, wanted, after)
        if not look.found and not self._viewer.of(caller, owner.number).opens:
            await self._refuse(caller, owner, patient, what)
        complete = outlined if wanted.outlined else fetch
        look.found = await complete(self._parts, look.found)
        subject = Subject(owner.number, [version_of(one.row) for one in look.found], look.decisions)
        await self._tell(caller, subject, what, {})
        return Page(look.found, self._sealed(caller, owner, look.left))

    async def holdings(self, caller: Caller, patient: str, kinds: Mapping[str, Sequence[Slice]]) -> Holdings:
        """How much of each kind the caller may see; no content is read. Raises absent like ``page``."""
        owner = await self._owner(caller, patient, "counts")
        refuse_kinds([one for slices in kinds.values() for one in slices])
        held = await asyncio.to_thread(self._held, caller, owner, kinds)
        windows = self._viewer.of(caller, owner.number).windows
        rules = [Decision(permit=True, rule=window.rule, contract=window.contract) for window in windows]
        await self._tell(caller, Subject(owner.number, [], rules), "counts", {"total": held.total})
        return held

    async def _owner(self, caller: Caller, patient: str, what: str) -> Owner:
        owner = owners.of_reference(self._parts.database, patient) if patient.startswith("Patient/") else None
        may_find = self._viewer.may_find(caller, owner.number if owner else _NOBODY)
        if owner is None or not may_find:
            await self._refuse(caller, owner, patient, what)
        return owner

    async def _refuse(self, caller: Caller, owner: Owner | None, patient: str, what: str) -> NoReturn:
        refused = self._scribe.refused(caller, owner.number if owner else PLATFORM, patient[:_LONGEST], what)
        await self._parts.database.gather(self._discloser, Disclosure((refused,), None))
        raise absent()

    async def _tell(self, caller: Caller, subject: Subject, what: str, more: Mapping[str, int]) -> None:
        """The entry, durable before anything leaves; raises Moved when it has to be decided anew."""
        entry = self._scribe.disclosed(caller, Kind.DISCLOSED_SEARCH, subject, interaction=what, **more)
        guard = self._viewer.guard(caller, subject.owner)
        met = meetings(caller.principal, [(subject.owner, decision) for decision in subject.decisions])
        await self._parts.database.gather(self._discloser, Disclosure((entry,), guard, met))

    # ── one page ──

    def _look(self, caller: Caller, owner: Owner, wanted: Wanted, after: Position | None) -> _Look:
        chart = self._chart(caller, owner, wanted)
        look, left = _Look(), ANSWER_BYTES
        count = min(max(wanted.count, 1), LONGEST_PAGE)
        places = self._places(chart, wanted.kinds, after, count + 1)
        rows = {row.rid: row for row in records.by_numbers(self._parts.database, [one.rid for one in places])}
        for place, following in zip(places[:count], [*places[1:], None], strict=False):
            one, decision = self._decided(caller, rows.get(place.rid))
            look.found.append(one)
            look.decisions.append(decision)
            left -= length(one.body)
            look.left = place if following is not None else None
            if left <= 0:
                break
        return look

    def _chart(self, caller: Caller, owner: Owner, wanted: Wanted) -> Chart:
        numbers = None if wanted.hospitals is None else frozenset(map(self._hospital, wanted.hospitals))
        visible, blind = self._visible(caller, owner), self._parts.keyring.blind.value
        return Chart(owner.number, visible, blind, numbers, wanted.since, wanted.until)

    def _visible(self, caller: Caller, owner: Owner) -> Visible:
        """The caller's windows, but those for what they or their hospital wrote where they have not written."""
        return Visible(tuple(w for w in self._viewer.of(caller, owner.number).windows if self._can_hold(owner, w)))

    def _can_hold(self, owner: Owner, window: Window) -> bool:
        sources = [*(window.hospitals or ()), *(-author for author in window.authors or ())]
        if (window.hospitals is None and window.authors is None) or len(sources) > 1:
            return True
        asked = "SELECT 1 FROM presence WHERE source = ? AND owner = ?"
        return any(self._parts.database.one(asked, (source, owner.number)) for source in sources)

    def _hospital(self, reference: str) -> int:
        if reference == NO_HOSPITAL:
            return 0
        shelf = owners.of_reference(self._parts.database, reference)
        return shelf.number if shelf else -1

    def _places(self, chart: Chart, kinds: Iterable[Slice], after: Position | None, limit: int) -> list[Position]:
        """Where the next records stand, up to ``limit`` of them."""
        places: list[Position] = []
        slices = list(dict.fromkeys(kinds))
        for segment in SEGMENTS:
            if after is not None and segment < after.segment:
                continue
            sql = page_sql(chart, slices, segment, after, limit - len(places))
            if sql is not None:
                places += [Position(segment, *row) for row in self._parts.database.read(sql.text, sql.args)]
            if len(places) >= limit:
                break
        return places

    def _decided(self, caller: Caller, row: Row | None) -> tuple[Found, Decision]:
        if row is None:
            raise Moved  # it was erased between the two statements
        return self._finder.decided(caller, row)

    def _sealed(self, caller: Caller, owner: Owner, left: Position | None) -> str:
        if left is None:
            return ""
        text = _LEFT_AS.format(number=owner.number, **left._asdict())
        return self._finder.cursors.seal(caller.principal.account, text.encode())

    def _opened(self, caller: Caller, owner: Owner, cursor: str) -> Position | None:
        if not cursor:
            return None
        parts = self._finder.cursors.open(caller.principal.account, cursor).split(b" ")
        if len(parts) != len(Position._fields) + 1 or int(parts[-1]) != owner.number:
            raise malformed("This page link belongs to another address; start again from the first page.")
        return Position(*map(int, parts[:-1]))

    # ── how much there is ──

    def _held(self, caller: Caller, owner: Owner, kinds: Mapping[str, Sequence[Slice]]) -> Holdings:
        chart = Chart(owner.number, self._visible(caller, owner), self._parts.keyring.blind.value)
        slices = [one for each in kinds.values() for one in each]
        sql = held_sql(chart, sorted({one.type for one in slices}))
        of_type: dict[str, set[int]] = {}
        hospitals: Counter[int] = Counter()
        for type_, hospital, rids in self._parts.database.read(sql.text, sql.args):
            before = of_type.setdefault(type_, set())
            fresh = set(map(int, rids.split(","))) - before
            before |= fresh
            hospitals[hospital] += len(fresh)
        of_code = self._coded(chart, slices)
        counted = {key: len(set().union(*(_those(one, of_type, of_code) for one in kinds[key]))) for key in kinds}
        named = {self._shelf(number): count for number, count in hospitals.items()}
        return Holdings({key: count for key, count in counted.items() if count}, named, hospitals.total())

    def _coded(self, chart: Chart, slices: Sequence[Slice]) -> dict[tuple[str, str], set[int]]:
        """The records that bear each code that the slices name, whether or not they may be seen."""
        sql, values = coded_sql(chart, slices)
        of_value: dict[int, set[int]] = {}
        for value, rid in self._parts.database.read(sql.text, sql.args):
            of_value.setdefault(value, set()).add(rid)
        return {key: set().union(*(of_value.get(value, set()) for value in found)) for key, found in values.items()}

    def _shelf(self, number: int) -> str:
        shelf = owners.of_number(self._parts.database, number) if number else None
        return shelf.ref if shelf else NO_HOSPITAL


def _those(one: Slice, of_type: Mapping[str, set[int]], of_code: Mapping[tuple[str, str], set[int]]) -> set[int]:
    """The visible records of a slice."""
    found = of_type.get(one.type, set())
    if one.codes:
        found = found & set().union(*(of_code[one.type, code] for code in one.codes))
    return found.difference(*(of_code[one.type, code] for code in one.unless))


def refuse_kinds(kinds: Iterable[Slice]) -> None:
    for one in kinds:
        if one.type not in TYPES or one.type in DIRECTORY:
            raise malformed(f"{one.type[:64]} is no type of record that a chart holds.")
