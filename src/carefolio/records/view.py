"""What this caller may see, now: the windows of one chart, and the decision about one record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from carefolio.base import clock
from carefolio.base.database import Database
from carefolio.base.filters import Visible, Window
from carefolio.base.keys import Keyring
from carefolio.consent.decide import Decision, Facts, decide
from carefolio.consent.policy import Chart, access, visible
from carefolio.records.charts import Charts
from carefolio.records.disclose import Guard
from carefolio.records.entries import Caller
from carefolio.records.vault import facts_of
from carefolio.search.plan import Plan
from carefolio.search.query import Query
from carefolio.search.texts import participant_text
from carefolio.store.records import whole
from carefolio.store.rows import Row

CACHED_VIEWS = 20_000
_ADDRESSED = "SELECT 1 FROM lookup WHERE value = ? AND rid = ?"
_OPENING = frozenset({"own-chart", "contract", "break-glass"})
_WROTE_HERE = "SELECT 1 FROM presence WHERE source IN (?, ?) AND owner = ?"
_NAMED_HERE = "SELECT 1 FROM lookup l JOIN record r ON r.rid = l.rid WHERE l.value IN (?, ?) AND r.owner = ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class View:
    """The windows under which a caller sees one chart or shelf, and until when they are certain to hold."""

    windows: tuple[Window, ...]
    adds: tuple[Window, ...]
    until: int
    number: int
    chart: Chart
    opens: bool = False
    """Whether anything but what the caller wrote or is addressed by is open to them here."""
    delegate: frozenset[int] = frozenset()
    """The labels that the caller may hand on, acting for the patient; empty for others."""
    plans: dict[Query, Plan] = field(default_factory=dict)
    """Searches inside this chart as they were planned under these windows, for those that come again."""
    contents: dict[str, bool] = field(default_factory=dict)
    """Of which types a decision has to read the content; filled as types are met."""

    def reads_content_of(self, type_: str) -> bool:
        """Whether a decision about a record of this type may ask for its codes or participants."""
        known = self.contents.get(type_)
        if known is None:
            known = self.contents[type_] = _reads_content(self.windows, type_)
        return known


def _reads_content(windows: Iterable[Window], type_: str) -> bool:
    return any(
        window.codes is not None or window.participants is not None or _reads_content(window.unless, type_)
        for window in windows
        if window.kinds is None or type_ in window.kinds
    )


def names(window: Window, type_: str) -> bool:
    """Whether a window can be about records of this type, single ones apart."""
    return window.records is None and (window.kinds is None or type_ in window.kinds)


def opens(window: Window, type_: str) -> bool:
    """Whether a window opens such records of a chart, and not only those that the caller has to do with."""
    return window.rule in _OPENING and names(window, type_)


class Viewer:
    """Compiles a caller's view of a chart once and keeps it until the epoch or the time has moved past it."""

    def __init__(self, database: Database, charts: Charts, keyring: Keyring) -> None:
        self._database = database
        self._charts = charts
        self._keyring = keyring
        self._cache: dict[tuple[bytes, int], tuple[int, View]] = {}

    def of(self, caller: Caller, number: int) -> View:
        """The caller's view of the chart or shelf with this number; of one that does not exist: nothing."""
        view: View | None = caller.views.get(number)
        if view is None:
            view = caller.views[number] = self._known(caller, number)
        return view

    def _known(self, caller: Caller, number: int) -> View:
        """The view as compiled before, if nothing has moved since; else compiled anew."""
        key = (caller.principal.token, number)
        known = self._cache.get(key)
        if known is not None and known[0] >= caller.epoch and known[1].until > clock.now():
            return known[1]
        view = self._compile(caller, number)
        if len(self._cache) >= CACHED_VIEWS:
            self._cache.clear()
        self._cache[key] = (caller.epoch, view)
        return view

    def decide(self, caller: Caller, row: Row, body: bytes | None = None, *, newest: bool = True) -> Decision:
        """Whether the caller may see this version, and which rule or contract says so.

        Of the newest version the index tells whether it addresses the caller, which takes as long for any record and
        for one that is not there; an older one has to be opened.
        """
        view = self.of(caller, row.owner)
        if not view.reads_content_of(row.type):
            return decide(view.windows, cast(Facts, row))  # a row has all that is asked then, under the same names
        facts = facts_of(row, body, self._keyring, partial(whole, self._database))
        if newest:
            facts = facts._replace(participants=partial(self._addressed, caller, row.rid))
        return decide(view.windows, facts)

    def _addressed(self, caller: Caller, rid: int) -> frozenset[str]:
        """By which of their names the record with this number addresses the caller."""
        names = [name for name in (caller.principal.person, caller.principal.organization) if name]
        value = self._keyring.blind.value
        return frozenset(
            name for name in names if self._database.one(_ADDRESSED, (value(participant_text(name)), rid)) is not None
        )

    def may_find(self, caller: Caller, number: int) -> bool:
        """Whether there can be anything for the caller in this chart: as author, by a contract, addressed. Where there
        cannot, none of it is read: a hidden chart takes as long as one that is absent, however much it holds.
        """
        principal = caller.principal
        names = [participant_text(name or "nobody") for name in (principal.person, principal.organization)]
        return (
            self.of(caller, number).opens
            or self._database.one(_WROTE_HERE, (-principal.account, principal.hospital, number)) is not None
            or self._database.one(_NAMED_HERE, (*map(self._keyring.blind.value, names), number)) is not None
        )

    def guard(self, caller: Caller, *numbers: int) -> Guard:
        """What a decision about these charts hangs on."""
        views = [self.of(caller, number) for number in numbers]
        until = min([view.until for view in views], default=caller.principal.expires)
        return Guard(
            caller.principal, caller.epoch, until, tuple([(view.number, view.chart.version) for view in views])
        )

    def inside(self, caller: Caller, numbers: Iterable[int]) -> Visible:
        """What the caller may see inside these charts, and nothing else."""
        return Visible(tuple([window for number in numbers for window in self.of(caller, number).windows]))

    def visible(self, caller: Caller, numbers: Iterable[int]) -> Visible:
        """Everything the caller may see: what needs no contract, and what the contracts of these charts open."""
        charts = [self.of(caller, number).chart for number in numbers]
        return visible(caller.principal, charts, clock.now())

    def _compile(self, caller: Caller, number: int) -> View:
        chart = self._charts.of(number, caller.epoch)
        if chart.reference and not chart.reference.startswith("Patient/"):
            shelf = visible(caller.principal, (), clock.now())
            return View(shelf.any_of, (), caller.principal.expires, number, chart, opens=True)
        found = access(caller.principal, chart, clock.now())
        opens = any(window.rule in _OPENING for window in found.windows)
        return View(found.windows, found.adds, found.until, number, chart, opens, found.delegate)
