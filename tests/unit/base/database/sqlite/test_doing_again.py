"""A group that failed is done again together, then item by item, each in a transaction of its own."""

import asyncio
import threading
from contextlib import closing

import pytest

from carefolio.base.database import Taken
from carefolio.base.database.sqlite import SqliteDatabase
from tests.unit.base.database.sqlite.test_writer import Noting, names, on_loop, put, turns, waiting


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "carefolio.db")) as opened:
        yield opened


def test_a_quick_group_that_fails_is_done_again_by_the_thread_each_by_itself(database):
    gatherer = Noting()
    first, failed, second = on_loop(database, gatherer, "aab")
    assert (first, type(failed), second) == (1, Taken, 1)
    assert gatherer.threads == [threading.current_thread().name] + ["writer"] * 4
    assert names(database) == ["a", "b"]


def test_what_a_gatherer_has_to_do_again_it_does_in_another_transaction(database):
    """What one of them finds written is committed by then, whatever becomes of the transaction that it is in."""
    seen = []

    def gatherer(tx, items):
        seen.append((list(items), tx.one("SELECT count(*) FROM installation")[0], names(database)))
        for item in items:
            put(item)(tx)
        return list(items)

    gatherer.apart = lambda tx, items: [None] * len(items)

    async def story():
        with waiting(database):
            tasks = [asyncio.ensure_future(database.gather(gatherer, item)) for item in ("a", "b", "a")]
            await turns()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, second, failed = asyncio.run(story())
    assert (first, second, type(failed)) == ("a", "b", Taken)
    whole = (["a", "b", "a"], 0, [])
    assert seen == [whole, whole, (["a"], 0, []), (["b"], 1, ["a"]), (["a"], 2, ["a", "b"])]
