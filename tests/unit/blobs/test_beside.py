"""A store that is silent keeps its own threads, and nobody's patience."""

import asyncio
import threading

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.blobs import beside
from carefolio.blobs.beside import THREADS, Beside

SECONDS = 20


@pytest.fixture
def silent():
    """A call that is not answered before the test ends."""
    ended = threading.Event()
    yield lambda: ended.wait(SECONDS)
    ended.set()


def refused(outcome):
    assert isinstance(outcome, Failure)
    return outcome.category, outcome.retry_after


def test_whoever_waits_for_a_silent_store_is_told_to_come_again_and_others_go_on(silent):
    async def story():
        store = Beside(0.05)
        asked = [store.run(silent) for _ in range(3 * THREADS)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        others = await asyncio.gather(*(asyncio.to_thread(threading.get_ident) for _ in range(50)))
        return told, others

    told, others = asyncio.run(asyncio.wait_for(story(), SECONDS))
    assert {refused(one) for one in told} == {(Category.UNAVAILABLE, 5)}
    assert len(others) == 50


def test_what_is_long_has_more_time(silent, monkeypatch):
    monkeypatch.setattr(beside, "BYTES_A_SECOND", 1_000_000)
    held = threading.Event()

    async def story():
        store = Beside(0.01)
        long = asyncio.ensure_future(store.run(lambda: held.wait(SECONDS), 1_000_000 * SECONDS))
        short = await asyncio.gather(store.run(silent, 1), return_exceptions=True)
        held.set()
        return await long, short[0]

    long, short = asyncio.run(asyncio.wait_for(story(), SECONDS))
    assert long is True
    assert refused(short)[0] is Category.UNAVAILABLE


def test_what_the_store_says_is_said():
    def broken():
        raise LookupError("no")

    async def story():
        return await Beside().run(lambda: 5), await asyncio.gather(Beside().run(broken), return_exceptions=True)

    found, (problem,) = asyncio.run(story())
    assert found == 5
    assert isinstance(problem, LookupError)
