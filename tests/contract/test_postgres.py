"""What PostgreSQL alone has: a gate that several processes pass, and statements that are a whole transaction."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from carefolio.base.database import Statement
from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.failures import Failure
from tests.contract.test_database import Gatherer, names, note


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
    for _ in range(400):
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


def test_a_server_that_answers_before_the_disk_is_refused(server):
    url = server.fresh()
    server.sql("postgres", f"ALTER DATABASE {url.split('@/')[1].split('?')[0]} SET synchronous_commit = off")
    with pytest.raises(Failure, match="synchronous_commit"):
        PostgresDatabase(url)
