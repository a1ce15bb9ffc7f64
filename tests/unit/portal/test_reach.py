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


@contextmanager
def reaching():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield reach.Reach(settings=None, door=Door(), loop=loop)
    finally:
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
