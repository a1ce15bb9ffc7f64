"""Calling a visit off, taking that back, answering a request, and who did not come."""

from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.clock import HOUR, MINUTE
from carefolio.base.failures import Category, Failure
from carefolio.workflows.scheduling import actions, reading
from carefolio.workflows.scheduling.actions import NotFree
from carefolio.workflows.scheduling.rules import REQUEST, Sort
from tests.workflows.scheduling.conftest import ALL_DAY, ASKED, BOOKED, CANCELLED, DECLINED


@pytest.fixture
def asked(practice):
    practice.keep(hours=tuple(replace(one, sort=Sort(60, ("video",), REQUEST)) for one in ALL_DAY))
    return practice.book()


@pytest.mark.parametrize(("name", "by"), [("Ada", "pat"), ("Ben", "prov")])
def test_either_side_calls_it_off_and_the_time_is_free(practice, name, by):
    visit = practice.book()
    off = practice.do(actions.cancel, name, practice.turn(visit, "I am away"))
    assert (off.status, off.is_open, practice.slot(off), practice.due()) == ("cancelled", False, "free", [])
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED, CANCELLED]
    seen = practice.do(reading.visit, "Ada", visit.id)
    assert (seen.called_off_by, seen.why) == (by, "I am away")
    assert practice.do(actions.cancel, name, practice.turn(visit)) == off, "twice does no harm"
    assert practice.book("Max", visit.start).status == "booked"


@pytest.mark.parametrize("name", ["Ada", "Ben"])
def test_whoever_called_it_off_takes_that_back(practice, name):
    visit = practice.book()
    practice.do(actions.cancel, name, practice.turn(visit))
    with pytest.raises(Failure, match="yourself"):
        practice.do(actions.undo_cancel, "Ben" if name == "Ada" else "Ada", visit.id)
    back = practice.do(actions.undo_cancel, name, visit.id)
    assert (back.status, back.start, practice.slot(back), len(practice.due())) == ("booked", visit.start, "busy", 4)
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED, CANCELLED, BOOKED]
    assert practice.do(actions.undo_cancel, name, visit.id) == back
    seen = practice.do(reading.visit, "Ada", visit.id)
    assert (seen.called_off_by, seen.why) == ("", "")


def test_not_when_somebody_else_has_the_time_by_then(practice):
    visit = practice.book()
    practice.do(actions.cancel, "Ada", practice.turn(visit))
    practice.book("Max", visit.start)
    with pytest.raises(NotFree):
        practice.do(actions.undo_cancel, "Ada", visit.id)


def test_not_when_its_time_is_over(practice):
    visit = practice.book()
    practice.do(actions.cancel, "Ada", practice.turn(visit))
    clock.shift(visit.start - clock.now())
    with pytest.raises(NotFree):
        practice.do(actions.undo_cancel, "Ada", visit.id)


def test_a_request_that_was_taken_back_waits_again(practice, asked):
    practice.do(actions.cancel, "Ada", practice.turn(asked))
    back = practice.do(actions.undo_cancel, "Ada", asked.id)
    assert (back.status, practice.slot(back), practice.told("Ben")[-1]) == ("pending", "busy-tentative", ASKED)


def test_the_doctor_says_yes(practice, asked):
    visit = practice.do(actions.accept, "Ben", practice.turn(asked))
    assert (visit.status, practice.slot(visit), len(practice.due())) == ("booked", "busy", 4)
    assert practice.told("Ada") == [ASKED, BOOKED]
    assert practice.do(actions.accept, "Ben", practice.turn(asked)) == visit


def test_the_doctor_says_no_and_why(practice, asked):
    visit = practice.do(actions.decline, "Ben", practice.turn(asked, "I am away"))
    assert (visit.status, practice.slot(visit), practice.due()) == ("cancelled", "free", [])
    assert practice.told("Ada") == practice.told("Ben") == [ASKED, DECLINED]
    assert practice.do(reading.visit, "Ada", visit.id).why == "I am away"
    assert practice.do(actions.decline, "Ben", practice.turn(asked)) == visit
    with pytest.raises(Failure, match="cannot be answered"):
        practice.do(actions.accept, "Ben", practice.turn(visit))


@pytest.mark.parametrize("action", [actions.accept, actions.decline, actions.missed])
def test_only_the_doctor_answers_and_says_who_came(practice, asked, action):
    for name, category in (("Ada", Category.FORBIDDEN), ("Zoe", Category.ABSENT), ("Max", Category.ABSENT)):
        with pytest.raises(Failure) as refused:
            practice.do(action, name, practice.turn(asked))
        assert refused.value.category is category


def test_nobody_answers_when_the_time_is_over(practice, asked):
    clock.shift(asked.start - clock.now() + MINUTE)
    for action in (actions.accept, actions.decline):
        with pytest.raises(Failure, match="cannot be answered"):
            practice.do(action, "Ben", practice.turn(asked))


def test_who_did_not_come_and_came_after_all(practice):
    visit = practice.book()
    with pytest.raises(Failure, match="cannot be said"):
        practice.do(actions.missed, "Ben", practice.turn(visit))
    clock.shift(visit.start - clock.now() + HOUR)
    away = practice.do(actions.missed, "Ben", practice.turn(visit))
    assert (away.status, practice.slot(away)) == ("noshow", "busy")
    assert practice.do(actions.missed, "Ben", practice.turn(away)) == away
    with pytest.raises(Failure):
        practice.do(actions.missed, "Ben", practice.turn(visit), came=True)
    assert practice.do(actions.missed, "Ben", practice.turn(away), came=True).status == "booked"


def test_the_doctor_says_that_it_took_place_and_takes_that_back_within_a_day(practice):
    visit = practice.book(mode="place")
    with pytest.raises(Failure, match="cannot be said"):
        practice.do(actions.took_place, "Ben", practice.turn(visit))
    practice.go_to(visit.start + MINUTE)
    for name, category in (("Ada", Category.FORBIDDEN), ("Zoe", Category.ABSENT), ("Max", Category.ABSENT)):
        with pytest.raises(Failure) as refused:
            practice.do(actions.took_place, name, practice.turn(visit))
        assert refused.value.category is category
    kept = practice.do(actions.took_place, "Ben", practice.turn(visit))
    assert (kept.status, practice.slot(kept)) == ("fulfilled", "busy")
    assert practice.do(actions.took_place, "Ben", practice.turn(visit)) == kept
    back = practice.do(actions.took_place, "Ben", practice.turn(kept), undo=True)
    assert back.status == "booked"
    kept = practice.do(actions.took_place, "Ben", practice.turn(back))
    practice.go_to(visit.end + 25 * HOUR)
    with pytest.raises(Failure, match="cannot be said"):
        practice.do(actions.took_place, "Ben", practice.turn(kept), undo=True)


def test_a_room_says_by_itself_that_it_took_place_unless_nobody_came_in(practice):
    visit = practice.book()
    practice.go_to(visit.start + MINUTE)
    with pytest.raises(Failure, match="cannot be said"):
        practice.do(actions.took_place, "Ben", practice.turn(visit))
    practice.go_to(visit.end + MINUTE)
    kept = practice.do(actions.took_place, "Ben", practice.turn(visit))
    assert kept.status == "fulfilled"
    with pytest.raises(Failure, match="cannot be said"):
        practice.do(actions.took_place, "Ben", practice.turn(kept), undo=True)


def test_a_visit_with_somebody_elses_slot_frees_nothing(practice):
    visit, theirs = practice.book(), practice.book("Max", practice.time(number=5))
    forged = practice.read("Ada", "Appointment", visit.id) | {"slot": [{"reference": theirs.slot}]}
    change = actions.Change(actions.Method.UPDATE, "Appointment", visit.id, forged)
    with pytest.raises(Failure) as refused:
        practice.do(type(practice.door).write, "Ada", [change])
    assert refused.value.category is Category.FORBIDDEN
    practice.do(actions._write, "Ada", [change], actions.Under(actions.SCHEDULING))
    with pytest.raises(Failure, match="made elsewhere"):
        practice.do(actions.cancel, "Ada", replace(practice.turn(visit), version=2))
    assert practice.slot(theirs) == "busy"


def test_who_looked_at_an_older_version_calls_nothing_off(practice):
    visit = practice.book()
    practice.do(actions.move, "Ben", practice.turn(visit), practice.wanted(visit.start + HOUR))
    with pytest.raises(Failure) as late:
        practice.do(actions.cancel, "Ada", practice.turn(visit))
    assert late.value.category is Category.STALE
    seen = practice.do(reading.visit, "Ada", visit.id)
    old = replace(seen, visit=visit, resource=seen.resource)
    with pytest.raises(Failure, match="changed since"):
        practice.do(actions._settle, "Ada", old, seen.resource | {"status": "cancelled"}, CANCELLED)
