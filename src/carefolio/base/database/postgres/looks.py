"""Looks of one event loop that are asked together: who comes while the same question is under way waits for the next.

A look by its key costs the round trip, not the row. So a statement is under way ``AT_ONCE`` times at the most, and all
that wait by then are asked by one: the statement as it is, beside the list of what each asks for. A look begins after
who asks has come, so it sees whatever was committed before.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple

import asyncpg

from carefolio.base.database.port import Row
from carefolio.base.database.postgres.connections import STATEMENTS, Connections
from carefolio.base.database.postgres.dialect import LISTABLE, lists
from carefolio.base.failures import Failure

AT_ONCE = 2
"""One is answered while the other is being asked."""
TOGETHER = 256

Fetch = Callable[[str, Sequence[Any]], Awaitable[list[Any]]]


class _Look(NamedTuple):
    args: Sequence[Any]
    future: asyncio.Future[Row | None]


class Looks:
    """Those that want one row."""

    def __init__(self, connections: Connections, fetch: Fetch) -> None:
        self._connections = connections
        self._fetch = fetch
        self._waiting: dict[str, list[_Look]] = {}
        self._running: Counter[str] = Counter()
        self._forms: dict[str, str | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def one(self, sql: str, args: Sequence[Any]) -> Row | None:
        """The first row, or None."""
        if self._running[sql] >= AT_ONCE and self._forms.get(sql, "") is not None:
            future: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(sql, []).append(_Look(args, future))
            return await future
        self._running[sql] += 1
        try:
            return _first(await self._fetch(sql, args))
        finally:
            self._ended(sql)

    def _ended(self, sql: str) -> None:
        """One is answered: those who wait are asked for next. Nothing is kept of a statement that nobody asks:
        there are as many as there are kinds of searches.
        """
        if self._waiting.get(sql):
            self._begin(self._work_off(sql))
        elif self._running[sql] > 1:
            self._running[sql] -= 1
        else:
            del self._running[sql]

    def _begin(self, steps: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(steps)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_off(self, sql: str) -> None:
        try:
            waiting = self._waiting.pop(sql, [])
            group = waiting[:TOGETHER]
            if len(waiting) > TOGETHER:
                self._waiting[sql] = waiting[TOGETHER:]
            await self._settle(sql, [look for look in group if not look.future.done()])
        finally:
            self._ended(sql)

    async def _settle(self, sql: str, group: Sequence[_Look]) -> None:
        """Tell all of them. Where that fails for a reason of one of them, each is asked for by itself."""
        try:
            rows = await self._together(sql, group)
        except Failure as failure:
            _tell(group, [failure] * len(group))
        except Exception:  # noqa: BLE001 - whatever it is, whoever is the reason meets it again
            for look in group:
                self._begin(self._by_itself(sql, look))
        else:
            _tell(group, rows)

    async def _by_itself(self, sql: str, look: _Look) -> None:
        try:
            _tell([look], [_first(await self._fetch(sql, look.args))])
        except Exception as problem:  # noqa: BLE001 - it belongs to the one who waits
            _tell([look], [problem])

    async def _together(self, sql: str, group: Sequence[_Look]) -> list[Row | None]:
        """The first row of each."""
        if len(group) <= 1 or not group[0].args:
            rows = await self._fetch(sql, group[0].args) if group else []
            return [_first(rows)] * len(group)
        form = await self._form(sql)
        if form is None:
            return [_first(await self._fetch(sql, look.args)) for look in group]
        found: list[Row | None] = [None] * len(group)
        for row in await self._fetch(form, list(zip(*(look.args for look in group), strict=True))):
            *columns, place = row
            found[place - 1] = tuple(columns)
        return found

    async def _form(self, sql: str) -> str | None:
        """The statement for many; None for one that takes what no list is made of."""
        if sql not in self._forms:
            if len(self._forms) >= STATEMENTS:
                self._forms.clear()
            async with self._connections.lent() as connection:
                try:
                    types = [one.name for one in (await connection.statement(sql)).get_parameters()]
                    form = together(sql, types) if LISTABLE.issuperset(types) else None
                    if form is not None:
                        await connection.statement(form)
                except asyncpg.SyntaxOrAccessError:
                    form = None
            self._forms[sql] = form
        return self._forms[sql]


def together(sql: str, types: Sequence[str]) -> str:
    """The statement for each of many: it takes a list for each of its marks, and adds to each first row its place."""
    first, *others = sql.split("?")
    one = first + "".join([f"asked.a{number}{part}" for number, part in enumerate(others)])
    names = ", ".join(f"a{number}" for number in range(len(types)))
    return (
        f"SELECT found.*, asked.place FROM unnest({lists(types)}) WITH ORDINALITY AS asked({names}, place)"  # noqa: S608 - a statement of ours
        f" CROSS JOIN LATERAL (SELECT * FROM ({one}) AS rows LIMIT 1) AS found"
    )


def _first(rows: Sequence[Any]) -> Row | None:
    return tuple(rows[0]) if rows else None


def _tell(group: Sequence[_Look], results: Sequence[Row | Exception | None]) -> None:
    """Each its own; one who has gone away in the meantime is not told."""
    for look, result in zip(group, results, strict=True):
        if look.future.done():
            continue
        if isinstance(result, Exception):
            look.future.set_exception(result)
        else:
            look.future.set_result(result)
