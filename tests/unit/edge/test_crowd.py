"""Who may come in beside whom, and how many may wait at the pace of the moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.edge.crowd import LATELY, REMEMBERED, Crowd
from carefolio.edge.limits import PEOPLE, PROGRAMS, Limits

SMALL = Limits(in_work=8, beside=4, least=1, waiting=10, soon=1.0, few=2, patience=1.0, aside=True)
SECOND = 1_000_000_000


def fill(crowd, client):
    count = 0
    while crowd.may(client):
        crowd.enter(client)
        count += 1
    return count


def test_who_is_alone_has_all_of_it():
    crowd = Crowd(SMALL)
    crowd.seen("a", 0)
    assert fill(crowd, "a") == 8


def test_beside_others_each_has_a_part():
    crowd = Crowd(SMALL)
    for client in "ab":
        crowd.seen(client, 0)
    assert [fill(crowd, client) for client in "ab"] == [2, 2]
    crowd.leave("a")
    assert fill(crowd, "a") == 1


def test_somebody_who_was_about_lately_counts_and_later_does_not():
    crowd = Crowd(SMALL)
    crowd.seen("b", 0)
    crowd.seen("a", LATELY)
    assert crowd.limits.share(2) == fill(crowd, "a") == 4 // 2
    crowd.seen("a", 2 * LATELY)
    assert fill(crowd, "a") == 8 - 2


def test_after_a_long_calm_nobody_was_about():
    crowd = Crowd(SMALL)
    for client in "abcd":
        crowd.seen(client, 0)
    crowd.seen("a", 10 * LATELY)
    assert fill(crowd, "a") == 8


def test_names_that_are_made_up_do_not_add_up():
    crowd = Crowd(SMALL)
    for number in range(REMEMBERED + 100):
        crowd.seen(str(number), 0)
    assert len(crowd._now) == REMEMBERED


def test_where_it_goes_slowly_fewer_may_wait():
    crowd = Crowd(SMALL)
    assert crowd.room == 10
    for moment in range(50):
        crowd.served(moment * SECOND // 4)
    assert crowd.room == 4
    crowd.calm()
    for moment in range(200):
        crowd.served(moment * SECOND // 1_000)
    assert crowd.room == 10


def test_a_few_may_always_wait():
    crowd = Crowd(SMALL)
    for moment in range(50):
        crowd.served(moment * 60 * SECOND)
    assert crowd.room == 2


@pytest.mark.parametrize("limits", [PROGRAMS, PEOPLE])
@given(st.integers(0, 10_000))
def test_a_share_is_never_nothing_nor_more_than_all(limits, clients):
    assert 1 <= limits.share(clients) <= limits.in_work


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=100))
def test_what_comes_in_goes_out(events):
    crowd, inside = Crowd(SMALL), []
    for moment, (client, comes) in enumerate(events):
        crowd.seen(client, moment * LATELY // 3)
        if comes and crowd.may(client):
            crowd.enter(client)
            inside.append(client)
        elif not comes and client in inside:
            crowd.leave(client)
            inside.remove(client)
        assert crowd.in_work == len(inside) <= SMALL.in_work
    for client in inside:
        crowd.leave(client)
    assert (crowd.in_work, crowd._held) == (0, {})
