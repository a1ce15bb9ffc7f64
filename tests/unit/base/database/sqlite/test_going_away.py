"""Who goes away before their group begins is not in it; who goes later goes too late, and is told what happened."""

import asyncio
import threading
from contextlib import closing

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from tests.unit.base.database.sqlite.test_writer import SECONDS, Noting, names, put, turns, waiting


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "carefolio.db")) as opened:
        yield opened


def test_who_goes_away_before_the_group_begins_is_not_in_it(database):
    """Whoever was told that it takes too long asks again, and then it is there once."""

    async def story():
        with waiting(database):
            gone = [
                asyncio.ensure_future(database.write(put("a"))),
                asyncio.ensure_future(database.gather(Noting(), "b")),
            ]
            stayed = asyncio.ensure_future(database.write(put("c")))
            await turns()
            for task in gone:
                task.cancel()
        again = await database.write(put("a"))
        return await asyncio.gather(*gone, stayed, return_exceptions=True), again

    (*gone, stayed), again = asyncio.run(story())
    assert [type(one) for one in gone] == [asyncio.CancelledError] * 2
    assert (stayed, again) == (1, 1)
    assert names(database) == ["a", "c"]


class Slow:
    """A work, or a gatherer, that is inside the writer until it is let go on."""

    quick = False

    def __init__(self, fails=False):
        self.begun, self.go_on, self.fails = threading.Event(), threading.Event(), fails

    def __call__(self, tx, items=("a",)):
        self.begun.set()
        assert self.go_on.wait(SECONDS)
        if self.fails:
            raise LookupError("no")
        results = [put(item)(tx) for item in items]
        return results[0] if items == ("a",) else results


def too_late(database, slow, task_of, *, settled=False):
    """What somebody is told who goes away once their work has begun."""

    async def story():
        task = asyncio.ensure_future(task_of(slow))
        await turns()
        assert slow.begun.wait(SECONDS)
        if settled:
            slow.go_on.set()
            database.write_now(lambda tx: None)  # the loop stands still until the result is on its way to it
            task.cancel()
        else:
            for _ in range(3):
                task.cancel()
                await turns()
                assert not task.done()
            slow.go_on.set()
        return await task

    return asyncio.run(story())


@pytest.mark.parametrize("settled", [False, True])
def test_who_goes_away_once_it_has_begun_goes_too_late(database, settled):
    assert too_late(database, Slow(), database.write, settled=settled) == 1
    assert "a" in names(database)
    gathered = lambda slow: database.gather(slow, "b")  # noqa: E731 - one item
    assert too_late(database, Slow(), gathered, settled=settled) == 1
    assert "b" in names(database)


@pytest.mark.parametrize("settled", [False, True])
def test_who_goes_too_late_is_told_of_a_failure_as_well(database, settled):
    with pytest.raises(LookupError):
        too_late(database, Slow(fails=True), database.write, settled=settled)


def test_what_has_begun_when_its_time_is_over_is_told_as_it_is(database):
    slow = Slow()

    async def story():
        async with asyncio.timeout(None) as bound:
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, lambda: slow.begun.wait(SECONDS) and bound.reschedule(0))
            loop.call_later(0.02, slow.go_on.set)
            return await database.write(slow)

    assert asyncio.run(story()) == 1
