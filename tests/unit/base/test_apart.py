"""A service that is silent keeps its own threads, and nobody's patience or bytes."""

import asyncio
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from carefolio.base.apart import Apart
from tests.contract.test_database import turn

SECONDS, SOON = 20, 0.05
THREADS = 2


@pytest.fixture
def silent():
    """A call that is not answered before the test ends."""
    ended = threading.Event()
    yield partial(ended.wait, SECONDS)
    ended.set()


class Body:
    """Something large."""

    def send(self):
        return None


async def late(asked):
    """Without what a traceback holds."""
    with pytest.raises(TimeoutError) as told:
        await asked
    told.value.with_traceback(None)


def run(story):
    return asyncio.run(asyncio.wait_for(story, SECONDS))


def test_whoever_waits_too_long_is_told_and_whatever_else_is_done_goes_on(silent):
    async def story():
        apart = Apart("test", THREADS)
        told = await asyncio.gather(*(apart.run(silent, SOON) for _ in range(10)), return_exceptions=True)
        others = await asyncio.gather(*(asyncio.to_thread(threading.get_ident) for _ in range(50)))
        return {type(one) for one in told}, len(others)

    assert run(story()) == ({TimeoutError}, 50)


def test_what_was_given_up_holds_nothing_when_it_had_no_thread(silent):
    async def story():
        apart = Apart("test", THREADS)
        held = [asyncio.ensure_future(apart.run(silent, SECONDS)) for _ in range(THREADS)]
        await turn()
        body = Body()
        left = weakref.ref(body)
        await late(apart.run(body.send, SOON))
        del body
        await turn()
        gc.collect()
        for one in held:
            one.cancel()
        return left()

    assert run(story()) is None


def test_while_all_threads_are_given_up_nobody_waits_at_all():
    ended = threading.Event()

    async def story():
        apart = Apart("test", THREADS)
        begun = [threading.Event() for _ in range(THREADS)]

        def silent(one):
            one.set()
            return ended.wait(SECONDS)

        asked = [asyncio.ensure_future(apart.run(partial(silent, one), SECONDS)) for one in begun]
        for one in begun:
            assert await asyncio.to_thread(one.wait, SECONDS)
        for one in asked:
            one.cancel()
        await asyncio.wait(asked)
        loop = asyncio.get_running_loop()
        since = loop.time()
        with pytest.raises(TimeoutError):
            await apart.run(ended.wait, SECONDS)
        assert loop.time() - since < 1
        ended.set()
        return await again(apart)

    async def again(apart):
        """Once the threads have come back."""
        while True:
            try:
                return await apart.run(lambda: 5, SECONDS)
            except TimeoutError:
                await turn()

    assert run(story()) == 5


def test_who_waits_has_the_thread_that_comes_back_whatever_loop_they_are_on():
    apart, begun, go = Apart("test", 1), threading.Event(), threading.Event()

    def hold():
        begun.set()
        return go.wait(SECONDS)

    async def two():
        asked = [asyncio.ensure_future(apart.run(lambda number=number: number, SECONDS)) for number in range(3)]
        await turn()
        asked[0].cancel()
        go.set()
        return await asyncio.gather(*asked[1:])

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(lambda: run(apart.run(hold, SECONDS)))
        assert begun.wait(SECONDS)
        assert run(two()) == [1, 2]
        assert holding.result() is True


def test_who_is_called_and_does_not_come_leaves_their_turn_to_the_next():
    """Called in the same moment as they go away."""
    go = threading.Event()

    async def story():
        apart = Apart("test", 1)
        holding = asyncio.ensure_future(apart.run(partial(go.wait, SECONDS), SECONDS))
        await turn()
        first, second = (asyncio.ensure_future(apart.run(lambda: 7, SECONDS)) for _ in range(2))
        await turn()
        called = next(iter(apart._waiting))
        called.add_done_callback(lambda _: first.cancel())
        go.set()
        return await holding, await second, first.cancelled()

    assert run(story()) == (True, 7, True)


def test_who_waited_on_a_loop_that_has_ended_is_passed_over():
    apart, begun, go = Apart("test", 1), threading.Event(), threading.Event()

    def hold():
        begun.set()
        return go.wait(SECONDS)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(lambda: run(apart.run(hold, SECONDS)))
        assert begun.wait(SECONDS)
        with pytest.raises(TimeoutError):
            run(apart.run(lambda: 1, SOON))
        go.set()
        assert holding.result() is True
        assert run(apart.run(lambda: 2, SECONDS)) == 2


def test_whose_loop_was_closed_while_they_stood_in_line_keeps_nobody_behind_them_waiting():
    """A loop that is closed in the middle of its work gives nobody the chance to leave the line."""
    go = threading.Event()
    ended = asyncio.new_event_loop()
    left = ended.create_future()
    ended.close()

    async def story():
        apart = Apart("test", 1)
        holding = asyncio.ensure_future(apart.run(partial(go.wait, SECONDS), SECONDS))
        await turn()
        apart._waiting[left] = None
        behind = asyncio.ensure_future(apart.run(lambda: 3, SECONDS))
        await turn()
        assert next(iter(apart._waiting)) is left
        assert len(apart._waiting) == 2
        go.set()
        return await holding, await behind, len(apart._waiting)

    assert run(story()) == (True, 3, 0)


def test_what_the_work_raises_is_raised():
    def broken():
        raise LookupError("no")

    with pytest.raises(LookupError):
        run(Apart("test", 1).run(broken, SECONDS))
