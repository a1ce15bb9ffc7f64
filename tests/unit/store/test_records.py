"""Record rows: the newest stands in one table, what it superseded in another, and index rows follow the newest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carefolio.base.database import Taken
from carefolio.base.failures import Failure
from carefolio.store import records
from carefolio.store.rows import Row, index_digest
from tests import stores
from tests.stores import columns_of


def put(database, *made):
    return database.write_now(lambda tx: records.insert(tx, made))


def supersede(database, made, before):
    """The next version takes the place of ``before``; gives what then stands there."""
    row = made.row._replace(rid=before.row.rid, version=before.row.version + 1)
    following = type(made)(row, made.index)
    database.write_now(lambda tx: records.supersede(tx, following, before.index, before.row.low))
    return following


def stored(database, made):
    """The same with the row number that it got."""
    (rid,) = put(database, made)
    return type(made)(made.row._replace(rid=rid), made.index)


def index_rows(database):
    return sorted(database.read("SELECT * FROM idx")), sorted(database.read("SELECT * FROM lookup"))


def test_what_was_inserted_is_there(database, new):
    first, second = new("o1", chart=[5, 6, 5], lookup=[9]), new("o2", chart=[5], low=40)
    assert put(database, first, second) == [1, 2]
    assert records.current(database, "Observation", "o1") == first.row._replace(rid=1)
    assert records.current(database, "Observation", "o2") == second.row._replace(rid=2)
    assert index_rows(database) == ([(7, 5, 40, 2), (7, 5, 50, 1), (7, 6, 50, 1)], [(9, 1)])


def test_row_numbers_go_on(database, new):
    assert put(database, new("a")) == [1]
    assert put(database) == []
    assert put(database, new("b"), new("c")) == [2, 3]


def test_what_is_not_there_is_none(database, new):
    put(database, new("o1"))
    assert records.current(database, "Observation", "o2") is None
    assert records.current(database, "Condition", "o1") is None


def test_the_same_id_serves_every_type_once(database, new):
    put(database, new("same", "Observation"), new("same", "Condition"))
    with pytest.raises(Taken):
        put(database, new("other"), new("same", "Condition"))
    assert records.current(database, "Observation", "other") is None


def test_the_newest_comes_with_the_epoch_of_the_same_moment(database, new):
    put(database, new("o1"))
    epoch, row = records.current_at(database, "Observation", "o1")
    assert (epoch, row.id) == (database.epoch(), "o1")
    assert records.current_at(database, "Observation", "o2") == (epoch, None)
    database.write_now(lambda tx: tx.move_epoch())
    assert stores.rose(epoch, database.epoch())
    assert records.current_at(database, "Observation", "o2") == (database.epoch(), None)


def test_a_database_without_its_epoch_is_broken(database):
    database.write_now(lambda tx: tx.execute("DELETE FROM epoch").rowcount)
    with pytest.raises(Failure, match="lost its epoch"):
        records.current_at(database, "Observation", "o1")


def test_a_newer_version_takes_the_place_and_the_index(database, new):
    first = stored(database, new(chart=[5, 6], lookup=[9, 10], low=50))
    second = supersede(database, new(chart=[6, 7], lookup=[10, 11], low=70, body=b"two"), first)
    assert records.current(database, "Observation", "o1") == second.row
    assert index_rows(database) == ([(7, 6, 70, 1), (7, 7, 70, 1)], [(10, 1), (11, 1)])
    assert records.version(database, second.row, 1) == first.row
    assert records.version(database, second.row, 2) is second.row
    assert records.version(database, second.row, 3) is None


def test_a_version_is_superseded_once(database, new):
    first = stored(database, new(body=b"one", chart=[5]))
    second = supersede(database, new(body=b"two", chart=[6]), first)
    with pytest.raises(Taken):
        supersede(database, new(body=b"another", chart=[7]), first)
    assert records.current(database, "Observation", "o1") == second.row
    assert index_rows(database) == ([(7, 6, 50, 1)], [])


def test_index_rows_of_others_stay(database, new):
    first = stored(database, new("a", chart=[5], lookup=[9]))
    put(database, new("b", chart=[5], lookup=[9]))
    supersede(database, new("a"), first)
    assert index_rows(database) == ([(7, 5, 50, 2)], [(9, 2)])


def test_versions_come_newest_first_and_in_pages(database, new):
    last = stored(database, new(body=b"1"))
    for number in range(2, 8):
        last = supersede(database, new(body=b"%d" % number), last)
    assert [row.version for row in records.versions(database, last.row, 99, 3)] == [7, 6, 5]
    assert [row.version for row in records.versions(database, last.row, 5, 3)] == [4, 3, 2]
    assert [row.version for row in records.versions(database, last.row, 2, 3)] == [1]
    assert records.versions(database, last.row, 1, 3) == []
    assert [row.body for row in records.versions(database, last.row, 99, 99)] == [b"%d" % n for n in range(7, 0, -1)]


def test_several_are_found_by_reference_and_by_number(database, new):
    put(database, *(new(f"o{number}") for number in range(1_200)))
    wanted = [("Observation", f"o{number}") for number in range(0, 1_200, 2)] + [("Observation", "no"), ("Group", "o1")]
    assert sorted(row.rid for row in records.by_references(database, wanted)) == list(range(1, 1_200, 2))
    assert records.by_references(database, []) == []
    assert [row.rid for row in records.by_numbers(database, [30, 10, 20, 9_999])] == [10, 20, 30]


def test_a_transaction_reads_as_a_database_does(database, new):
    def work(tx):
        records.insert(tx, [new("o1")])
        return records.current(tx, "Observation", "o1"), records.current_at(tx, "Observation", "o1")[1]

    row, same = database.write_now(work)
    assert row == same == records.current(database, "Observation", "o1")


VALUES = st.lists(st.integers(-5, 5), max_size=5)
STEPS = st.lists(st.tuples(st.sampled_from("abc"), VALUES, VALUES, st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=40)
@given(STEPS)
def test_the_index_is_always_that_of_the_newest_versions(database_factory, new_factory, steps):
    """Whatever is written over whatever: rows, history and digests agree."""
    with database_factory() as database:
        kept: dict[str, list] = {}
        for id_, chart, lookup, low in steps:
            made = new_factory(id_, chart=chart, lookup=lookup, low=low)
            versions = kept.setdefault(id_, [])
            versions.append(supersede(database, made, versions[-1]) if versions else stored(database, made))
        for versions in kept.values():
            newest = versions[-1].row
            assert records.current(database, "Observation", newest.id) == newest
            assert records.versions(database, newest, 99, 99) == [each.row for each in reversed(versions)]
            found = [
                tuple(row)
                for row in database.read("SELECT compartment, value, low FROM idx WHERE rid = ?", (newest.rid,))
            ]
            looked = [value for (value,) in database.read("SELECT value FROM lookup WHERE rid = ?", (newest.rid,))]
            assert index_digest(found, looked) == newest.indexed
        assert database.one("SELECT count(*) FROM record") == (len(kept),)
        assert database.one("SELECT count(*) FROM history") == (len(steps) - len(kept),)


def test_both_tables_have_the_columns_of_a_row(database):
    for table in ("record", "history"):
        assert columns_of(database, table) == list(Row._fields)
