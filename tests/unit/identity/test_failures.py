"""Tries to sign in that failed are counted and told of once a minute."""

import pytest

from carefolio.base import clock
from carefolio.identity import failures


@pytest.fixture(autouse=True)
def clock_put_right():
    yield
    clock.shift(0)


@pytest.fixture
def add_failure(database):
    return lambda account: database.write_now(lambda tx: failures.add(tx, account))


@pytest.fixture
def take(database):
    return lambda account: database.write_now(lambda tx: failures.take(tx, account))


def test_the_first_is_told_at_once_and_the_others_with_the_next_minute(add_failure):
    assert [add_failure(7) for _ in range(5)] == [1, 0, 0, 0, 0]
    clock.shift(failures.TOLD_EVERY)
    assert add_failure(7) == 5


def test_each_account_is_counted_for_itself(add_failure):
    assert [add_failure(7), add_failure(8), add_failure(7), add_failure(0)] == [1, 1, 0, 1]


def test_what_was_not_told_yet_is_taken_once(add_failure, take):
    assert take(7) == 0
    for _ in range(3):
        add_failure(7)
    assert [take(7), take(7)] == [2, 0]


def test_a_clock_that_was_set_back_hides_nothing(add_failure):
    clock.shift(clock.DAY)
    add_failure(7)
    clock.shift(0)
    assert add_failure(7) == 1
