"""Cutting an answer into pages.

A page goes on after the last record of the one before it, wherever that stands by then: a record that was
added or taken away meanwhile moves nothing else. A record whose sort key itself was changed is answered where
it stands now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key

from carefolio.base.failures import unprocessable
from carefolio.fhir.json import Resource
from carefolio.search.match import fulfils
from carefolio.search.order import Value, read_cursor, write_cursor
from carefolio.search.plan import CANDIDATES, Plan
from carefolio.search.query import Query
from carefolio.store.rows import Row

PAGE = "_page"
"""The parameter that carries a sealed cursor; the door opens it and gives it to ``parse`` as ``cursor``."""

Link = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, where the next one starts (None: nowhere), and the total where it is known."""

    rows: list[Row]
    following: bytes | None
    total: int | None = None
    counted: Mapping[int, int] = field(default_factory=dict)
    """How many of the total belong to which owner."""


def cut(plan: Plan, rows: Sequence[Row]) -> Page:
    """The page from the rows that ``plan.sql`` gave. Only for plans that need no filter."""
    shown = list(rows[: plan.query.count])
    more = bool(shown) and len(rows) > len(shown)
    return Page(shown, write_cursor(plan.order, plan.order.values(shown[-1])) if more else None)


def sift(plan: Plan, rows: Sequence[Row], read: Callable[[Row], Resource]) -> Page:
    """The page of a plan that needs a filter, from the rows that ``plan.sql`` gave, with the total.

    ``read`` decrypts a record. More rows than ``CANDIDATES`` raise a Failure (UNPROCESSABLE) before that.
    """
    if len(rows) > CANDIDATES:
        raise unprocessable(
            f"This search has to read more than {CANDIDATES} records; narrow it by patient, code or date.",
            code="too-costly",
        )
    found: list[tuple[list[Value], Row]] = []
    for row in rows:
        resource = read(row)
        if all(fulfils(plan.query.type, condition, resource) for condition in plan.remaining):
            found.append((plan.order.values(row, resource), row))
    compare = plan.order.compare
    place = cmp_to_key(compare)
    found.sort(key=lambda one: place(one[0]))
    last = read_cursor(plan.order, plan.query.cursor)
    left = found if last is None else [one for one in found if compare(one[0], last) > 0]
    shown = left[: plan.query.count]
    more = bool(shown) and len(left) > len(shown)
    following = write_cursor(plan.order, shown[-1][0]) if more else None
    return Page([row for _, row in shown], following, len(found), Counter(row.owner for _, row in found))


def links(query: Query, here: str | None, following: str | None) -> list[Link]:
    """``Bundle.link`` as relations with their parameters; ``here`` and ``following`` are sealed cursors.

    What a lenient search passed over is not repeated: the caller sees what was answered.
    """
    kept = list(query.kept)
    found: list[Link] = [("self", [*kept, (PAGE, here)] if here else kept), ("first", kept)]
    if following:
        found.append(("next", [*kept, (PAGE, following)]))
    return found
