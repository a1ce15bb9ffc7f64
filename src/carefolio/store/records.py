"""Reading and writing record rows. A version that is superseded moves to the history in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from carefolio.base.database import Taken, Transaction
from carefolio.base.failures import broken
from carefolio.store.rows import COLUMNS, Indexed, NewRecord, Row, light_columns

_MARKS = ", ".join("?" * len(Row._fields))
_CURRENT = f"SELECT {COLUMNS} FROM record WHERE id = ? AND type = ?"
_CURRENT_AT = f"SELECT e.value, {light_columns('r')} FROM epoch e LEFT JOIN record r ON r.id = ? AND r.type = ?"
_VERSION = f"SELECT {COLUMNS} FROM history WHERE rid = ? AND version = ?"
_VERSIONS = f"SELECT {COLUMNS} FROM history WHERE rid = ? AND version < ? ORDER BY version DESC LIMIT ?"
_INSERT = f"INSERT INTO record ({COLUMNS}) VALUES ({_MARKS})"
_REPLACE = f"UPDATE record SET ({COLUMNS}) = ({_MARKS}) WHERE rid = ?"
_SUPERSEDE = f"INSERT INTO history ({COLUMNS}) SELECT {COLUMNS} FROM record WHERE rid = ? AND version = ?"
_INDEX = "INSERT INTO idx (compartment, value, low, rid) VALUES (?, ?, ?, ?)"
_UNINDEX = "DELETE FROM idx WHERE compartment = ? AND value = ? AND low = ? AND rid = ?"
_LOOKUP = "INSERT INTO lookup (value, rid) VALUES (?, ?)"
_UNLOOKUP = "DELETE FROM lookup WHERE value = ? AND rid = ?"
_CHUNK = 500


class Reader(Protocol):
    """What can be asked: a Database, or a Transaction by ``all`` and ``one``."""

    def one(self, sql: str, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row."""
        ...


def current(reader: Reader, type_: str, id_: str) -> Row | None:
    """The newest version, the mark of a deletion included."""
    found = reader.one(_CURRENT, (id_, type_))
    return None if found is None else Row._make(found)


def current_at(reader: Reader, type_: str, id_: str) -> tuple[int, Row | None]:
    """The epoch and, as of the same moment, the newest version."""
    found = reader.one(_CURRENT_AT, (id_, type_))
    if found is None:
        raise broken("The database has lost its epoch; restore a backup.")
    return found[0], None if found[1] is None else Row._make(found[1:])


def whole(reader: Reader, row: Row) -> Row:
    """The row with its body, which a light look may have left out."""
    if row.body or not row.rid:
        return row
    for table in ("record", "history"):
        found = reader.one(f"SELECT body FROM {table} WHERE rid = ? AND version = ?", (row.rid, row.version))
        if found is not None:
            return row._replace(body=found[0])
    raise broken("A stored record has lost its body; run 'carefolio ledger verify'.")


def version(reader: Reader, newest: Row, number: int) -> Row | None:
    """One version of the record whose newest is ``newest``."""
    if number == newest.version:
        return newest
    found = reader.one(_VERSION, (newest.rid, number))
    return None if found is None else Row._make(found)


class Lister(Protocol):
    """What gives all rows of a query: a Database."""

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows."""
        ...


def versions(database: Lister, newest: Row, before: int, count: int) -> list[Row]:
    """Up to ``count`` versions below ``before``, newest first."""
    head = [newest] if newest.version < before else []
    older = database.read(_VERSIONS, (newest.rid, before, count - len(head)))
    return head + [Row._make(row) for row in older]


def by_references(database: Lister, references: Iterable[tuple[str, str]]) -> list[Row]:
    """The newest versions of several records, given as (type, id), in no order."""
    wanted = list(references)
    rows: list[Row] = []
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join(["(?, ?)"] * len(chunk))
        args = [part for type_, id_ in chunk for part in (id_, type_)]
        sql = f"SELECT {light_columns('record')} FROM record WHERE (id, type) IN (VALUES {marks})"
        rows += [Row._make(row) for row in database.read(sql, args)]
    return rows


def taken(tx: Transaction, references: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (type, id) are records."""
    wanted = sorted(references)
    found: set[tuple[str, str]] = set()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join(["(?, ?)"] * len(chunk))
        args = [part for type_, id_ in chunk for part in (id_, type_)]
        rows = tx.all(f"SELECT type, id FROM record WHERE (id, type) IN (VALUES {marks})", args)
        found |= {(type_, id_) for type_, id_ in rows}
    return found


def by_numbers(database: Lister, numbers: Sequence[int]) -> list[Row]:
    """The newest versions with these row numbers (at the most a few hundred), in their order."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    sql = f"SELECT {light_columns('record')} FROM record WHERE rid IN ({marks}) ORDER BY rid"
    return [Row._make(row) for row in database.read(sql, numbers)]


def insert(tx: Transaction, records: Sequence[NewRecord]) -> list[int]:
    """Write first versions with their index rows; returns their row numbers. A taken id raises Taken."""
    numbered = list(zip(tx.numbers(len(records)), records, strict=True)) if records else []
    tx.many(_INSERT, [(rid, *record.row[1:]) for rid, record in numbered])
    _index(tx, numbered)
    return [rid for rid, _ in numbered]


def supersede(tx: Transaction, record: NewRecord, before: Indexed, before_low: int) -> None:
    """Put a newer version in the place of the one with the same row number, whose index rows were ``before``. Raises
    Taken when that one is not the newest any more: the place in ``history`` is whose who takes it first.
    """
    rid, replaced = record.row.rid, record.row.version - 1
    if tx.execute(_SUPERSEDE, (rid, replaced)).rowcount != 1:
        raise Taken(f"version {replaced} of row {rid}")
    tx.many(_UNINDEX, [(before.compartment, value, before_low, rid) for value in set(before.chart)])
    tx.many(_UNLOOKUP, [(value, rid) for value in set(before.lookup)])
    tx.execute(_REPLACE, (*record.row, rid))
    _index(tx, [(rid, record)])


def _index(tx: Transaction, numbered: Sequence[tuple[int, NewRecord]]) -> None:
    chart = [
        (record.index.compartment, value, record.row.low, rid)
        for rid, record in numbered
        for value in set(record.index.chart)
    ]
    chart.sort()
    tx.many(_INDEX, chart)
    lookup = [(value, rid) for rid, record in numbered for value in set(record.index.lookup)]
    lookup.sort()
    tx.many(_LOOKUP, lookup)
