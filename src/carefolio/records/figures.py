"""How much there is, as numbers alone: for those who run the platform and see no chart."""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.base.database import Database

_FIGURES = (
    "SELECT (SELECT count(*) FROM owner WHERE kind = 'chart'), (SELECT coalesce(max(rid), 0) FROM record),"
    " (SELECT size FROM ledger_head)"
)
_CHARTS = "SELECT count(*) FROM presence WHERE source = ?"
_LATELY = 10_000
_LAST_WRITE = """
    SELECT max(time) FROM (
        SELECT time, kind FROM (SELECT time, kind FROM entry WHERE actor = ? ORDER BY seq DESC LIMIT ?) newest
        UNION ALL SELECT time, kind FROM waiting WHERE actor = ?
    ) latest WHERE kind IN (1, 2, 3)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Charts, records (the marks of deleted ones too) and entries of the ledger."""

    charts: int
    records: int
    entries: int


def figures(database: Database) -> Figures:
    """How much there is of everything."""
    charts, records, entries = database.read(_FIGURES)[0]
    return Figures(charts, records, entries)


def charts_written(database: Database, hospital: int) -> int:
    """To how many charts the hospital with this number has written."""
    return int(database.read(_CHARTS, (hospital,))[0][0])


def last_write(database: Database, account: int) -> int:
    """When the account wrote a record last, µs UTC; 0 when not among its last ten thousand doings."""
    return int(database.read(_LAST_WRITE, (account, _LATELY, account))[0][0] or 0)
