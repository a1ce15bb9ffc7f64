"""Searches in one chart beside point reads, in one process and without HTTP; and how much of one is deciding."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

from carefolio.assembly import Carefolio
from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.base.filters import Visible, Window
from carefolio.bench import samples, within
from carefolio.bench.figures import Figure, Floor, compared
from carefolio.bench.stage import IN_FLIGHT, Stage
from carefolio.bench.within import Timed, looped
from carefolio.records.door import Handling
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.search.parse import parse
from carefolio.search.plan import plan
from carefolio.search.query import Query

FEW, HUNDRED = 20, 100
_SEARCH_FLOOR = Floor(5, 3, at_most=True)
_CONSENT_FLOOR = Floor(0.10, 0.05, at_most=True)
_POINT = "SELECT * FROM record WHERE id = ? AND type = ?"
_HANDLING = Handling()
Pairs = list[tuple[str, str]]


def measure(stage: Stage) -> list[Figure]:
    """The figures of both programs."""
    with within.opened(stage) as carefolio:
        bench = _Bench(stage, carefolio)
        return within.run(carefolio, bench.measure)


class _Bench:
    """An opened installation, and who searches in it."""

    def __init__(self, stage: Stage, carefolio: Carefolio) -> None:
        self._stage = stage
        self._carefolio = carefolio
        self._door = carefolio.door
        self._hosted = carefolio.door.hosted
        self._seconds = stage.size.seconds
        self._clock = stopwatch if stage.settings.postgres else time.thread_time_ns
        """On PostgreSQL most of a statement's work is done elsewhere: there the time is what counts, one at a time."""

    async def measure(self) -> list[Figure]:
        """Searches and reads take turns."""
        reads, searches = list[Timed](), list[Timed]()
        hundreds, shares = list[Timed](), list[float]()
        for _ in range(self._stage.size.rounds):
            reads.append(await within.timed(self._read, IN_FLIGHT, self._seconds))
            searches.append(await within.timed(self._search, IN_FLIGHT, self._seconds))
            hundreds.append(await within.timed(self._hundred, IN_FLIGHT, self._seconds))
            whole = hundreds[-1].cpu
            if self._stage.settings.postgres:
                whole = 1e6 / (await within.timed(self._hundred, 1, self._seconds)).rate
            shares.append(await self._consent() / whole)
        return [
            *self._compared(reads, searches),
            *self._bare(),
            _shared(hundreds, shares),
        ]

    def _compared(self, reads: list[Timed], searches: list[Timed]) -> list[Figure]:
        ratio = compared([one.rate for one in reads], [one.rate for one in searches])
        cpu_ratio = compared([one.cpu for one in searches], [one.cpu for one in reads])
        return [
            _timed("point read in process", reads),
            _timed("search of 20 in a chart / point read", searches, ratio, cpu_ratio, _SEARCH_FLOOR),
        ]

    def _bare(self) -> list[Figure]:
        """The statements alone: a row by its id, and a search planned and run."""
        point = self._looped(self._point, self._seconds / 2)
        charts = len(self._stage.charts)
        visible = [self._visible(number, FEW) for number in range(charts)]
        planned = looped(lambda number: self._planned(number, FEW, visible[number % charts], run=False), self._seconds)
        found = self._looped(lambda number: self._planned(number, FEW, visible[number % charts]), self._seconds)
        note = f"of it {planned:.1f} µs parsing and planning; a row by its id takes {point:.1f} µs"
        return [Figure("  the same: plan and statement alone", 1e6 / found, "/s", cpu=found, note=note)]

    async def _consent(self) -> float:
        """µs of all deciding in one search of a hundred, by the clock that the search itself is measured by: the
        windows, their share of the statement, each record once more, and the guard.
        """
        _, found = await self._door.search(self._caller(0), "Observation", self._pairs(0, HUNDRED), _HANDLING)
        if len(found.matches) < HUNDRED:
            raise broken(f"The big chart has {len(found.matches)} records with that code; a hundred are needed.")
        matches = found.matches
        seconds = self._seconds / 4
        epoch = self._carefolio.database.epoch()  # each request asks for it once, whatever it decides
        decided = self._looped(lambda number: self._decide(self._admitted(number, epoch), matches), seconds)
        visible = self._visible(0, HUNDRED)
        narrow = self._looped(lambda number: self._planned(number, HUNDRED, visible), seconds)
        wide = self._looped(lambda number: self._planned(number, HUNDRED, Visible((Window(),))), seconds)
        return decided + max(0.0, narrow - wide)

    def _looped(self, call: Callable[[int], object], seconds: float) -> float:
        return looped(call, seconds, self._clock)

    def _decide(self, caller: Caller, matches: Sequence[Found]) -> None:
        viewer = self._door.viewer
        owner = matches[0].row.owner
        viewer.inside(caller, (owner,))
        for match in matches:
            viewer.decide(caller, match.row, match.body)
        viewer.guard(caller, owner)

    def _caller(self, number: int) -> Caller:
        return self._door.admit(self._stage.doctor, f"bench-{number}")

    def _admitted(self, number: int, epoch: int) -> Caller:
        return self._door.admitted(self._stage.doctor, f"bench-{number}", epoch)

    def _visible(self, number: int, count: int) -> Visible:
        """What the caller may see of the chart that this search is about."""
        return self._door.finder.visible(self._caller(number), self._query(number, count))

    def _query(self, number: int, count: int) -> Query:
        return parse("Observation", self._pairs(number, count), _HANDLING.lenient, base=_HANDLING.base)

    def _pairs(self, number: int, count: int) -> Pairs:
        stage = self._stage
        chart = stage.charts[number % len(stage.charts)] if count == FEW else stage.big
        code = samples.CODES[number % len(samples.CODES)][0]
        return [("patient", chart), ("code", f"http://loinc.org|{code}"), ("_sort", "-date"), ("_count", f"{count}")]

    async def _read(self, number: int) -> None:
        type_, _, id_ = self._stage.names[number * 7 % len(self._stage.names)].partition("/")
        await self._hosted(self._door.read(self._stage.doctor, f"bench-{number}", type_, id_))

    async def _search(self, number: int) -> None:
        await self._hosted(self._found(number, FEW))

    async def _hundred(self, number: int) -> None:
        await self._hosted(self._found(number, HUNDRED))

    async def _found(self, number: int, count: int) -> None:
        await self._door.search(self._caller(number), "Observation", self._pairs(number, count), _HANDLING)

    def _point(self, number: int) -> None:
        type_, _, id_ = self._stage.names[number * 7 % len(self._stage.names)].partition("/")
        self._carefolio.database.one(_POINT, (id_, type_))

    def _planned(self, number: int, count: int, visible: Visible, *, run: bool = True) -> None:
        made = plan(self._query(number, count), visible, self._door.finder.number, self._carefolio.keyring.blind.value)
        if run:
            self._carefolio.database.read(made.sql, made.args)


def _timed(
    name: str,
    found: list[Timed],
    ratio: float | None = None,
    cpu_ratio: float | None = None,
    floor: Floor | None = None,
) -> Figure:
    rate, cpu = median([one.rate for one in found]), median([one.cpu for one in found])
    return Figure(name, rate, "/s", cpu, ratio, cpu_ratio, floor)


def _shared(hundreds: list[Timed], shares: list[float]) -> Figure:
    rate, cpu, share = median([one.rate for one in hundreds]), median([one.cpu for one in hundreds]), median(shares)
    note = "ratio: deciding's share of the search's CPU; on PostgreSQL of its time"
    return Figure("consent's share of a search of 100", rate, "/s", cpu, share, share, _CONSENT_FLOOR, note)
