"""Full-text search of one chart: its records are opened one after another and looked through; no index holds words.

What the caller may see is read in the order of the timeline, a piece at a time, so that memory holds one piece and the
page that was found; all of it beside the event loop. What is found is decided once more and stands in the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from carefolio.consent.decide import Decision
from carefolio.fhir.json import parse
from carefolio.records.enclosures import outline
from carefolio.records.entries import Caller, Subject, version_of
from carefolio.records.read import Found
from carefolio.records.timeline import LONGEST_PAGE, Timeline, Wanted, refuse_kinds
from carefolio.records.vault import open_stored
from carefolio.search.timeline import Chart, Position, Slice
from carefolio.search.words import holds, may_hold, texts
from carefolio.store import records
from carefolio.store.owners import Owner
from carefolio.store.rows import Row

PLACES: Final = 5_000
"""Places in the chart's order that are asked for at once: a few numbers each."""
PIECE: Final = 500
"""Records that are held at once."""
MOST_READ: Final = 20_000
"""Records that one search opens; the next page goes on from there."""
SCAN: Final = "scan"


@dataclass(slots=True)
class Sighted:
    """What was found, the newest first, without long attachments; ``next`` is the cursor of the next page, empty where
    the chart ends; ``read``: how many records were opened.
    """

    found: list[Found] = field(default_factory=list)
    next: str = ""
    read: int = 0


@dataclass(slots=True)
class _Look:
    """One search on its way."""

    found: list[Found] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    read: int = 0
    left: Position | None = None


class Scanner(Timeline):
    """Looks through one chart for one caller at a time."""

    async def scan(self, caller: Caller, patient: str, wanted: Wanted, words: Sequence[str]) -> Sighted:
        """The next records of ``Patient/id`` with all these words (``search.words.words_of``) in their texts; raises
        absent (also for a hidden chart) where there can be nothing.
        """
        owner = await self._owner(caller, patient, SCAN)
        refuse_kinds(wanted.kinds)
        after = self._opened(caller, owner, wanted.cursor)
        look = await asyncio.to_thread(self._scanned, caller, owner, wanted, (after, tuple(words)))
        if not look.found and not self._viewer.of(caller, owner.number).opens:
            await self._refuse(caller, owner, patient, SCAN)
        subject = Subject(owner.number, [version_of(one.row) for one in look.found], look.decisions)
        await self._tell(caller, subject, SCAN, {"read": look.read})
        return Sighted(look.found, self._sealed(caller, owner, look.left), look.read)

    def _scanned(
        self, caller: Caller, owner: Owner, wanted: Wanted, asked: tuple[Position | None, tuple[str, ...]]
    ) -> _Look:
        after, words = asked
        look, last, count = _Look(), after, min(max(wanted.count, 1), LONGEST_PAGE)
        for place, row in self._rows(self._chart(caller, owner, wanted), wanted.kinds, after) if words else ():
            look.read += 1
            if look.read > MOST_READ:
                look.left = last
                break
            if self._matches(row, words):
                if len(look.found) == count:
                    look.left = last
                    break
                found, decision = self._finder.decided(caller, row)
                look.found.append(found._replace(body=outline(found.body)))
                look.decisions.append(decision)
            last = place
        return look

    def _rows(self, chart: Chart, kinds: Sequence[Slice], after: Position | None) -> Iterator[tuple[Position, Row]]:
        """All that may be seen, in order; a record that is erased meanwhile is left out."""
        places = self._places(chart, kinds, after, PLACES)
        while places:
            for start in range(0, len(places), PIECE):
                piece = places[start : start + PIECE]
                rows = {row.rid: row for row in records.by_numbers(self._parts.database, [one.rid for one in piece])}
                yield from ((one, rows[one.rid]) for one in piece if one.rid in rows)
            places = self._places(chart, kinds, places[-1], PLACES) if len(places) == PLACES else []

    def _matches(self, row: Row, words: Sequence[str]) -> bool:
        body = outline(open_stored(self._parts.keyring, records.whole(self._parts.database, row)))
        return may_hold(body, words) and holds(texts(parse(body)), words)
