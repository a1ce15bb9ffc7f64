"""How long a page waits for the door."""

import asyncio
import threading
from contextlib import contextmanager, suppress

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.portal import reach


class Door:
    """Hosts nothing: the work is run as it is."""

    async def hosted(self, work):
        return await work


async def others_ended():
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


@contextmanager
def reaching():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield reach.Reach(settings=None, door=Door(), loop=loop)
    finally:
        asyncio.run_coroutine_threadsafe(others_ended(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(reach, "PATIENCE_SECONDS", 0.05)


def test_what_takes_too_long_is_ended_and_told_so():
    ended = threading.Event()

    async def endless():
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    with reaching() as one, pytest.raises(Failure) as told:
        one.run(endless())
    assert told.value.category is Category.BUSY
    assert ended.is_set()


def test_what_cannot_be_taken_back_any_more_is_waited_for():
    """As a commit that is under way."""

    async def committing():
        with suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_future()
        return "done"

    with reaching() as one:
        assert one.run(committing()) == "done"


def test_of_what_is_not_at_its_end_by_then_nobody_says_that_it_failed(monkeypatch):
    """As a commit that waits for a standby that is away."""
    monkeypatch.setattr(reach, "COMMIT_SECONDS", 0.05)
    begun, confirmed = threading.Event(), threading.Event()

    async def committing():
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_future()
        await asyncio.to_thread(confirmed.wait)

    with reaching() as one:
        with pytest.raises(Failure, match="may still be done") as told:
            one.run(committing())
        confirmed.set()
    assert told.value.category is Category.UNAVAILABLE
    assert begun.is_set()
