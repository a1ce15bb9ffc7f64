"""What may be seen, as SQL: a window holds for a row exactly when ``consent.decide`` says that it does.

What is the same for every row of a search (its type, and often its chart) is decided here, so that a chart
that may not be seen costs as much as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from carefolio.base.filters import Visible, Window
from carefolio.fhir.kinds import DIRECTORY, PARTICIPANTS
from carefolio.search.rows import code_texts
from carefolio.search.sql import FALSE, TRUE, Sql, all_of, any_of, none_of, one_of
from carefolio.search.texts import participant_text
from carefolio.store.rows import DIRECTORY_COMPARTMENT

Blinding = Callable[[str], int]
"""``Blind.value``: the signed 64-bit value of an index text."""

DATED = Sql("(r.low <> 0 OR r.high <> 0)")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search is about before a single row is read."""

    type: str
    blind: Blinding
    charts: frozenset[int] | None = None
    """The only owners whose records can match, where the search itself says so."""

    @property
    def directory(self) -> bool:
        """Whether the type's index rows stand in the directory's compartment."""
        return self.type in DIRECTORY

    @property
    def compartment(self) -> str:
        """The compartment of the row ``r``, as SQL."""
        return str(DIRECTORY_COMPARTMENT) if self.directory else "r.owner"

    def has_row(self, texts: Iterable[str]) -> Sql:
        """The record has one of these rows inside its compartment."""
        test = one_of("p.value", [self.blind(text) for text in texts])
        if test is FALSE:
            return FALSE
        place = f"p.compartment = {self.compartment} AND p.low = r.low AND p.rid = r.rid"
        return Sql(f"EXISTS (SELECT 1 FROM idx p WHERE {test.text} AND {place})", test.args)

    def has_lookup(self, texts: Iterable[str]) -> Sql:
        """The record has one of these rows among those across charts."""
        test = one_of("q.value", [self.blind(text) for text in texts])
        if test is FALSE:
            return FALSE
        return Sql(f"EXISTS (SELECT 1 FROM lookup q WHERE {test.text} AND q.rid = r.rid)", test.args)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the rows that the windows can open are found; each field adds to the others."""

    owners: frozenset[int] = frozenset()
    sources: frozenset[int] = frozenset()
    """Hospitals by number, authors by minus theirs: the charts in which they have written."""
    participants: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    everything: bool = False

    @property
    def only_owners(self) -> bool:
        """Whether the charts named are all."""
        return not (self.sources or self.participants or self.ids or self.everything)


_MERGED_FROM = 16
"""So many windows are worth making fewer: a doctor holds one for each patient's contract."""


def narrowed(visible: Visible, scope: Scope) -> Sequence[Window]:
    """The windows that can hold for a row of this search, those that only participants open last."""
    windows = [window for window in visible.any_of if _possible(window, scope)]
    if len(windows) >= _MERGED_FROM:
        windows = _merged(windows)
    return sorted(windows, key=lambda window: window.participants is not None)


def _merged(windows: Iterable[Window]) -> list[Window]:
    """Windows that differ in their owners alone are made one."""
    merged: dict[Window, frozenset[int] | None] = {}
    for window in windows:
        key = replace(window, owners=None, kinds=None, contract=None, rule="")
        before = merged.get(key, frozenset())
        merged[key] = None if window.owners is None or before is None else before | window.owners
    return [replace(key, owners=owners) for key, owners in merged.items()]


def _possible(window: Window, scope: Scope) -> bool:
    """Whether it can hold for any row of this type, inside these charts."""
    if window.kinds is not None and scope.type not in window.kinds:
        return False
    if window.participants is not None and scope.type not in PARTICIPANTS:
        return False
    return window.owners is None or scope.charts is None or not window.owners.isdisjoint(scope.charts)


def _covers(owners: frozenset[int] | None, scope: Scope) -> bool:
    """Whether every row that can match belongs to these owners."""
    return owners is None or (scope.charts is not None and scope.charts <= owners)


def visible_sql(windows: Iterable[Window], scope: Scope) -> Sql:
    """The row ``r`` may be seen."""
    return any_of(_window(window, scope) for window in windows)


def reach(windows: Iterable[Window], scope: Scope) -> Reach:
    """Where to look for the rows of these (narrowed) windows."""
    owners: set[int] = set()
    sources: set[int] = set()
    participants: set[str] = set()
    ids: set[str] = set()
    everything = False
    for window in windows:
        if window.owners is not None and not _covers(window.owners, scope):
            owners |= window.owners if scope.charts is None else window.owners & scope.charts
        elif window.records is not None:
            ids |= _ids(window.records, scope.type)
        elif window.participants is not None:
            participants |= window.participants
        elif window.hospitals is not None:
            sources |= window.hospitals
        elif window.authors is not None:
            sources |= {-author for author in window.authors}
        else:
            everything = True
    if everything and scope.charts is not None:
        return Reach(owners=scope.charts)
    return Reach(frozenset(owners), frozenset(sources), frozenset(participants), frozenset(ids), everything)


def _window(window: Window, scope: Scope) -> Sql:
    if not _possible(window, scope):
        return FALSE
    return all_of(
        [
            TRUE if window.owners is None or _covers(window.owners, scope) else one_of("r.owner", window.owners),
            TRUE if window.records is None else one_of("r.id", _ids(window.records, scope.type)),
            _in("r.author", window.authors),
            _in("r.hospital", window.hospitals),
            _in("r.label", window.labels),
            _dated(window),
            TRUE if window.codes is None else _coded(window.codes, scope),
            TRUE if window.participants is None else _addressed(window.participants, scope),
            *(none_of(_window(exception, scope)) for exception in window.unless),
        ]
    )


def _in(column: str, values: frozenset[int] | None) -> Sql:
    return TRUE if values is None else one_of(column, values)


def _dated(window: Window) -> Sql:
    if window.since is None and window.until is None:
        return TRUE
    return all_of(
        [
            DATED,
            TRUE if window.since is None else Sql("r.high >= ?", (window.since,)),
            TRUE if window.until is None else Sql("r.low <= ?", (window.until,)),
        ]
    )


def _coded(codes: frozenset[str], scope: Scope) -> Sql:
    return scope.has_row(text for code in codes for text in code_texts(scope.type, code))


def _addressed(participants: frozenset[str], scope: Scope) -> Sql:
    return scope.has_lookup(participant_text(reference) for reference in participants)


def _ids(records: frozenset[str], type_: str) -> frozenset[str]:
    start = f"{type_}/"
    return frozenset(record.removeprefix(start) for record in records if record.startswith(start))
