"""Statements of one row as statements of many."""

import pytest

from carefolio.base.database.postgres.dialect import listed

ONE = "INSERT INTO t (a, b) VALUES (?, ?)"
MANY = "INSERT INTO t (a, b) SELECT * FROM unnest(CAST(? AS int8[]), CAST(? AS text[]))"


@pytest.mark.parametrize("tail", ["", " ON CONFLICT DO NOTHING"])
def test_an_insert_takes_a_list_for_each_mark(tail):
    assert listed(ONE + tail, ("int8", "text")) == MANY + tail


@pytest.mark.parametrize(
    ("sql", "types"),
    [
        (ONE, ("int8", "int8[]")),
        (f"{ONE} RETURNING a", ("int8", "text")),
        ("INSERT INTO t (a, b) VALUES (?, 1)", ("int8",)),
        ("INSERT INTO t (a, b) SELECT ?, a FROM t", ("int8",)),
        ("DELETE FROM t WHERE a = ? AND b = ?", ("int8", "text")),
    ],
)
def test_what_is_none_of_one_whole_row_stays_as_it_is(sql, types):
    assert listed(sql, types) is None
