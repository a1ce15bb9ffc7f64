"""Ada and Max, who are patients; Ben, who keeps hours all day and every day."""

import re
from html import unescape

import pytest

from tests.portal.browser import Browser


def keep_hours(browser, booking="open", modes=("video", "place")):
    """All day, an hour for each visit, on the clock of Dublin."""
    browser.get("/visits/hours/add/").fill(
        weekdays=[str(day) for day in range(7)], begin="0", end="24:00", minutes="60", modes=list(modes)
    ).fill(booking=booking).send()
    assert browser.path == "/visits/hours/", browser.page.errors
    browser.get("/visits/hours/settings/").fill(zone="Europe/Dublin", ahead="60", notice="60").send()
    assert browser.path == "/visits/hours/", browser.page.errors


def first_time(browser, after=0):
    """The address of a free time behind so many others, in the first week from the page's on that has so many."""
    while len(free := re.findall(r'href="([^"]+\?start=[^"]+)"', browser.page.html)) <= after:
        browser.follow("Week after")
    return unescape(free[after])


@pytest.fixture(scope="module")
def max_berg(site):
    return site.patient("Max Berg")


@pytest.fixture(scope="module")
def zoe(site):
    return site.doctor("Dr Zoe Wirth")


@pytest.fixture
def hers(site, ada):
    with Browser(site).enter(ada) as browser:
        yield browser


@pytest.fixture
def his(site, ben):
    with Browser(site).enter(ben) as browser:
        yield browser
