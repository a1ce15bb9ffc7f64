"""Who goes away while a group is told of its commit; the store itself is in tests/contract."""

import asyncio

from carefolio.base.database.postgres.gathering import Gathering, Turns

SECONDS = 10


class Doubling:
    """A gatherer that needs no transaction."""

    quick = False

    def __call__(self, tx, items):
        return [2 * item for item in items]

    def at_once(self, items):
        return None


async def cancelled_as_it_is_told(times):
    """The answer of the commit and the caller's end come in the same turn of the loop."""
    committed, in_it = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def write(work, *, hasty):
        told = work(None)
        in_it.set()
        await committed
        return told

    gathering = Gathering(Doubling(), None, write, Turns.new())
    caller = asyncio.create_task(gathering.add(21))
    await in_it.wait()
    committed.set_result(None)
    for _ in range(times):
        caller.cancel()
    async with asyncio.timeout(SECONDS):
        result = await caller
        await gathering.finish()
    return result


def test_who_is_cancelled_in_the_turn_of_the_answer_hears_it():
    assert asyncio.run(cancelled_as_it_is_told(1)) == 42
    assert asyncio.run(cancelled_as_it_is_told(2)) == 42
