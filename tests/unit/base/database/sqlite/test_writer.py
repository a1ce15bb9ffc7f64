"""The writer: what queues up is one commit, each work succeeds or fails alone, and a group is whole or not there."""

import asyncio
import sqlite3
import threading
from collections import Counter
from contextlib import closing, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carefolio.base.database.sqlite import SqliteDatabase, writer
from carefolio.base.failures import Category, Failure

SECONDS = 20


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "carefolio.db")) as opened:
        yield opened


def put(name, value="1"):
    return lambda tx: tx.execute("INSERT INTO installation VALUES (?, ?)", (name, value)).rowcount


def names(database):
    return [name for (name,) in database.read("SELECT name FROM installation ORDER BY name")]


@contextmanager
def waiting(database):
    """The writer is inside a work until the block ends: what is submitted meanwhile becomes one group."""
    busy, go_on = threading.Event(), threading.Event()

    def work(tx):
        busy.set()
        assert go_on.wait(SECONDS)

    first = database.submit(work)
    assert busy.wait(SECONDS)
    yield
    go_on.set()
    first.result(SECONDS)


async def turns():
    """Let what the loop has been given begin, and what follows from it."""
    loop = asyncio.get_running_loop()
    for _ in range(3):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


def as_one_group(database, works):
    with waiting(database):
        futures = [database.submit(work) for work in works]
    return [future.exception(SECONDS) or future.result() for future in futures]


def refuse(tx):
    put("refused")(tx)
    raise LookupError("no")


def test_each_work_of_a_group_succeeds_or_fails_alone(database):
    first, failed, second = as_one_group(database, [put("a"), refuse, put("b")])
    assert (first, second) == (1, 1)
    assert isinstance(failed, LookupError)
    assert names(database) == ["a", "b"]


def test_a_work_sees_what_went_before_it_in_the_group(database):
    def count(tx):
        return tx.one("SELECT count(*) FROM installation")[0]

    assert as_one_group(database, [count, put("a"), count, refuse, count, put("a"), count])[2::2] == [1, 1, 1]


def test_several_moves_in_a_group_are_one(database):
    def move(tx):
        tx.move_epoch()
        return tx.epoch()

    assert as_one_group(database, [lambda tx: tx.epoch(), move, move, lambda tx: tx.epoch()]) == [1, 2, 2, 2]
    assert database.epoch() == 2


def test_what_a_failed_work_moved_is_not_moved_for_the_next(database):
    def move_and_fail(tx):
        tx.move_epoch()
        raise LookupError

    assert as_one_group(database, [move_and_fail, lambda tx: tx.epoch()])[1] == 1


def test_a_group_that_cannot_be_committed_is_not_there_and_all_are_told(database):
    """A constraint that SQLite looks at when it commits."""
    database.write_now(lambda tx: tx.execute("CREATE TABLE up(n INTEGER PRIMARY KEY)").rowcount)
    sql = "CREATE TABLE down(n INTEGER REFERENCES up(n) DEFERRABLE INITIALLY DEFERRED)"
    database.write_now(lambda tx: tx.execute(sql).rowcount)
    database._writer._connection.execute("PRAGMA foreign_keys = 1")
    orphan = lambda tx: tx.execute("INSERT INTO down VALUES (5)").rowcount  # noqa: E731 - one of three works
    outcomes = as_one_group(database, [put("a"), orphan, refuse])
    assert [type(outcome) for outcome in outcomes] == [sqlite3.IntegrityError, sqlite3.IntegrityError, LookupError]
    assert names(database) == []
    assert database.write_now(put("b")) == 1


def test_a_crash_before_the_commit_leaves_nothing_and_after_it_everything(tmp_path):
    """The file as it stands on the disk at that moment is what a start after the crash would find."""
    path = tmp_path / "carefolio.db"

    def copy(name):
        for each in ("carefolio.db", "carefolio.db-wal"):
            if (tmp_path / each).exists():
                (tmp_path / f"{name}{each.removeprefix('carefolio')}").write_bytes((tmp_path / each).read_bytes())

    with closing(SqliteDatabase(path)) as database:

        def crash_inside(tx):
            put("b")(tx)
            copy("before")

        assert as_one_group(database, [put("a"), crash_inside]) == [1, None]
        copy("after")
    for name, there in (("before", []), ("after", ["a", "b"])):
        with closing(SqliteDatabase(tmp_path / f"{name}.db")) as database:
            assert names(database) == there


def test_items_for_a_gatherer_are_taken_at_once_after_the_single_works(database):
    taken = []

    def gatherer(tx, items):
        taken.append((list(items), tx.one("SELECT count(*) FROM installation")[0], tx.epoch()))
        return [LookupError(item) if item == "bad" else item.upper() for item in items]

    gatherer.quick, gatherer.apart = True, lambda tx, items: [None] * len(items)

    async def story():
        with waiting(database):
            tasks = [asyncio.ensure_future(database.gather(gatherer, item)) for item in ("x", "bad", "y")]
            tasks.append(asyncio.ensure_future(database.write(lambda tx: (put("a")(tx), tx.move_epoch())[0])))
            await turns()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, bad, second, single = asyncio.run(story())
    assert (first, second, single) == ("X", "Y", 1)
    assert isinstance(bad, LookupError)
    assert taken == [(["x", "bad", "y"], 1, 2)]


def test_a_gatherer_that_breaks_takes_nobody_else_with_it(database):
    def gatherer(tx, items):
        put("never")(tx)
        raise ZeroDivisionError

    gatherer.quick, gatherer.apart = True, lambda tx, items: [None] * len(items)

    async def story():
        with waiting(database):
            tasks = [asyncio.ensure_future(database.gather(gatherer, each)) for each in (1, 2)]
            tasks.append(asyncio.ensure_future(database.write(put("a"))))
            await turns()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(story())] == [ZeroDivisionError, ZeroDivisionError, int]
    assert names(database) == ["a"]
    assert database.write_now(put("b")) == 1


class Noting:
    """Writes each item under its name, and notes which thread does it."""

    def __init__(self, quick=True):
        self.quick = quick
        self.threads = []

    def __call__(self, tx, items):
        self.threads.append(threading.current_thread().name)
        return [put(item)(tx) for item in items]

    def apart(self, tx, items):
        return [None] * len(items)


def on_loop(database, gatherer, items="ab", before=None):
    async def story():
        if before is not None:
            before()
        return await asyncio.gather(*(database.gather(gatherer, each) for each in items), return_exceptions=True)

    return asyncio.run(asyncio.wait_for(story(), SECONDS))


def test_a_small_quick_group_is_committed_on_the_loop_s_own_thread(database):
    gatherer = Noting()
    assert on_loop(database, gatherer) == [1, 1]
    assert gatherer.threads == [threading.current_thread().name]
    assert names(database) == ["a", "b"]
    assert database.write_now(put("c")) == 1


def test_what_is_not_quick_is_the_thread_s(database):
    gatherer = Noting(quick=False)
    assert on_loop(database, gatherer) == [1, 1]
    assert gatherer.threads == ["writer"]


def test_a_group_of_many_is_the_thread_s(database, monkeypatch):
    monkeypatch.setattr(writer, "HERE", 1)
    gatherer = Noting()
    assert on_loop(database, gatherer) == [1, 1]
    assert gatherer.threads == ["writer"]


def test_on_a_slow_disk_no_loop_stands_still(database):
    gatherer = Noting()
    on_loop(database, gatherer, "a", lambda: setattr(database._writer, "_pace", 2 * writer.QUICK_SECONDS))
    assert gatherer.threads == ["writer"]
    assert database._writer._pace != 2 * writer.QUICK_SECONDS


def test_no_loop_waits_for_another_process_that_writes(database):
    gatherer = Noting()

    async def story():
        with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            mine = asyncio.ensure_future(database.gather(gatherer, "a"))
            await turns()
            assert not mine.done()
            other.execute("ROLLBACK")
        return await asyncio.wait_for(mine, SECONDS)

    assert asyncio.run(story()) == 1
    assert gatherer.threads == ["writer"]


def test_no_loop_waits_for_the_thread(database):
    gatherer = Noting()

    async def story():
        with waiting(database):
            mine = asyncio.ensure_future(database.gather(gatherer, "a"))
            await turns()
            database._writer._busy = False  # as between its last look at the queue and its end
            second = asyncio.ensure_future(database.gather(gatherer, "b"))
            await turns()
            assert not mine.done()
            assert not second.done()
        return await asyncio.wait_for(asyncio.gather(mine, second), SECONDS)

    assert asyncio.run(story()) == [1, 1]
    assert set(gatherer.threads) == {"writer"}


def test_a_group_that_cannot_begin_on_the_loop_is_told_by_the_thread(database):
    """What the disk says to the one it says to the other."""
    gatherer = Noting()
    database._writer._connection.close()
    (problem,) = on_loop(database, gatherer, "a")
    assert isinstance(problem, sqlite3.ProgrammingError)
    database._writer._connection = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)


def test_a_group_that_cannot_be_committed_on_the_loop_is_not_there_and_all_are_told(database):
    database.write_now(lambda tx: tx.execute("CREATE TABLE up(n INTEGER PRIMARY KEY)").rowcount)
    sql = "CREATE TABLE down(n INTEGER REFERENCES up(n) DEFERRABLE INITIALLY DEFERRED)"
    database.write_now(lambda tx: tx.execute(sql).rowcount)
    database._writer._connection.execute("PRAGMA foreign_keys = 1")

    class Orphaning(Noting):
        def __call__(self, tx, items):
            tx.execute("INSERT INTO down VALUES (5)")
            return super().__call__(tx, items)

    outcomes = on_loop(database, Orphaning())
    assert [type(outcome) for outcome in outcomes] == [sqlite3.IntegrityError] * 2
    assert names(database) == []
    assert on_loop(database, Noting()) == [1, 1]


def test_a_loop_that_was_closed_stops_nobody(database):
    async def leave():
        asyncio.ensure_future(database.write(put("a")))  # noqa: RUF006 - nobody stays to wait for it
        await turns()

    with waiting(database):
        asyncio.run(leave())
    assert database.write_now(put("b")) == 1
    assert names(database) == ["b"]


def test_a_group_has_a_largest_size(database, monkeypatch):
    monkeypatch.setattr(writer, "GROUP", 3)
    assert as_one_group(database, [put(str(number)) for number in range(10)]) == [1] * 10
    assert len(names(database)) == 10


def test_after_closing_nobody_is_left_waiting(tmp_path):
    database = SqliteDatabase(tmp_path / "carefolio.db")
    with waiting(database):
        queued = [database.submit(put(str(number))) for number in range(5)]
    database.close()
    assert [future.result(SECONDS) for future in queued] == [1] * 5
    with pytest.raises(Failure) as caught:
        database.submit(put("late")).result(SECONDS)
    assert caught.value.category is Category.UNAVAILABLE


def test_who_was_let_in_just_before_the_closing_is_told(tmp_path):
    """A thread looks whether the database closes, and comes to put its work only after the writer's end."""
    database = SqliteDatabase(tmp_path / "carefolio.db")
    database.close()
    database._writer._closing.clear()  # what the thread saw
    refused = database.submit(put("late")).exception(SECONDS)
    assert refused.category is Category.UNAVAILABLE

    async def story():
        with pytest.raises(Failure) as caught:
            await asyncio.wait_for(database.write(put("late")), SECONDS)
        return caught.value.category

    assert asyncio.run(story()) is Category.UNAVAILABLE


def test_what_stands_behind_the_end_of_the_queue_is_told(tmp_path):
    database = SqliteDatabase(tmp_path / "carefolio.db")
    database._writer._queue.put(None)  # the writer ends here
    late = database.submit(put("late"))
    database.close()
    assert late.exception(SECONDS).category is Category.UNAVAILABLE


def test_another_process_that_writes_is_waited_for(database):
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO installation VALUES ('other', '1')")
        waiting_future = database.submit(put("mine"))
        assert not waiting_future.done()
        other.execute("COMMIT")
    assert waiting_future.result(SECONDS) == 1
    assert names(database) == ["mine", "other"]


def test_one_that_never_ends_is_not_waited_for_for_ever(database, monkeypatch):
    monkeypatch.setattr(writer, "LOCK_WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Failure) as caught:
            database.write_now(put("mine"))
        assert (caught.value.category, caught.value.retry_after) == (Category.UNAVAILABLE, 1)
        other.execute("ROLLBACK")
    assert database.write_now(put("mine")) == 1


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_a_group_gives_what_the_works_would_give_one_after_the_other(tmp_path_factory, works):
    def work(name, fails):
        def run(tx):
            found = tx.one("SELECT value FROM installation WHERE name = ?", (name,))
            value = int(found[0]) + 1 if found else 1
            tx.execute("INSERT OR REPLACE INTO installation VALUES (?, ?)", (name, str(value)))
            if fails:
                raise LookupError
            return value

        return run

    with closing(SqliteDatabase(tmp_path_factory.mktemp("group") / "carefolio.db")) as database:
        outcomes = as_one_group(database, [work(*each) for each in works])
        counted: Counter[str] = Counter()
        for (name, fails), outcome in zip(works, outcomes, strict=True):
            counted[name] += not fails
            assert isinstance(outcome, LookupError) if fails else outcome == counted[name]
        stored = dict(database.read("SELECT name, value FROM installation"))
        assert stored == {name: str(count) for name, count in counted.items() if count}
