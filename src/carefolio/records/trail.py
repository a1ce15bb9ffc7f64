"""Who looked: the ledger's entries of a chart, for its patient, their delegates and auditors; and everybody's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from carefolio.base.failures import Failure, absent
from carefolio.base.keys import PLATFORM
from carefolio.consent.principal import Role, permits_scope
from carefolio.ledger import reading
from carefolio.ledger.entry import CONTRACTS, DISCLOSURES, WRITES, Entry, Kind, SealedEntry
from carefolio.ledger.reading import (
    NEWEST,
    Page,
    Wanted,
    actors_of,
    break_glass_entries,
    entries_by,
    entries_of,
    entry_at,
)
from carefolio.records.disclose import Discloser, Disclosure
from carefolio.records.entries import Caller, Scribe, Subject
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.store import owners

_WATCHED = {Kind.REFUSED, Kind.BREAK_GLASS, Kind.BREAK_GLASS_REVIEWED, Kind.WRONG_REPORTED, Kind.REPORT_SEEN}
SHOWN = DISCLOSURES | CONTRACTS | WRITES | _WATCHED
_CHUNK = 200
_BOUNDS = (20_000, 200)
"""So many entries of a chart are looked through for who did something in it, and so many people are named."""
_REFUSED_IN = "SELECT count(*) FROM entry WHERE owner = ? AND kind = 40"
_REFUSED_TO = "SELECT count(*) FROM entry WHERE actor = ? AND kind = 40"


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as the trail shows it: its number, what it says, and the name of who did it."""

    seq: int
    entry: Entry
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the trail is wanted: ``patient`` as ``Patient/id`` or "", a test of the moment, a page."""

    patient: str = ""
    agent: str = ""
    within: Callable[[int], bool] = bool
    count: int = 50
    before: int = NEWEST
    refusals: bool = True
    """Whether what was refused is wanted too."""
    kinds: frozenset[Kind] = SHOWN
    """Which kinds of entries are wanted; others are passed over."""


class Looked(NamedTuple):
    """A page of steps, the newest first, and the number before which one looks on, 0 where nothing is left."""

    steps: list[Step]
    before: int


class Trail:
    """Reads entries for one caller at a time; that somebody read the trail stands in it too."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, discloser: Discloser) -> None:
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe
        self._discloser = discloser

    async def search(self, caller: Caller, asked: Asked) -> list[Step]:
        """Up to ``count`` + 1 steps, newest first: one more than wanted tells that there is a next page. However far
        back they stand, they are looked for.
        """
        return (await self._look(caller, asked, NEWEST)).steps

    async def page(self, caller: Caller, asked: Asked) -> Looked:
        """Up to ``count`` steps, of as many entries as one page may look through; the next page looks on from there."""
        looked = await self._look(caller, asked, reading.LOOKED_AT)
        return looked._replace(steps=looked.steps[: asked.count])

    async def _look(self, caller: Caller, asked: Asked, passing: int) -> Looked:
        number = self._chart(caller, asked)
        whole = number is not None and self._may_see_whole(caller, number)

        def wanted(sealed: SealedEntry) -> bool:
            return _is_about(sealed, number, whole=whole) and self._shows(caller, asked, sealed)

        def shows(entry: Entry) -> bool:
            return not asked.agent or bool(entry.content.get("who") == asked.agent)

        pages = self._pages(caller, asked, number, wanted, whole=whole)
        found = await asyncio.to_thread(self._steps, shows, asked.count, pages, passing)
        for owner, steps in self._concerned(caller, number if whole else None, found.steps[: asked.count]).items():
            await self._note(caller, owner, steps)
        return found

    def _concerned(self, caller: Caller, number: int | None, steps: list[Step]) -> dict[int, list[Step]]:
        """In whose trail it stands that these steps were read: in the chart's, or, where an auditor looked at every
        chart's, in each of them; that somebody read their own steps stands in nobody's.
        """
        if number is not None:
            return {number: steps}
        concerned: dict[int, list[Step]] = {PLATFORM: []}
        for step in steps:
            auditing = caller.principal.role is Role.AUDITOR and step.entry.actor != caller.principal.account
            concerned.setdefault(step.entry.owner if auditing else PLATFORM, []).append(step)
        return concerned

    def _steps(self, shows: Callable[[Entry], bool], count: int, pages: Iterator[Page], passing: int) -> Looked:
        """The entries that are shown, up to one more than wanted, until so many were passed over, and those that were
        read together with the last of them. A long trail is read beside the event loop.
        """
        found: list[Step] = []
        names: dict[int, str] = {}
        for page in pages:
            shown = [(seq, entry) for seq, entry in page.entries if shows(entry)]
            found += (Step(seq, entry, self._name(names, entry.actor)) for seq, entry in shown)
            if len(found) > count:
                return Looked(found[: count + 1], found[count - 1].seq)
            passing -= page.left_out + len(page.entries) - len(shown)
            if passing <= 0:
                return Looked(found, page.before)
        return Looked(found, 0)

    def refusals(self, caller: Caller, patient: str = "") -> int:
        """How often something was refused: in a chart whose whole trail the caller may see, else to the caller."""
        number = self._chart(caller, Asked(patient))
        if number is not None and self._may_see_whole(caller, number):
            return int(self._parts.database.read(_REFUSED_IN, (number,))[0][0])
        return int(self._parts.database.read(_REFUSED_TO, (caller.principal.account,))[0][0])

    def people(self, caller: Caller, patient: str, *, refusals: bool = False) -> list[tuple[str, str]]:
        """Who did something in a chart whose whole trail the caller may see, with ``refusals`` also who was refused:
        ``Type/id`` and name, whoever did last first. Of a long trail its newest entries count.
        """
        number = self._chart(caller, Asked(patient))
        if number is None or not self._may_see_whole(caller, number):
            return []
        accounts, database = self._parts.accounts, self._parts.database
        kinds = SHOWN if refusals else SHOWN - {Kind.REFUSED}
        found = (accounts.of_number(database, one) for one in actors_of(database, number, kinds, _BOUNDS))
        return [(one.person or one.organization, one.name) for one in found if one is not None]

    async def read(self, caller: Caller, text: str) -> Step:
        """One step; raises absent for one that is not there or not the caller's to see."""
        entry = self._entry(text)
        in_scope = permits_scope(caller.principal, "r", "AuditEvent")
        mine = in_scope and entry is not None and entry.actor == caller.principal.account
        if entry is None or entry.kind not in SHOWN or not (mine or self._may_see_whole(caller, entry.owner)):
            refused = self._scribe.refused(caller, PLATFORM, f"AuditEvent/{text[:64]}", "read")
            await self._parts.database.gather(self._discloser, Disclosure((refused,), None))
            raise absent()
        step = Step(int(text), entry, self._name({}, entry.actor))
        await self._note(caller, PLATFORM if mine else entry.owner, [step])
        return step

    def _entry(self, text: str) -> Entry | None:
        if not (text.isascii() and text.isdecimal()) or len(text) > len(str(NEWEST)) - 1:
            return None
        try:
            return entry_at(self._parts.database, self._parts.keyring, int(text))
        except Failure:
            return None

    def _chart(self, caller: Caller, asked: Asked) -> int | None:
        """The chart that is asked about; a patient who names none asks about their own; None: one's own steps."""
        if not asked.patient:
            return caller.principal.chart or None
        owner = owners.of_reference(self._parts.database, asked.patient)
        return owner.number if owner else -1

    def _may_see_whole(self, caller: Caller, number: int) -> bool:
        principal = caller.principal
        if number <= PLATFORM or not permits_scope(principal, "s", "AuditEvent", number):
            return False
        if principal.role is Role.AUDITOR or principal.chart == number:
            return True
        return bool(self._viewer.of(caller, number).delegate)

    def _pages(
        self, caller: Caller, asked: Asked, number: int | None, wanted: Wanted, *, whole: bool
    ) -> Iterator[Page]:
        """The chart's entries where the caller may see them all, else the caller's own; for an auditor who names no
        chart, every emergency access.
        """
        self._parts.log.settle(self._parts.database)
        database, keyring, account = self._parts.database, self._parts.keyring, caller.principal.account
        if not permits_scope(caller.principal, "s", "AuditEvent"):
            return
        before, count = asked.before, _CHUNK if asked.agent else min(_CHUNK, asked.count + 1)
        while before:
            if whole and number is not None:
                page = entries_of(database, keyring, number, before, count, wanted)
            elif number is None and caller.principal.role is Role.AUDITOR:
                page = break_glass_entries(database, keyring, before, count, wanted)
            else:
                page = entries_by(database, keyring, account, before, count, wanted)
            yield page
            before = page.before

    def _shows(self, caller: Caller, asked: Asked, entry: SealedEntry) -> bool:
        """By what stands in clear beside it, so that what is passed over is not opened: most of a chart's entries are
        of the patient's own reading, which is left out unless they ask for it.
        """
        if entry.kind not in SHOWN & asked.kinds or not asked.within(entry.time):
            return False
        if entry.kind == Kind.REFUSED and not asked.refusals:
            return False
        if not permits_scope(caller.principal, "s", "AuditEvent", entry.owner):
            return False
        own = entry.actor == caller.principal.account and entry.owner == caller.principal.chart
        return bool(asked.agent) or not (own and entry.kind in DISCLOSURES)

    def _name(self, names: dict[int, str], number: int) -> str:
        if number not in names:
            account = self._parts.accounts.of_number(self._parts.database, number)
            names[number] = account.name if account else ""
        return names[number]

    async def _note(self, caller: Caller, owner: int, steps: list[Step]) -> None:
        subject = Subject(owner, [f"AuditEvent/{step.seq}" for step in steps])
        entry = self._scribe.disclosed(caller, Kind.DISCLOSED_AUDIT, subject)
        guard = self._viewer.guard(caller, *([owner] if owner != PLATFORM else []))
        await self._parts.database.gather(self._discloser, Disclosure((entry,), guard))


def _is_about(entry: SealedEntry, number: int | None, *, whole: bool) -> bool:
    """Whether it stands in the chart with this number (None: any). Who does not see the whole trail is not told in
    which chart their refusals stand: that would tell a record that is hidden from one that is absent.
    """
    return number is None or (entry.owner == number and (whole or entry.kind != Kind.REFUSED))
