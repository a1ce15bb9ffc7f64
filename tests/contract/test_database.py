"""The records' database, whichever store it is."""

import asyncio
import threading
from contextlib import closing

import pytest

from carefolio.base.database import Taken
from carefolio.base.failures import Failure


async def turn():
    """Let everything run that is ready to."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(passed.set_result, None)
    await passed


class Gatherer:
    """A function as a gatherer, with a statement for the whole group if there is one."""

    def __init__(self, work, statement=None, *, quick=False, apart=None):
        self.work, self.statement, self.quick, self.look = work, statement, quick, apart

    def __call__(self, tx, items):
        return self.work(tx, items)

    def apart(self, tx, items):
        return self.look(tx, items) if self.look else [None] * len(items)

    def at_once(self, items):
        return self.statement and self.statement(items)


def note(tx, name, value="x"):
    tx.execute("INSERT INTO installation (name, value) VALUES (?, ?)", (name, value))


def names(reader):
    return [name for (name,) in reader.read("SELECT name FROM installation ORDER BY name")]


def test_what_is_written_is_read_also_by_another_process(database, open_database):
    database.write_now(lambda tx: note(tx, "a"))
    assert database.one("SELECT value FROM installation WHERE name = ?", ("a",)) == ("x",)
    assert database.one("SELECT value FROM installation WHERE name = ?", ("b",)) is None
    with closing(open_database()) as other:
        assert names(other) == ["a"]


@pytest.mark.parametrize("word", ["a\0", "\0", "a\x00b"])
def test_a_word_that_cannot_be_stored_is_in_no_row_and_hides_no_other(database, word):
    database.write_now(lambda tx: note(tx, "a"))
    asked = "SELECT e.value, i.name FROM epoch e LEFT JOIN installation i ON i.name = ?"
    assert database.one(asked, (word,)) == (database.epoch(), None)


def test_a_work_that_fails_leaves_nothing(database):
    def work(tx):
        note(tx, "a")
        raise LookupError("no")

    with pytest.raises(LookupError):
        database.write_now(work)
    assert names(database) == []


def test_a_taken_row_is_told_and_leaves_nothing(database):
    database.write_now(lambda tx: note(tx, "a"))

    def work(tx):
        note(tx, "b")
        note(tx, "a")

    with pytest.raises(Taken):
        database.write_now(work)
    with pytest.raises(Taken):
        database.write_now(lambda tx: tx.many("INSERT INTO installation VALUES (?, ?)", [("c", "x"), ("a", "x")]))
    with pytest.raises(Taken):
        database.write_now(lambda tx: tx.one("INSERT INTO installation VALUES ('a', 'x') RETURNING name"))
    assert names(database) == ["a"]


def test_many_rows_are_all_there_in_their_order_or_none_is(database):
    wait = "INSERT INTO waiting (time, kind, owner, actor, body, leaf) VALUES (?, ?, ?, ?, ?, ?)"
    rows = [(number, 20, 0, -number, b"body", b"") for number in range(40)]
    database.write_now(lambda tx: tx.many(wait, rows))
    assert database.read("SELECT time, kind, owner, actor, body, leaf FROM waiting ORDER BY number") == rows
    with pytest.raises(Taken):
        database.write_now(
            lambda tx: tx.many("INSERT INTO installation (name, value) VALUES (?, ?)", [("a", "b")] * 40)
        )
    assert names(database) == []
    once = "INSERT INTO presence (source, owner) VALUES (?, ?) ON CONFLICT DO NOTHING"
    for _ in range(2):
        database.write_now(lambda tx: tx.many(once, [(number % 20, 7) for number in range(40)]))
    assert database.one("SELECT count(*) FROM presence") == (20,)
    database.write_now(lambda tx: tx.many("DELETE FROM presence WHERE source = ?", [(number,) for number in range(20)]))
    assert database.one("SELECT count(*) FROM presence") == (0,)


def test_a_transaction_sees_what_it_did(database):
    def work(tx):
        tx.many("INSERT INTO installation (name, value) VALUES (?, ?)", [("a", "1"), ("b", "2"), ("c", "3")])
        tx.many("INSERT INTO installation (name, value) VALUES (?, ?)", [])
        changed = tx.execute("UPDATE installation SET value = '9' WHERE name <> ?", ("a",)).rowcount
        return (
            changed,
            tx.one("SELECT value FROM installation WHERE name = 'b'"),
            tx.all("SELECT name FROM installation"),
        )

    changed, row, rows = database.write_now(work)
    assert (changed, row, len(rows)) == (2, ("9",), 3)
    assert all(type(each) is tuple for each in rows)


def test_it_says_how_large_it_is(database):
    data, log = database.sizes()
    assert data > 0
    assert log >= 0


def test_numbers_rise_and_are_given_once(database):
    def work(tx):
        return tx.numbers(3)

    first = database.write_now(work)
    assert first == sorted(set(first))
    assert len(first) == 3


def test_the_epoch_moves_with_the_commit_and_not_without(database):
    before = database.epoch()

    def fails(tx):
        tx.move_epoch()
        raise LookupError("no")

    with pytest.raises(LookupError):
        database.write_now(fails)
    assert database.epoch() == before

    def moves(tx):
        tx.move_epoch()
        return tx.epoch()

    inside = database.write_now(moves, alone=False)
    assert before < inside == database.epoch()


def test_gathered_items_are_handed_over_in_groups_and_fail_singly(database, on_loop):
    groups = []

    def gatherer(tx, items):
        groups.append(len(items))
        tx.many(
            "INSERT INTO installation (name, value) VALUES (?, ?)", [(item, "x") for item in items if item != "bad"]
        )
        return [LookupError(item) if item == "bad" else item.upper() for item in items]

    gathering = Gatherer(gatherer)

    async def gather():
        items = [*"abcdefgh", "bad"]
        return await asyncio.gather(*(database.gather(gathering, item) for item in items), return_exceptions=True)

    results = on_loop(gather())
    assert results[:8] == list("ABCDEFGH")
    assert isinstance(results[8], LookupError)
    assert names(database) == list("abcdefgh")
    assert len(groups) < 9


def test_a_gatherer_that_fails_leaves_nothing(database, on_loop):
    def gatherer(tx, items):
        note(tx, items[0])
        raise LookupError("no")

    def fine(tx, items):
        return list(items)

    failing, working = Gatherer(gatherer), Gatherer(fine)

    async def gather():
        failed = await asyncio.gather(*(database.gather(failing, each) for each in "ab"), return_exceptions=True)
        return failed, await database.gather(working, "c")

    failed, after = on_loop(gather())
    assert [type(each) for each in failed] == [LookupError, LookupError]
    assert after == "c"
    assert names(database) == []


def noted(tx, items):
    """Note them all with one statement, and fail at some only after that."""
    tx.many("INSERT INTO installation (name, value) VALUES (?, 'x')", [(item,) for item in items])
    if any(item.startswith("bad") for item in items):
        raise LookupError("no")
    return list(items)


@pytest.mark.parametrize("quick", [False, True])
def test_an_item_that_fails_its_group_hurts_no_neighbour(database, on_loop, quick):
    """What one raises, and a row of one that is another's, is told to that one; all others are there, once."""
    database.write_now(lambda tx: note(tx, "n20"))
    gathering = Gatherer(noted, quick=quick)
    items = [*(f"n{number}" for number in range(40)), "bad", "n5", "worse"]

    async def gather():
        return await asyncio.gather(*(database.gather(gathering, item) for item in items), return_exceptions=True)

    results = on_loop(gather())
    failed = {item: type(result) for item, result in zip(items, results, strict=True) if isinstance(result, Exception)}
    assert failed == {"n20": Taken, "bad": LookupError, "n5": Taken}
    assert names(database) == sorted([*(f"n{number}" for number in range(40)), "worse"])


@pytest.mark.parametrize("quick", [False, True])
def test_sixty_four_at_once_are_all_there_once(database, on_loop, quick):
    groups = []

    def gatherer(tx, items):
        groups.append(len(items))
        return noted(tx, items)

    gathering = Gatherer(gatherer, quick=quick)

    async def one(number):
        return [await database.gather(gathering, f"{number}/{turn}") for turn in range(5)]

    async def all_of_them():
        return await asyncio.gather(*(database.hosted(one(number)) for number in range(64)))

    told = on_loop(all_of_them())
    assert sorted(each for those in told for each in those) == names(database)
    assert sum(groups) == len(names(database)) == 320
    assert len(groups) < 160


def test_plain_functions_read_and_write_inside_a_hosted_coroutine(database, on_loop):
    def look():
        return names(database), database.epoch()

    async def request():
        await database.write(lambda tx: note(tx, "a"))
        first = look()
        await turn()
        database.write_now(lambda tx: note(tx, "b"))
        return first, look()

    (first, _), (second, _) = on_loop(request())
    assert (first, second) == (["a"], ["a", "b"])


def test_what_is_raised_reaches_the_hosted_coroutine_and_leaves_it(database, on_loop):
    async def request():
        with pytest.raises(Taken):
            await database.write(lambda tx: (note(tx, "a"), note(tx, "a")))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.get_running_loop().create_future(), 0.001)
        raise LookupError(str(names(database)))

    with pytest.raises(LookupError, match=r"\[\]"):
        on_loop(request())


def test_a_cancelled_request_leaves_its_connection_to_others(database, on_loop):
    async def request():
        for _ in range(20):
            waiting = asyncio.ensure_future(database.hosted(reading()))
            await turn()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        return names(database)

    async def reading():
        while True:
            names(database)
            await turn()

    assert on_loop(request()) == []


def test_many_coroutines_and_threads_at_once(database, on_loop):
    async def one(number):
        await database.write(lambda tx: note(tx, f"c{number}"), alone=number % 2 == 0)
        return database.one("SELECT value FROM installation WHERE name = ?", (f"c{number}",))

    async def all_of_them():
        return await asyncio.gather(*(database.hosted(one(number)) for number in range(40)))

    threads = [threading.Thread(target=lambda n=n: database.write_now(lambda tx: note(tx, f"t{n}"))) for n in range(10)]
    for thread in threads:
        thread.start()
    assert on_loop(all_of_them()) == [("x",)] * 40
    for thread in threads:
        thread.join()
    assert len(names(database)) == 50


def test_alone_means_that_nobody_writes_in_between(database, on_loop):
    """Read, let everybody else run, write what was read plus one: not one of them is lost."""
    database.write_now(lambda tx: note(tx, "count", "0"))

    def count(tx):
        (value,) = tx.one("SELECT value FROM installation WHERE name = 'count'")
        tx.all("SELECT name FROM installation")
        tx.execute("UPDATE installation SET value = ? WHERE name = 'count'", (str(int(value) + 1),))

    async def all_of_them():
        await asyncio.gather(*(database.write(count) for _ in range(30)))

    on_loop(all_of_them())
    assert database.one("SELECT value FROM installation WHERE name = 'count'") == ("30",)


def test_a_snapshot_sees_one_moment(database):
    database.write_now(lambda tx: note(tx, "a"))
    with database.snapshot() as moment:
        assert names(moment) == ["a"]
        database.write_now(lambda tx: note(tx, "b"))
        assert names(moment) == ["a"]
        assert moment.one("SELECT count(*) FROM installation") == (1,)
        assert list(moment.each("SELECT name FROM installation")) == [("a",)]
        assert moment.damage() == []
    assert names(database) == ["a", "b"]


def test_several_walks_through_one_snapshot_at_once(database):
    database.write_now(lambda tx: tx.many("INSERT INTO lookup VALUES (?, 1)", [(n,) for n in range(5_000)]))
    with database.snapshot() as moment:
        walk = moment.each("SELECT value FROM lookup ORDER BY value")
        other = moment.each("SELECT value FROM lookup ORDER BY value DESC")
        assert sum(left + right for (left,), (right,) in zip(walk, other, strict=True)) == 5_000 * 4_999


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "é'\"?$1", "x" * 10_000])
def test_odd_text_finds_nothing_and_breaks_nothing(database, name):
    try:
        found = database.one("SELECT value FROM installation WHERE name = ?", (name,))
    except UnicodeEncodeError:  # SQLite's driver refuses half a character
        found = None
    assert found is None
    database.write_now(lambda tx: note(tx, "a"))
    assert names(database) == ["a"]


def test_it_is_closed_in_an_orderly_way(open_database):
    database = open_database()
    waiting = [database.submit(lambda tx, n=n: note(tx, f"n{n}")) for n in range(20)]
    for each in waiting:
        each.result()
    database.close()
    with closing(open_database()) as again:
        assert len(names(again)) == 20


def test_a_schema_of_a_newer_version_is_refused(database, open_database):
    if hasattr(database, "url"):
        database.write_now(lambda tx: tx.execute("INSERT INTO migration VALUES (9999)"))
    else:
        database.write_now(lambda tx: tx.execute("PRAGMA user_version = 9999"))
    with pytest.raises(Failure, match="newer"):
        open_database()


def test_trouble_of_the_work_s_own_is_not_the_database_s(database):
    seen = []

    def work(tx):
        seen.append(tx)
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        database.write_now(work)
    assert len(seen) == 1
