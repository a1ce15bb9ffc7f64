"""A group that failed: whoever is seen to be the reason is told, and all others are put in place together."""

import asyncio

import pytest

from carefolio.base.database import Taken
from tests.contract.test_database import Gatherer, names, note, noted


def those_that_are_there(tx, items):
    there = {name for (name,) in tx.all("SELECT name FROM installation")}
    return [Taken(item) if item in there else None for item in items]


@pytest.mark.parametrize("quick", [False, True])
def test_those_who_stand_apart_do_not_make_their_neighbours_go_alone(database, on_loop, quick):
    """Two are seen to be the reason: the other forty are put in place with the second transaction."""
    database.write_now(lambda tx: [note(tx, "n20"), note(tx, "n30")])
    groups = []

    def work(tx, items):
        groups.append(len(items))
        return noted(tx, items)

    gathering = Gatherer(work, quick=quick, apart=those_that_are_there)

    async def gather():
        those = (database.hosted(database.gather(gathering, f"n{number}")) for number in range(42))
        return await asyncio.gather(*those, return_exceptions=True)

    results = on_loop(gather())
    assert [number for number, each in enumerate(results) if isinstance(each, Taken)] == [20, 30]
    assert len(names(database)) == 42
    assert (groups, database.one("SELECT 1")) == ([42, 40], (1,))


@pytest.mark.parametrize("quick", [False, True])
def test_a_group_of_which_all_stand_apart_is_told_and_left(database, on_loop, quick):
    database.write_now(lambda tx: [note(tx, "a"), note(tx, "b")])
    gathering = Gatherer(noted, quick=quick, apart=those_that_are_there)

    async def gather():
        those = (database.hosted(database.gather(gathering, name)) for name in "ab")
        return await asyncio.gather(*those, return_exceptions=True)

    assert [type(each) for each in on_loop(gather())] == [Taken, Taken]
    assert database.write_now(lambda tx: note(tx, "c")) is None
