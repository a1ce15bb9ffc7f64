"""PostgreSQL falls silent, or whoever asked goes away: nobody waits for ever, and what is told is what happened."""

import asyncio
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

from carefolio.base.database.postgres import PostgresDatabase, connections, database, writer
from carefolio.base.failures import Category, Failure
from tests import postgres
from tests.contract.test_database import Gatherer, names, note, turn
from tests.contract.test_postgres import database_name, until_somebody_waits

SOON = 0.3
END_SECONDS, TOLD_SECONDS = 8, 20
SEED, CANCELLED = 5_113, 150


@pytest.fixture
def impatient(monkeypatch):
    """What takes ten seconds otherwise; a server that is there may be as slow to take somebody as ever."""
    for module in (connections, database, writer):
        monkeypatch.setattr(module, "GONE_SECONDS", SOON)
    monkeypatch.setattr(connections, "SILENT_SECONDS", SOON)


@contextmanager
def silent(server):
    """Its processes are there and do nothing. The one that starts the others is stopped first: when it stands still, no
    more come, and none is taken off its list while that is read, which may leave out others then (proc(5), children).
    """
    postmaster = server.postmaster
    stopped = [postmaster]
    try:
        _signal(stopped, signal.SIGSTOP)
        until_it_stands_still(postmaster)
        stopped += map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())
        _signal(stopped, signal.SIGSTOP)
        yield
    finally:
        _signal(stopped, signal.SIGCONT)


def until_it_stands_still(pid):
    """The signal is on its way when ``kill`` returns."""
    deadline = monotonic() + END_SECONDS
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert monotonic() < deadline, f"{pid} does not stop"
        os.sched_yield()


def _signal(processes, which):
    for pid in processes:
        with suppress(ProcessLookupError):  # one that was ending already
            os.kill(pid, which)


def work(tx, items):
    tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
    return list(items)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_server_that_falls_silent_keeps_nobody_waiting(impatient, replaced):
    async def story(database, server):
        gatherer = Gatherer(work)

        async def read():
            return names(database)

        def asks():
            return (
                database.hosted(read()),
                database.hosted(database.write(lambda tx: note(tx, "lost"))),
                database.hosted(database.gather(gatherer, "lost as well")),
            )

        await asyncio.gather(*(database.hosted(read()) for _ in range(3)))
        await database.hosted(database.gather(gatherer, "a"))
        with silent(server):
            told = await asyncio.gather(*asks(), return_exceptions=True)
            gone = asyncio.ensure_future(database.hosted(database.write(lambda tx: note(tx, "away"))))
            await turn()
            gone.cancel()
            await asyncio.wait([gone])
        if replaced:
            await asyncio.to_thread(server.kill_all)
            await asyncio.to_thread(server.restart)
        assert [type(each) for each in told] == [Failure] * 3
        assert {each.category for each in told} == {Category.UNAVAILABLE}
        await database.hosted(database.write(lambda tx: note(tx, "b")))
        await database.hosted(database.gather(gatherer, "c"))
        found = await database.hosted(read())
        await database.leave()
        return found

    with postgres.running() as server, closing(PostgresDatabase(server.fresh())) as database:
        assert {"a", "b", "c"} <= set(asyncio.run(story(database, server)))


def test_a_test_that_fails_leaves_no_silent_server(server):
    with pytest.raises(AssertionError, match="as a test fails"), silent(server):
        raise AssertionError("as a test fails")
    assert server.sql("postgres", "SELECT 1") == "1"


@pytest.mark.parametrize("waits", [False, True])
def test_nobody_waits_for_a_silent_server_to_let_go_of_it(waits):
    """With nothing changed about its patience: a server process ends in less than ten seconds."""
    told, fell = [], threading.Event()

    def ask(database):
        try:
            database.one("SELECT 1")
        except Failure as problem:
            told.append(problem.category)

    async def leave(database):
        async def read():
            return names(database)

        await asyncio.gather(*(database.hosted(read()) for _ in range(3)))
        await asyncio.to_thread(quiet.__enter__)
        fell.set()
        await database.leave()

    with postgres.running() as own:
        database, quiet = PostgresDatabase(own.fresh()), silent(own)
        ask(database)
        begun = threading.Thread(target=lambda: asyncio.run(leave(database)), daemon=True)
        begun.start()
        assert fell.wait(TOLD_SECONDS)
        begun.join(END_SECONDS)
        waiting = threading.Thread(target=ask, args=(database,), daemon=True)
        if waits:
            waiting.start()
        closing_ = threading.Thread(target=database.close, daemon=True)
        closing_.start()
        closing_.join(END_SECONDS)
        ended = [not thread.is_alive() for thread in (begun, closing_)]
        if waits:
            waiting.join(TOLD_SECONDS)
        quiet.__exit__(None, None, None)
    assert ended == [True, True]
    assert told == [Category.UNAVAILABLE] * waits


def test_who_waits_when_it_is_closed_is_told_and_who_comes_later_too(server):
    told = []

    def ask():
        try:
            database.one("SELECT pg_advisory_lock(78)")
        except Failure as problem:
            told.append(problem.category)

    with closing(PostgresDatabase(server.fresh())) as database, closing(PostgresDatabase(database.url)) as other:
        with ThreadPoolExecutor(1) as pool:
            held, go = threading.Event(), threading.Event()

            def holds(tx):
                tx.one("SELECT pg_advisory_xact_lock(78)")
                held.set()
                go.wait(20)

            holding = pool.submit(lambda: other.write_now(holds, alone=False))
            assert held.wait(20)
            waiting = threading.Thread(target=ask, daemon=True)
            waiting.start()
            until_somebody_waits(server)
            database.close()
            waiting.join(TOLD_SECONDS)
            go.set()
            holding.result()
        assert not waiting.is_alive()
        with pytest.raises(Failure):
            database.one("SELECT 1")
    assert told == [Category.UNAVAILABLE]


def test_who_is_slow_or_waits_for_somebody_is_not_ended(impatient, server):
    """The server greets whoever comes: it is not silent."""
    held, go = threading.Event(), threading.Event()

    def holds(tx):
        held.set()
        go.wait(20)

    with closing(PostgresDatabase(server.fresh())) as database, ThreadPoolExecutor(2) as pool:
        with closing(PostgresDatabase(database.url)) as other:
            holding = pool.submit(other.write_now, holds)
            assert held.wait(20)
            waiting = pool.submit(database.write_now, lambda tx: note(tx, "a"))
            until_somebody_waits(server)
            assert database.one("SELECT TRUE FROM pg_sleep(1.2)") == (True,)
            go.set()
            holding.result()
            waiting.result()
        assert names(database) == ["a"]


@contextmanager
def slow_commits(server, url):
    """Each COMMIT waits until the block's event is set."""
    for order in (
        "CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON installation DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION waits()",
    ):
        server.sql(database_name(url), order)
    held, go = threading.Event(), threading.Event()

    def holds(tx):
        tx.one("SELECT pg_advisory_xact_lock(77)")
        held.set()
        go.wait(20)

    with ThreadPoolExecutor(1) as pool, closing(PostgresDatabase(url)) as other:
        holding = pool.submit(lambda: other.write_now(holds, alone=False))
        assert held.wait(20)
        yield go
        holding.result()


@pytest.mark.parametrize("how", ["write", "gather"])
def test_who_goes_away_during_the_commit_goes_too_late(server, how):
    async def story(database, go):
        asked = database.write(lambda tx: note(tx, "a") or "a", alone=False)
        if how == "gather":
            asked.close()
            asked = database.gather(Gatherer(work), "a")
        task = asyncio.ensure_future(database.hosted(asked))
        await asyncio.to_thread(until_somebody_waits, server)
        task.cancel()
        for _ in range(5):
            await turn()
        assert not task.done()
        go.set()
        told = await task
        again = await database.hosted(database.write(lambda tx: note(tx, "b") or "b"))
        await database.leave()
        return [told, again]

    with closing(PostgresDatabase(server.fresh())) as database:
        with slow_commits(server, database.url) as go:
            assert asyncio.run(story(database, go)) == ["a", "b"]
        assert names(database) == ["a", "b"]


def ways(database, how):
    """One of the ways to write "a", from an event loop that hosts nothing."""
    if how == "gather":
        return database.gather(Gatherer(work), "a")
    return database.write(lambda tx: note(tx, "a") or "a", alone=False)


@pytest.mark.parametrize("how", ["write", "gather"])
def test_who_waits_for_the_commit_when_it_is_closed_is_told_that_nobody_knows(server, how):
    async def story(database, go):
        task = asyncio.ensure_future(ways(database, how))
        await asyncio.to_thread(until_somebody_waits, server)
        await asyncio.to_thread(database.close)
        go.set()
        with pytest.raises(Failure, match="look whether it did"):
            await task

    with closing(PostgresDatabase(server.fresh())) as database, slow_commits(server, database.url) as go:
        asyncio.run(story(database, go))


@pytest.mark.parametrize("how", ["write", "gather"])
def test_whose_connection_is_ended_during_the_commit_is_told_that_nobody_knows(server, how):
    """As it is when the server has fallen silent."""

    async def story(database, go):
        task = asyncio.ensure_future(database.hosted(ways(database, how)))
        await asyncio.to_thread(until_somebody_waits, server)
        for each in list(database._homes[asyncio.get_running_loop()].writers._lent):
            each.raw.terminate()
        with pytest.raises(Failure, match="look whether it did"):
            await task
        go.set()
        await database.leave()

    with closing(PostgresDatabase(server.fresh())) as database, slow_commits(server, database.url) as go:
        asyncio.run(story(database, go))


@pytest.mark.parametrize("how", ["write", "gather"])
@pytest.mark.parametrize("leaves", [False, True])
def test_who_waits_at_the_gate_when_it_is_closed_is_told_and_only_who_went_away_is_cancelled(server, how, leaves):
    held, go = threading.Event(), threading.Event()

    def holds(tx):
        held.set()
        go.wait(20)

    async def story(database):
        task = asyncio.ensure_future(ways(database, how))
        await asyncio.to_thread(until_somebody_waits, server)
        end = asyncio.ensure_future(asyncio.to_thread(database.close))
        while not database._closing:
            await turn()
        went = leaves and task.cancel()  # who was told before they went has heard it
        (told,) = await asyncio.gather(task, return_exceptions=True)
        await end
        return told, went

    with closing(PostgresDatabase(server.fresh())) as database, closing(PostgresDatabase(database.url)) as other:
        with ThreadPoolExecutor(1) as pool:
            holding = pool.submit(other.write_now, holds)
            assert held.wait(20)
            told, went = asyncio.run(story(database))
            go.set()
            holding.result()
        assert type(told) is (asyncio.CancelledError if went else Failure)
        assert went or "ending" in str(told)
        assert names(other) == []


@pytest.mark.parametrize("how", ["write", "gather"])
def test_what_was_cancelled_is_not_there_and_what_was_told_is(server, how):
    """At whatever moment: alone at the gate or beside others, in a statement, in the commit."""
    rng = random.Random(SEED)

    async def asked(database, gatherer, name):
        steps = (
            database.gather(gatherer, name)
            if how == "gather"
            else database.write(lambda tx: note(tx, name), alone=rng.random() < 0.5)
        )
        await database.hosted(steps)

    async def story(database):
        gatherer, tasks = Gatherer(work), {}
        for number in range(CANCELLED):
            name = f"n{number}"
            tasks[name] = asyncio.ensure_future(asked(database, gatherer, name))
            for _ in range(rng.randrange(12)):
                await turn()
            if rng.random() < 0.7:
                rng.choice(list(tasks.values())).cancel()
        await asyncio.wait(tasks.values())
        await database.leave()
        return {name for name, task in tasks.items() if not task.cancelled()}

    with closing(PostgresDatabase(server.fresh())) as database:
        told = asyncio.run(story(database))
        assert 0 < len(told) < CANCELLED
        assert set(names(database)) == told
