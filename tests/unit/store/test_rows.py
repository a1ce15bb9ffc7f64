"""Rows' digests: they hang on every column and every index row, and on nothing that is local."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.store.rows import COLUMNS, Flag, Indexed, Row, State, index_digest, place, row_digest

NUMBERS = st.integers(-(2**63), 2**63 - 1)
TRIPLES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=6)
ROW = Row(1, "Observation", "o1", 2, 3, 4_000_000, 5, 6, 1, 7, 8, State.LIVE, Flag.NONE, b"i" * 16, b"body")


def other(value):
    """A value of the same type that is not the same."""
    return value + 1 if isinstance(value, int) else value + (b"!" if isinstance(value, bytes) else "x")


@pytest.mark.parametrize("column", [name for name in Row._fields if name != "rid"])
def test_the_digest_hangs_on_every_column(column):
    assert row_digest(ROW._replace(**{column: other(getattr(ROW, column))})) != row_digest(ROW)


def test_the_local_row_number_says_nothing():
    assert row_digest(ROW._replace(rid=99)) == row_digest(ROW)


def test_flags_count_as_the_numbers_that_are_stored():
    assert row_digest(ROW._replace(state=0, flags=0)) == row_digest(ROW)


def test_neighbouring_columns_cannot_trade_digits():
    assert row_digest(ROW._replace(author=11, hospital=1)) != row_digest(ROW._replace(author=1, hospital=11))


@given(TRIPLES, st.lists(NUMBERS, max_size=6), st.randoms())
def test_index_rows_count_once_in_any_order(chart, lookup, random):
    shuffled, looked = chart + chart[:2], lookup + lookup[:2]
    random.shuffle(shuffled)
    random.shuffle(looked)
    assert index_digest(shuffled, looked) == index_digest(chart, lookup)
    assert len(index_digest(chart, lookup)) == 16


@given(TRIPLES, st.lists(NUMBERS, max_size=4), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_a_row_more_is_another_digest(chart, lookup, more):
    assert (index_digest([*chart, more], lookup) == index_digest(chart, lookup)) == (more in chart)
    assert (index_digest(chart, [*lookup, more[0]]) == index_digest(chart, lookup)) == (more[0] in lookup)


@given(st.lists(NUMBERS, max_size=4), st.lists(NUMBERS, max_size=4), NUMBERS, NUMBERS)
def test_a_record_digests_its_rows_with_its_compartment_and_date(chart, lookup, compartment, low):
    indexed = Indexed(compartment, tuple(chart), tuple(lookup))
    assert indexed.digest(low) == index_digest([(compartment, value, low) for value in chart], lookup)


def test_a_place_is_one_version_of_one_record_of_one_owner():
    places = {
        place("Patient", "a", 1, 2),
        place("Patient", "a", 12, 2),
        place("Patient", "a", 1, 22),
        place("Group", "a", 1, 2),
    }
    assert len(places) == 4


def test_the_columns_are_the_tables():
    assert COLUMNS.split(", ") == list(Row._fields)
    assert ROW.reference == "Observation/o1"
