from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.fhir.dates import EARLIEST, LATEST, interval

DAY = 86_400_000_000


def at(*parts):
    """Microseconds since the epoch of a moment in UTC."""
    return (datetime(*parts, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "low", "after"),
    [
        ("1985", at(1985, 1, 1), at(1986, 1, 1)),
        ("1985-12", at(1985, 12, 1), at(1986, 1, 1)),
        ("2024-02", at(2024, 2, 1), at(2024, 3, 1)),
        ("1985-04-23", at(1985, 4, 23), at(1985, 4, 24)),
        ("2026-03-01T08:15", at(2026, 3, 1, 8, 15), at(2026, 3, 1, 8, 16)),
        ("2026-03-01T08:15:30", at(2026, 3, 1, 8, 15, 30), at(2026, 3, 1, 8, 15, 31)),
        ("2026-03-01T08:15:30Z", at(2026, 3, 1, 8, 15, 30), at(2026, 3, 1, 8, 15, 31)),
        ("2026-03-01T08:15:30.1Z", at(2026, 3, 1, 8, 15, 30, 100_000), at(2026, 3, 1, 8, 15, 30, 200_000)),
        (
            "2026-03-01T08:15:30.1234567+02:00",
            at(2026, 3, 1, 6, 15, 30, 123_456),
            at(2026, 3, 1, 6, 15, 30, 123_457),
        ),
        ("2026-03-01T08:15:30-14:00", at(2026, 3, 1, 22, 15, 30), at(2026, 3, 1, 22, 15, 31)),
        ("2016-12-31T23:59:60Z", at(2017, 1, 1), at(2017, 1, 1, 0, 0, 1)),
        ("0001-01-01T00:00:00+14:00", EARLIEST - 14 * DAY // 24, EARLIEST - 14 * DAY // 24 + 1_000_000),
    ],
)
def test_a_date_is_all_the_time_that_it_means(text, low, after):
    assert interval(text) == (low, after - 1)


def test_the_ends_of_the_calendar():
    assert interval("0001")[0] == EARLIEST
    assert interval("9999")[1] == LATEST


@pytest.mark.parametrize(
    "text",
    [
        "", "85", "198", "19850423", "1985-4-23", "1985-13", "1985-00", "1985-02-30", "2023-02-29", "0000",
        "1985-W16-2", "1985-04-23T", "1985-04-23T08", "1985-04-23T24:00:00Z", "1985-04-23T08:60:00Z",
        "1985-04-23T08:15:61Z", "1985-04-23 08:15:00Z", "1985-04-23T08:15:00.Z", "1985-04-23T08:15:00z",
        "1985-04-23T08:15:00+14:30", "1985-04-23T08:15:00+02", "1985-04-23T08:15:00,5Z", "1985-04-23\n",
        "१९८५", "1985-04-२३", "1985-02-30T08:15:00Z",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        interval(text)


@given(st.dates())
def test_every_day_is_one_day_inside_its_month_inside_its_year(day):
    low, high = interval(day.isoformat())
    assert high - low == DAY - 1
    for text in (f"{day.year:04}", day.isoformat()[:7]):
        assert interval(text)[0] <= low < high <= interval(text)[1]


@given(st.dates(max_value=date(9999, 12, 30)))
def test_days_follow_one_another_without_a_gap(day):
    assert interval((day + timedelta(days=1)).isoformat())[0] == interval(day.isoformat())[1] + 1


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), zones)  # noqa: DTZ001
def test_a_moment_is_the_same_in_every_zone(moment, zone):
    there = moment.replace(tzinfo=UTC).astimezone(zone)
    expected = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert interval(there.isoformat(timespec="microseconds")) == (expected, expected)
