"""Taking a time: one has it, everybody else is told so and named others."""

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR
from carefolio.base.failures import Category, Failure
from carefolio.records.visits import Party
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.scheduling import actions, reading
from carefolio.workflows.scheduling.actions import NotFree, Overlaps
from carefolio.workflows.scheduling.booking import Terms
from carefolio.workflows.scheduling.rules import REQUEST, VIEW, Hours, Off, Sort
from tests.workflows.scheduling.conftest import ALL_DAY, ASKED, BOOKED, SOON

MANY, CROWD = 40, 1_000


def with_booking(booking):
    return tuple(Hours(one.weekday, one.begin, one.end, Sort(60, ("video",), booking)) for one in ALL_DAY)


def test_a_free_time_is_booked_and_both_sides_are_told(practice):
    visit = practice.book()
    assert (visit.status, visit.patient.name, visit.doctor.name) == ("booked", "Ada Quinn", "Dr Ben Osei")
    assert (visit.zone, visit.patient_zone, visit.comment) == ("Europe/Dublin", "America/New_York", "A cough")
    assert (visit.mode, visit.end - visit.start, practice.slot(visit)) == ("video", HOUR, "busy")
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED]
    assert sorted(practice.due()) == sorted((name, visit.start - one) for name in ("Ada", "Ben") for one in (DAY, HOUR))
    assert practice.told("Max") == []


def test_both_sides_see_it_and_nobody_else(practice):
    visit = practice.book()
    for name in ("Ada", "Ben"):
        assert practice.do(reading.visit, name, visit.id).visit == visit
        assert practice.do(reading.visits, name, (0, visit.start + 1)) == [visit]
    for name in ("Max", "Zoe"):
        with pytest.raises(Failure) as hidden:
            practice.do(reading.visit, name, visit.id)
        assert hidden.value.category is Category.ABSENT
        assert practice.do(reading.visits, name, (0, visit.start + 1)) == []


def test_reminders_come_a_day_and_an_hour_before(practice):
    visit = practice.book()
    assert practice.remind(visit.start - 2 * DAY) == 0
    assert practice.remind(visit.start - DAY) == 2
    assert practice.remind(visit.start - HOUR) == 2
    assert practice.told("Ada") == practice.told("Ben") == [BOOKED, SOON, SOON]


def test_of_a_visit_that_is_near_only_what_is_still_to_come_is_told_later(practice):
    visit = practice.book(start=practice.time(hours=3))
    assert sorted(practice.due()) == [("Ada", visit.start - HOUR), ("Ben", visit.start - HOUR)]


def test_whoever_comes_too_late_is_told_so_with_other_times(practice):
    visit = practice.book()
    with pytest.raises(NotFree, match="not free any more") as late:
        practice.book("Max")
    near = late.value.near
    assert len(near) == 6
    assert all(one.start != visit.start for one in near)
    assert {one.start - visit.start for one in near} >= {HOUR, -HOUR}
    assert practice.book("Max", near[0].start).status == "booked"


def test_pressing_twice_books_once(practice):
    assert practice.book() == practice.book()
    assert practice.told("Ada") == [BOOKED]


@pytest.mark.parametrize("count", [MANY, pytest.param(CROWD, marks=pytest.mark.drill)])
def test_of_many_at_once_exactly_one_has_it(practice, count):
    start = practice.time()

    async def one(name):
        try:
            return await actions.book(practice.door, practice.caller(name), practice.wanted(start))
        except NotFree as late:
            assert late.near
            assert all(time.start != start for time in late.near)
            return None

    async def rush():
        try:
            return await asyncio.gather(*[practice.door.hosted(one(name)) for name in crowd])
        finally:
            await practice.carefolio.database.leave()

    crowd = [("Ada", "Max", "Mallory")[number % 3] for number in range(count)]
    found = [visit for visit in asyncio.run(rush()) if visit]
    assert len({visit.id for visit in found}) == 1
    (winner,) = {visit.patient.name.split()[0] for visit in found}
    assert len(found) == crowd.count(winner), "whoever has it is shown it, however often they press"
    (slot,) = practice.carefolio.database.read("SELECT count(*) FROM record WHERE type = 'Slot'")[0]
    (visits,) = practice.carefolio.database.read("SELECT count(*) FROM record WHERE type = 'Appointment'")[0]
    assert (slot, visits) == (1, 1)


def test_what_is_no_time_of_the_doctors_is_not_booked(practice):
    for start in (practice.time() + HOUR // 2, clock.now() + 30 * 60_000_000, practice.time() + 200 * DAY):
        with pytest.raises(NotFree):
            practice.book(start=start)
    with pytest.raises(Failure, match="how you want to meet"):
        practice.book(mode="phone")
    with pytest.raises(Failure, match="1000 characters"):
        practice.book(comment="a" * 1_001)


def test_nobody_books_with_who_is_no_doctor_of_ours_or_is_shut_out(practice):
    with pytest.raises(Failure, match="takes no bookings"):
        practice.do(actions.book, "Ada", replace(practice.wanted(), doctor="Practitioner/nobody"))
    with pytest.raises(Failure, match="takes no bookings"):
        practice.do(actions.book, "Ada", replace(practice.wanted(), doctor=practice.ref("Max")))
    with pytest.raises(NotFree):
        practice.do(actions.book, "Ada", replace(practice.wanted(), doctor=practice.ref("Zoe")))
    registration.suspend(practice.door, practice.people["Ben"].account)
    with pytest.raises(Failure, match="takes no bookings"):
        practice.book()


def test_a_second_visit_at_the_same_time_is_booked_by_who_knows(practice):
    zoe = practice.do(actions.my_hours, "Zoe")
    practice.do(actions.keep_hours, "Zoe", practice.do(actions.my_hours, "Ben").plan, zoe.version)
    first = practice.book()
    other = replace(practice.wanted(), doctor=practice.ref("Zoe"))
    with pytest.raises(Overlaps, match="another visit at this time") as told:
        practice.do(actions.book, "Ada", other)
    assert told.value.others == (first,)
    second = practice.do(actions.book, "Ada", replace(other, knowing=True))
    assert (second.start, second.id != first.id) == (first.start, True)


def test_a_time_to_ask_for_is_held_until_the_doctor_answers(practice):
    practice.keep(hours=with_booking(REQUEST))
    visit = practice.book()
    assert (visit.status, practice.slot(visit), practice.due()) == ("pending", "busy-tentative", [])
    assert practice.told("Ada") == practice.told("Ben") == [ASKED]
    with pytest.raises(NotFree):
        practice.book("Max")


def test_times_that_are_only_shown_are_booked_by_the_doctor_alone(practice):
    practice.keep(hours=with_booking(VIEW))
    with pytest.raises(NotFree) as shown:
        practice.book()
    assert shown.value.near == ()


def test_nobody_books_on_hours_that_are_not_kept_any_more(practice):
    """Decided on the old hours, put in place after the new ones."""
    start, ben = practice.time(), practice.ref("Ben")
    sheet = practice.do(actions.sheet_of, "Ada", ben, (start, start + HOUR))
    practice.keep(hours=tuple(replace(one, sort=Sort(90)) for one in ALL_DAY))
    terms = Terms(Party(practice.ref("Ada"), "Ada Quinn"), sheet.doctor, "video", sheet.plan.zone)
    with pytest.raises(Failure) as late:
        practice.do(actions._take, "Ada", sheet, sheet.free((start, start + HOUR))[0], terms)
    assert late.value.category is Category.STALE


def test_what_the_old_hours_gave_stays_taken_under_new_ones(practice):
    visit = practice.book()
    practice.keep(hours=tuple(replace(one, sort=Sort(45, ("video",))) for one in ALL_DAY))
    span = (visit.start - DAY, visit.end + DAY)
    sheet = practice.do(actions.sheet_of, "Max", practice.ref("Ben"), span)
    assert not any(one.meets((visit.start, visit.end)) for one in sheet.free(span))
    assert practice.do(reading.visit, "Ada", visit.id).visit == visit


def test_days_off_do_not_call_off_what_is_booked(practice):
    visit = practice.book()
    zone = ZoneInfo(visit.zone)
    begin, end = (clock.moment(at).astimezone(zone).date() for at in (visit.start, visit.start + HOUR))
    practice.keep(off=(Off(begin, end),))
    assert practice.visit(visit.id).status == "booked"
    with pytest.raises(NotFree):
        practice.book("Max", visit.start + HOUR)


def test_hours_are_the_doctors_own_and_changed_as_they_were_looked_at(practice):
    sheet = practice.do(actions.my_hours, "Ben")
    practice.do(actions.keep_hours, "Ben", sheet.plan, sheet.version)
    with pytest.raises(Failure) as late:
        practice.do(actions.keep_hours, "Ben", sheet.plan, sheet.version)
    assert late.value.category is Category.STALE
    with pytest.raises(Failure) as refused:
        practice.do(actions.keep_hours, "Ada", sheet.plan, 0)
    assert refused.value.category is Category.FORBIDDEN


def busy(practice, author, start, **more):
    """Somebody's own record that Ben's time is taken."""
    schedule = practice.do(actions.my_hours, "Ben").reference
    times = {"start": clock.instant(start), "end": clock.instant(start + HOUR)}
    made = {"resourceType": "Slot", "schedule": {"reference": schedule}, "status": "busy"} | times | more
    change = actions.Change(actions.Method.CREATE, "Slot", "", made)
    return practice.do(type(practice.door).write, author, [change])


def test_only_a_doctor_and_their_hospital_take_their_time(practice):
    start = practice.time()
    for author in ("Zoe", "South"):
        busy(practice, author, start)
    assert practice.book(start=start).status == "booked"
    busy(practice, "Ben", start + HOUR)
    busy(practice, "North", start + 2 * HOUR)
    for taken in (start + HOUR, start + 2 * HOUR):
        with pytest.raises(NotFree):
            practice.book("Max", taken)
