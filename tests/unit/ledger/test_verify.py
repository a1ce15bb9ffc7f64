"""Whoever reaches the database and not the keys: what they do, and what verification says about it."""

import pytest

from carefolio.base import clock
from carefolio.base.keys import PLATFORM
from carefolio.ledger.entry import Kind
from carefolio.ledger.log import Log
from carefolio.ledger.tree import Frontier
from tests.unit.ledger.conftest import MIDDLE, SIZE, flipped, found

COLUMNS = "time, kind, owner, actor, body, leaf"


def rewrite_head(ledger):
    """What the hashes allow without any key: a head that fits the entries as they are now."""
    frontier = Frontier().extend(ledger.leaves())
    ledger.sql(f"UPDATE ledger_head SET size = {frontier.size}, frontier = x'{frontier.to_bytes().hex()}'")


def swap(ledger, one, other, columns=COLUMNS):
    ledger.sql(
        f"CREATE TABLE aside AS SELECT * FROM entry WHERE seq IN ({one}, {other})",
        f"UPDATE entry SET ({columns}) = (SELECT {columns} FROM aside WHERE seq = {other}) WHERE seq = {one}",
        f"UPDATE entry SET ({columns}) = (SELECT {columns} FROM aside WHERE seq = {one}) WHERE seq = {other}",
        "DROP TABLE aside",
    )


def test_nothing_is_wrong(signed):
    seen, steps = [], []
    report = signed.verify(
        progress=lambda done, of: steps.append((done, of)),
        on_entry=lambda seq, entry: seen.append((seq, entry.content.get("what"))),
    )
    assert report.ok
    assert (report.entries, report.first, report.problems) == (SIZE, None, [])
    assert report.root_text == signed.keyring.remembered()[2].split("\n")[2]
    assert seen == [(seq, None if seq == MIDDLE else [f"Observation/{seq}"]) for seq in range(1, SIZE + 1)]
    assert steps == [(SIZE, SIZE)]


def test_nothing_at_all(ledger):
    report = ledger.verify()
    assert report.ok
    assert report.entries == 0


def test_entries_since_the_last_checkpoint(signed):
    signed.grow(300)
    assert signed.verify().ok


def test_what_others_find_is_part_of_the_report(signed):
    report = signed.verify()
    report.add(7, "The record of entry 7 is missing.")
    report.add(9, "The record of entry 9 is missing.")
    assert not report.ok
    assert report.first == 7


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("time = time + 1", "its time is not what was sealed"),
        ("kind = 21", "its kind is not what was sealed"),
        ("actor = 8", "its actor is not what was sealed"),
        ("actor = 'x', time = 'y'", "its time and actor are not what was sealed"),
        ("leaf = zeroblob(32)", "its leaf is not what was sealed"),
        ("leaf = 'text'", "its leaf is not what was sealed"),
        ("leaf = x'00'", "its leaf is not what was sealed"),
        ("body = zeroblob(99)", "its sealed content or its owner was changed"),
        ("body = 3", "its sealed content or its owner was changed"),
        ("body = cast(body AS TEXT)", "its sealed content or its owner was changed"),
        (
            "leaf = cast(leaf AS TEXT), kind = cast(x'ff' AS TEXT)",
            "its kind and leaf are not what was sealed",
        ),
        ("owner = owner + 1", "its sealed content or its owner was changed"),
        ("body = (SELECT body FROM entry WHERE seq = 7)", "its time and leaf are not what was sealed"),
        ("body = (SELECT body FROM entry WHERE seq = 6)", "its sealed content or its owner was changed"),
    ],
)
def test_a_changed_entry(signed, change, words):
    signed.sql(f"UPDATE entry SET {change} WHERE seq = 5")
    first, problems = found(signed)
    assert first == 5 or problems[1:]
    assert problems[0] == f"Entry 5 was changed: {words}."


@pytest.mark.parametrize("column", COLUMNS.split(", "))
def test_every_byte_of_every_column(ledger, column):
    ledger.grow(3)
    ledger.checkpointer.make()
    ((value,),) = ledger.database.read(f"SELECT {column} FROM entry WHERE seq = 2")
    changes = [value ^ (1 << bit) for bit in range(0, 56, 8)] if isinstance(value, int) else flipped(value)
    for change in changes:
        ledger.database.write_now(
            lambda tx, change=change: tx.execute(f"UPDATE entry SET {column} = ? WHERE seq = 2", (change,))
        )
        first, problems = found(ledger)
        assert first <= 2
        assert "ntry 2 " in problems[0]


@pytest.mark.parametrize(("gone", "words"), [("= 5", "Entry 5 was"), ("IN (5, 6, 7)", "Entries 5 to 7 were")])
def test_deleted_entries(signed, gone, words):
    signed.sql(f"DELETE FROM entry WHERE seq {gone}")
    assert found(signed) == (5, [f"{words} deleted."])


def test_a_number_that_no_entry_has(signed):
    signed.sql("UPDATE entry SET seq = -3 WHERE seq = 5")
    first, problems = found(signed)
    assert problems[:2] == [
        "Entry -3 does not belong to the log: its number was changed.",
        "Entry 5 was deleted.",
    ]
    assert first == -3


@pytest.mark.parametrize("columns", [COLUMNS, "time, body, leaf"])
@pytest.mark.parametrize(("one", "other"), [(3, 7), (3, 5), (2, 14), (16, 18), (19, 17), (3, 15)])
def test_swapped_entries(signed, one, other, columns):
    if columns != COLUMNS and (one + other) % 2:
        pytest.skip("of two charts: the bodies cannot be opened")
    swap(signed, one, other, columns)
    rewrite_head(signed)
    one, other = sorted((one, other))
    first, problems = found(signed)
    assert first == one
    assert problems[0].startswith(f"Entries {one} and {other} were swapped. Entries ")


def test_neighbours_swapped(signed):
    swap(signed, 8, 9)
    assert found(signed)[1][0].startswith("Entries 8 and 9 were swapped.")


def test_swapped_and_far_apart_in_time(ledger):
    ledger.grow(3)
    ledger.time += 45 * clock.MINUTE
    clock.shift(clock.HOUR)
    ledger.grow(5)
    ledger.checkpointer.make()
    swap(ledger, 2, 6)
    first, problems = found(ledger)
    clock.shift(0)
    assert first == 2
    assert problems[0].startswith("Entries 2 and 6 were swapped.")
    assert len(problems) == 3  # and where time steps back


def test_swapped_sealed_bodies(signed):
    swap(signed, 3, 7, "body")
    first, problems = found(signed)
    assert first == 3
    assert problems == [
        "Entry 3 was changed: its time and leaf are not what was sealed.",
        "Entry 7 was changed: its time and leaf are not what was sealed.",
    ]


@pytest.mark.parametrize(("target", "source", "first"), [(9, 4, 4), (4, 9, 4), (15, 3, 15), (14, 18, 14)])
def test_overwritten_with_a_copy(signed, target, source, first):
    copy = f"SELECT {COLUMNS} FROM entry WHERE seq = {source}"
    signed.sql(f"UPDATE entry SET ({COLUMNS}) = ({copy}) WHERE seq = {target}")
    one, other = sorted((target, source))
    assert found(signed)[0] == first
    assert f"Entries {one} and {other} are the same" in "\n".join(found(signed)[1])


def test_reordered_in_a_larger_way(signed):
    signed.sql("UPDATE entry SET seq = -seq", "UPDATE entry SET seq = 21 + seq")
    rewrite_head(signed)
    first, problems = found(signed)
    assert first == 1
    assert problems[0] == (
        f"Entries 1 to {SIZE} do not give the root that the signed checkpoint of {SIZE} entries says: "
        "at least one was changed, exchanged, added or removed."
    )
    assert f"Entry 9 tells of a log of {MIDDLE - 1} entries, which is not the log in front of it." in problems


def test_what_the_log_says_of_itself_dates_a_fault(signed):
    signed.sql("DELETE FROM entry WHERE seq = 5", "UPDATE entry SET seq = seq - 1 WHERE seq BETWEEN 6 AND 11")
    copy = f"SELECT 11, {COLUMNS} FROM entry WHERE seq = 10"
    signed.sql(f"INSERT INTO entry (seq, {COLUMNS}) {copy}")
    rewrite_head(signed)
    first, problems = found(signed)
    assert first == 1
    assert problems[0].startswith(f"Entries 1 to {MIDDLE - 1} do not give the root that entry {MIDDLE} says: ")


def test_what_the_log_says_of_itself_is_exchanged(signed):
    swap(signed, 4, MIDDLE)
    problems = "\n".join(found(signed)[1])
    assert f"Entry 4 tells of a log of {MIDDLE - 1} entries, which is not the log in front of it." in problems
    assert f"Entries 4 and {MIDDLE} were swapped." in problems


def test_deleted_and_closed_up(signed):
    signed.sql("DELETE FROM entry WHERE seq = 15", "UPDATE entry SET seq = seq - 1 WHERE seq > 15")
    rewrite_head(signed)
    first, problems = found(signed)
    assert first == SIZE
    assert problems[0] == (
        "Entries 20 to 20 are gone, cut off at the end or removed before it: "
        "the signed checkpoint of 20 entries counts 20 entries, the log 19."
    )


def test_deleted_closed_up_and_one_added(signed):
    signed.sql("DELETE FROM entry WHERE seq = 15", "UPDATE entry SET seq = seq - 1 WHERE seq > 15")
    rewrite_head(signed)
    signed.grow(1)
    first, problems = found(signed)
    assert first == MIDDLE
    assert problems[0].startswith("Entries 12 to 20 do not give the root that the signed checkpoint of 20")


def test_cut_at_the_end(signed):
    signed.sql("DELETE FROM entry WHERE seq > 14")
    assert found(signed)[0] == 15


def test_cut_with_its_checkpoints_and_its_head(signed):
    signed.sql("DELETE FROM entry WHERE seq > 14", "DELETE FROM checkpoint")
    rewrite_head(signed)
    assert found(signed) == (
        15,
        [
            "Entries 15 to 20 are gone, cut off at the end or removed before it: "
            "the checkpoint beside the keys counts 20 entries, the log 14.",
            "The published checkpoint was deleted: it counted 20 entries or more.",
        ],
    )


def test_cut_and_grown_again(signed):
    signed.sql("DELETE FROM entry WHERE seq > 14", "DELETE FROM checkpoint")
    rewrite_head(signed)
    signed.grow(10)
    first, problems = found(signed)
    assert first == MIDDLE
    assert "the checkpoint beside the keys says" in problems[0]


def test_everything_removed(signed):
    signed.sql("DELETE FROM entry", "DELETE FROM checkpoint")
    rewrite_head(signed)
    assert found(signed)[0] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("size = 14", "its two sizes differ"),
        ("frontier = x'00'", "head is missing or damaged"),
        ("size = 24, frontier = cast(x'0000000000000018' || substr(frontier, 9) AS BLOB)", "are gone"),
        (
            "frontier = cast(substr(frontier, 1, 40) || zeroblob(32) AS BLOB)",
            "The ledger's head was changed: the",
        ),
        ("size = x'ff', frontier = cast(x'ff' AS TEXT)", "head is missing or damaged"),
    ],
)
def test_a_changed_head(signed, change, words):
    signed.sql(f"UPDATE ledger_head SET {change}")
    assert words in found(signed)[1][0]


def test_a_missing_head(signed):
    signed.sql("DELETE FROM ledger_head")
    assert found(signed) == (SIZE + 1, ["The ledger's head is missing or damaged."])


def test_a_head_rolled_back(signed):
    frontier = Frontier().extend(signed.leaves()[:14])
    signed.sql(f"UPDATE ledger_head SET size = 14, frontier = x'{frontier.to_bytes().hex()}'")
    assert found(signed) == (15, ["The ledger's head was rolled back to 14 of 20 entries."])


def test_a_clock_that_was_set_back(ledger):
    ledger.grow(3)
    ledger.time -= clock.HOUR
    ledger.grow(3)
    first, problems = found(ledger)
    assert first == 4
    assert problems == ["Entry 4 is dated 3599 s before entry 3: the clock was set back, or entries were exchanged."]


def test_a_clock_that_was_set_back_knowingly(ledger):
    ledger.grow(3)
    ledger.time -= clock.HOUR
    ledger.platform(Kind.CLOCK, by="the operator")
    ledger.grow(3)
    report = ledger.verify()
    assert report.ok
    assert report.remarks == ["Entry 4 says that the clock was set back."]


def test_small_disorder_between_threads_is_honest(ledger):
    entries = [ledger.entry() for _ in range(40)]
    ledger.write(*(entries[at ^ 3] for at in range(40)))
    ledger.checkpointer.make()
    assert ledger.verify().ok


def test_disorder_hides_no_swap(ledger):
    entries = [ledger.entry() for _ in range(40)]
    ledger.write(*(entries[at ^ 1] for at in range(40)))
    ledger.checkpointer.make()
    swap(ledger, 5, 30)
    rewrite_head(ledger)
    assert found(ledger)[0] == 5


def test_an_entry_from_the_future(ledger):
    ledger.grow(2)
    ledger.time += clock.HOUR
    ledger.grow(1)
    assert found(ledger) == (3, ["Entry 3 is dated in the future."])


def test_an_erased_chart(ledger):
    ledger.grow(3)
    ledger.checkpointer.make()
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq = 2")  # a number whose key is gone
    assert found(ledger) == (2, ["Entry 2 cannot be opened: the key of its owner 99 is missing."])
    ledger.write(ledger.entry(Kind.CHART_ERASED, PLATFORM)._replace(content={"owner": 99}))
    assert ledger.verify().ok


def test_very_much_is_wrong(ledger):
    ledger.grow(150)
    ledger.sql("UPDATE entry SET actor = 8")
    first, problems = found(ledger)
    assert first == 1
    assert len(problems) == 101
    assert problems[-1] == "There are 50 more."


def test_while_others_append(signed):
    """Entries and a checkpoint that come after the beginning are not part of what is verified."""
    another = Log()

    def append(done, of):
        sealed = [signed.seal(signed.entry())]
        signed.database.write_now(lambda tx: another.append(tx, sealed))
        signed.checkpointer.make()

    report = signed.verify(progress=append)
    assert report.ok
    assert report.entries == SIZE
