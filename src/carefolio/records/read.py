"""Read one record, one version, or its history: decide, record, then hand over.

1. Find the row and decide, from what memory knows of the chart's contracts.
2. Permit: open the body, fetch what was cut out of it, seal the entry, wait until it is durable and the decision still
   held. Then hand over.
3. Deny or absent: seal a refusal with the same effort, wait until it is durable, then say "absent" for both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from carefolio.base.failures import absent, gone
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import DENIED, Decision
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.entry import Kind
from carefolio.records.disclose import Discloser, Disclosure
from carefolio.records.enclosures import is_whole, length, named
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.first import meetings
from carefolio.records.parts import Parts
from carefolio.records.vault import made_whole, open_stored
from carefolio.records.view import Viewer
from carefolio.store import records
from carefolio.store.rows import Row, State

_ABSENT = Row(0, "", "", 0, PLATFORM, 0, 0, 0, 0, 0, 0, 0, 0, b"", b"")
"""Decided about in the place of a record that is not there, so that this takes as long."""


class Found(NamedTuple):
    """A version that may be handed over: its columns and its JSON (empty for the mark of a deletion), which is as it is
    stored until ``fetch`` has put long attachments back.
    """

    row: Row
    body: bytes

    @property
    def version(self) -> int:
        """The version's number."""
        return self.row.version

    @property
    def updated(self) -> int:
        """When it was written, µs UTC."""
        return self.row.updated


async def fetch(parts: Parts, found: Sequence[Found]) -> list[Found]:
    """The same with long attachments put back, beside the event loop; before the entry, since what cannot be fetched is
    not disclosed.
    """
    if all(is_whole(one.body) for one in found):
        return list(found)
    return [one if is_whole(one.body) else await _fetched(parts, one) for one in found]


async def outlined(parts: Parts, found: Sequence[Found]) -> list[Found]:
    """The same with signs in the places of long attachments (``enclosures.named``): no store is asked for them."""
    del parts
    return [one._replace(body=named(one.body)) for one in found]


Completing = Callable[[Parts, Sequence[Found]], Awaitable[list[Found]]]
"""``fetch`` or ``outlined``."""


async def _fetched(parts: Parts, found: Found) -> Found:
    return await parts.beside.run(partial(fetched, parts, found), length(found.body))


def fetched(parts: Parts, found: Found) -> Found:
    """The same for one, waiting for it."""
    return found._replace(body=made_whole(parts, found.row, found.body))


class Reader:
    """Reads for one caller at a time; nothing is handed over before its entry is durable. ``complete``: what becomes
    of long attachments.
    """

    def __init__(
        self, parts: Parts, viewer: Viewer, scribe: Scribe, discloser: Discloser, complete: Completing = fetch
    ) -> None:
        self._parts = parts
        self._complete = complete
        self._viewer = viewer
        self._scribe = scribe
        self._discloser = discloser

    async def read(self, caller: Caller, row: Row | None, asked: tuple[str, str]) -> Found:
        """The newest version, as it was found under (type, id); raises absent (also for what is hidden) or gone."""
        found = await self._hand_over(caller, row, asked[0], f"{asked[0]}/{asked[1]}")
        if found.row.state == State.DELETED:
            raise gone()
        return found

    async def vread(self, caller: Caller, type_: str, id_: str, number: int) -> Found:
        """One version; raises absent (also for what is hidden), or gone for the mark of a deletion."""
        found = await self.version(caller, type_, id_, number)
        if found.row.state == State.DELETED:
            raise gone()
        return found

    async def version(self, caller: Caller, type_: str, id_: str, number: int) -> Found:
        """One version or mark of a deletion. Whether it may be seen is decided on it and on the newest one."""
        asked = f"{type_}/{id_}/_history/{number}"
        newest = records.current_at(self._parts.database, type_, id_)[1]
        if newest is None or newest.version == number or not self._viewer.decide(caller, newest).permit:
            shown = newest if newest is not None and newest.version == number else None
            return await self._hand_over(caller, shown, type_, asked, newest.owner if newest else PLATFORM)
        older = records.version(self._parts.database, newest, number)
        decision = DENIED if older is None else self._viewer.decide(caller, older, newest=False)
        if older is None or not decision.permit:
            return await self._hand_over(caller, None, type_, asked, newest.owner)
        return await self._open(caller, older, decision, older=True)

    async def history(self, caller: Caller, type_: str, id_: str, window: tuple[int, int]) -> list[Found]:
        """Up to ``window[1]`` versions below version ``window[0]``, newest first."""
        newest = records.current_at(self._parts.database, type_, id_)[1]
        if not self._viewer.decide(caller, newest or _ABSENT._replace(type=type_)).permit or newest is None:
            await self.refuse(caller, f"{type_}/{id_}", "history", newest.owner if newest else PLATFORM)
            raise absent()
        newest = records.whole(self._parts.database, newest)
        rows = records.versions(self._parts.database, newest, *window)
        decided = [(row, self._viewer.decide(caller, row, newest=row is newest)) for row in rows]
        shown = [(row, decision) for row, decision in decided if decision.permit]
        found = await self._complete(
            self._parts, [Found(row, open_stored(self._parts.keyring, row)) for row, _ in shown]
        )
        if shown:
            await self.disclose(caller, Kind.DISCLOSED_HISTORY, newest.owner, shown)
        return found

    async def refuse(self, caller: Caller, asked: str, interaction: str, owner: int = PLATFORM) -> None:
        """Write the refusal and wait for it."""
        entry = self._scribe.refused(caller, owner, asked, interaction)
        await self._parts.database.gather(self._discloser, Disclosure((entry,), None))

    async def disclose(
        self, caller: Caller, kind: Kind, owner: int, shown: Sequence[tuple[Row, Decision]], **more: Any
    ) -> None:
        """Write the entry for records of one chart and wait for it; raises Moved when it has to be decided anew."""
        subject = Subject(owner, [version_of(row) for row, _ in shown], [decision for _, decision in shown])
        entry = self._scribe.disclosed(caller, kind, subject, **more)
        guard = self._viewer.guard(caller, owner)
        met = meetings(caller.principal, [(owner, decision) for _, decision in shown])
        await self._parts.database.gather(self._discloser, Disclosure((entry,), guard, met))

    async def _hand_over(self, caller: Caller, row: Row | None, type_: str, asked: str, chart: int = PLATFORM) -> Found:
        """The newest version, if it is there and may be seen; ``chart`` is where a refusal of an older one stands."""
        decision = self._viewer.decide(caller, row or _ABSENT._replace(type=type_))
        if row is None or not decision.permit:
            await self.refuse(caller, asked, "read", row.owner if row else chart)
            raise absent()
        return await self._open(caller, row, decision)

    async def _open(self, caller: Caller, row: Row, decision: Decision, *, older: bool = False) -> Found:
        found = Found(row, open_stored(self._parts.keyring, records.whole(self._parts.database, row)))
        if not is_whole(found.body):
            (found,) = await self._complete(self._parts, [found])
        if row.type not in DIRECTORY:
            more = {"older": True} if older else {}
            await self.disclose(caller, Kind.DISCLOSED_READ, row.owner, ((row, decision),), **more)
        return found
