"""Where a search starts: the rows that are read first, so that as few as possible are read in vain.

=============================  ============================================================================
a search starts from           when
=============================  ============================================================================
the records themselves         ``_id``
rows across charts             ``identifier``; a contract's ``actor``; names and birth dates, unless few charts can be
                               seen
one value inside one chart     the usual case: read in order from the primary key of ``idx``, nothing is
                               sorted; hospitals and authors find nothing at once where they never wrote
values inside several charts   the charts that can be seen: named, or where a hospital or an author has been
                               present; sorted
participants, single records   besides, where a window opens nothing but these
=============================  ============================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from carefolio.search.conditions import Start
from carefolio.search.parameters import ADDRESSED, LINKS, TOKENS, Answer, answerable
from carefolio.search.query import Dates, DateTest, Ids, Prefix, Query
from carefolio.search.sql import FALSE, TRUE, Sql, all_of, one_of
from carefolio.search.texts import participant_text
from carefolio.search.visible import Reach, Scope
from carefolio.store.rows import DIRECTORY_COMPARTMENT

FEW_CHARTS = 1_000
"""Up to so many charts, a name is looked for inside them rather than among everybody's."""

_TELLING = ("identifier", *LINKS, *TOKENS, "birthdate", "family", "given", "name")


@dataclass(frozen=True, slots=True)
class Source:
    """The rows ``d``: a table for FROM, and what their own columns have to fulfil."""

    table: Sql
    where: Sql = TRUE
    answers: Start | None = None
    """The start that these rows are: its condition need not be tested again."""
    ordered: bool = False
    """They are read in the order of the index: by date, then by number."""
    confined: bool = False
    """They are of the search's type, and inside its charts."""


def choose(query: Query, scope: Scope, starts: Sequence[Start], reached: Reach) -> Source:
    """The best rows to start from, given where the caller's rows can be at all."""
    ids = [condition.ids for condition in query.conditions if isinstance(condition, Ids)]
    if ids:
        return Source(Sql("record d"), all_of([Sql("d.type = ?", (scope.type,)), one_of("d.id", ids[0])]))
    across = min((one for one in starts if one.across), key=_cost, default=None)
    if across is not None and _is_telling(across, scope, reached):
        return _across(across)
    kind = Start((scope.blind(scope.type),), across=False, name="")
    inside = min((one for one in starts if not one.across), key=_cost, default=kind)
    if len(reached.owners) == 1 and reached.only_owners and not scope.directory:
        return _inside(query, inside, next(iter(reached.owners)))
    if scope.directory:
        return _inside(query, inside, DIRECTORY_COMPARTMENT)
    if scope.charts is not None and len(scope.charts) == 1 and _only_writers(reached):
        return _where_present(_inside(query, inside, next(iter(scope.charts))), scope.charts, reached)
    return _spread(scope, inside, reached)


def _is_telling(start: Start, scope: Scope, reached: Reach) -> bool:
    """Whether fewer rows have it than lie in the charts that can be seen."""
    if start.name in ADDRESSED.get(scope.type, ()):
        return scope.charts is None
    return start.name == "identifier" or scope.directory or not _few(reached)


def _cost(start: Start) -> tuple[int, int]:
    telling = _TELLING.index(start.name) if start.name in _TELLING else 0
    return (telling, len(start.values))


def _only_writers(reached: Reach) -> bool:
    """Whether the rows are those of hospitals and authors, whatever chart they lie in."""
    return bool(reached.sources) and not (reached.participants or reached.ids or reached.everything)


def _where_present(source: Source, charts: frozenset[int], reached: Reach) -> Source:
    """The one chart that is asked about, unless none of the sources ever wrote into it: that is told at once."""
    if reached.owners:
        return source
    present = all_of([one_of("source", reached.sources), one_of("owner", charts)])
    test = Sql(f"EXISTS (SELECT 1 FROM presence WHERE {present.text})", present.args)
    return replace(source, where=all_of([source.where, test]))


def _few(reached: Reach) -> bool:
    return reached.only_owners and len(reached.owners) <= FEW_CHARTS


def _across(start: Start) -> Source:
    answers = start if start.complete else None
    return Source(_rows("lookup", one_of("value", start.values), start), answers=answers)


def _inside(query: Query, start: Start, compartment: int) -> Source:
    """One compartment; with one value its rows come in order."""
    if len(start.values) == 1:
        key = Sql("d.compartment = ? AND d.value = ?", (compartment, start.values[0]))
        return Source(Sql("idx d"), all_of([key, *_bounds(query)]), start, ordered=True, confined=True)
    return Source(_indexed(Sql("compartment = ?", (compartment,)), start), answers=start, confined=True)


def _spread(scope: Scope, start: Start, reached: Reach) -> Source:
    """Every place that can hold a visible row, each row once."""
    inside = [_select("idx", all_of([place, one_of("value", start.values)])) for place in _places(scope, reached)]
    besides = []
    if reached.participants:
        values = [scope.blind(participant_text(reference)) for reference in reached.participants]
        besides.append(_select("lookup", one_of("value", values)))
    if reached.ids:
        besides.append(_select("record", all_of([Sql("type = ?", (scope.type,)), one_of("id", reached.ids)])))
    arms = [*inside, *besides] or [_select("record", FALSE)]
    table = Sql(f"({' UNION '.join(arm.text for arm in arms)}) d", tuple(arg for arm in arms for arg in arm.args))
    if len(arms) == 1 and len(start.values) > 1:
        table = Sql(table.text.replace("SELECT rid", "SELECT DISTINCT rid", 1), table.args)
    return Source(table, answers=None if besides else start, confined=not besides)


def _places(scope: Scope, reached: Reach) -> Iterator[Sql]:
    """The compartments, as tests of one."""
    if reached.owners:
        yield one_of("compartment", reached.owners)
    if reached.sources:
        present = one_of("source", reached.sources)
        among = TRUE if scope.charts is None else one_of("owner", scope.charts)
        test = all_of([present, among])
        yield Sql(f"compartment IN (SELECT owner FROM presence WHERE {test.text})", test.args)
    if reached.everything:
        yield Sql("compartment IN (SELECT number FROM owner)")


def _indexed(place: Sql, start: Start) -> Sql:
    return _rows("idx", all_of([place, one_of("value", start.values)]), start)


def _rows(table: str, test: Sql, start: Start) -> Sql:
    """The numbers of the rows, each once though it may have several of the values."""
    once = "DISTINCT " if len(start.values) > 1 else ""
    return Sql(f"(SELECT {once}rid FROM {table} WHERE {test.text}) d", test.args)


def _select(table: str, test: Sql) -> Sql:
    return Sql(f"SELECT rid FROM {table} WHERE {test.text}", test.args)


def _bounds(query: Query) -> Iterator[Sql]:
    """What the dates asked for say about the start of a record's interval: a shorter walk on the index."""
    known = answerable(query.type)
    for condition in query.conditions:
        dated = isinstance(condition, Dates) and known[condition.name].answer is Answer.CLINICAL
        if isinstance(condition, Dates) and dated and len(condition.tests) == 1:
            yield from _bound(condition.tests[0])


def _bound(test: DateTest) -> Iterator[Sql]:
    if test.prefix is Prefix.EQ:
        yield Sql("d.low >= ?", (test.low,))
    if test.prefix in (Prefix.EQ, Prefix.LE, Prefix.AP):
        yield Sql("d.low <= ?", (test.high,))
    if test.prefix in (Prefix.LT, Prefix.EB):
        yield Sql("d.low < ?", (test.low,))
    if test.prefix is Prefix.SA:
        yield Sql("d.low > ?", (test.high,))
