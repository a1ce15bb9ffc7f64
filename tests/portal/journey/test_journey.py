"""The whole journey with five people in a real browser, from signing up to taking access back.

``make drill NAME=album`` writes the documentation's pictures of it anew.
"""

from __future__ import annotations

import pytest

from tests.portal.consultation.devices import PERMISSIONS
from tests.portal.journey import booking, dispensing, ending, granting, paying, visiting, writing
from tests.portal.journey.album import Album
from tests.portal.journey.scene import set_up
from tests.portal.story import arriving
from tests.portal.story.hands import Mouse
from tests.portal.story.person import Stage

JOURNEY = (
    arriving.patient_signs_up,
    arriving.doctor_signs_up,
    arriving.admin_verifies,
    booking.doctor_opens_his_practice,
    booking.patient_adds_what_she_knows,
    booking.patient_finds_the_doctor_and_books,
    granting.patient_tells_her_code,
    granting.doctor_asks,
    granting.patient_grants,
    visiting.the_day_comes,
    visiting.both_meet_by_video,
    visiting.they_write_too,
    visiting.doctor_examines,
    visiting.doctor_ends_the_visit,
    dispensing.patient_picks_the_pharmacy,
    dispensing.pharmacist_hands_it_out,
    paying.doctor_sends_a_bill,
    paying.patient_pays_at_the_desk,
    paying.doctor_pays_back,
    writing.they_write,
    writing.doctor_asks_for_a_document,
    writing.patient_sends_it,
    writing.patient_rates_the_visit,
    ending.who_looked,
    ending.patient_takes_it_back,
    ending.doctor_finds_nothing,
    ending.strangers_found_nothing,
)


@pytest.fixture
def travel(site, windows):
    """Goes the whole way."""

    def travelled(pictures=None):
        browsers = {"permissions": PERMISSIONS, "locale": "en-IE", "timezone_id": "Europe/Dublin"}
        journey = set_up(Stage(site, windows, Mouse, pictures=pictures, browsers=browsers))
        for chapter in JOURNEY:
            chapter(journey)
        assert [said for said in windows.complaints if "status of 404" not in said] == []

    return travelled


def test_five_people(travel):
    travel()


@pytest.mark.drill
def test_album(travel, _chromium):
    """Writes the documentation's pictures anew."""
    album = Album(_chromium)
    travel(album)
    album.tell()
