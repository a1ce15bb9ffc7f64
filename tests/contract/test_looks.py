"""Many looks at once, which PostgreSQL is asked together: each finds what it would find by itself."""

import asyncio

import pytest

from tests.contract.test_database import note, turn

ASKED = {
    "by a key": (
        "SELECT name, value FROM installation WHERE name = ?",
        lambda n: (f"n{n}",),
        lambda n: (f"n{n}", str(n)),
    ),
    "by two": (
        "SELECT e.value, i.name FROM epoch e LEFT JOIN installation i ON i.name = ? AND i.value = ?",
        lambda n: (f"n{n}", str(n)),
        lambda n: (1, f"n{n}"),
    ),
    "by none": ("SELECT value, one FROM epoch", lambda n: (), lambda n: (1, 1)),
    "the first": (
        "SELECT name FROM installation WHERE name >= ? ORDER BY name LIMIT 1",
        lambda n: (f"n{n}",),
        lambda n: (f"n{n}",),
    ),
    "so many": (
        "SELECT count(*) FROM (SELECT 1 FROM installation LIMIT ?) few",
        lambda n: (n,),
        lambda n: (min(n, 50),),
    ),
}


def nothing_kept(database):
    """Of questions that are answered, whatever there were."""
    homes = getattr(database, "_homes", {}).values()
    return not any(home.looks._running or home.looks._waiting for home in homes)


@pytest.mark.parametrize("how", ASKED)
def test_looks_at_once_find_each_its_own(database, on_loop, how):
    sql, args, answer = ASKED[how]
    numbers = [*range(50), *range(50)]
    database.write_now(lambda tx: [note(tx, f"n{number}", str(number)) for number in range(50)])

    async def look(number):
        return database.one(sql, args(number))

    async def story():
        found = await asyncio.gather(*(database.hosted(look(number)) for number in numbers))
        assert nothing_kept(database)
        return found

    assert on_loop(story()) == [answer(number) for number in numbers]


def test_a_look_that_fails_or_finds_nothing_hurts_no_neighbour(database, on_loop):
    """A word that no row can hold, one that is in none, and one that is no word."""
    database.write_now(lambda tx: [note(tx, f"n{number}") for number in range(50)])

    async def look(name):
        return database.one("SELECT name FROM installation WHERE name = ?", (name,))

    async def story():
        asked = [f"n{number}" for number in range(50)]
        asked[20:20] = ["a\0", "none", ["no", "word"]]
        return await asyncio.gather(*(database.hosted(look(name)) for name in asked), return_exceptions=True)

    found = on_loop(story())
    assert found[20:22] == [None, None]
    assert isinstance(found[22], Exception)
    assert found[:20] + found[23:] == [(f"n{number}",) for number in range(50)]


def test_who_looks_and_goes_away_leaves_the_others_their_answers(database, on_loop):
    database.write_now(lambda tx: note(tx, "a"))

    async def look():
        return database.one("SELECT name FROM installation WHERE name = ?", ("a",))

    async def story():
        tasks = [asyncio.ensure_future(database.hosted(look())) for _ in range(40)]
        await turn()
        for task in tasks[::3]:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = on_loop(story())
    assert [one for at, one in enumerate(found) if at % 3] == [("a",)] * 26
