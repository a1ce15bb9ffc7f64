"""Figures: verdicts, ratios of slices, the table."""

import pytest

from carefolio.bench.figures import Figure, Floor, compared, number, table

AT_LEAST = Floor(0.40, 0.53)
AT_MOST = Floor(5, 3, at_most=True)


@pytest.mark.parametrize(
    ("floor", "value", "verdict"),
    [
        (AT_LEAST, 0.53, "stretch"),
        (AT_LEAST, 0.52, "met"),
        (AT_LEAST, 0.40, "met"),
        (AT_LEAST, 0.39, "nearly"),
        (AT_LEAST, 0.33, "nearly"),
        (AT_LEAST, 0.31, "MISSED"),
        (AT_MOST, 3, "stretch"),
        (AT_MOST, 3.1, "met"),
        (AT_MOST, 5, "met"),
        (AT_MOST, 6.2, "nearly"),
        (AT_MOST, 6.3, "MISSED"),
    ],
)
def test_a_verdict_in_one_word(floor, value, verdict):
    assert floor.verdict(value) == verdict


def test_a_floor_is_about_the_ratio_where_there_is_one_and_about_the_value_else():
    assert Figure("read", 9_000, "/s", ratio=0.1, floor=AT_LEAST).verdict == "MISSED"
    assert Figure("disk", 2.0, "KiB", floor=AT_MOST).verdict == "stretch"
    assert Figure("read", 9_000, "/s").verdict == ""


def test_json_says_what_was_met_and_is_silent_without_a_floor():
    shown = Figure("read", 9_000, "/s", cpu=80.0, ratio=0.33, cpu_ratio=0.4, floor=AT_LEAST).as_json()
    assert (shown["met"], shown["nearly"], shown["verdict"]) == (False, True, "nearly")
    met = Figure("read", 9_000, "/s", ratio=0.41, floor=AT_LEAST).as_json()
    assert (met["met"], met["nearly"]) == (True, False)
    assert (shown["floor"], shown["stretch"], shown["cpu_us"]) == (0.40, 0.53, 80.0)
    assert "met" not in Figure("read", 9_000, "/s").as_json()


def test_slices_are_compared_in_pairs_so_that_a_noisy_moment_hits_both():
    assert compared([50, 5, 48], [100, 10, 100]) == 0.5
    assert compared([50, 5], [0, 10]) == 0.5
    assert compared([0.1], [0.0]) == 0.0


def test_the_table_has_a_line_for_each_figure_and_its_remarks_below():
    figures = [
        Figure("plain read", 12_345.6, "/s", 40.25, 0.5, 0.61, AT_LEAST, "p50 1 ms"),
        Figure("disk", 2.08, "KiB", floor=AT_MOST),
    ]
    lines = table(figures).splitlines()
    assert lines[0].split() == ["figure", "measured", "CPU", "µs", "ratio", "by", "CPU", "floor", "stretch", "verdict"]
    assert lines[2].split() == [
        "plain",
        "read",
        "12,346",
        "/s",
        "40.2",
        "0.50",
        "0.61",
        "≥",
        "0.40",
        "≥",
        "0.53",
        "met",
    ]
    assert lines[3].split() == ["disk", "2.08", "KiB", "≤", "5.00", "≤", "3.00", "stretch"]
    assert lines[-1] == "  plain read: p50 1 ms"
    assert "Remarks" not in table(figures[1:])


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0, "0.00")])
def test_numbers_have_as_many_places_as_one_can_believe(value, text):
    assert number(value) == text
