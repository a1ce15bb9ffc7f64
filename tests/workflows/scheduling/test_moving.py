"""Another time: the old one free, the new one taken, both sides told, all in one write."""

from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR
from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.workflows.scheduling import actions
from carefolio.workflows.scheduling.actions import NotFree, Overlaps
from carefolio.workflows.scheduling.rules import REQUEST, Sort
from tests.workflows.scheduling.conftest import ALL_DAY, ASKED, BOOKED, MOVED, OFFERED


def move(practice, name, visit, start, **more):
    return practice.do(actions.move, name, practice.turn(visit), practice.wanted(start, **more))


def test_a_patient_moves_it_and_both_are_told(practice):
    visit = practice.book()
    moved = move(practice, "Ada", visit, visit.start + 5 * HOUR, mode="place")
    assert (moved.id, moved.status, moved.mode) == (visit.id, "booked", "place")
    assert moved.start - visit.start == 5 * HOUR
    assert (practice.slot(visit), practice.slot(moved)) == ("free", "busy")
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED, MOVED]
    assert {due for _, due in practice.due()} == {moved.start - DAY, moved.start - HOUR}
    assert moved.comment == "A cough"


def test_a_time_that_the_doctor_chose_waits_for_the_patients_yes(practice):
    visit = practice.book()
    moved = move(practice, "Ben", visit, visit.start + 5 * HOUR)
    assert (moved.id, moved.status, moved.waits_for) == (visit.id, "pending", practice.ref("Ada"))
    assert (practice.slot(visit), practice.slot(moved), practice.due()) == ("free", "busy-tentative", [])
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED, OFFERED]
    booked = practice.do(actions.accept, "Ada", practice.turn(moved))
    assert (booked.status, practice.slot(booked), len(practice.due())) == ("booked", "busy", 4)


def test_the_time_that_was_left_is_another_ones(practice):
    visit = practice.book()
    moved = move(practice, "Ada", visit, visit.start + HOUR)
    taken = practice.book("Max", visit.start)
    assert (taken.slot, practice.slot(visit)) == (visit.slot, "busy")
    assert move(practice, "Ada", moved, moved.start) == moved, "it is there already"
    with pytest.raises(NotFree) as late:
        move(practice, "Ada", moved, taken.start)
    assert late.value.near
    assert practice.visit(visit.id) == moved


def test_the_same_time_in_another_way(practice):
    visit = practice.book()
    moved = move(practice, "Ada", visit, visit.start, mode="place")
    assert (moved.slot, moved.mode, practice.slot(moved)) == (visit.slot, "place", "busy")


def test_a_patient_asks_where_the_doctor_wants_to_be_asked(practice):
    visit = practice.book()
    practice.keep(hours=tuple(replace(one, sort=Sort(60, ("video",), REQUEST)) for one in ALL_DAY))
    moved = move(practice, "Ada", visit, visit.start + HOUR)
    assert (moved.status, practice.slot(moved), practice.due()) == ("pending", "busy-tentative", [])
    assert practice.told("Ben") == [BOOKED, ASKED]
    again = move(practice, "Ben", moved, moved.start + HOUR)
    assert (again.status, again.waits_for, practice.due()) == ("pending", practice.ref("Ada"), [])
    back = move(practice, "Ada", again, again.start + HOUR)
    assert (back.status, back.waits_for) == ("pending", practice.ref("Ben"))


def test_who_looked_at_an_older_version_is_told_so(practice):
    visit = practice.book()
    move(practice, "Ben", visit, visit.start + HOUR)
    with pytest.raises(Failure) as late:
        move(practice, "Ada", visit, visit.start + 2 * HOUR)
    assert late.value.category is Category.STALE


def test_not_once_it_has_begun_and_not_onto_another_visit(practice):
    visit = practice.book()
    other = practice.book(start=visit.start + HOUR)
    practice.do(actions.cancel, "Ben", practice.turn(other))
    zoe = practice.do(actions.my_hours, "Zoe")
    practice.do(actions.keep_hours, "Zoe", practice.do(actions.my_hours, "Ben").plan, zoe.version)
    with_zoe = replace(practice.wanted(visit.start + 2 * HOUR), doctor=practice.ref("Zoe"))
    practice.do(actions.book, "Ada", with_zoe)
    with pytest.raises(Overlaps):
        move(practice, "Ada", visit, visit.start + 2 * HOUR)
    assert move(practice, "Ada", visit, visit.start + 2 * HOUR, knowing=True).status == "booked"
    clock.shift(visit.start + 3 * HOUR - clock.now())
    with pytest.raises(Failure, match="cannot be changed any more"):
        move(practice, "Ada", visit, visit.start + 20 * HOUR)


@pytest.mark.parametrize("name", ["Max", "Zoe"])
def test_a_stranger_moves_nothing(practice, name):
    visit = practice.book()
    with pytest.raises(Failure) as hidden:
        move(practice, name, visit, visit.start + HOUR)
    assert hidden.value.category is Category.ABSENT


def test_a_visit_that_was_made_elsewhere_is_changed_there(practice):
    visit = practice.book()
    appointment = practice.read("Ben", "Appointment", visit.id)
    appointment.pop("slot")
    changes = [actions.Change(actions.Method.UPDATE, "Appointment", visit.id, appointment)]
    (outcome,) = practice.do(actions._write, "Ben", changes, actions.Under(actions.SCHEDULING))
    assert "slot" not in parse(outcome.body)
    with pytest.raises(Failure, match="made elsewhere"):
        move(practice, "Ada", visit, visit.start + HOUR)
