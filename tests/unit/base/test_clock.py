"""Time is microseconds since the epoch, and one clock for the whole product."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import clock
from carefolio.fhir.dates import interval

LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - UTC follows


@pytest.fixture
def shifted():
    yield clock.shift
    clock.shift(0)


def micros(moment):
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@given(MOMENTS)
def test_a_moment_is_exact_to_the_microsecond(moment):
    assert clock.moment(micros(moment)) == moment


@given(MOMENTS)
def test_an_instant_is_one_that_fhir_reads_back(moment):
    text = clock.instant(micros(moment))
    assert interval(text) == (micros(moment), micros(moment))
    assert text.endswith("+00:00")


def test_an_instant_has_always_all_six_digits():
    assert clock.instant(0) == "1970-01-01T00:00:00.000000+00:00"
    assert clock.instant(micros(LAST)) == "9999-12-31T23:59:59.999999+00:00"


def test_now_is_the_machines_time():
    before = time.time_ns() // 1_000
    assert before <= clock.now() <= time.time_ns() // 1_000


def test_the_clock_can_be_put_ahead_and_put_right(shifted):
    before = clock.now()
    shifted(clock.DAY)
    assert clock.DAY <= clock.now() - before < clock.DAY + clock.MINUTE
    shifted(0)
    assert clock.now() - before < clock.MINUTE


def test_the_stopwatch_never_runs_back():
    readings = [clock.stopwatch() for _ in range(1_000)]
    assert readings == sorted(readings)


def test_the_units_fit_together():
    assert clock.DAY == 24 * clock.HOUR == 24 * 60 * clock.MINUTE == 24 * 60 * 60 * clock.SECOND
    assert clock.SECOND == 1_000_000


def test_a_datetime_is_the_same_number_in_any_zone():
    noon = datetime(2023, 11, 14, 22, 13, 20, 7, tzinfo=UTC)
    assert clock.micros(noon) == 1_700_000_000_000_007
    assert clock.micros(noon.astimezone(timezone(timedelta(hours=-5)))) == 1_700_000_000_000_007
    assert clock.moment(clock.micros(noon)) == noon
