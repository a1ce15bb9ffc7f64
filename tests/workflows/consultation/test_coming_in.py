"""The patient says that they are here, the doctor lets them in, and nobody else is there."""

import asyncio

import pytest

from carefolio.base import clock
from carefolio.base.clock import MINUTE
from carefolio.base.failures import Category, Failure
from carefolio.records.versions import newest
from carefolio.workflows.consultation import actions
from carefolio.workflows.consultation.rules import Side, Stage


def refused(surgery, action, name, category, *more):
    with pytest.raises(Failure) as caught:
        surgery.do(action, name, surgery.visit, *more)
    assert caught.value.category is category


def test_who_is_at_neither_side_finds_no_room(surgery):
    for name in ("Mallory", "Zoe"):
        for action in (actions.room, actions.arrive, actions.admit, actions.end):
            refused(surgery, action, name, Category.ABSENT)
        refused(surgery, actions.write_note, name, Category.ABSENT, "Not mine", "n1")


@pytest.mark.parametrize("mode", ["place", "phone"])
def test_a_visit_that_is_not_by_video_has_no_room(surgery, mode):
    surgery.visit = surgery.book(mode=mode)
    refused(surgery, actions.room, "Ada", Category.ABSENT)


def test_the_patient_comes_and_is_let_in(surgery):
    assert surgery.room("Ada").stage is Stage.OPEN
    waiting = surgery.do(actions.arrive, "Ada", surgery.visit)
    assert (waiting.side, waiting.stage, waiting.went_on) == (Side.PATIENT, Stage.WAITING, "")
    admitted = surgery.do(actions.admit, "Ben", surgery.visit)
    assert (admitted.side, admitted.stage) == (Side.DOCTOR, Stage.ADMITTED)
    assert surgery.room("Ada").stage is Stage.ADMITTED
    encounter = surgery.read("Ada", "Encounter", admitted.encounter_id)
    assert encounter["class"]["code"] == "VR"
    assert encounter["subject"]["reference"] == surgery.people["Ada"].person
    assert encounter["appointment"] == [{"reference": f"Appointment/{surgery.visit}"}]
    assert encounter["participant"][0]["individual"]["reference"] == surgery.people["Ben"].person


def test_pressing_twice_does_it_once(surgery):
    surgery.admitted()
    surgery.do(actions.arrive, "Ada", surgery.visit)
    surgery.do(actions.admit, "Ben", surgery.visit)
    assert actions.versions(surgery.door, surgery.visit) == (2, 1)


def test_two_windows_at_once_let_in_once(surgery):
    surgery.do(actions.arrive, "Ada", surgery.visit)

    async def both():
        caller = surgery.caller("Ben")
        return await asyncio.gather(*(actions.admit(surgery.door, caller, surgery.visit) for _ in range(4)))

    found = asyncio.run(both())
    assert {one.stage for one in found} == {Stage.ADMITTED}
    assert actions.versions(surgery.door, surgery.visit) == (2, 1)


def test_nobody_does_the_others_part(surgery):
    refused(surgery, actions.arrive, "Ben", Category.FORBIDDEN)
    refused(surgery, actions.admit, "Ada", Category.FORBIDDEN)
    refused(surgery, actions.end, "Ada", Category.FORBIDDEN)
    refused(surgery, actions.write_note, "Ada", Category.FORBIDDEN, "I am well", "n1")


def test_who_has_not_come_is_not_let_in(surgery):
    refused(surgery, actions.admit, "Ben", Category.CONFLICT)
    assert newest(surgery.door.parts.database, "Encounter", actions.encounter_id(surgery.door, surgery.visit)) == 0


def test_it_is_too_early_and_then_too_late(surgery):
    surgery.visit = surgery.book(begins=16 * MINUTE)
    refused(surgery, actions.arrive, "Ada", Category.CONFLICT)
    clock.shift(2 * MINUTE)
    assert surgery.room("Ada").stage is Stage.OPEN
    clock.shift(98 * MINUTE)
    refused(surgery, actions.arrive, "Ada", Category.CONFLICT)
    assert surgery.room("Ada").stage is Stage.OVER


@pytest.mark.parametrize("status", ["cancelled", "noshow"])
def test_a_visit_that_was_called_off_has_nothing_to_come_to(surgery, status):
    surgery.set_status(status)
    refused(surgery, actions.arrive, "Ada", Category.CONFLICT)
