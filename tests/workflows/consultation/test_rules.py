"""When a room is open, whatever the visit."""

from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.clock import DAY, MINUTE
from carefolio.records.visits import Party, Visit
from carefolio.workflows.consultation import rules
from carefolio.workflows.consultation.rules import AFTER, BEFORE, Side, Stage

STATUSES = ("pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "")
ADA, BEN = Party("Patient/a", "Ada"), Party("Practitioner/b", "Ben")


def visit(status="booked", start=10 * DAY, minutes=20, mode="video"):
    end = start + minutes * MINUTE
    return Visit("v", 1, status, start, end, ADA, BEN, "Slot/s", mode, "Europe/Dublin", "", "")


@given(
    st.sampled_from(STATUSES),
    st.sampled_from(["", "in-progress", "finished"]),
    st.integers(8 * DAY, 12 * DAY),
    st.integers(5, 240),
)
def test_one_is_let_in_at_its_time_alone(status, encounter, now, minutes):
    one = visit(status, minutes=minutes)
    stage = rules.stage_of(one, encounter, now)
    at_its_time = one.start - BEFORE <= now <= one.end + AFTER
    if stage in (Stage.OPEN, Stage.WAITING, Stage.ADMITTED):
        assert at_its_time
        assert status in ("booked", "arrived")
        assert encounter != "finished"
    if stage is Stage.ADMITTED:
        assert (status, encounter) == ("arrived", "in-progress")
    if status == "arrived" and at_its_time and encounter != "finished":
        assert stage in (Stage.WAITING, Stage.ADMITTED)
    if stage is Stage.EARLY:
        assert status in ("pending", "booked", "arrived")


def test_the_edges_are_fifteen_minutes_before_and_an_hour_after():
    one = visit()
    stages = [rules.stage_of(one, "", at) for at in (one.start - BEFORE - 1, one.start - BEFORE, one.end + AFTER)]
    assert stages == [Stage.EARLY, Stage.OPEN, Stage.OPEN]
    assert rules.stage_of(one, "", one.end + AFTER + 1) is Stage.OVER
    assert (BEFORE, AFTER) == (15 * MINUTE, 60 * MINUTE)


def test_sides_are_told_by_who_stands_in_the_visit():
    one = visit()
    assert rules.side_of(one, "Patient/a") is Side.PATIENT
    assert rules.side_of(one, "Practitioner/b") is Side.DOCTOR
    assert rules.side_of(one, "Patient/b") is None
    nobody = Visit("v", 1, "booked", 1, 2, Party(), Party(), "", "video", "UTC", "", "")
    assert rules.side_of(nobody, "") is None
    assert (Side.PATIENT.other, Side.DOCTOR.other) == (Side.DOCTOR, Side.PATIENT)


def test_a_room_needs_a_video_visit_with_a_time():
    assert rules.has_room(visit())
    assert not rules.has_room(visit(mode="place"))
    assert not rules.has_room(visit(start=0))


def test_names_are_told_where_they_are_known():
    assert rules.reference(Party("Patient/a")) == {"reference": "Patient/a"}
    assert rules.reference(ADA) == {"reference": "Patient/a", "display": "Ada"}
