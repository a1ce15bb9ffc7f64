"""No test is done twice without a reason."""

from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import clock
from carefolio.fhir.validate import validate
from carefolio.workflows.charting.ordering import COUNTS, TESTS, Result, equal_recent, order, shown_mark

NOW = 1_800_000_000_000_000
CODES = sorted({code for test in TESTS.values() for code in test.alike} | {"http://loinc.org|8302-2"})
RESULTS = st.lists(
    st.builds(
        Result,
        st.integers(0, 10**6).map("Observation/{}".format),
        st.frozensets(st.sampled_from(CODES), max_size=2),
        st.sampled_from([*sorted(COUNTS), "preliminary", "entered-in-error", "cancelled"]),
        st.one_of(st.just(0), st.integers(NOW - 400 * clock.DAY, NOW + 2 * clock.DAY)),
    ),
    max_size=30,
)


@given(st.sampled_from(list(TESTS.values())), RESULTS)
def test_a_result_makes_a_test_redundant_exactly_if_it_is_equal_and_recent(test, results):
    found = equal_recent(test, results, NOW)
    for one in results:
        equal = bool(test.alike & one.codes) and one.status in COUNTS
        recent = one.low != 0 and 0 <= NOW - one.low <= test.days * clock.DAY
        assert (one in found) is (equal and recent)
    assert [one.low for one in found] == sorted((one.low for one in found), reverse=True)
    assert all(test.code.key in test.alike for test in TESTS.values())


@given(st.sampled_from(list(TESTS.values())), RESULTS, st.integers(0, 400 * clock.DAY))
def test_time_takes_results_away_and_never_brings_any(test, results, later):
    past = [one for one in results if one.low <= NOW]
    assert set(equal_recent(test, past, NOW + later)) <= set(equal_recent(test, past, NOW))


def test_a_newer_result_is_another_mark():
    one, two = (Result(f"Observation/{n}", frozenset(), "final", 1) for n in (1, 2))
    assert shown_mark([one, two]) == shown_mark([two, one]) != shown_mark([one])


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
