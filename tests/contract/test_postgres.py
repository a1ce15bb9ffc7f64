"""What PostgreSQL alone has: a gate that several processes pass, and statements that are a whole transaction."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import asyncpg
import pytest

from carefolio.base.database import Statement, Taken
from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.failures import Category, Failure
from tests.contract.test_database import Gatherer, names, note, turn


def test_one_statement_does_a_group_s_work_or_leaves_it_as_it_was(server, tmp_path):
    """PostgreSQL alone has such: what it answers decides whether the gatherer is called."""

    def work(tx, items):
        note(tx, "called", str(len(items)))
        return list(items)

    def saying(truth):
        made = "INSERT INTO installation SELECT 'once', 'x' WHERE ? RETURNING TRUE"
        return Gatherer(
            work,
            lambda items: Statement(f"WITH did AS ({made}) SELECT ? AND EXISTS (SELECT 1 FROM did)", (truth, truth)),
        )

    async def gather(database, gatherer):
        try:
            return await database.hosted(database.gather(gatherer, "a"))
        finally:
            await database.leave()

    with closing(PostgresDatabase(server.fresh())) as database:
        assert asyncio.run(gather(database, saying(truth=True))) is None
        assert names(database) == ["once"]
        assert asyncio.run(gather(database, saying(truth=False))) == "a"
        assert names(database) == ["called", "once"]


def test_disclosures_of_one_epoch_are_one_statement_that_looks_behind_the_gate(server):
    """The function that the ledger calls sees an epoch that has moved, be it a moment ago by somebody at the gate."""
    arrays = ([1], [20], [0], [0], [b"b"], [b"l"])
    with closing(PostgresDatabase(server.fresh())) as database:
        disclose = "SELECT disclose(?, ?, ?, ?, ?, ?, ?)"
        now = database.epoch()
        assert database.one(disclose, (now, *arrays)) == (True,)
        assert database.one(disclose, (None, *arrays)) == (True,)
        assert database.one(disclose, (now - 1, *arrays)) == (False,)
        assert database.one("SELECT count(*) FROM waiting") == (2,)
        held, go = threading.Event(), threading.Event()

        def moves(tx):
            tx.move_epoch()
            held.set()
            go.wait(20)

        with ThreadPoolExecutor(2) as pool, closing(PostgresDatabase(database.url)) as other:
            moving = pool.submit(database.write_now, moves)
            assert held.wait(20)
            waiting = pool.submit(other.one, disclose, (now, *arrays))
            go.set()
            moving.result()
            assert waiting.result() == (False,)
        assert database.one("SELECT count(*) FROM waiting") == (2,)


def until_somebody_waits(server):
    """At the gate, which somebody else holds."""
    pause = threading.Event()
    for _ in range(1_000):
        if server.sql("postgres", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != "0":
            return
        pause.wait(0.02)
    raise AssertionError("nobody came to the gate")


def test_a_request_cancelled_at_the_gate_leaves_no_connection_in_the_middle_of_something(server):
    """Whoever is lent a connection next gets one that is fit to be lent."""
    with closing(PostgresDatabase(server.fresh())) as database:
        held, go = threading.Event(), threading.Event()

        def holds(tx):
            held.set()
            go.wait(20)

        async def ask():
            for _ in range(5):
                waiting = asyncio.ensure_future(database.hosted(database.write(lambda tx: note(tx, "never"))))
                await asyncio.to_thread(until_somebody_waits, server)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            go.set()
            await database.hosted(database.write(lambda tx: note(tx, "a")))
            found = [await database.hosted(look()) for _ in range(40)]
            await database.leave()
            return found

        async def look():
            return names(database)

        with ThreadPoolExecutor(1) as pool, closing(PostgresDatabase(database.url)) as other:
            holding = pool.submit(other.write_now, holds)
            assert held.wait(20)
            assert asyncio.run(ask()) == [["a"]] * 40
            holding.result()


def gathered(database, gatherer, items):
    """What becomes of the items, which come together."""
    gathering = Gatherer(gatherer)

    async def gather():
        try:
            those = (database.hosted(database.gather(gathering, item)) for item in items)
            return await asyncio.gather(*those, return_exceptions=True)
        finally:
            await database.leave()

    return asyncio.run(gather())


def test_a_row_that_somebody_is_writing_keeps_only_its_own_item_waiting(server):
    """The group gives up soon; each goes by itself, and whose row it is not is told while the other is still there."""
    done, holds, others = threading.Semaphore(0), threading.Event(), ["n4", "n5", "n6", "n7", "n8"]

    def slow(tx):
        note(tx, "n3")
        holds.set()
        for _ in range(5):
            assert done.acquire(timeout=20)

    def work(tx, items):
        tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
        return list(items)

    async def one(database, gathering, item):
        result = await database.gather(gathering, item)
        done.release()
        return result

    async def all_of_them(database, items):
        """Those whose row is somebody's first, each as a group of its own."""
        gathering = Gatherer(work)
        try:
            waiting = []
            for item in items:
                waiting.append(asyncio.ensure_future(database.hosted(one(database, gathering, item))))
                await turn()
            return await asyncio.gather(*waiting, return_exceptions=True)
        finally:
            await database.leave()

    with closing(PostgresDatabase(server.fresh())) as database, ThreadPoolExecutor(1) as pool:
        with closing(PostgresDatabase(database.url)) as other:
            holding = pool.submit(lambda: other.write_now(slow, alone=False))
            assert holds.wait(20)
            results = asyncio.run(all_of_them(database, ["n3", "n3", "n3", *others]))
            holding.result()
        assert [type(each) for each in results[:3]] == [Taken] * 3
        assert results[3:] == others
        assert names(database) == ["n3", *others]


def test_a_group_whose_connection_is_killed_is_written_once(server):
    """Before COMMIT nothing has happened, and the group begins anew."""
    killed = []

    def work(tx, items):
        tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
        if not killed:
            killed.append(tx.one("SELECT pg_backend_pid()")[0])
            tx.one("SELECT pg_terminate_backend(?)", (killed[0],))
        return list(items)

    with closing(PostgresDatabase(server.fresh())) as database:
        assert gathered(database, work, list("abcdef")) == list("abcdef")
        assert names(database) == list("abcdef")
        assert killed


def test_a_group_whose_connection_is_killed_at_its_commit_is_acknowledged_to_nobody(server):
    url = server.fresh()
    calls = []

    def work(tx, items):
        calls.append(len(items))
        tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
        return list(items)

    with closing(PostgresDatabase(url)) as database:
        for order in (
            "CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON installation DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION dies()",
        ):
            server.sql(database_name(url), order)
        results = gathered(database, work, list("abc"))
        assert [isinstance(each, Failure) and each.category is Category.UNAVAILABLE for each in results] == [True] * 3
        assert names(database) == []
        assert calls == [3]


def test_who_goes_away_before_the_group_begins_is_not_in_it(server):
    held, go = threading.Event(), threading.Event()

    def holds(tx):
        held.set()
        go.wait(20)

    def work(tx, items):
        tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
        return list(items)

    async def story(database):
        gathering = Gatherer(work)
        first = [asyncio.ensure_future(database.hosted(database.gather(gathering, each))) for each in "ab"]
        await asyncio.to_thread(until_somebody_waits, server)
        late = [asyncio.ensure_future(database.hosted(database.gather(gathering, each))) for each in "cd"]
        await turn()
        late[0].cancel()
        go.set()
        results = await asyncio.gather(*first, *late, return_exceptions=True)
        await database.leave()
        return results

    with closing(PostgresDatabase(server.fresh())) as database, ThreadPoolExecutor(1) as pool:
        with closing(PostgresDatabase(database.url)) as other:
            holding = pool.submit(other.write_now, holds)
            assert held.wait(20)
            results = asyncio.run(story(database))
            holding.result()
        assert isinstance(results[2], asyncio.CancelledError)
        assert names(database) == ["a", "b", "d"]


def test_a_work_that_passes_a_failure_over_is_told_that_nothing_was_written(server):
    """PostgreSQL answers its COMMIT by rolling back."""

    def work(tx):
        note(tx, "b")
        with suppress(Taken):
            note(tx, "a")

    with closing(PostgresDatabase(server.fresh())) as database:
        database.write_now(lambda tx: note(tx, "a"))
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            database.write_now(work)
        assert names(database) == ["a"]


def database_name(url):
    return url.split("@/")[1].split("?")[0]


def test_a_replica_that_was_behind_never_comes_to_an_epoch_that_was_another_ones(server):
    """What processes keep in memory hangs on that number: the same one twice would be two different contents."""
    moves = lambda tx: tx.move_epoch()  # noqa: E731 - said once
    with closing(PostgresDatabase(server.fresh())) as database:
        database.write_now(moves)
        name = database_name(database.url)
    behind = server.url(server.copy(name))
    with closing(PostgresDatabase(server.url(name))) as database, closing(PostgresDatabase(behind)) as replica:
        assert database.epoch() == replica.epoch()
        lost = database.write_now(lambda tx: (moves(tx), tx.epoch())[1])
        assert lost == database.epoch()
        replica.write_now(moves)
        assert replica.epoch() > lost
