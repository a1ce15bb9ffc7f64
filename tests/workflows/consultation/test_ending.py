"""The doctor ends the visit, goes on with it after all, and writes down what it showed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR
from carefolio.base.failures import Category, Failure
from carefolio.base.ids import new_id
from carefolio.records.versions import newest
from carefolio.workflows.consultation import actions
from carefolio.workflows.consultation.rules import LONGEST_NOTE, Stage


def note(surgery, text="It is a cold. Tea and rest.", once=None, name="Ben"):
    return surgery.do(actions.write_note, name, surgery.visit, text, once or new_id())


def test_it_ends_for_both(surgery):
    admitted = surgery.admitted()
    over = surgery.do(actions.end, "Ben", surgery.visit)
    surgery.do(actions.end, "Ben", surgery.visit)
    assert (over.stage, over.visit.status) == (Stage.OVER, "fulfilled")
    assert surgery.room("Ada").stage is Stage.OVER
    encounter = surgery.read("Ada", "Encounter", admitted.encounter_id)
    assert encounter["status"] == "finished"
    assert {"start", "end"} == set(encounter["period"])
    assert actions.versions(surgery.door, surgery.visit) == (3, 2)


def test_it_goes_on_after_all(surgery):
    surgery.admitted()
    assert not surgery.room().may_reopen
    assert surgery.do(actions.end, "Ben", surgery.visit).may_reopen
    assert not surgery.room("Ada").may_reopen
    again = surgery.do(actions.admit, "Ben", surgery.visit)
    assert again.stage is Stage.ADMITTED
    assert "end" not in again.encounter["period"]


def test_it_can_be_ended_when_its_time_has_passed_and_not_opened_any_more(surgery):
    surgery.admitted()
    clock.shift(3 * HOUR)
    over = surgery.do(actions.end, "Ben", surgery.visit)
    assert not over.may_reopen
    with pytest.raises(Failure) as caught:
        surgery.do(actions.admit, "Ben", surgery.visit)
    assert caught.value.category is Category.CONFLICT


def test_a_note_is_written_once_and_both_sides_read_it(surgery):
    surgery.admitted()
    once = new_id()
    note(surgery, once=once)
    note(surgery, once=once)
    clock.shift(HOUR // 2)
    note(surgery, "Seen again.")
    for name in ("Ben", "Ada"):
        found = surgery.do(actions.notes, name, surgery.room(name))
        assert [one.text for one in found] == ["It is a cold. Tea and rest.", "Seen again."]
    assert newest(surgery.door.parts.database, "ClinicalImpression", once) == 1
    kept = surgery.read("Ada", "ClinicalImpression", once)
    assert kept["subject"]["reference"] == surgery.people["Ada"].person
    assert kept["assessor"]["display"] == "Dr Ben Osei"


def test_another_text_under_the_same_name_is_not_lost_without_a_word(surgery):
    surgery.admitted()
    once = new_id()
    note(surgery, once=once)
    for later in (0, 2 * DAY):
        clock.shift(later)
        with pytest.raises(Failure, match="Another note"):
            note(surgery, "Not a cold.", once=once)
    assert [one.text for one in surgery.do(actions.notes, "Ben", surgery.room())] == ["It is a cold. Tea and rest."]


def test_two_presses_at_once_write_it_once(surgery):
    surgery.admitted()
    once, caller = new_id(), surgery.caller("Ben")

    def press(_):
        asyncio.run(actions.write_note(surgery.door, caller, surgery.visit, "A cold.", once))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert newest(surgery.door.parts.database, "ClinicalImpression", once) == 1


def test_a_note_may_follow_for_thirty_days(surgery):
    surgery.admitted()
    surgery.do(actions.end, "Ben", surgery.visit)
    clock.shift(29 * DAY)
    note(surgery)
    clock.shift(31 * DAY)
    with pytest.raises(Failure) as caught:
        note(surgery)
    assert caught.value.category is Category.CONFLICT


def test_without_a_visit_that_took_place_there_is_no_note(surgery):
    with pytest.raises(Failure) as caught:
        note(surgery)
    assert caught.value.category is Category.CONFLICT
    assert surgery.do(actions.notes, "Ben", surgery.room()) == []


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (LONGEST_NOTE + 1)])
def test_a_note_has_something_in_it_and_not_too_much(surgery, text):
    surgery.admitted()
    with pytest.raises(Failure) as caught:
        note(surgery, text)
    assert caught.value.category is Category.MALFORMED
