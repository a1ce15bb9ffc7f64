"""Hours to times: no two overlap, all are inside the hours, whatever the clocks do."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from carefolio.base.clock import DAY, HOUR, MINUTE, micros, moment
from carefolio.base.failures import Failure
from carefolio.workflows.scheduling import rules
from carefolio.workflows.scheduling.rules import REQUEST, VIEW, Extra, Hours, Off, Plan, Sort, free, grid, near, times
from carefolio.workflows.scheduling.schedules import plan_of, schedule_of
from carefolio.workflows.scheduling.walls import comes_twice, day_of, instant_of

BASE = "https://carefolio.org/fhir/StructureDefinition/schedule-"
DUBLIN, NEW_YORK, KOLKATA = "Europe/Dublin", "America/New_York", "Asia/Kolkata"
FORWARD = {DUBLIN: date(2027, 3, 28), NEW_YORK: date(2027, 3, 14)}
BACK = {DUBLIN: date(2027, 10, 31), NEW_YORK: date(2027, 11, 7)}
NIGHT = tuple(Hours(day, 0, 4 * 60, Sort(20)) for day in range(7))
ZONES = st.sampled_from([DUBLIN, NEW_YORK, KOLKATA, "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "UTC"])
DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))
SORTS = st.builds(Sort, st.integers(5, 90), st.just(("video",)), st.sampled_from(rules.BOOKING))


@st.composite
def stretches(draw, day):
    begin = draw(st.integers(0, 1380))
    return day, begin, draw(st.integers(begin + 5, 1440)), draw(SORTS)


@st.composite
def plans(draw):
    day = draw(DAYS)
    hours = [Hours(*draw(stretches(draw(st.integers(0, 6))))) for _ in range(draw(st.integers(0, 6)))]
    extra = [
        Extra(*draw(stretches(day + timedelta(days=draw(st.integers(-3, 3)))))) for _ in range(draw(st.integers(0, 3)))
    ]
    off = [
        Off(one, one + timedelta(days=draw(st.integers(0, 2))))
        for one in draw(st.lists(st.dates(day, day + timedelta(days=5)), max_size=2))
    ]
    plan = Plan(draw(ZONES), tuple(hours), tuple(extra), tuple(off))
    try:
        rules.refuse_plan(plan)
    except Failure:
        assume(False)
    return plan, day


def week(plan, day):
    low = instant_of(day - timedelta(days=3), 0, plan.clock)
    return times(plan, low, low + 8 * DAY)


def walls(found, zone):
    return [moment(one.start).astimezone(ZoneInfo(zone)).strftime("%H:%M") for one in found]


def night(zone, day, **more):
    plan = Plan(zone, NIGHT, **more)
    return times(plan, instant_of(day, 0, plan.clock), instant_of(day, 1440, plan.clock))


@given(plans())
@settings(max_examples=60, deadline=None)
def test_no_two_times_overlap_and_each_lies_in_its_hours(drawn):
    plan, day = drawn
    found = week(plan, day)
    assert found == sorted(found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    for one in found:
        on = day_of(one.start, plan.clock)
        spans = [
            (instant_of(on, each.begin, plan.clock), instant_of(on, each.end, plan.clock), each.sort)
            for each in (*plan.hours, *plan.extra)
            if getattr(each, "day", on) == on and getattr(each, "weekday", on.weekday()) == on.weekday()
        ]
        assert any(low <= one.start and one.end <= high and one.booking == sort.booking for low, high, sort in spans)
        assert not any(off.first <= on <= off.last for off in plan.off)


@given(plans(), st.integers(0, 8 * 24 * 60), st.integers(0, 8 * 24 * 60))
@settings(max_examples=40, deadline=None)
def test_free_times_are_those_that_meet_nothing_and_parts_of_a_week_make_it_up(drawn, first, second):
    plan, day = drawn
    low = instant_of(day - timedelta(days=3), 0, plan.clock)
    cut, end = low + min(first, second) * MINUTE, low + 8 * DAY
    whole = times(plan, low, end)
    assert times(plan, low, cut) + times(plan, cut, end) == whole
    busy = [(cut, low + max(first, second) * MINUTE + 1)]
    assert free(plan, (low, end), busy) == [one for one in whole if not one.meets(busy[0])]


@given(ZONES, DAYS, st.integers(0, 1440), st.integers(0, 1440))
@settings(max_examples=100, deadline=None)
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(zone, day, one, other):
    clock = ZoneInfo(zone)
    early, late = instant_of(day, min(one, other), clock), instant_of(day, max(one, other), clock)
    assert early <= late
    shown = moment(early).astimezone(clock).replace(tzinfo=None)
    assert shown >= datetime.combine(day, datetime.min.time()) + timedelta(minutes=min(one, other))


@given(plans(), ZONES)
@settings(max_examples=40, deadline=None)
def test_every_time_of_a_week_stands_on_one_day_of_the_readers_week(drawn, reader):
    plan, day = drawn
    clock = ZoneInfo(reader)
    low, high = rules.week_span(day, clock)
    found = times(plan, low, high)
    days = grid(found, day, clock)
    assert [one.weekday() for one, _ in days] == list(range(7))
    assert [time for _, some in days for time in some] == found
    assert all(day_of(time.start, clock) == on for on, some in days for time in some)


@pytest.mark.parametrize("zone", [DUBLIN, NEW_YORK])
def test_times_that_the_clock_skips_are_not_offered(zone):
    gap = {DUBLIN: "01:", NEW_YORK: "02:"}[zone]
    shown = walls(night(zone, FORWARD[zone]), zone)
    assert len(shown) == 9
    assert not [one for one in shown if one.startswith(gap)]
    assert len(walls(night(zone, FORWARD[zone] - timedelta(days=1)), zone)) == 12


@pytest.mark.parametrize("zone", [DUBLIN, NEW_YORK])
def test_times_that_come_twice_are_offered_twice_at_different_instants(zone):
    found = night(zone, BACK[zone])
    twice = [one for one in found if comes_twice(one.start, ZoneInfo(zone))]
    assert walls(twice, zone) == ["01:00", "01:20", "01:40"] * 2
    assert len({one.start for one in found}) == len(found) == 15
    assert all(one.end == other.start for one, other in itertools.pairwise(found))


def test_hours_that_begin_in_the_gap_begin_when_it_is_over():
    plan = Plan(DUBLIN, (Hours(6, 90, 180, Sort(30)),))
    found = times(plan, *rules.week_span(FORWARD[DUBLIN], plan.clock))
    assert walls(found, DUBLIN) == ["02:00", "02:30"]
    inside = Plan(DUBLIN, (Hours(6, 60, 120, Sort(30)),))
    assert times(inside, *rules.week_span(FORWARD[DUBLIN], plan.clock)) == []


def test_hours_that_end_in_the_overlap_end_the_first_time():
    plan = Plan(DUBLIN, (Hours(6, 60, 90, Sort(30)), Hours(6, 90, 150, Sort(30))))
    found = times(plan, *rules.week_span(BACK[DUBLIN], plan.clock))
    assert walls(found, DUBLIN) == ["01:00", "01:30", "01:00", "01:30", "02:00"]


def test_half_an_hour_beside_the_others():
    plan = Plan(KOLKATA, (Hours(0, 9 * 60, 10 * 60, Sort(30)),))
    (first, second) = times(plan, *rules.week_span(date(2027, 3, 1), plan.clock))
    assert moment(first.start) == datetime(2027, 3, 1, 3, 30, tzinfo=UTC)
    assert second.start - first.start == 30 * MINUTE


@pytest.mark.parametrize(("doctor", "reader"), [(DUBLIN, NEW_YORK), (NEW_YORK, KOLKATA), (KOLKATA, DUBLIN)])
@pytest.mark.parametrize("change", [*FORWARD.values(), *BACK.values()])
def test_a_week_across_a_change_with_patient_and_doctor_in_different_zones(doctor, reader, change):
    plan = Plan(doctor, tuple(Hours(day, 9 * 60, 10 * 60, Sort(60)) for day in range(7)))
    clock = ZoneInfo(reader)
    days = grid(times(plan, *rules.week_span(change, clock)), change, clock)
    found = [one for _, some in days for one in some]
    assert walls(found, doctor) == ["09:00"] * len(found)
    assert len(found) in (6, 7, 8)


def test_dublin_at_nine_is_four_or_five_in_new_york():
    """Between 14 and 28 March 2027 New York is on summer time and Dublin is not."""
    plan = Plan(DUBLIN, (Hours(0, 9 * 60, 10 * 60, Sort(60)),))
    mondays = [date(2027, 3, 8), date(2027, 3, 15), date(2027, 3, 29)]
    shown = [walls(times(plan, *rules.week_span(day, ZoneInfo(NEW_YORK))), NEW_YORK) for day in mondays]
    assert shown == [["04:00"], ["05:00"], ["04:00"]]


def test_extra_hours_take_the_place_of_those_that_they_meet_and_days_off_take_all():
    plan = Plan("UTC", (Hours(0, 540, 660, Sort(60)),), (Extra(date(2027, 3, 1), 570, 600, Sort(30, booking=REQUEST)),))
    span = rules.week_span(date(2027, 3, 1), plan.clock)
    assert walls(times(plan, *span), "UTC") == ["09:30", "10:00"]
    assert times(replace(plan, off=(Off(date(2027, 2, 28), date(2027, 3, 2)),)), *span) == []
    assert walls(times(replace(plan, off=(Off(date(2027, 3, 1), date(2027, 3, 1), 600, 660),)), *span), "UTC") == [
        "09:30"
    ]


def test_the_hours_as_a_whole_begin_and_end_and_can_rest():
    plan = Plan("UTC", tuple(Hours(day, 540, 600, Sort(60)) for day in range(7)))
    span = rules.week_span(date(2027, 3, 1), plan.clock)
    part = replace(plan, first=date(2027, 3, 3), last=date(2027, 3, 4))
    assert len(times(part, *span)) == 2
    assert times(replace(plan, active=False), *span) == []


def test_how_far_ahead_and_how_late():
    plan = Plan(KOLKATA, ahead=1, notice=90)
    now = micros(datetime(2027, 3, 1, 20, 0, tzinfo=UTC))
    low, high = rules.open_span(plan, now)
    assert low == now + 90 * MINUTE
    assert moment(high).astimezone(plan.clock) == datetime(2027, 3, 4, tzinfo=plan.clock)
    assert rules.own_span(now) == (now, now + 365 * DAY)


def test_the_nearest_times_in_their_order():
    found = [rules.Time(hour * HOUR, hour * HOUR + 1) for hour in range(10)]
    assert [one.start // HOUR for one in near(found, 5 * HOUR, 4)] == [3, 4, 5, 6]


GOOD = Hours(0, 540, 600)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours": (Hours(0, 600, 540),)}, "end after they begin"),
        ({"off": (Off(date(2027, 1, 2), date(2027, 1, 2), 600, 600),)}, "end after they begin"),
        ({"hours": (Hours(7, 540, 600),)}, "day of the week"),
        ({"hours": (Hours(0, 540, 600, Sort(4)),)}, "5 to 240 minutes"),
        ({"hours": (Hours(0, 540, 600, Sort(90)),)}, "longer than these hours"),
        ({"hours": (Hours(0, 540, 600, Sort(20, ())),)}, "how you see patients"),
        ({"hours": (Hours(0, 540, 600, Sort(20, ("telepathy",))),)}, "how you see patients"),
        ({"hours": (Hours(0, 540, 600, Sort(20, booking="never")),)}, "how visits are booked"),
        ({"hours": (GOOD, Hours(0, 590, 660))}, "overlap"),
        ({"extra": (Extra(date(2027, 1, 2), 540, 600), Extra(date(2027, 1, 2), 590, 660))}, "overlap"),
        ({"off": (Off(date(2027, 1, 2), date(2027, 1, 1)),)}, "last day off"),
        ({"ahead": 0}, "days ahead"),
        ({"notice": 15 * 1440}, "14 days"),
        ({"first": date(2027, 1, 2), "last": date(2027, 1, 1)}, "last day of your hours"),
        ({"hours": tuple(Hours(0, one * 10, one * 10 + 10, Sort(5)) for one in range(43))}, "42 lines"),
    ],
)
def test_what_hours_cannot_be(changed, said):
    with pytest.raises(Failure, match=said):
        rules.refuse_plan(replace(Plan(), **changed))


def test_hours_are_the_same_after_the_directory_held_them():
    sort = Sort(25, ("place", "phone"), VIEW)
    plan = Plan(
        KOLKATA,
        (GOOD, Hours(6, 0, 1440, sort)),
        (Extra(date(2027, 1, 2), 0, 1440, sort),),
        (Off(date(2027, 1, 2), date(2027, 1, 5)), Off(date(2027, 2, 2), date(2027, 2, 2), 540, 1440)),
        ahead=30,
        notice=0,
        first=date(2027, 1, 1),
    )
    others = {"extension": [{"url": "https://example.org/fee", "valueInteger": 3}], "comment": "By the river"}
    held = schedule_of(plan, "Practitioner/b", "Dr Ben Osei", others | {"planningHorizon": {"end": "2026-01-01"}})
    assert plan_of(held) == plan
    assert held["comment"] == "By the river"
    assert others["extension"][0] in held["extension"]
    assert held["planningHorizon"] == {"start": "2027-01-01"}
    assert plan_of(schedule_of(Plan(active=False), "Practitioner/b", "")) == Plan(active=False)
    assert plan_of({"resourceType": "Schedule"}) == Plan(notice=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"planningHorizon": {"start": "2027-01-01T09:00:00Z"}},
        {"planningHorizon": ["2027"]},
        {"extension": [{"url": f"{BASE}zone", "valueCode": "Atlantis/Port"}]},
        {"extension": [{"url": f"{BASE}hours", "extension": [{"url": "weekday", "valueCode": "someday"}]}]},
        {"extension": [{"url": f"{BASE}ahead", "valuePositiveInt": 4_000}]},
    ],
)
def test_hours_that_nobody_can_read_are_none(wrong):
    assert plan_of({"resourceType": "Schedule"} | wrong) == Plan(active=False)
