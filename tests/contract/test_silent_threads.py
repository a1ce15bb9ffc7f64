"""PostgreSQL falls silent while a thread waits for it: Django's, or the one that asks for keys."""

import asyncio
import subprocess
import sys
from contextlib import closing
from time import monotonic

import psycopg
import pytest

from carefolio.base.database.postgres import bridge, silence
from carefolio.base.failures import Category, Failure
from carefolio.base.keystore.postgres import KeyDatabase
from tests import postgres
from tests.acceptance.console import RUN_SECONDS, environment
from tests.contract.test_database import turn
from tests.contract.test_postgres_silent import SOON, silent

LONG_SECONDS = 9.0
"""Less than what it would take otherwise."""


@pytest.fixture
def impatient(monkeypatch):
    """What takes ten seconds otherwise; a server that is there may be as slow to greet somebody as ever."""
    monkeypatch.setattr(silence, "SILENT_SECONDS", SOON)


@pytest.fixture
def own():
    """A server that nobody else waits for."""
    with postgres.running() as server:
        yield server


def key_of(owner):
    return b"key of %d" % owner


def test_keys_that_do_not_answer_are_told_and_come_again(impatient, own):
    with closing(KeyDatabase(own.fresh())) as store:
        (owner,) = store.add(1, key_of)
        for _ in range(2):
            with silent(own), pytest.raises(Failure) as told:
                store.wrapped(owner)
            assert told.value.category is Category.UNAVAILABLE
        assert store.wrapped(owner) == key_of(owner)


def test_the_event_loop_goes_on_while_a_request_waits_for_its_key(impatient, own):
    async def ask(store, owner):
        return store.wrapped(owner)

    async def story(store, owner):
        with silent(own):
            asked = asyncio.ensure_future(bridge.hosted(ask(store, owner)))
            turns = 0
            while not asked.done():
                await turn()
                turns += 1
            with pytest.raises(Failure):
                await asked
        return turns, await bridge.hosted(ask(store, owner))

    with closing(KeyDatabase(own.fresh())) as store:
        (owner,) = store.add(1, key_of)
        turns, found = asyncio.run(story(store, owner))
        assert turns > 100
        assert found == key_of(owner)


def test_who_waits_at_a_server_that_greets_nobody_is_told(impatient, own):
    with psycopg.connect(own.fresh(), autocommit=True) as connection:
        silence.WATCH.over(connection)
        begun = monotonic()
        with silent(own), pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        assert monotonic() - begun < LONG_SECONDS


def test_who_waits_long_at_a_server_that_greets_others_is_left_alone(impatient, server):
    with psycopg.connect(server.fresh(), autocommit=True) as connection:
        silence.WATCH.over(connection)
        assert connection.execute("SELECT 1 FROM pg_sleep(1.5)").fetchone() == (1,)
        silence.WATCH.cut(connection)  # nobody waits there
        assert connection.execute("SELECT 2").fetchone() == (2,)


def test_a_page_that_looks_at_a_sign_in_does_not_wait_for_ever(tmp_path, own):
    command = [sys.executable, "-m", "tests.contract.waiting_pages", str(tmp_path / "data"), str(own.folder)]
    env = environment(CAREFOLIO_DATABASE_URL=own.fresh())
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS, env=env, check=False)
    assert done.stdout == "told\neverything holds\n", done.stdout + done.stderr
