"""What the two stores have in common: the port that everything above this folder speaks to.

SQL is written once, in the dialect that both understand: marks are ``?``, conflicts are ``ON CONFLICT``, new numbers
come back by ``RETURNING``. What PostgreSQL lacks of SQLite's functions stands in its first migration.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeVar

I = TypeVar("I", contravariant=True)  # noqa: E741 - the item's type
T = TypeVar("T")
R = TypeVar("R", covariant=True)
Row = tuple[Any, ...]


class Taken(Exception):  # noqa: N818 - the row is taken: whether that is an error is for the caller to say
    """A unique value of a row that was to be written is another row's already. The work that meets it has to end with
    it, or with another exception: one that goes on as if nothing had happened fails at the COMMIT on PostgreSQL.
    """


class Result(Protocol):
    """What a statement did."""

    @property
    def rowcount(self) -> int:
        """How many rows it wrote, changed or deleted."""
        ...


class Reader(Protocol):
    """What can be asked."""

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        ...


class Transaction(Protocol):
    """One write. Nothing of it is durable before the future that ``write`` gave is done."""

    now: int
    """When it began, µs UTC."""

    def execute(self, sql: str, args: Sequence[Any] = ()) -> Result:
        """Run one statement; raises Taken."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row; raises Taken."""
        ...

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        ...

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        ...

    def numbers(self, count: int) -> list[int]:
        """So many numbers for new rows of ``record``, rising."""
        ...

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert many rows that come from another store, numbers included."""
        ...

    def adopt_numbers(self) -> None:
        """New numbers come behind those of all rows that are there, also of those that were loaded."""
        ...

    def epoch(self) -> int:
        """The epoch as it stands in this transaction. Until its end nobody else moves it."""
        ...

    def move_epoch(self) -> None:
        """Tell every process, with this commit, that accounts, tokens or contracts are not what they were."""
        ...


class Statement(NamedTuple):
    """A query that is a whole transaction by itself; it answers one truth value: whether it did its work."""

    sql: str
    args: Sequence[Any]


class Gatherer(Protocol[I, R]):
    """What is done for a whole group of items at once. It moves no epoch. Where it raises, nothing of the group is
    written: those that stand ``apart`` fail, and all others are handed over together once more. Where that raises too,
    each is handed over by itself: what is raised then, that one's future raises.
    """

    quick: bool
    """Whether items take so little (some ten microseconds each) that they may be written while an event loop waits."""

    def __call__(self, tx: Transaction, items: Sequence[I], /) -> Sequence[R | Exception]:
        """Each item's result, or the exception that its future raises."""
        ...

    def apart(self, tx: Transaction, items: Sequence[I], /) -> Sequence[Exception | None]:
        """A group of these raised: what each fails by that is seen to stand in the way, found by looking; None for all
        others. It is asked in the transaction in which they are handed over once more.
        """
        ...

    def at_once(self, items: Sequence[I], /) -> Statement | None:
        """One statement that does the same for all of these, each with None as its result, where the store has one and
        nothing stands in its way. When it answers FALSE, nothing was done, and the group is handed over as usual.
        """
        ...


def once_more(gatherer: Gatherer[I, R], tx: Transaction, items: Sequence[I]) -> list[R | Exception]:
    """The results of a group that raised before: those that stand apart have failed, the others are done together."""
    apart = gatherer.apart(tx, items)
    others = [item for item, problem in zip(items, apart, strict=True) if problem is None]
    results = iter(gatherer(tx, others) if others else ())
    return [next(results) if problem is None else problem for problem in apart]


class Table(NamedTuple):
    """A table, its columns, and those that tell its rows apart."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Snapshot(Reader, Protocol):
    """One moment of the database, whatever is written meanwhile."""

    def tables(self) -> list[Table]:
        """All tables of ours, by name; not what the store itself needs, nor which migrations it has."""
        ...

    def each(self, sql: str, args: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query, one after the other, never all of them in memory."""
        ...

    def damage(self) -> list[str]:
        """What the store itself finds wrong with its own files, in its words."""
        ...


class Database(Reader, Protocol):
    """The records' database. Reading and writing may be asked for on any thread, and inside ``hosted`` coroutines."""

    def epoch(self) -> int:
        """The newest epoch that any process has committed."""
        ...

    async def write(self, work: Callable[[Transaction], T], *, alone: bool = True) -> T:
        """Run ``work`` and wait until it is durable. ``alone``: nobody else writes at the same time, so that what it
        looked at is still so when it commits. Work that is right beside others, since unique rows or versions guard it,
        says ``alone=False``; SQLite has one writer, and lets everybody be alone.

        It may be run again from its beginning when others were in the way. Who is cancelled before it begins takes it
        along; who is cancelled once it is being committed goes too late, and gets its result.
        """
        ...

    async def gather(self, gatherer: Gatherer[Any, T], item: object) -> T:
        """Hand ``item`` to ``gatherer``, which is called once for a whole group, in one transaction beside others.
        Who is cancelled once the group has begun goes too late, and gets its result.
        """
        ...

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        """The same as ``write`` for programs without an event loop."""
        ...

    def write_now(self, work: Callable[[Transaction], T], *, alone: bool = True) -> T:
        """The same as ``write``, waiting for it: for programs without an event loop."""
        ...

    def hosted(self, coroutine: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """The coroutine, in which reading does not keep the event loop waiting."""
        ...

    async def leave(self) -> None:
        """The running event loop is about to end: let go of what it holds here."""
        ...

    def sizes(self) -> tuple[int, int]:
        """Bytes that the tables take, and those of a log that is not in them yet; 0 where nobody says."""
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment of the database, to be read on this thread."""
        ...

    def close(self) -> None:
        """Finish what was submitted, then let go."""
        ...
