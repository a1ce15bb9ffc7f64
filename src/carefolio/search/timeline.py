"""One chart in the order of its clinical dates, as SQL: the newest first, what has no date last.

Each kind of record is a place of its own in the index, already in order; SQLite merges these places row by row, so
that a page reads about as many rows as it shows, however much the chart holds. What may not be seen is left out in the
same statement.

=======  =====================================================================================
segment  records whose clinical date begins
=======  =====================================================================================
0        after the start of 1970
1        at its very first microsecond (that is 0, which stands for "no date" as well)
2        before it
3        never: they have none
=======  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from carefolio.base.failures import malformed
from carefolio.base.filters import Visible, Window
from carefolio.search.rows import code_texts
from carefolio.search.sql import FALSE, TRUE, Sql, all_of, none_of, one_of
from carefolio.search.visible import DATED, Blinding, Scope, narrowed, visible_sql
from carefolio.store.rows import State

SEGMENTS = range(4)
_AT_ZERO, _UNDATED = 1, 3
_BOUNDS = (Sql("d.low > 0"), Sql("d.low = 0"), Sql("d.low < 0"), Sql("d.low = 0"))
_FEW = 4
"""A contract on up to so many codes or single records of a kind is read from these; on more, from the whole kind."""
_PLACES = 400
"""SQLite joins no more than 500 SELECTs into one."""
_ROWS = "FROM {place} CROSS JOIN record r ON r.rid = d.rid WHERE {tests}"
_LIVE = Sql(f"r.state = {int(State.LIVE)}")


class Slice(NamedTuple):
    """A kind of record: of this type, bearing one of ``codes`` (none: any), and none of ``unless``; both are
    ``system|code`` among the codings of its code, category and type, as contracts are narrowed by them.
    """

    type: str
    codes: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


class Position(NamedTuple):
    """Where a page ended."""

    segment: int
    low: int
    rid: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart that is read, what the caller may see of it, and what else is asked for.

    ``hospitals``: numbers of those that sent, None for all. ``since``, ``until``: when the clinical date begins, µs
    UTC, inclusive; what has no date is left out then.
    """

    number: int
    visible: Visible
    blind: Blinding
    hospitals: frozenset[int] | None = None
    since: int | None = None
    until: int | None = None

    def scope(self, type_: str) -> Scope:
        """What is known of all rows of this type."""
        return Scope(type_, self.blind, frozenset({self.number}))


def page_sql(chart: Chart, slices: Iterable[Slice], segment: int, after: Position | None, limit: int) -> Sql | None:
    """``(low, rid)`` of the next records of this segment; None when there can be none."""
    if segment == _UNDATED and (chart.since, chart.until) != (None, None):
        return None
    bounds = all_of([_BOUNDS[segment], *_asked_dates(chart), *_after(after, segment)])
    arms = [arm for one in slices for arm in _arms(chart, one, segment, bounds)]
    if len(arms) > _PLACES:
        raise malformed("A timeline is asked for by fewer kinds of records at a time.")
    if not arms:
        return None
    text = f"{' UNION '.join(arm.text for arm in arms)} ORDER BY 1 DESC, 2 DESC LIMIT ?"
    return Sql(text, (*(arg for arm in arms for arg in arm.args), limit))


def _asked_dates(chart: Chart) -> Iterator[Sql]:
    if chart.since is not None:
        yield Sql("d.low >= ?", (chart.since,))
    if chart.until is not None:
        yield Sql("d.low <= ?", (chart.until,))


def _after(after: Position | None, segment: int) -> Iterator[Sql]:
    if after is not None and after.segment == segment:
        yield Sql("(d.low, d.rid) < (?, ?)", (after.low, after.rid))


def _arms(chart: Chart, one: Slice, segment: int, bounds: Sql) -> Iterator[Sql]:
    """The ordered places in which records of this kind stand; none where nothing of it may be seen."""
    scope = chart.scope(one.type)
    windows = narrowed(chart.visible, scope)
    rows = all_of([visible_sql(windows, scope), *_asked(chart, one, scope), *_dated(segment)])
    if rows is FALSE:
        return
    for place, tests in _places(chart, one, windows, scope):
        if rows is TRUE and place.startswith("idx"):
            where = all_of([tests, bounds])
            yield Sql(f"SELECT d.low, d.rid FROM {place} WHERE {where.text}", where.args)
        else:
            where = all_of([tests, bounds, rows, _LIVE])
            yield Sql(f"SELECT d.low, d.rid {_ROWS.format(place=place, tests=where.text)}", where.args)


def _asked(chart: Chart, one: Slice, scope: Scope) -> Iterator[Sql]:
    """What the asker wants of a record, beyond the place where it is found."""
    if chart.hospitals is not None:
        yield one_of("r.hospital", chart.hospitals)
    if one.unless:
        yield none_of(scope.has_row(_texts(one.type, one.unless)))


def _dated(segment: int) -> Iterator[Sql]:
    if segment in (_AT_ZERO, _UNDATED):
        yield DATED if segment == _AT_ZERO else none_of(DATED)


def _places(chart: Chart, one: Slice, windows: Sequence[Window], scope: Scope) -> Iterator[tuple[str, Sql]]:
    """Tables with the rows to start from: by code where that is asked for or is all that may be seen, else by type."""
    starts = _texts(one.type, one.codes) if one.codes else _open_codes(one, windows)
    for text in [one.type] if starts is None else starts:
        yield "idx d", Sql("d.compartment = ? AND d.value = ?", (chart.number, scope.blind(text)))
    if starts is not None and not one.codes and (ids := _open_ids(one, windows)):
        yield "record d", all_of([one_of("d.id", ids), Sql("d.type = ? AND d.owner = ?", (one.type, chart.number))])


def _open_codes(one: Slice, windows: Sequence[Window]) -> list[str] | None:
    """The rows of all codes that the windows open; None where one of them opens more than codes and single records."""
    if any(window.codes is None and window.records is None for window in windows):
        return None
    codes = frozenset().union(*(window.codes or () for window in windows if window.records is None))
    texts = _texts(one.type, codes)
    return texts if len(texts) <= _FEW else None


def _open_ids(one: Slice, windows: Sequence[Window]) -> frozenset[str]:
    """The ids of this type that windows open singly."""
    records = frozenset().union(*(window.records or () for window in windows))
    return frozenset(id_ for type_, _, id_ in (record.partition("/") for record in records) if type_ == one.type)


def _texts(type_: str, codes: Iterable[str]) -> list[str]:
    return sorted({text for code in codes for text in code_texts(type_, code)})


def held_sql(chart: Chart, types: Iterable[str]) -> Sql:
    """``(type, hospital, rids)``: the numbers, parted by commas, of the records of these types that may be seen. One
    may come twice. A row for each record would cost more than finding them.
    """
    arms = [arm for type_ in types for arm in _held(chart, Slice(type_))]
    if len(arms) > _PLACES:
        raise malformed("Records are counted by fewer kinds at a time.")
    text = " UNION ALL ".join(arm.text for arm in arms) or "SELECT '', 0, '' WHERE FALSE"
    return Sql(text, tuple(arg for arm in arms for arg in arm.args))


def _held(chart: Chart, one: Slice) -> Iterator[Sql]:
    scope = chart.scope(one.type)
    windows = narrowed(chart.visible, scope)
    seen = visible_sql(windows, scope)
    for place, tests in _places(chart, one, windows, scope) if windows else ():
        where = all_of([tests, seen, _LIVE])
        found = _ROWS.format(place=place, tests=where.text)
        yield Sql(f"SELECT r.type, r.hospital, group_concat(d.rid) {found} GROUP BY r.type, r.hospital", where.args)


def coded_sql(chart: Chart, slices: Iterable[Slice]) -> tuple[Sql, dict[tuple[str, str], list[int]]]:
    """``(value, rid)`` of the chart's rows for every code that the slices name, and the values of (type, code)."""
    named = {(one.type, code) for one in slices for code in one.codes | one.unless}
    values = {key: [chart.blind(text) for text in code_texts(*key)] for key in named}
    where = one_of("value", [value for found in values.values() for value in found])
    return Sql(
        f"SELECT value, rid FROM idx WHERE compartment = ? AND {where.text}", (chart.number, *where.args)
    ), values
