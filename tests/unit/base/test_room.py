"""The room for bodies: bounded for all together and for one caller, and given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Category, Failure
from carefolio.base.room import BODIES, BODIES_OF_ONE, Room


def category(work, *arguments):
    with pytest.raises(Failure) as found:
        work(*arguments)
    return found.value.category, found.value.retry_after


def test_one_caller_has_half_of_it_and_all_together_have_all():
    room = Room(100)
    for caller in "abc":
        room.begin(caller)
    room.take("a", 50)
    assert category(room.take, "a", 1) == (Category.BUSY, 1)
    room.take("b", 50)
    assert category(room.take, "c", 1) == (Category.UNAVAILABLE, 1)
    room.end("a", 50)
    room.take("c", 1)
    assert room.held == 51


def test_so_many_bodies_at_once():
    room = Room()
    for number in range(BODIES):
        room.begin(str(number // BODIES_OF_ONE))
    assert category(room.begin, "0") == (Category.BUSY, 1)
    assert category(room.begin, "x") == (Category.UNAVAILABLE, 1)
    room.end("0", 0)
    room.begin("0")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60)), max_size=30))
def test_whatever_happens_it_is_empty_in_the_end(bodies):
    room, held = Room(100), []
    for caller, size in bodies:
        room.begin(caller)
        try:
            room.take(caller, size)
        except Failure:
            room.end(caller, 0)
        else:
            held.append((caller, size))
        assert room.held == sum(size for _, size in held) <= 100
    for caller, size in held:
        room.end(caller, size)
    assert room.held == 0
