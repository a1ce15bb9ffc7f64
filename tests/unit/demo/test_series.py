"""Dice, dates and lines."""

from datetime import date
from itertools import pairwise

import pytest

from carefolio.demo.series import after, age, along, dice, every, winter


@pytest.mark.parametrize(("x", "y"), [(-5, 1.0), (0, 1.0), (1, 2.0), (2, 3.0), (3, 2.0), (9, 1.0)])
def test_a_line_is_level_outside_its_points(x, y):
    assert along(((0, 1.0), (2, 3.0), (4, 1.0)), x) == y


def test_dates_come_round_within_a_tenth_and_stop_in_time():
    days = list(every(dice("a"), date(2020, 1, 1), date(2024, 1, 1), 100))
    assert days[0] == date(2020, 1, 1)
    assert days[-1] <= date(2024, 1, 1)
    assert all(90 <= (later - earlier).days <= 110 for earlier, later in pairwise(days))


def test_age_and_after_undo_each_other():
    assert age(date(2000, 5, 1), after(date(2000, 5, 1), 12.5)) == pytest.approx(12.5, abs=0.01)


def test_january_is_winter_and_july_is_not():
    assert winter(date(2025, 1, 15)) == 1.0
    assert winter(date(2025, 7, 16)) < -0.99


def test_dice_depend_on_their_key_alone():
    assert dice("a").random() == dice("a").random() != dice("b").random()
