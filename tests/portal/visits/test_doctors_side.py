"""The doctor's hours, requests, day and follow-ups."""

import re
from datetime import datetime

import pytest

from carefolio.base import clock
from tests.portal.browser import Browser
from tests.portal.visits.conftest import first_time, keep_hours


@pytest.fixture(scope="module", autouse=True)
def hours(site, ben):
    with Browser(site).enter(ben) as browser:
        keep_hours(browser, "request")


@pytest.fixture
def asked(hers, ben):
    hers.get(f"/visits/doctors/{ben.id}/").get(first_time(hers, 30)).fill(mode="place", comment="A rash").send()
    assert hers.page.h1 == "You asked for a visit"
    return re.search(r"/visits/([0-9a-f-]+)/", hers.path)[1]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_request_is_answered_and_both_are_told(his, hers, asked, ada, site, answer):
    state = {"yes": "Booked", "no": "Called off"}[answer]
    site.inbox.take(ada.email, "asked for")
    assert f"{ada.name} asks for a visit" in his.get("/").page.text
    his.get(f"/visits/{asked}/answer/")
    his.post(his.path, dict(his.page.form.fields) | {"answer": answer, "why": "Away"})
    assert his.path == f"/visits/{asked}/"
    assert state in hers.get(f"/visits/{asked}/").page.text
    site.inbox.take(ada.email, "booked" if answer == "yes" else "cannot")
    if answer == "no":
        assert "Away" in hers.page.text
        assert his.get(f"/visits/{asked}/answer/").path == f"/visits/{asked}/"


def test_an_answer_is_yes_or_no(his, asked):
    his.get(f"/visits/{asked}/answer/")
    assert his.post(his.path, dict(his.page.form.fields)).status == 400


def test_another_time_instead_waits_for_the_patients_yes(his, hers, asked, ben):
    his.get(f"/visits/{asked}/answer/").follow("Another time").get(first_time(his, 5)).send()
    assert his.page.h1 == "You offered a visit"
    assert his.get(f"/visits/{asked}/answer/").path == f"/visits/{asked}/"
    assert f"{ben.name} offers you a visit" in hers.get("/").page.text
    hers.get("/visits/").follow(f"{ben.name} offers you a visit")
    hers.post(hers.path, dict(hers.page.form.fields) | {"answer": "yes"})
    assert "Booked" in hers.get(f"/visits/{asked}/").page.text
    assert "Booked" in his.get(f"/visits/{asked}/").page.text


def test_who_did_not_come_and_the_next_visit(site, his, ben, asked, ada, max_berg):
    his.get(f"/visits/{asked}/answer/")
    his.post(his.path, dict(his.page.form.fields) | {"answer": "yes"})
    assert his.get(f"/visits/for/{max_berg.id}/").status == 404
    assert his.get("/visits/for/nobody/book/").status == 404
    begins = re.search(r"DTSTART:(\w+)", his.get(f"/visits/{asked}/calendar/").response.text)[1]
    site.shift(datetime.strptime(begins, "%Y%m%dT%H%M%S%z").timestamp() - clock.now() / clock.SECOND + 60)
    try:
        his.enter(ben, f"/visits/{asked}/").form("The patient did not come").send()
        assert "Missed" in his.page.text
        his.form("They came after all").send()
        assert "Offer the next visit" not in his.page.links
        his.form("It took place").send()
        assert "Took place" in his.page.text
        his.form("It did not take place").send()
        his.get("/visits/").form("It took place").send()
        assert (his.path, "Took place" in his.page.text) == ("/visits/", True)
        his.get(f"/visits/{asked}/").follow("Offer the next visit").get(first_time(his, 9)).fill(mode="place").send()
        assert his.page.h1 == "You offered a visit"
        site.inbox.take(ada.email, "offered")
        assert ada.name in his.get("/visits/").page.text
    finally:
        site.shift(0)


def test_hours_are_added_changed_and_taken_away(site):
    lea = site.doctor("Dr Lea Novak")
    with Browser(site).enter(lea, "/visits/") as browser:
        assert "Set your hours" in browser.page.links
        browser.get("/visits/hours/add/").fill(weekdays=["0", "2"], begin="9:30", end="9", modes=["phone"]).send()
        assert browser.page.errors == ["The hours have to end after they begin, on the same day."]
        browser.fill(end="12.00").send()
        assert browser.path == "/visits/hours/"
        assert "Monday" in browser.page.text
        assert "09:30 to 12:00" in browser.page.text
        browser.get("/visits/hours/add/").fill(weekdays=["0"], begin="11", end="13", modes=["phone"]).send()
        assert browser.page.errors == ["Two lines of hours overlap: change one of them."]
        day = {"first_day": "24", "first_month": "12", "first_year": "2030"}
        browser.get("/visits/hours/off/").fill(day | {"begin": "13:00"}).send()
        assert browser.page.errors == ["Enter both times, or neither"]
        browser.fill(end="17").send()
        assert "24 December 2030, 13:00 to 17:00" in browser.page.text
        one = {"day_day": "26", "day_month": "12", "day_year": "2030"}
        browser.get("/visits/hours/extra/").fill(one | {"begin": "25", "end": "12", "modes": ["phone"]}).send()
        assert browser.page.errors == ["Enter a time like 9:30"]
        browser.fill(begin="10").send()
        assert "26 December 2030" in browser.page.text
        for left in (3, 2, 1, 0):
            browser.form(next(one for form in browser.page.forms for one in form.buttons if one == "Remove")).send()
            assert [one for form in browser.page.forms for one in form.buttons].count("Remove") == left
        browser.get("/visits/hours/settings/").fill(active="no", zone="Asia/Kolkata").send()
        assert "No bookings for now" in browser.page.text
        assert "Kolkata time" in browser.page.text
    with Browser(site).enter(site.patient("Eve Hart"), f"/visits/doctors/{lea.id}/") as patient:
        assert "No bookings here" in patient.page.text


def test_hours_that_changed_meanwhile_are_not_overwritten(his):
    his.get("/visits/hours/settings/")
    form = his.page.form
    keep = dict(form.fields) | {"ahead": "30"}
    his.fill(ahead="40").send()
    late = his.post("/visits/hours/settings/", keep)
    assert "changed since" in late.page.errors[0]
    his.post("/visits/hours/remove/", kind="hours", number="99", version="1")
    assert his.path == "/visits/hours/"
