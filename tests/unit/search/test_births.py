from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from carefolio.fhir.dates import interval
from carefolio.search.births import FIRST_YEAR, cells, holds
from carefolio.search.query import DateTest, Prefix
from carefolio.search.texts import birth_texts

LAST_YEAR = 2027
MOST_CELLS = 250


def _texts(low: int, high: int):
    days = st.dates(date(low, 1, 1), date(high, 12, 31))
    return st.builds(lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10]))


@given(
    st.sampled_from(list(Prefix)), _texts(1840, 2030), st.lists(_texts(FIRST_YEAR, LAST_YEAR), min_size=1, max_size=30)
)
def test_the_cells_are_exactly_the_birth_dates_that_pass(prefix, asked, born):
    test = DateTest(prefix, *interval(asked))
    covered = set(cells(test, LAST_YEAR))
    assert len(covered) <= MOST_CELLS
    for day in born:
        found = not covered.isdisjoint(birth_texts("", day))
        assert found is holds(test, *interval(day)), (prefix, asked, day)


def test_a_day_is_one_cell_and_nobody_is_born_after_the_last_year():
    assert cells(DateTest(Prefix.EQ, *interval("1985-04-23")), LAST_YEAR) == ("=1985-04-23",)
    assert cells(DateTest(Prefix.GT, *interval("2100")), LAST_YEAR) == ()
