"""Choosing how to meet: nothing is taken for granted, and what it costs stands beside it."""

import pytest

from tests.portal.browser import Browser
from tests.portal.visits.conftest import first_time, keep_hours


@pytest.fixture(scope="module")
def ben(site):
    """At a hospital, so that he may set fees."""
    return site.doctor("Ben Osei", site.hospital("North Hospital"))


@pytest.fixture(scope="module", autouse=True)
def hours(site, ben):
    """By video for a fee, or at his place."""
    with Browser(site).enter(ben) as browser:
        keep_hours(browser)
        browser.get("/payments/fees/").form("Save your fees").fill(video="60", currency="GBP").send()


@pytest.fixture
def booking(hers, ben):
    """The page where a time is booked."""
    return hers.get(f"/visits/doctors/{ben.id}/").get(first_time(hers, 40))


def test_of_several_ways_to_meet_none_is_chosen_before(booking):
    assert "mode" not in booking.page.form.fields
    assert "Video call £60.00 At the doctor's place" in booking.page.text
    booking.send()
    assert booking.page.errors == ["Choose how you want to meet"]
    assert booking.fill(mode="place").send().page.h1 == "The visit is booked"


def test_a_visit_that_is_moved_stays_as_it_is(booking, hers):
    visit = booking.fill(mode="place").send().path.removesuffix("done/")
    hers.get(f"{visit}move/").get(first_time(hers, 45))
    assert hers.page.form.fields["mode"] == ["place"]


def test_one_way_alone_needs_no_choice(site, hers, zoe):
    with Browser(site).enter(zoe) as browser:
        keep_hours(browser, modes=["phone"])
    hers.get(f"/visits/doctors/{zoe.id}/").get(first_time(hers, 40))
    assert hers.page.form.fields["mode"] == ["phone"]
