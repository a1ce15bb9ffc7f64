"""The week of free times: its days fold on a phone, and stand beside each other on a wide screen."""

import pytest

from tests.portal.browser import Browser
from tests.portal.visits.conftest import keep_hours
from tests.portal.walk import looking

SCREENS = 3


@pytest.fixture(scope="module", autouse=True)
def hours(site, ben):
    with Browser(site).enter(ben) as browser:
        keep_hours(browser)


def test_on_a_phone_all_days_but_the_first_fold(site, windows, ada, ben):
    page = windows(site, person=ada, path=f"/visits/doctors/{ben.id}/", width=360, height=640, javascript=False)
    assert page.evaluate("document.documentElement.scrollHeight") < SCREENS * 640
    assert looking.layout(page, 360) == []
    page.set_viewport_size({"width": 360, "height": 640})
    days, times = page.locator(".week details"), page.locator(".week details a")
    assert days.count() > 1
    assert times.first.is_visible()
    assert not times.last.is_visible()
    days.last.locator("summary").focus()
    page.keyboard.press("Enter")
    assert times.last.is_visible()


def test_a_wide_screen_shows_all_days(site, windows, ada, ben):
    page = windows(site, person=ada, path=f"/visits/doctors/{ben.id}/")
    assert page.locator(".week details a").last.is_visible()
    page.locator(".pages a").last.focus()
    for _time in range(page.locator(".week details").count()):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "A", "nothing that folds is stepped on"
    assert "summary" not in page.locator(".week").aria_snapshot()
    assert looking.axe(page) + looking.layout(page, 1280) == []
