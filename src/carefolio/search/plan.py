"""From a search to SQL: which rows to start from, what they have to fulfil, in which order they come.

What a caller may not see is left out here, inside the same statement: it is neither counted, nor does it take
a place on a page, nor does it move the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefolio.base.filters import Visible
from carefolio.search import order as orders
from carefolio.search.conditions import NOWHERE, Resolve, charts_of, compile_condition
from carefolio.search.order import Order, order_of
from carefolio.search.query import Condition, Query
from carefolio.search.source import Source, choose
from carefolio.search.sql import TRUE, Sql, all_of, one_of
from carefolio.search.visible import Blinding, Scope, narrowed, reach, visible_sql
from carefolio.store.rows import State, light_columns

CANDIDATES = 2_000
"""So many records are read to filter or sort them; a search that would need more has to be narrowed."""

_COLUMNS = light_columns("r")
_LIVE = Sql(f"r.state = {int(State.LIVE)}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A search as statements. Rows come as ``store.rows.Row``, bodies sealed."""

    query: Query
    sql: str
    args: tuple[Any, ...]
    count_sql: str
    """How many match, by the owner's number."""
    count_args: tuple[Any, ...]
    order: Order
    remaining: tuple[Condition, ...]
    """The conditions that only the records themselves can answer."""

    @property
    def needs_filter(self) -> bool:
        """Whether the records have to be read to know which are found, and in which order."""
        return bool(self.remaining) or self.order.read


def plan(query: Query, visible: Visible, resolve: Resolve, blind: Blinding) -> Plan:
    """The statements of a search that shows what is ``visible`` and nothing else.

    ``resolve`` gives the owner number of a chart's ``Patient/id``, ``blind`` is ``Blind.value``.
    """
    scope = Scope(query.type, blind, _charts(query, resolve))
    windows = narrowed(visible, scope)
    compiled = [compile_condition(one, scope, resolve) for one in query.conditions]
    remaining = tuple(one for one, sql in zip(query.conditions, compiled, strict=True) if not sql.exact)
    source = choose(query, scope, [sql.start for sql in compiled if sql.start is not None], reach(windows, scope))
    tests = [sql.where for sql in compiled if source.answers is None or sql.start is not source.answers]
    confined = TRUE if source.confined else _confined(scope)
    wanted = all_of([source.where, *tests, confined, _LIVE, visible_sql(windows, scope)])
    return _written(query, source, wanted, remaining)


def _confined(scope: Scope) -> Sql:
    owned = TRUE if scope.charts is None or scope.directory else one_of("r.owner", scope.charts)
    return all_of([Sql("r.type = ?", (scope.type,)), owned])


def _charts(query: Query, resolve: Resolve) -> frozenset[int] | None:
    """The charts to which the conditions confine the search; one that is not there has no number."""
    found: frozenset[int] | None = None
    for condition in query.conditions:
        charts = charts_of(condition, query.type, resolve)
        if charts is not None:
            found = charts if found is None else found & charts
    return found if found is None or found else frozenset({NOWHERE})


def _written(query: Query, source: Source, wanted: Sql, remaining: tuple[Condition, ...]) -> Plan:
    order = order_of(query)
    whole = bool(remaining) or order.read
    after = TRUE if whole else orders.start(order, query.cursor, "d" if _streams(source, order) else "r")
    limit = CANDIDATES + 1 if whole else query.count + 1
    joined = f"FROM {source.table.text} CROSS JOIN record r ON r.rid = d.rid WHERE"
    tested = all_of([wanted, after])
    select = _in_order if _streams(source, order) else _gathered
    return Plan(
        query,
        select(f"{joined} {tested.text}", order),
        (*source.table.args, *tested.args, limit),
        f"SELECT r.owner, count(*) {joined} {wanted.text} GROUP BY r.owner",
        (*source.table.args, *wanted.args),
        order,
        remaining,
    )


def _streams(source: Source, order: Order) -> bool:
    return source.ordered and (order.newest or order.read)


def _in_order(found: str, order: Order) -> str:
    """Straight from the index, as many as are wanted."""
    return f"SELECT {_COLUMNS} {found} ORDER BY {order.sql('d')} LIMIT ?"


def _gathered(found: str, order: Order) -> str:
    """All that match are sorted by number alone; only those of the page are read whole."""
    numbers = f"SELECT r.rid AS rid {found} ORDER BY {order.sql()} LIMIT ?"
    return f"SELECT {_COLUMNS} FROM ({numbers}) n CROSS JOIN record r ON r.rid = n.rid ORDER BY {order.sql()}"
