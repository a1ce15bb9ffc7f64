"""Each condition of a search as SQL over the row ``r``, and where a search may start from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from carefolio.base import clock
from carefolio.search.births import cells
from carefolio.search.parameters import Answer, answerable
from carefolio.search.query import (
    Condition,
    Dates,
    DateTest,
    Ids,
    Links,
    Missing,
    Prefix,
    Strings,
    Tokens,
    Updated,
    Within,
)
from carefolio.search.rows import coding_text
from carefolio.search.sql import FALSE, TRUE, Sql, all_of, any_of, none_of, one_of
from carefolio.search.texts import link_text, participant_text, prefix_text, whole_text, words
from carefolio.search.visible import DATED, Scope

Resolve = Callable[[str], int | None]
"""The owner number of the chart of ``Patient/id``; None when there is none."""

NOWHERE = -1
"""An owner number that is never given: what an unknown chart is searched as."""


@dataclass(frozen=True, slots=True)
class Start:
    """Rows from which a search may start: every record that fulfils the condition has one of them."""

    values: tuple[int, ...]
    across: bool
    """Among the rows across charts, not inside a compartment."""
    name: str
    complete: bool = True
    """Every record that has one fulfils the condition."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition in SQL. ``exact`` is False when the records themselves have to be read to be sure."""

    where: Sql
    exact: bool = True
    start: Start | None = None


def charts_of(condition: Condition, type_: str, resolve: Resolve) -> frozenset[int] | None:
    """The owners to which the condition confines the search, None when it does not."""
    if isinstance(condition, Within):
        return condition.owners or frozenset({NOWHERE})
    if not isinstance(condition, Links) or answerable(type_)[condition.name].answer is not Answer.OWNER:
        return None
    if not all(_is_patient(reference) for reference in condition.references):
        return None
    return frozenset(_number(reference, resolve) for reference in condition.references)


def _is_patient(reference: str) -> bool:
    return reference.startswith("Patient/")


def _number(reference: str, resolve: Resolve) -> int:
    found = resolve(reference)
    return NOWHERE if found is None else found


def compile_condition(condition: Condition, scope: Scope, resolve: Resolve) -> Compiled:
    """The condition as a test of the row ``r``."""
    if isinstance(condition, Links):
        return _links(condition, scope, resolve)
    match condition:
        case Tokens():
            found = _tokens(condition, scope)
        case Strings():
            found = _strings(condition, scope)
        case Dates():
            found = _dates(condition, scope)
        case Ids() | Updated() | Within():
            found = Compiled(_plain(condition, scope))
        case Missing():
            found = Compiled(TRUE, exact=False)
    return found


def _plain(condition: Ids | Updated | Within, scope: Scope) -> Sql:
    """What the columns of the row answer."""
    if isinstance(condition, Ids):
        return one_of("r.id", condition.ids)
    if isinstance(condition, Updated):
        return any_of(_compared(test, "r.updated", "r.updated") for test in condition.tests)
    confined = scope.charts is not None and scope.charts <= condition.owners
    return TRUE if confined else one_of("r.owner", condition.owners)


def _tokens(condition: Tokens, scope: Scope) -> Compiled:
    texts = [coding_text(scope.type, condition.name, coding) for coding in condition.codings]
    known = [text for text in texts if text is not None]
    across = answerable(scope.type)[condition.name].answer is Answer.IDENTIFIER
    found = scope.has_lookup(known) if across else scope.has_row(known)
    open_ended = len(known) < len(texts)
    if condition.negated:
        return Compiled(none_of(found), exact=not open_ended)
    if open_ended:
        return Compiled(TRUE, exact=False)
    return Compiled(found, start=_start(known, scope, condition.name, across=across))


def _start(texts: Iterable[str], scope: Scope, name: str, *, across: bool, complete: bool = True) -> Start:
    values = sorted({scope.blind(text) for text in texts})
    return Start(tuple(values), across, name, complete)


def _strings(condition: Strings, scope: Scope) -> Compiled:
    place = f"{scope.type}.{condition.name}"
    exact = not condition.exact
    longest: list[str] = []
    alternatives: list[Sql] = []
    single = True
    for text in condition.texts:
        asked = sorted(words(text), key=len, reverse=True)
        found = [(whole_text(place, one), False) if condition.exact else prefix_text(place, one) for one in asked]
        exact &= all(precise for _, precise in found)
        single &= len(found) == 1
        longest.append(found[0][0])
        alternatives.append(all_of(scope.has_lookup([row]) for row, _ in found))
    start = _start(longest, scope, condition.name, across=True, complete=single)
    return Compiled(any_of(alternatives), exact, start)


def _dates(condition: Dates, scope: Scope) -> Compiled:
    answer = answerable(scope.type)[condition.name].answer
    if answer is Answer.READ:
        return Compiled(TRUE, exact=False)
    if answer is Answer.BIRTHDATE:
        return _born(condition, scope)
    tests = any_of(_compared(test, "r.low", "r.high") for test in condition.tests)
    return Compiled(all_of([DATED, tests]))


def _born(condition: Dates, scope: Scope) -> Compiled:
    last_year = clock.moment(clock.now()).year + 1
    place = f"{scope.type}.{condition.name}"
    texts = [f"{place}{cell}" for test in condition.tests for cell in cells(test, last_year)]
    if not texts:
        return Compiled(FALSE)
    return Compiled(scope.has_lookup(texts), start=_start(texts, scope, condition.name, across=True))


def _links(condition: Links, scope: Scope, resolve: Resolve) -> Compiled:
    place = f"{scope.type}.{condition.name}"
    answer = answerable(scope.type)[condition.name].answer
    if answer is Answer.ADDRESSED:
        named = [participant_text(one) for one in condition.references]
        exact = scope.type == "Consent"
        return Compiled(scope.has_lookup(named), exact, _start(named, scope, condition.name, across=True))
    owned = answer is Answer.OWNER
    patients = [one for one in condition.references if owned and _is_patient(one)]
    texts = [link_text(place, one) for one in condition.references if one not in patients]
    if not patients:
        return Compiled(scope.has_row(texts), start=_start(texts, scope, condition.name, across=False))
    numbers = frozenset(_number(one, resolve) for one in patients)
    if not texts and scope.charts is not None and scope.charts <= numbers:
        return Compiled(TRUE)
    return Compiled(any_of([one_of("r.owner", numbers), scope.has_row(texts)]))


def _compared(test: DateTest, low: str, high: str) -> Sql:
    """``births.holds`` as SQL over two columns."""
    contained = Sql(f"({low} >= ? AND {high} <= ?)", (test.low, test.high))
    match test.prefix:
        case Prefix.EQ | Prefix.NE:
            return contained if test.prefix is Prefix.EQ else none_of(contained)
        case Prefix.GT | Prefix.GE:
            after = Sql(f"{high} > ?", (test.high,))
            return any_of([after, contained]) if test.prefix is Prefix.GE else after
        case Prefix.LT | Prefix.LE:
            before = Sql(f"{low} < ?", (test.low,))
            return any_of([before, contained]) if test.prefix is Prefix.LE else before
        case Prefix.SA:
            return Sql(f"{low} > ?", (test.high,))
        case Prefix.EB:
            return Sql(f"{high} < ?", (test.low,))
        case Prefix.AP:
            return Sql(f"({low} <= ? AND {high} >= ?)", (test.high, test.low))
