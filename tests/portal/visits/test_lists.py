"""The lists of visits: on a phone nothing is cut off, and today is told once."""

import pytest

from tests.portal.browser import Browser
from tests.portal.consultation.meeting import meet
from tests.portal.walk import looking

PHONE = 360
BOX = """(link) => { const box = link.getBoundingClientRect(); return [box.left, box.right]; }"""
CUT = """() => [...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth).length"""


@pytest.fixture(scope="module")
def meeting(site, ada, ben):
    """A visit by video whose room is open."""
    return meet(site, ada.actor, ben)


@pytest.mark.parametrize("side", ["ada", "ben"])
def test_join_stands_in_sight_on_a_phone(site, windows, meeting, side, request):
    page = windows(site, person=request.getfixturevalue(side), path="/visits/", width=PHONE, height=640)
    assert looking.layout(page, PHONE) == []
    assert page.evaluate(CUT) == 0
    left, right = page.locator(f'main a[href="/visits/{meeting}/room/"]').first.evaluate(BOX)
    assert 0 <= left < right <= PHONE
    assert windows.complaints == []


def test_a_row_on_a_phone_says_what_each_cell_is(site, windows, meeting, ben):
    page = windows(site, person=ben, path="/visits/", width=PHONE)
    cell = page.locator(f'tr:has(a[href="/visits/{meeting}/"]) td').first
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Patient"'
    page.set_viewport_size({"width": 1280, "height": 800})
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == "none"


def test_today_is_told_once_on_the_doctors_own_clock(site, meeting, ben):
    with Browser(site) as browser:
        browser.http.cookies.set("zone", "Asia/Kolkata", domain="127.0.0.1", path="/")
        browser.enter(ben, "/visits/")
        assert browser.page.html.count(f'href="/visits/{meeting}/"') == 1
        assert "All times are Kolkata time." in browser.page.text
        assert browser.page.links["Change your time zone"] == "/accounts/"


@pytest.mark.parametrize(("side", "name"), [("ada", "ben"), ("ben", "ada")])
def test_a_visit_leads_to_writing_to_the_other_side(site, meeting, side, name, request):
    person, other = request.getfixturevalue(side), request.getfixturevalue(name)
    with Browser(site).enter(person, f"/visits/{meeting}/") as browser:
        (words,) = [one for one in browser.page.links if one.startswith("Write to ")]
        assert other.name in words
        assert browser.follow(words).path == f"/messages/{other.id}/"
        assert "text" in browser.page.form.names


def test_a_visit_that_is_off_leads_to_nobody(site, ada, ben):
    visit = site.visit(ada, ben, "cancelled")
    with Browser(site).enter(ada, f"/visits/{visit}/") as browser:
        assert not [one for one in browser.page.links if one.startswith("Write to ")]
