"""No test is done twice without a reason."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import clock
from carefolio.fhir.dates import interval
from carefolio.fhir.validate import validate
from carefolio.workflows.charting.ordering import (
    AHEAD,
    COUNTS,
    OPEN,
    STANDS,
    TESTS,
    Result,
    equal_recent,
    open_equal,
    order,
)

NOW = 1_800_000_000_000_000
LOINC = "http://loinc.org|"
CODES = sorted({code for test in TESTS.values() for code in test.codes} | {LOINC + "8302-2"})
ANY_TEST = st.sampled_from(list(TESTS.values()))


@st.composite
def held(draw, statuses=(*COUNTS, *OPEN, "preliminary", "entered-in-error", "cancelled")):
    """Something in a chart, dated by a moment, by a day, or not at all."""
    low = draw(st.integers(NOW - 400 * clock.DAY, NOW + 2 * clock.DAY))
    low, high = draw(
        st.sampled_from([(low, low), (low - low % clock.DAY, low - low % clock.DAY + clock.DAY - 1), (0, 0)])
    )
    codes = draw(st.frozensets(st.sampled_from(CODES), max_size=3))
    return Result(
        f"Observation/{draw(st.integers(0, 10**6))}", codes, draw(st.sampled_from(sorted(statuses))), low, high
    )


HELD = st.lists(held(), max_size=30)


@given(ANY_TEST, HELD)
def test_a_result_makes_a_test_redundant_exactly_if_it_is_equal_and_recent(test, results):
    found = equal_recent(test, results, NOW)
    recent = [
        one
        for one in results
        if one.status in COUNTS and one.high and one.high >= NOW - test.period and one.low <= NOW + AHEAD
    ]
    whole = test.parts and all(any(part & one.codes for one in recent) for part in test.parts)
    for one in results:
        equal = test.alike & one.codes or (whole and any(part & one.codes for part in test.parts))
        assert (one in found) is bool(one in recent and equal)
    assert [one.low for one in found] == sorted((one.low for one in found), reverse=True)
    assert all(test.code.key in test.alike for test in TESTS.values())


@given(ANY_TEST, HELD, st.integers(0, 400 * clock.DAY))
def test_time_takes_results_away_and_never_brings_any(test, results, later):
    past = [one for one in results if one.low <= NOW]
    assert set(equal_recent(test, past, NOW + later)) <= set(equal_recent(test, past, NOW))


@given(st.sampled_from([one for one in TESTS.values() if not one.parts]), HELD, HELD)
def test_an_order_is_open_until_something_came_of_it(test, orders, results):
    found = open_equal(test, orders, results, NOW)
    for one in orders:
        came = [each for each in results if each.status in COUNTS and test.alike & each.codes and each.high >= one.low]
        recent = one.high and one.high >= NOW - STANDS and one.low <= NOW + AHEAD
        assert (one in found) is bool(one.status in OPEN and test.alike & one.codes and recent and not came)


def result(code, dated, status="final"):
    low, high = interval(dated)
    return Result(f"Observation/{code}-{dated}", frozenset({LOINC + code}), status, low, high)


def at(text, zone="UTC"):
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "zone", "dated", "stands"),
    [
        ("2026-05-06T09:00", "UTC", "2026-05-05", True),
        ("2026-05-06T09:00", "UTC", "2026-05-04", False),
        ("2026-05-06T09:00", "UTC", "2026-05-05T15:00:00Z", True),
        ("2026-05-06T09:00", "UTC", "2026-05-05T08:00:00Z", False),
        ("2026-05-06T08:00", "Australia/Sydney", "2026-05-06", True),
        ("2026-05-06T00:30", "Pacific/Kiritimati", "2026-05-06", True),
        ("2026-05-06T22:00", "America/Los_Angeles", "2026-05-06", True),
        ("2026-05-06T09:00", "UTC", "2026-05-08", False),
    ],
)
def test_a_day_stands_as_long_as_its_last_moment_and_begins_where_it_begins_first(now, zone, dated, stands):
    found = equal_recent(TESTS["crp"], [result("1988-5", dated)], at(now, zone))
    assert bool(found) is stands


BLOOD = {"blood-count": "718-7 4544-3 789-8 6690-2 777-3", "fats": "2093-3 2085-9 13457-7 2571-8"}
SALTS = "2951-2 2823-3 2075-0 2028-9 17861-6 22664-7 14682-9 14771-0"


@pytest.mark.parametrize(("key", "codes"), [*BLOOD.items(), ("chemistry", SALTS)])
def test_a_panel_is_all_of_its_parts_or_its_own_code(key, codes):
    parts = [result(code, "2026-05-06") for code in codes.split()]
    now = at("2026-05-06T12:00")
    for missing in parts:
        assert equal_recent(TESTS[key], [one for one in parts if one is not missing], now) == []
    assert set(equal_recent(TESTS[key], parts, now)) == set(parts)
    whole = result(TESTS[key].code.code, "2026-05-06")
    assert equal_recent(TESTS[key], [whole], now) == [whole]


@pytest.mark.parametrize(("key", "code"), [("glucose", "1558-6"), ("hba1c", "17856-6"), ("vitamin-d", "14635-7")])
def test_the_same_in_another_unit_or_by_another_method_is_the_same(key, code):
    assert equal_recent(TESTS[key], [result(code, "2026-05-06")], at("2026-05-06T12:00"))


def test_an_order_is_shown_until_its_result_is_there():
    ordered, now = result("1988-5", "2026-05-01", "active"), at("2026-05-06T12:00")
    assert open_equal(TESTS["crp"], [ordered], [result("1988-5", "2026-04-30")], now) == [ordered]
    assert open_equal(TESTS["crp"], [ordered], [result("1988-5", "2026-05-02")], now) == []
    assert open_equal(TESTS["crp"], [ordered], [result("1988-5", "2026-05-02", "cancelled")], now) == [ordered]
    for other in (result("2823-3", "2026-05-01", "active"), result("1988-5", "2026-05-01", "revoked")):
        assert open_equal(TESTS["crp"], [other], [], now) == []


def test_an_order_is_valid_and_says_why():
    made = order(
        TESTS["hba1c"],
        "Patient/ada",
        {"reference": "Practitioner/ben"},
        ("Thirst", "New medicine since"),
        "2026-05-06",
    )
    assert validate(made) == []
    assert (made["reasonCode"], made["note"]) == ([{"text": "Thirst"}], [{"text": "New medicine since"}])
    assert "note" not in order(TESTS["hba1c"], "Patient/ada", made["requester"], ("", ""), "2026-05-06")
