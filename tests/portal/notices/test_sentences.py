"""What a notice says, whatever stands in it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from carefolio.notify.notices import Notice, NoticeKind
from carefolio.portal.notices import sentences
from carefolio.portal.visitor import Visitor
from tests.unit.portal.look.conftest import configured as configured


def told(kind, **about):
    visitor = Visitor(None, Locale("en", "GB"), ZoneInfo("UTC"), "request")
    return sentences.told(Notice(1, kind, 0, 1, 0, about), visitor)


def test_every_kind_has_its_sentence():
    assert {**sentences._PATIENT, **sentences._STAFF, **sentences._VISITS, **sentences._ALL}.keys() == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_with_nothing_in_it_is_a_sentence_too(kind):
    one = told(kind)
    assert not {"{", "}", "None"} & set(one.sentence.split())
    assert one.sentence.endswith(".")
    assert one.address in ("", "/accounts/", "/messages/", "/oversight/emergencies/", "/oversight/reports/", "/visits/")
    assert one.more == ""


def test_what_came_of_an_emergency_is_told():
    more = told(NoticeKind.BREAK_GLASS_REVIEWED, outcome="abuse", text="Nobody was ill.").more
    assert more.startswith("They found that it was wrong. They wrote: ")
    assert "Nobody was ill." in more


def test_when_it_ends_and_whose_it_was():
    doctor = {"name": "Ben Osei", "organization": {"name": "East Hospital"}}
    assert "on 1 January 1970" in told(NoticeKind.EXPIRING, ends=0).sentence
    assert "Ben Osei (East Hospital)" in told(NoticeKind.BREAK_GLASS_REVIEW, doctor=doctor).sentence
    assert told(NoticeKind.VERIFICATION_REFUSED, reason="No such licence.").more.count("No such licence.") == 1


def test_a_visit_is_told_with_its_time_and_the_other_side():
    about = {"visit": "Appointment/a", "start": 0, "zone": "Asia/Kolkata", "patient": {"name": "Ada Quinn"}}
    one = told(NoticeKind.VISIT_SOON, **about)
    assert one.sentence == "You have a visit with Ada Quinn: 1 January 1970 at 00:00 (UTC)."
    assert one.address == "/visits/a/"
