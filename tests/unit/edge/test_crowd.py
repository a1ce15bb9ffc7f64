"""Who may come in beside whom, and how many may wait at the pace of the moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.edge.crowd import LATELY, REMEMBERED, Crowd
from carefolio.edge.limits import PEOPLE, PROGRAMS, Limits

SMALL = Limits(in_work=8, beside=4, pressed=2, least=1, waiting=40, soon=1.0, few=36, few_beside=9, patience=1.0)
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


def test_who_is_known_by_another_name_from_now_on_counts_once():
    crowd = Crowd(SMALL)
    assert crowd.seen("address", 0)
    crowd.enter("address")
    assert crowd.seen("token", 1)
    crowd.forget("address")
    assert not crowd.seen("token", 2)
    assert fill(crowd, "token") == 8 - 1, "alone, beside what their first request still holds"
    crowd.leave("address")
    crowd.forget("nobody")
    assert crowd.seen("address", 3), "somebody else there begins"
    assert crowd.limits.share(2) == 2
    assert not crowd.may("token")


def shares_after(asked, away, later=LATELY):
    """What a and b each have a stretch after so many of a's requests came, and so many were sent away."""
    crowd = Crowd(SMALL)
    for client in ("b", *"a" * (asked - 1)):
        crowd.seen(client, 0)
    for _ in range(away):
        crowd.sent_away()
    for client in "ab":
        crowd.seen(client, later)
    return [fill(crowd, client) for client in "ab"]


def test_where_most_were_sent_away_each_has_less_in_the_next_stretch():
    assert shares_after(10, 6) == [1, 1]
    assert shares_after(10, 5) == [2, 2]
    assert shares_after(10, 6, later=9 * LATELY) == [2, 2]


def test_who_is_alone_has_all_of_it_whoever_was_sent_away():
    crowd = Crowd(SMALL)
    for moment in (0, LATELY):
        crowd.seen("a", moment)
        crowd.sent_away()
    assert fill(crowd, "a") == 8


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


def served(crowd, times, apart):
    """So many are done, so far apart."""
    for number in range(times):
        crowd.served(number * apart)


def test_where_it_goes_slowly_fewer_may_wait():
    crowd = Crowd(SMALL)
    assert crowd.room == 40
    served(crowd, 50, SECOND // 38)
    assert crowd.room == 38
    crowd.calm()
    served(crowd, 500, SECOND // 1_000)
    assert crowd.room == 40


def test_a_few_may_always_wait_and_fewer_beside_others():
    crowd = Crowd(SMALL)
    served(crowd, 50, 60 * SECOND)
    assert crowd.room == 36
    for client in "ab":
        crowd.seen(client, 0)
    crowd.calm()
    served(crowd, 50, 60 * SECOND)
    assert crowd.room == 9


def test_one_stall_does_not_make_a_slow_machine():
    crowd = Crowd(SMALL)
    served(crowd, 500, SECOND // 100)
    crowd.served(60 * SECOND)
    assert crowd.room == 40


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
