"""All that a caller may see of one chart, in the order it came in."""

from __future__ import annotations

import asyncio
from itertools import islice

from carefolio.base.failures import absent
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import Decision
from carefolio.ledger.entry import Kind
from carefolio.records.disclose import Discloser, Disclosure
from carefolio.records.enclosures import length
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.find import ANSWER_BYTES, Findings
from carefolio.records.first import meetings
from carefolio.records.parts import Parts
from carefolio.records.read import Found, fetch
from carefolio.records.vault import open_stored
from carefolio.records.view import Viewer
from carefolio.store import owners, records
from carefolio.store.rows import State

CHUNK = 250
_NUMBERS = "SELECT DISTINCT rid FROM idx WHERE compartment = ? ORDER BY rid"


class Sweeper:
    """Reads whole charts, in pieces and beside the event loop."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, discloser: Discloser) -> None:
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe
        self._discloser = discloser

    async def sweep(self, caller: Caller, id_: str, count: int, after: int) -> Findings:
        """Up to ``count`` records after row ``after``; raises absent (also for a hidden chart) when there are none."""
        owner = owners.of_reference(self._parts.database, f"Patient/{id_}")
        number = owner.number if owner else -1
        found, told = Findings(), None
        if self._viewer.may_find(caller, number):
            found, told = await asyncio.to_thread(self._swept, caller, number, after, count)
            found.matches = await fetch(self._parts, found.matches)
        if told is None:
            entry = self._scribe.refused(caller, owner.number if owner else PLATFORM, f"Patient/{id_}", "everything")
            await self._parts.database.gather(self._discloser, Disclosure((entry,), None))
            raise absent()
        told = told._replace(guard=self._viewer.guard(caller, number))
        await self._parts.database.gather(self._discloser, told)
        return found

    def _swept(self, caller: Caller, number: int, after: int, count: int) -> tuple[Findings, Disclosure | None]:
        """What was found with the entry that says so, sealed here too: thousands of references take their time."""
        found, decisions = self._read(caller, number, after, count)
        if not found.matches:
            return found, None
        subject = Subject(number, [version_of(one.row) for one in found.matches], decisions)
        entry = self._scribe.disclosed(caller, Kind.DISCLOSED_EVERYTHING, subject)
        return found, Disclosure((entry,), None, meetings(caller.principal, [(number, each) for each in decisions]))

    def _read(self, caller: Caller, number: int, after: int, count: int) -> tuple[Findings, list[Decision]]:
        database, left = self._parts.database, ANSWER_BYTES
        numbers = (row[0] for row in database.read(_NUMBERS, (number,)) if row[0] > after)
        found, decisions = Findings(), list[Decision]()
        while chunk := list(islice(numbers, CHUNK)):
            for row in records.by_numbers(database, chunk):
                if row.state != State.LIVE or not (decision := self._viewer.decide(caller, row)).permit:
                    continue
                if len(found.matches) == count or left <= 0:
                    found.following = b"%d" % found.matches[-1].row.rid
                    return found, decisions
                found.matches.append(Found(row, open_stored(self._parts.keyring, records.whole(database, row))))
                decisions.append(decision)
                left -= length(found.matches[-1].body)
        return found, decisions
