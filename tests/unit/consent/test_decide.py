"""What a Window means, field by field."""

import pytest

from carefolio.base.filters import Window
from carefolio.consent.decide import DENIED, Decision, Facts, decide, holds
from carefolio.consent.windows import ANYTHING, DATED, UNDATED, both, but, placed, spans_everything
from tests.unit.consent.cast import CHART, record


def one(**fields):
    return Window(**{k: frozenset({v}) if k not in ("since", "until", "unless") else v for k, v in fields.items()})


RECORD = record(
    author=3,
    hospital=101,
    low=1000,
    high=2000,
    label=1,
    codes=frozenset({"718-7", "http://loinc.org|718-7"}),
    participants=frozenset({"Practitioner/byrne"}),
)


@pytest.mark.parametrize(
    ("matching", "other"),
    [
        (one(owners=CHART), one(owners=8)),
        (one(kinds="Observation"), one(kinds="Condition")),
        (one(records="Observation/o1"), one(records="Condition/o1")),
        (one(authors=3), one(authors=0)),
        (one(hospitals=101), one(hospitals=0)),
        (one(codes="718-7"), one(codes="http://other|718-7")),
        (one(since=2000), one(since=2001)),
        (one(until=1000), one(until=999)),
        (one(since=1500, until=1500), one(since=0, until=999)),
        (one(labels=1), one(labels=0)),
        (one(participants="Practitioner/byrne"), one(participants="Practitioner/chen")),
        (one(unless=(one(labels=0),)), one(unless=(one(labels=1),))),
        (one(unless=(one(labels=1, unless=(one(kinds="Observation"),)),)), one(unless=(one(labels=0), ANYTHING))),
    ],
)
def test_each_field_narrows(matching, other):
    assert holds(matching, RECORD)
    assert not holds(other, RECORD)


@pytest.mark.parametrize(
    "name", ["owners", "kinds", "records", "authors", "hospitals", "codes", "labels", "participants"]
)
def test_an_empty_set_matches_nothing(name):
    assert not holds(Window(**{name: frozenset()}), RECORD)


@pytest.mark.parametrize("window", [DATED, one(since=0), one(until=2**62), one(since=-5, until=5)])
def test_a_record_without_a_clinical_time_is_in_no_period(window):
    assert not holds(window, record())
    assert holds(UNDATED, record())


def test_a_record_before_1970_has_a_time():
    old = record(low=-2000, high=-1000)
    assert holds(one(since=-1500, until=-1200), old)
    assert not holds(UNDATED, old)


def test_every_field_has_to_hold():
    assert not holds(one(kinds="Observation", labels=0), RECORD)


def test_the_first_window_that_matches_gives_the_reason():
    windows = (one(owners=8), Window(rule="contract", contract="Consent/1/_history/2"), Window(rule="author"))
    assert decide(windows, RECORD) == Decision(True, "contract", "Consent/1/_history/2")


def test_without_a_window_nothing_is_permitted():
    assert decide((), RECORD) == DENIED
    assert not DENIED.permit


def test_codes_and_participants_are_looked_up_only_when_asked():
    asked = []

    def codes():
        asked.append("codes")
        return frozenset({"718-7"})

    lazy = Facts("Observation", "o1", CHART, codes=codes, participants=codes)
    assert holds(one(owners=CHART), lazy)
    assert not asked
    assert holds(one(codes="718-7"), lazy)
    assert not holds(one(participants="Practitioner/byrne"), lazy)
    assert asked == ["codes", "codes"]


def test_both_is_and():
    windows = [
        one(codes="718-7"),
        one(codes="http://loinc.org|718-7"),
        one(codes="2345-7"),
        one(participants="Practitioner/byrne"),
        one(participants="Practitioner/chen"),
        one(since=500),
        one(since=1500, until=3000),
        one(until=900),
        one(labels=1, unless=(one(kinds="Condition"),)),
        one(kinds="Observation", unless=(one(labels=1),)),
        ANYTHING,
    ]
    for a in windows:
        for b in windows:
            assert holds(both(a, b), RECORD) == (holds(a, RECORD) and holds(b, RECORD))
            assert holds(but(both(a, b)), RECORD) != holds(both(a, b), RECORD)


def test_both_keeps_the_reason_of_the_first():
    joined = both(Window(rule="contract", contract="c"), Window(rule="author"))
    assert (joined.rule, joined.contract) == ("contract", "c")
    assert both(ANYTHING, Window(rule="author")).rule == "author"


def test_placed_keeps_everything_but_the_chart():
    inside = placed(Window(labels=frozenset({0}), unless=(one(kinds="Task"),), rule="r"), 7, (one(kinds="Flag"),))
    assert inside == Window(
        owners=frozenset({7}),
        labels=frozenset({0}),
        unless=(one(kinds="Task"), one(kinds="Flag")),
        rule="r",
    )


def test_only_a_label_leaves_a_window_whole():
    assert spans_everything(Window(labels=frozenset({0}), rule="contract", contract="c"))
    assert not spans_everything(one(kinds="Observation"))
    assert not spans_everything(but(ANYTHING))
