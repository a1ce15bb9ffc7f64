"""A small hospital world in a real SQLite file: records with their index rows, and the honest slow way to search it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from carefolio.base.filters import Visible, Window
from carefolio.base.keys import Blind
from carefolio.fhir.json import parse as parse_json
from carefolio.fhir.json import serialise
from carefolio.fhir.kinds import DIRECTORY
from carefolio.search.match import matches
from carefolio.search.page import Page, cut, sift
from carefolio.search.parse import parse
from carefolio.search.plan import Plan, plan
from carefolio.search.query import Query
from carefolio.search.rows import clinical_span, codes, index_rows, participants
from carefolio.store.rows import DIRECTORY_COMPARTMENT, Row

SCHEMA = resources.files("carefolio.base.database.sqlite").joinpath("migrations", "0001_records.sql").read_text()
BLIND = Blind(b"k" * 32).value
EVERYTHING = Visible((Window(),))


@dataclass
class Kept:
    """A record as the brute force sees it."""

    row: Row
    resource: dict[str, Any]
    codes: frozenset[str]
    participants: frozenset[str]


@dataclass
class World:
    """Owners by number, records by row number, and the same in SQLite."""

    owners: dict[int, str]
    connection: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))
    kept: dict[int, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection.executescript(SCHEMA)
        for number, ref in self.owners.items():
            kind = "chart" if ref.startswith("Patient/") else "shelf"
            self.connection.execute("INSERT INTO owner (number, kind, ref) VALUES (?, ?, ?)", (number, kind, ref))

    def add(
        self, resource: dict[str, Any], owner: int, *, author: int = 1, hospital: int = 0, label: int = 0, **row: int
    ) -> int:
        type_ = resource["resourceType"]
        rid = row.get("rid") or max(self.kept, default=0) + 1
        low, high = clinical_span(type_, resource)
        made = Row(
            rid, type_, resource["id"], 1, owner, row.get("updated", rid * 1_000_000), author, hospital, label,
            low, high, 0, 0, b"", serialise(resource),
        )  # fmt: skip
        self.connection.execute(f"INSERT INTO record VALUES ({', '.join('?' * len(made))})", made)
        chart, lookup = index_rows(type_, resource, self.owners[owner])
        compartment = DIRECTORY_COMPARTMENT if type_ in DIRECTORY else owner
        rows = [(compartment, value, low, rid) for value in {BLIND(text) for text in chart}]
        self.connection.executemany("INSERT INTO idx VALUES (?, ?, ?, ?)", rows)
        self.connection.executemany("INSERT INTO lookup VALUES (?, ?)", [(v, rid) for v in {BLIND(t) for t in lookup}])
        for source in (hospital, -author):
            self.connection.execute("INSERT OR IGNORE INTO presence VALUES (?, ?)", (source, owner))
        self.kept[rid] = Kept(made, resource, codes(type_, resource), participants(resource))
        return rid

    def withdraw(self, rid: int) -> None:
        for table in ("record", "idx", "lookup"):
            self.connection.execute(f"DELETE FROM {table} WHERE rid = ?", (rid,))
        del self.kept[rid]

    def resolve(self, reference: str) -> int | None:
        return next((number for number, ref in self.owners.items() if ref == reference), None)

    def plan(self, query: Query, visible: Visible) -> Plan:
        return plan(query, visible, self.resolve, BLIND)

    def page(self, query: Query, visible: Visible = EVERYTHING) -> Page:
        planned = self.plan(query, visible)
        rows = [Row._make(row) for row in self.connection.execute(planned.sql, planned.args)]
        if planned.needs_filter:
            return sift(planned, rows, lambda row: parse_json(row.body))
        found = cut(planned, rows)
        counted = dict(self.connection.execute(planned.count_sql, planned.count_args).fetchall())
        return Page(found.rows, found.following, sum(counted.values()), counted)

    def search(self, type_: str, pairs: Sequence[tuple[str, str]], visible: Visible = EVERYTHING) -> list[str]:
        """The references of all pages, one after the other."""
        found: list[str] = []
        cursor = None
        while True:
            page = self.page(parse(type_, pairs, lenient=False, cursor=cursor), visible)
            found += [row.reference for row in page.rows]
            cursor = page.following
            if cursor is None:
                return found

    def brute(self, query: Query, visible: Visible) -> list[Kept]:
        """What the search has to answer, in no order."""
        return [
            one
            for one in self.kept.values()
            if one.row.type == query.type
            and matches(query, one.resource, self.owners[one.row.owner])
            and any(sees(window, one) for window in visible.any_of)
        ]


def sees(window: Window, one: Kept) -> bool:
    """The meaning of a window, field by field."""
    row = one.row
    dated = (row.low, row.high) != (0, 0)
    return (
        (window.owners is None or row.owner in window.owners)
        and (window.kinds is None or row.type in window.kinds)
        and (window.records is None or row.reference in window.records)
        and (window.authors is None or row.author in window.authors)
        and (window.hospitals is None or row.hospital in window.hospitals)
        and (window.codes is None or bool(window.codes & one.codes))
        and (window.since is None or (dated and row.high >= window.since))
        and (window.until is None or (dated and row.low <= window.until))
        and (window.labels is None or row.label in window.labels)
        and (window.participants is None or bool(window.participants & one.participants))
        and not any(sees(exception, one) for exception in window.unless)
    )
