"""SMART scopes: read in both forms, never more than what they say."""

from dataclasses import replace

import pytest

from carefolio.base.filters import Window
from carefolio.consent.decide import decide
from carefolio.consent.policy import access, visible
from carefolio.consent.principal import Scope, parse_scopes, permits_scope, within_scopes
from tests.unit.consent.cast import (
    ADA,
    BYRNE,
    CATEGORY,
    CHART,
    NOW,
    actor,
    chart,
    consent,
    permit,
    record,
)

LABORATORY = f"{CATEGORY}|laboratory"


def scoped(principal, text):
    return replace(principal, scopes=parse_scopes(text))


@pytest.mark.parametrize(
    ("text", "interactions"),
    [
        ("user/Observation.rs", "rs"),
        ("patient/Observation.cruds", "cruds"),
        ("system/Observation.c", "c"),
        ("user/Observation.read", "rs"),
        ("user/Observation.write", "cud"),
        ("user/Observation.*", "cruds"),
    ],
)
def test_both_forms_are_read(text, interactions):
    assert parse_scopes(text) == (Scope(text.partition("/")[0], "Observation", frozenset(interactions)),)


@pytest.mark.parametrize(
    "text",
    [
        *("openid", "fhirUser", "offline_access", "launch/patient", "user/Observation", "user/Observation."),
        *("user/Observation.sr", "user/Observation.x", "other/Observation.rs", "user/observation.rs"),
        *("user/Observation.rs?date=2020", "user/Observation.rs?category=laboratory", "user/Observation.rs?"),
        "user/Observation.rs?category=a%7Cb",
        "user/Observation.rs?category=|b",
        "user/Observation.rs?category=a|b&date=2020",
    ],
)
def test_what_is_not_understood_grants_nothing(text):
    assert parse_scopes(text) == ()
    assert not permits_scope(scoped(BYRNE, text), "r", "Observation")


def test_no_scopes_at_all_are_all_rights():
    assert permits_scope(BYRNE, "d", "Observation", CHART)


def test_type_and_interaction_have_to_be_named():
    byrne = scoped(BYRNE, "user/Observation.rs user/Condition.c")
    assert permits_scope(byrne, "r", "Observation")
    assert permits_scope(byrne, "c", "Condition")
    assert not permits_scope(byrne, "c", "Observation")
    assert not permits_scope(byrne, "r", "Patient")


def test_patient_scopes_count_in_the_own_chart_only():
    ada, byrne = scoped(ADA, "patient/*.rs"), scoped(BYRNE, "patient/*.rs")
    assert permits_scope(ada, "r", "Observation", CHART)
    assert permits_scope(ada, "r", "Observation")
    assert not permits_scope(ada, "r", "Observation", CHART + 1)
    assert not permits_scope(byrne, "r", "Observation", CHART)
    assert not permits_scope(byrne, "r", "Observation", 0)


def test_a_query_narrows_reading_and_stops_writing():
    byrne = scoped(BYRNE, f"user/Observation.cruds?category={LABORATORY}")
    assert permits_scope(byrne, "r", "Observation")
    assert not permits_scope(byrne, "c", "Observation")


CONTRACT = consent(permit(actor(BYRNE.person)))


@pytest.mark.parametrize(
    ("text", "kind", "codes", "seen"),
    [
        ("user/*.rs", "Condition", (), True),
        ("user/Observation.rs", "Observation", (), True),
        ("user/Observation.s", "Observation", (), True),
        ("user/Observation.cud", "Observation", (), False),
        ("user/Observation.rs", "Condition", (), False),
        ("user/Condition.rs user/Observation.rs", "Condition", (), True),
        ("patient/*.rs", "Observation", (), False),
        (f"user/Observation.rs?category={LABORATORY}", "Observation", (LABORATORY,), True),
        (f"user/Observation.rs?category={LABORATORY}", "Observation", ("laboratory",), False),
        (f"user/Observation.rs?category={LABORATORY}&code=a|b", "Observation", (LABORATORY,), False),
        (f"user/Observation.rs?category={LABORATORY}&code=a|b,a|c", "Observation", (LABORATORY, "a|c"), True),
        (f"user/*.rs?category={LABORATORY} user/Condition.rs", "Condition", (), True),
        ("launch", "Observation", (), False),
    ],
)
def test_windows_are_narrowed_to_the_scopes(text, kind, codes, seen):
    found = access(scoped(BYRNE, text), chart(CONTRACT), NOW)
    facts = record(kind, codes=frozenset(codes))
    assert decide(found.windows, facts).permit is seen
    everything = visible(scoped(BYRNE, text), [chart(CONTRACT)], NOW)
    assert decide(everything.any_of, facts).permit is seen


def test_a_patients_app_sees_the_own_chart_and_the_directory_of_its_types():
    everything = visible(scoped(ADA, "patient/Observation.rs patient/Organization.rs"), [chart()], NOW).any_of
    assert decide(everything, record()).permit
    assert not decide(everything, record("Condition")).permit
    assert decide(everything, record("Organization", owner=0)).permit
    assert not decide(everything, record("Practitioner", owner=0)).permit


def test_windows_stay_as_they_are_without_scopes():
    windows = (Window(rule="own-chart"),)
    assert within_scopes(ADA, windows, own=True) is windows
