"""Everything from one store into another: from SQLite to PostgreSQL when one machine is outgrown, and back.

1. Look at one moment of the source. Its ledger's end is noted in the target before the first row; a target that holds
   the beginning of a move of the same end is gone on with, any other beginning is cleared away.
2. Table by table, in the order of their keys, a piece a transaction; with each piece the target notes how far it is.
   If we crash, the next run goes on behind the last piece that was committed. Until 5 nobody serves the target.
3. Compare how many rows there are, and what is in the tables that the ledger says nothing of.
4. Verify the target as ``ledger verify`` does, and compare its end with the source's, and those tables with what they
   hold by now. The source must not have moved meanwhile: whoever writes to it during the move is told of too late, so
   its servers are stopped before.
5. ``leave``: the source notes where everything went. From here on it is not opened any more but to be moved, and a
   server that was left running ends. If we crash, neither is served, and the next run goes on.
6. ``finish``, when all else is there too: what the source holds is compared once more, also what the ledger says
   nothing of. The installation's own notes come last, and with the same commit the note of the move goes. The target
   is whole, and is served.

Where 3, 4 or 6 finds a difference, going on behind it would find it again for ever: the target notes that nothing in it
is to be gone on with, and the next run clears it and copies anew. If we crash before that is noted, the next run finds
the same difference.

A target that everything was moved out of before, and whose log is a beginning of the source's, is cleared as well: that
is the way back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from carefolio.base.database import Database, Reader, Row, Snapshot, Table, Transaction
from carefolio.base.database.notes import MOVED, MOVING, moved_to, note
from carefolio.base.failures import Category, Failure, Issue, conflict
from carefolio.base.keys import Keyring
from carefolio.ledger.entry import SealedEntry
from carefolio.ledger.log import Log, read_head, roots_at
from carefolio.ledger.tree import Frontier
from carefolio.records.verify import verify

PIECE, PIECE_OF_BODIES = 20_000, 1_000
"""Rows of one transaction; fewer where a row holds a record."""
NOTES = "installation"
VERIFIED = frozenset({"record", "history", "idx", "lookup", "entry"})
"""Tables whose content the ledger vouches for: they are read once, when the target is verified."""
Progress = Callable[[int, int], None]
_WRITTEN = "The data was written to during the move: stop its servers, then move again."
_NO_END = ""
"""What no ledger's end is: a move of it is not gone on with."""


class _Differs(Failure):
    """The target does not hold what the source does."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Category.CONFLICT, Issue("conflict", sentence))


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: rows by table, the ledger's entries and root, and the source's end as it is compared."""

    rows: dict[str, int]
    entries: int
    root: str
    end: str


@dataclass(slots=True)
class _Mark:
    """How far a move is: the end of the ledger that is moved, and the last key of the table that is under way."""

    end: str
    table: str = ""
    after: list[Any] | None = None

    def text(self) -> str:
        """As it is noted; bytes in hexadecimal."""
        after = None if self.after is None else [_told(value) for value in self.after]
        return json.dumps([self.end, self.table, after])

    @classmethod
    def read(cls, text: str) -> _Mark:
        """What ``text`` wrote."""
        end, table, after = json.loads(text)
        return cls(end, table, None if after is None else [_taken(value) for value in after])


def move(source: Database, target: Database, keyring: Keyring, progress: Progress) -> Moved:
    """Move everything; raises a Failure when the target holds something else, or is not equal at the end."""
    with source.snapshot() as moment:  # 1
        end = _end_of(moment)
        tables = [table for table in moment.tables() if table.name != NOTES]
        counts = {table.name: _count(moment, table.name) for table in tables}
        mark = _begin(target, end, tables, moment)
        done, total = 0, sum(counts.values())
        for table in tables:  # 2
            if table.name >= mark.table:
                after = mark.after if table.name == mark.table else None
                for rows in _move_table(moment, target, table, _Mark(end, table.name, after)):
                    progress(done + rows, total)
            done += counts[table.name]
            progress(done, total)
        with _anew(target):
            _compare(moment, target, tables, counts)  # 3
    with _anew(target):
        return _proven(source, target, keyring, Moved(counts, read_head(target).size, "", end))  # 4


def leave(source: Database, moved: Moved, where: str) -> None:
    """Nobody serves the source from here on (5): it says ``where`` everything is. Nobody else writes meanwhile."""

    def work(tx: Transaction) -> None:
        if _end_of(tx) != moved.end:
            raise conflict(_WRITTEN)
        note(tx, MOVED, where)

    source.write_now(work)


def finish(source: Database, target: Database, log: Log, moved: Moved, told: Sequence[SealedEntry]) -> None:
    """The target is whole from here on (6); ``told`` are the ledger's first entries there, which say so."""
    with _anew(target):
        _require_equal(source, target, moved.end)
    notes = source.read("SELECT name, value FROM installation WHERE name <> ?", (MOVED,))

    def work(tx: Transaction) -> None:
        tx.execute("DELETE FROM installation")
        tx.load(NOTES, ("name", "value"), notes)
        tx.adopt_numbers()
        log.append(tx, told)

    target.write_now(work)


def _begin(target: Database, end: str, tables: list[Table], moment: Snapshot) -> _Mark:
    """The note of a move of the same end that broke off, or a target that was cleared for a new one."""
    found = target.one("SELECT value FROM installation WHERE name = ?", (MOVING,))
    there = target.one("SELECT 1 FROM installation WHERE name = 'store'") is not None
    if found is None and there and not _was_left(target, moment):
        raise conflict("There is an installation in the target already; choose an empty database.")
    if found is not None:
        mark = _Mark.read(found[0])
        if mark.end == end:
            return mark
    mark = _Mark(end)

    def clear(tx: Transaction) -> None:
        for table in tables:
            tx.execute(f"DELETE FROM {table.name}")
        note(tx, MOVING, mark.text())

    target.write_now(clear)
    return mark


def _was_left(target: Database, moment: Snapshot) -> bool:
    """Whether everything was moved out of the target, and whatever its ledger says stands in the source's."""
    head = read_head(target)
    if not moved_to(target) or head.size > read_head(moment).size:
        return False
    return _count(target, "waiting") == 0 and roots_at(moment, Frontier(), {head.size})[head.size] == head.root()


def _move_table(moment: Snapshot, target: Database, table: Table, mark: _Mark) -> Iterator[int]:
    """Move what lies behind the mark; gives how many rows are done after each piece."""
    size = PIECE_OF_BODIES if "body" in table.columns else PIECE
    places = [table.columns.index(column) for column in table.key]
    done = 0
    while rows := _piece(moment, table, mark.after, size):
        mark.after = [rows[-1][place] for place in places]

        def put(tx: Transaction, rows: list[Row] = rows) -> None:
            tx.load(table.name, table.columns, rows)
            note(tx, MOVING, mark.text())

        target.write_now(put)
        done += len(rows)
        yield done


def _piece(moment: Snapshot, table: Table, after: list[Any] | None, size: int) -> list[Row]:
    columns, key = ", ".join(table.columns), ", ".join(table.key)
    marks = ", ".join("?" * len(table.key))
    where = "" if after is None else f"WHERE ({key}) > ({marks})"
    sql = f"SELECT {columns} FROM {table.name} {where} ORDER BY {key} LIMIT ?"
    return moment.read(sql, (*(after or ()), size))


def _compare(moment: Snapshot, target: Database, tables: list[Table], counts: dict[str, int]) -> None:
    with target.snapshot() as there:
        for table in tables:
            found = _count(there, table.name)
            if found != counts[table.name]:
                raise _Differs(f"Of {counts[table.name]} rows of {table.name} the target holds {found}.")
            if table.name not in VERIFIED and _digest(moment, table) != _digest(there, table):
                raise _Differs(f"The rows of {table.name} are not the same in the target.")


def _proven(source: Database, target: Database, keyring: Keyring, moved: Moved) -> Moved:
    report = verify(target, keyring)
    if not report.ok:
        raise _Differs(f"The target does not verify: {report.problems[0]}")
    _require_equal(source, target, moved.end)
    return Moved(moved.rows, report.entries, report.root_text, moved.end)


def _require_equal(source: Database, target: Database, end: str) -> None:
    """Raise where the source has gone on by now, be it in what the ledger says nothing of."""
    with source.snapshot() as now, target.snapshot() as there:
        if not _end_of(now) == end == _end_of(there):
            raise _Differs(_WRITTEN)
        tables = [table for table in now.tables() if table.name not in {*VERIFIED, NOTES}]
        if any(_digest(now, table) != _digest(there, table) for table in tables):
            raise _Differs(_WRITTEN)


@contextmanager
def _anew(target: Database) -> Iterator[None]:
    """Whatever differs in here, the next run does not go on with; the failure is told as it is."""
    try:
        yield
    except _Differs:
        target.write_now(lambda tx: note(tx, MOVING, _Mark(_NO_END).text()))
        raise


def _end_of(moment: Reader | Transaction) -> str:
    """The ledger's size and root, and how many entries wait behind it."""
    head = read_head(moment)
    return f"{head.size} {head.root().hex()} {_count(moment, 'waiting')}"


def _count(moment: Reader | Transaction, table: str) -> int:
    row = moment.one(f"SELECT count(*) FROM {table}")
    return int(row[0]) if row else 0


def _digest(moment: Snapshot, table: Table) -> bytes:
    """Over all rows in the order of their key, whichever of the two stores they are in."""
    digest = sha256()
    key = ", ".join(table.key)
    for row in moment.each(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {key}"):
        digest.update(repr([_told(value) for value in row]).encode())
    return digest.digest()


def _told(value: Any) -> Any:
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | memoryview) else value


def _taken(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
