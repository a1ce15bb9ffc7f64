"""Contracts that end by themselves. Their status stays active and nothing reads under them any more from the moment
that they end; this writes down that they ended, and tells both sides, before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.ledger.entry import Kind, SealedEntry
from carefolio.notify.notices import NoticeKind
from carefolio.records.announce import SOON, Announcer, note_end
from carefolio.records.entries import Scribe, version_of
from carefolio.records.parts import Parts
from carefolio.records.vault import open_resource
from carefolio.store.rows import COLUMNS, Flag, Row, State

Resource = dict[str, Any]

OWED = "contract-ends"
"""The installation's note that contracts are in it whose ends were never noted."""
_AT_ONCE = 200
_COLUMNS = ", ".join(f"r.{name}" for name in COLUMNS.split(", "))
_DUE = (
    f"SELECT c.ends, {_COLUMNS} FROM contract_end c JOIN record r ON r.rid = c.rid"
    " WHERE c.ends < ? OR (c.ends < ? AND c.warned = 0) ORDER BY c.ends LIMIT ?"
)
_STILL = " AND EXISTS (SELECT 1 FROM record r WHERE r.rid = contract_end.rid AND r.version = ?)"
_EXPIRED = f"DELETE FROM contract_end WHERE rid = ? AND ends = ?{_STILL}"
_WARNED = f"UPDATE contract_end SET warned = 1 WHERE rid = ? AND ends = ? AND warned = 0{_STILL}"
_CONTRACTS = f"SELECT {COLUMNS} FROM record WHERE type = 'Consent' AND state = ? AND flags & ? <> 0"


class Expiry:
    """Looks for contracts that have ended since it last looked, or will soon."""

    def __init__(self, parts: Parts, scribe: Scribe, announcer: Announcer) -> None:
        self._parts = parts
        self._scribe = scribe
        self._announcer = announcer

    def run(self) -> int:
        """Write down and tell what has ended, and tell what will; how many contracts that were. Several processes may
        run it at once: each contract is told by the one whose transaction finds it untold.
        """
        self._note_older()
        told = 0
        while found := self._due():
            told += sum(self._parts.database.write_now(work) for work in map(self._prepared, found))
            if len(found) < _AT_ONCE:
                break
        return told

    def _due(self) -> list[tuple[int, Row]]:
        now = clock.now()
        rows = self._parts.database.read(_DUE, (now, now + SOON, _AT_ONCE))
        return [(row[0], Row._make(row[1:])) for row in rows]

    def _prepared(self, due: tuple[int, Row]) -> Callable[[Transaction], bool]:
        ends, row = due
        consent = open_resource(self._parts.keyring, row)
        over = ends < clock.now()
        entry = self._entry(row, ends) if over else None
        return partial(self._tell, row=row, consent=consent, ends=ends, entry=entry)

    def _entry(self, row: Row, ends: int) -> SealedEntry:
        content = {"records": [version_of(row)], "ended": clock.instant(ends)}
        return self._scribe.happened(Kind.CONTRACT_EXPIRED, 0, content, row.owner)

    def _tell(self, tx: Transaction, row: Row, consent: Resource, ends: int, entry: SealedEntry | None) -> bool:
        """One transaction: the note that it is told, the entry, the notices and e-mails. If we crash before its commit,
        the next run finds the contract again; if after it, never more.
        """
        mine = tx.execute(_WARNED if entry is None else _EXPIRED, (row.rid, ends, row.version)).rowcount == 1
        if mine:
            kind = NoticeKind.EXPIRING if entry is None else NoticeKind.EXPIRED
            if entry is not None:
                self._parts.log.append(tx, [entry])
            self._announcer.ending(tx, kind, row, consent, ends)
        return mine

    def _note_older(self) -> None:
        """Once: contracts that were made before their ends were noted. If we crash in it, it is done again."""
        database = self._parts.database
        if database.one("SELECT 1 FROM installation WHERE name = ?", (OWED,)) is None:
            return
        rows = [Row._make(row) for row in database.read(_CONTRACTS, (State.LIVE, Flag.FORCE))]
        found = [(row, open_resource(self._parts.keyring, row)) for row in rows]

        def work(tx: Transaction) -> None:
            for row, consent in found:
                same = tx.one("SELECT 1 FROM record WHERE rid = ? AND version = ?", (row.rid, row.version))
                if same is not None and consent.get("status") == "active":
                    note_end(tx, row.id, consent)
            tx.execute("DELETE FROM installation WHERE name = ?", (OWED,))

        database.write_now(work)
