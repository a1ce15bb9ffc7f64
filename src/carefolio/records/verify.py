"""Verify everything: the log by itself, then records, index rows, accounts and tokens against what the log says.

1. Open one snapshot, so that what is written meanwhile is neither in the log that is read nor in the rows.
2. Read the log (``ledger.verify``); keep of every write entry the version's reference and the digest of its row, and
   what entries say of accounts and tokens.
3. Read all rows, current and older: each has to be in the log with this digest, and all in the log have to be there.
   What a row says was cut out of it has to be in the store of blobs, as it was.
4. Read all index rows: together they have to give the digest that stands in their record's row.
5. Read accounts and tokens: each has to be what its entries say (``standing``).
6. Let the store look for damage of its own: a search tree that leaves out a row hides it from everybody.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any

from carefolio.base.database import Database, Snapshot
from carefolio.base.failures import Failure
from carefolio.base.keys import Keyring
from carefolio.blobs.port import Blobs, digest_of
from carefolio.ledger.entry import Entry, Tampered
from carefolio.ledger.reading import waiting_entries
from carefolio.ledger.report import Report
from carefolio.ledger.verify import verify_log
from carefolio.records.enclosures import kept_in
from carefolio.records.standing import Standings
from carefolio.records.vault import open_stored
from carefolio.store.rows import COLUMNS, INDEX_DIGEST_BYTES, Row, index_digest, row_digest

_ROWS = f"SELECT {COLUMNS} FROM record UNION ALL SELECT {COLUMNS} FROM history"
_INDEX = "SELECT rid, compartment, value, low FROM idx ORDER BY rid"
_LOOKUP = "SELECT rid, value FROM lookup ORDER BY rid"
_INDEXED = "SELECT rid, type, id, indexed FROM record ORDER BY rid"
_LOST = (
    "SELECT h.type, h.id, h.version FROM history h LEFT JOIN record r ON r.rid = h.rid"
    " WHERE r.rid IS NULL OR r.id <> h.id OR r.type <> h.type"
)
_NAME_BYTES = 12
_EMPTY = index_digest((), ())


class _Written:
    """What the log says was written: a short name of each version, with its entry's number and its row's digest."""

    def __init__(self) -> None:
        self._versions: dict[bytes, tuple[int, bytes, str]] = {}

    def note(self, seq: int, entry: Entry) -> None:
        """Take up the writes of an entry."""
        for reference, digest in entry.content.get("writes", ()):
            self._versions[_name(reference)] = (seq, b64decode(digest), reference)

    def take(self, reference: str) -> tuple[int, bytes, str] | None:
        """What is said of a version, once."""
        return self._versions.pop(_name(reference), None)

    def left(self) -> Iterator[tuple[int, bytes, str]]:
        """What is said of versions that nobody took."""
        return iter(self._versions.values())


class Attachments:
    """What was cut out of bodies, against the digests that stand in them; the ledger holds those of the bodies."""

    def __init__(self, keyring: Keyring, blobs: Blobs | None, report: Report) -> None:
        self._keyring = keyring
        self._blobs = blobs
        self._report = report

    def verify(self, row: Row, seq: int) -> None:
        """Report each one of a version that is not what it was."""
        if self._blobs is None:
            return
        try:
            kept = kept_in(open_stored(self._keyring, row))
        except Failure:
            return  # erased with its key: what it held can no more be read than it can be compared
        for number, one in enumerate(kept, 1):
            if self._blobs.size(one.name) is None:
                wrong = "is missing"
            elif digest_of(self._blobs, one.name) != one.digest:
                wrong = "was changed after it was written"
            else:
                continue
            self._report.add(
                seq, f"Entry {seq}: attachment {number} of {row.reference}/_history/{row.version} {wrong}."
            )


def verify(
    database: Database,
    keyring: Keyring,
    progress: Callable[[int, int], None] | None = None,
    blobs: Blobs | None = None,
) -> Report:
    """The report on log, records, history and index together, and on the long attachments in ``blobs``, where that is
    given; raises UNAVAILABLE when that store is away.
    """
    written, standings = _Written(), Standings()

    def note(seq: int, entry: Entry) -> None:
        written.note(seq, entry)
        standings.note(seq, entry)

    with database.snapshot() as moment:  # 1: it begins with the first row read, after the keys' memory was read
        report = verify_log(moment, keyring, progress, note)  # 2
        _take_waiting(moment, keyring, note, report)
        _verify_rows(moment, written, report, Attachments(keyring, blobs, report))  # 3
        _verify_index(moment, report)  # 4
        standings.judge(moment, report)  # 5
        for text in moment.damage():  # 6
            report.add(
                report.entries, f"The database file is damaged, or a search tree of it was changed: {_shown(text)}."
            )
    return report


def _take_waiting(moment: Snapshot, keyring: Keyring, note: Callable[[int, Entry], None], report: Report) -> None:
    """What was written a moment ago may wait for its place in the log; it counts as said there."""
    try:
        for entry in waiting_entries(moment, keyring):
            note(report.entries, entry)
    except (Tampered, KeyError) as problem:
        report.add(report.entries, f"An entry that waits for its place cannot be used: {problem}")


def _verify_rows(moment: Snapshot, written: _Written, report: Report, attachments: Attachments) -> None:
    last = report.entries
    for columns in moment.each(_ROWS):
        row = Row._make(columns)
        reference = f"{row.type}/{row.id}/_history/{row.version}"
        said = written.take(reference)
        if said is None:
            report.add(
                last,
                f"{_shown(reference)} is stored, but no entry says that it was written: it was added or renamed.",
            )
        elif _digest(row) != said[1]:
            report.add(said[0], f"Entry {said[0]}: {reference} was changed after it was written.")
        else:
            attachments.verify(row, said[0])
    for type_, id_, version in moment.each(_LOST):
        reference = _shown(f"{type_}/{id_}/_history/{version}")
        report.add(last, f"{reference} was taken away from its record: its row number was changed.")
    for seq, _, reference in written.left():
        report.add(seq, f"Entry {seq}: {reference} was written, but its row was deleted or renamed.")


def _digest(row: Row) -> bytes:
    """The row's digest; nothing for a row whose columns are not even of their types and sizes: the digest is over both
    blobs in a row, so the border between them has to be where it was.
    """
    try:
        return row_digest(row) if len(row.indexed) == INDEX_DIGEST_BYTES else b""
    except (TypeError, UnicodeEncodeError):
        return b""


def _verify_index(moment: Snapshot, report: Report) -> None:
    """Walk records, index and lookup side by side, each in the order of row numbers."""
    chart = _Grouped(moment.each(_INDEX))
    lookup = _Grouped(moment.each(_LOOKUP))
    for rid, type_, id_, indexed in moment.each(_INDEXED):
        strays = chart.skip_to(rid) + lookup.skip_to(rid)
        if strays:
            reference = _shown(f"{type_}/{id_}")
            report.add(report.entries, f"{strays} index rows before {reference} belong to no record.")
        found_chart, found_lookup = chart.take(rid), lookup.take(rid)
        if _index_digest(found_chart, found_lookup) != indexed:
            reference = _shown(f"{type_}/{id_}")
            report.add(report.entries, f"The index rows of {reference} were changed, added or deleted.")
    strays = chart.skip_to(None) + lookup.skip_to(None)
    if strays:
        report.add(report.entries, f"{strays} index rows at the end belong to no record.")


def _index_digest(chart: list[tuple[Any, ...]], lookup: list[tuple[Any, ...]]) -> bytes:
    """The digest of a record's index rows; nothing for rows that are not even numbers."""
    if not chart and not lookup:
        return _EMPTY
    if not all(type(value) is int for row in chart + lookup for value in row):
        return b""
    return index_digest(chart, [row[0] for row in lookup])


def _shown(text: str) -> str:
    """Text out of the database that can be printed, whatever somebody put there."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Grouped:
    """Rows in the order of their first column, taken group by group."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = ((key, list(group)) for key, group in groupby(rows, itemgetter(0)))
        self._next = next(self._groups, None)

    def skip_to(self, rid: int | None) -> int:
        """Pass over groups before ``rid`` (all that are left for None); how many rows that were."""
        skipped = 0
        while self._next is not None and (rid is None or not isinstance(self._next[0], int) or self._next[0] < rid):
            skipped += len(self._next[1])
            self._next = next(self._groups, None)
        return skipped

    def take(self, rid: int) -> list[tuple[Any, ...]]:
        """The rows of ``rid`` without their first column."""
        if self._next is None or self._next[0] != rid:
            return []
        rows = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _name(reference: str) -> bytes:
    return blake2b(reference.encode("utf-8", "surrogateescape"), digest_size=_NAME_BYTES).digest()
