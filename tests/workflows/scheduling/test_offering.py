"""A doctor offers a visit, and the patient says yes or no: until then it opens nothing."""

import asyncio

import pytest

from carefolio.base import clock
from carefolio.base.clock import DAY, HOUR, MINUTE
from carefolio.base.failures import Category, Failure
from carefolio.records.emergency import Reason
from carefolio.workflows.charting import actions as charting
from carefolio.workflows.messaging import actions as messaging
from carefolio.workflows.prescribing import actions as prescribing
from carefolio.workflows.scheduling import actions
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.workflows.scheduling.conftest import BOOKED, CANCELLED, OFFERED


def give(practice, days=30):
    ends = clock.moment(clock.now() + days * DAY).date()
    return practice.do(sharing.give, "Ada", practice.ref("Ben"), Narrowing(Terms(whole=True, ends=ends)))


def offer(practice, name="Ada", **more):
    return practice.do(actions.book_for, "Ben", practice.wanted(mode="place", **more), practice.chart(name))


def refused(call):
    with pytest.raises(Failure) as failed:
        call()
    return failed.value.category


def opens(practice):
    """What a visit with Ada lets Ben do now."""
    writes = True
    try:
        practice.do(charting.standing, "Ben", practice.chart("Ada"))
    except Failure:
        writes = False
    return (
        writes,
        practice.do(prescribing.may_prescribe, "Ben", practice.ref("Ada")),
        practice.do(messaging.may_write, "Ben", practice.ref("Ada")),
    )


def test_the_patient_says_yes(practice):
    give(practice)
    visit = offer(practice)
    assert (visit.status, visit.waits_for, practice.slot(visit)) == ("pending", practice.ref("Ada"), "busy-tentative")
    assert offer(practice) == visit, "pressing twice offers once"
    assert (practice.told("Ada"), practice.told("Ben"), practice.due()) == ([OFFERED], [OFFERED], [])
    assert refused(lambda: practice.do(actions.accept, "Ben", practice.turn(visit))) is Category.FORBIDDEN
    for stranger in ("Zoe", "Mallory"):
        assert refused(lambda name=stranger: practice.do(actions.accept, name, practice.turn(visit))) is Category.ABSENT
    booked = practice.do(actions.accept, "Ada", practice.turn(visit))
    assert (booked.status, booked.waits_for, practice.slot(booked)) == ("booked", "", "busy")
    assert (practice.told("Ada"), len(practice.due())) == ([OFFERED, BOOKED], 4)


def test_the_patient_says_no(practice):
    give(practice)
    visit = offer(practice)
    assert refused(lambda: practice.do(actions.decline, "Ben", practice.turn(visit))) is Category.FORBIDDEN
    off = practice.do(actions.decline, "Ada", practice.turn(visit, "I am away"))
    assert (off.status, practice.slot(off)) == ("cancelled", "free")
    back = practice.do(actions.undo_cancel, "Ada", visit.id)
    assert (back.status, back.waits_for) == ("pending", practice.ref("Ada"))
    assert practice.do(actions.cancel, "Ben", practice.turn(back)).status == "cancelled"
    assert practice.told("Ada")[-1] == CANCELLED


def test_until_then_it_opens_nothing(practice):
    contract = give(practice)
    practice.keep(notice=0)
    visit = offer(practice, start=practice.time(hours=0))
    practice.do(sharing.withdraw, "Ada", contract, 1)
    practice.go_to(visit.start + MINUTE)
    assert opens(practice) == (False, False, False)
    assert refused(lambda: practice.do(actions.took_place, "Ben", practice.turn(visit))) is Category.CONFLICT
    assert refused(lambda: offer(practice, start=practice.time())) is Category.ABSENT


def test_an_accepted_one_does_and_not_for_ever(practice):
    contract = give(practice)
    visit = offer(practice, start=practice.time(hours=1))
    visit = practice.do(actions.accept, "Ada", practice.turn(visit))
    practice.do(sharing.withdraw, "Ada", contract, 1)
    practice.go_to(visit.start + MINUTE)
    assert opens(practice) == (True, True, True)
    assert refused(lambda: offer(practice, start=practice.time())) is Category.ABSENT, "nobody said that they came"
    practice.go_to(visit.end + 31 * DAY)
    assert opens(practice) == (False, False, False), "though nobody said what became of it"


def test_an_emergency_books_nothing(practice):
    reason = Reason("http://terminology.hl7.org/CodeSystem/v3-ActReason", "ETREAT", "Found unconscious")
    asyncio.run(practice.door.break_glass(practice.caller("Ben"), practice.chart("Ada"), reason))
    assert practice.door.may_see(practice.caller("Ben"), practice.ref("Ada"), "Observation")
    assert refused(lambda: offer(practice)) is Category.ABSENT


def test_to_who_came_and_to_nobody_else(practice):
    for stranger in ("Max", "Ada"):
        assert refused(lambda name=stranger: offer(practice, name)) is Category.ABSENT
    first = practice.book("Max", practice.time(hours=2), mode="place")
    practice.go_to(first.end + HOUR)
    assert refused(lambda: offer(practice, "Max")) is Category.ABSENT
    practice.do(actions.took_place, "Ben", practice.turn(first))
    visit = offer(practice, "Max")
    assert (visit.patient.reference, visit.patient.name) == (practice.ref("Max"), "Max Berg")
    assert (
        refused(lambda: practice.do(actions.book_for, "Zoe", practice.wanted(), practice.chart("Max")))
        is Category.ABSENT
    )
