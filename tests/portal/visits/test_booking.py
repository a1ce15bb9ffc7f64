"""From home to a visit and back, on both sides, as people click."""

import re

import pytest
from icalendar import Calendar as File

from carefolio.portal.words.dates import Calendar
from tests.portal.browser import Browser
from tests.portal.visits.conftest import first_time, keep_hours


@pytest.fixture(scope="module", autouse=True)
def hours(site, ben):
    with Browser(site).enter(ben) as browser:
        keep_hours(browser)


def book(browser, ben, after=30):
    browser.get(f"/visits/doctors/{ben.id}/").get(first_time(browser, after))
    return browser.fill(mode="place", comment="A rash on my arm").send()


def id_in(browser):
    return re.search(r"/visits/([0-9a-f-]+)/", browser.path)[1]


def test_a_known_doctor_is_booked_in_five_clicks(hers, his, ben, ada, site):
    clicks = [hers.get("/").follow("Visits").path]
    clicks.append(hers.follow("Find a doctor").path)
    clicks.append(hers.follow(ben.name).path)
    clicks.append(hers.get(first_time(hers)).path)
    assert hers.page.h1 == f"Book a visit with {ben.name}"
    clicks.append(hers.fill(mode="video", comment="A rash on my arm").send().path)
    assert len(clicks) <= 5
    assert hers.page.h1 == "The visit is booked"
    visit = id_in(hers)
    when = re.search(r"\d+ \w+ \d{4} at \d\d:\d\d \([^)]+\)", hers.page.text)[0]
    mail = site.inbox.take(ada.email, "booked")
    assert when in mail.text, "page and e-mail say the same"
    assert "rash" not in mail.text
    assert mail.link.endswith(f"/visits/{visit}/")
    site.inbox.take(ben.email, "booked")
    assert f"with {ben.name} is booked: {when}" in hers.get("/notices/").page.text
    assert ben.name in hers.get("/").page.text
    page = his.get(f"/visits/{visit}/").page
    assert (page.h1, "A rash on my arm" in page.text) == (f"Visit with {ada.name}", True)


def test_the_calendar_file_has_the_same_time_and_knows_what_became_of_it(hers, his, ben, ada):
    visit = id_in(book(hers, ben))
    text = hers.get(f"/visits/{visit}/").page.text
    first = file_of(hers, visit)
    assert hers.response.headers["content-type"].startswith("text/calendar")
    micros = int(first["dtstart"].dt.timestamp()) * 1_000_000
    assert Calendar("en-GB", "UTC").moment(micros) in text
    assert first["dtstart"].dt.utcoffset().total_seconds() == 0
    assert Calendar("en-GB", "UTC").moment(micros) in first["description"]
    assert (str(first["summary"]), first["sequence"], str(first["status"])) == (
        f"Visit with {ben.name}",
        0,
        "CONFIRMED",
    )
    assert "rash" not in hers.response.text
    hers.get(f"/visits/{visit}/move/").get(first_time(hers, 3)).send()
    moved = file_of(hers, visit)
    assert (moved["uid"], moved["sequence"], moved["dtstart"].dt != first["dtstart"].dt) == (first["uid"], 1, True)
    hers.get(f"/visits/{visit}/cancel/").fill(why="I am away").send()
    assert hers.page.h1 == "The visit is called off"
    off = file_of(hers, visit)
    assert (str(off["status"]), off["sequence"]) == ("CANCELLED", 2)
    assert ada.name not in his.get(f"/visits/{visit}/calendar/").response.text
    assert "METHOD:CANCEL" in his.response.text


def file_of(browser, visit):
    (event,) = File.from_ical(browser.get(f"/visits/{visit}/calendar/").response.text).walk("VEVENT")
    return event


def test_whoever_comes_too_late_is_shown_others(site, hers, ben, max_berg):
    address = first_time(hers.get(f"/visits/doctors/{ben.id}/"), 40)
    with Browser(site).enter(max_berg) as other:
        other.get(address)
        hers.get(address).fill(mode="video").send()
        assert hers.page.h1 == "The visit is booked"
        late = other.fill(mode="video").send()
        assert (late.status, late.page.h1) == (409, "This time is gone")
        other.get(first_time(other)).fill(mode="video").send()
        assert other.page.h1 == "The visit is booked"
        assert other.get(address).status == 409
        assert other.get(f"/visits/{id_in(hers)}/").status == 404


def test_pressing_twice_shows_the_visit_that_there_is(hers, ben):
    hers.get(first_time(hers.get(f"/visits/doctors/{ben.id}/"), 50))
    form, at = hers.page.form, str(hers.response.request.url)
    first = hers.fill(mode="video").send().path
    again = hers.post(at, dict(form.fields) | {"mode": "video"})
    assert again.path == first


def test_another_visit_at_the_time_is_told_first(site, hers, ben, zoe):
    with Browser(site).enter(zoe) as browser:
        keep_hours(browser)
    book(hers, ben, 60)
    start = re.search(r"start=(\d+)", str(hers.trail[0].request.url))[1]
    hers.get(f"/visits/doctors/{zoe.id}/book/?start={start}").fill(mode="video").send()
    assert "You have another visit then" in hers.page.errors[0]
    assert ben.name in hers.page.errors[0]
    hers.fill(knowing="on").send()
    assert hers.page.h1 == "The visit is booked"


def test_called_off_and_taken_back(hers, ben):
    visit = id_in(book(hers, ben, 70))
    hers.get(f"/visits/{visit}/cancel/").send()
    hers.form("It takes place after all").send()
    assert hers.page.h1 == "The visit is booked"
    hers.get(f"/visits/{visit}/")
    assert {"Move it", "Call it off"} <= set(hers.page.links)


def test_a_stranger_sees_none_of_it(site, hers, ben, zoe):
    visit = id_in(book(hers, ben, 80))
    with Browser(site).enter(zoe) as stranger:
        for path in ("", "calendar/", "move/", "move/check/", "cancel/", "done/", "answer/"):
            assert stranger.get(f"/visits/{visit}/{path}").status == 404
        for path in ("back/", "missed/", "answer/", "cancel/", "move/check/"):
            assert stranger.post(f"/visits/{visit}/{path}", version="1", answer="yes").status == 404


def test_find_by_code_name_and_place(hers, ben):
    hers.get("/visits/find/").form("Go to this doctor").fill(typed=ben.code.lower()).send()
    assert hers.path == f"/visits/doctors/{ben.id}/"
    hers.get("/visits/find/").form("Go to this doctor").fill(typed="DOC-22222-22222").send()
    assert hers.page.errors == ["There is no doctor with this code who sees patients here"]
    assert ben.name in hers.get(f"/visits/find/?name={ben.name.split()[-1]}").page.links
    assert ben.name not in hers.get("/visits/find/?place=Atlantis").page.links


def test_nonsense_in_addresses_is_a_page_too(hers, ben):
    for query in ("?week=9999-12-31", "?week=0001-01-01", "?week=x", "?start=x"):
        assert hers.get(f"/visits/doctors/{ben.id}/{query}").status == 200
    for query, status in (("", 200), ("?start=99999999999", 200), ("?start=-1", 200), ("?start=1", 409)):
        assert hers.get(f"/visits/doctors/{ben.id}/book/{query}").status == status
    assert hers.get(f"/visits/doctors/{ben.id}/book/?start=9999999999").status == 409
    assert hers.get("/visits/doctors/nobody/").status == 404
    assert hers.get("/visits/nothing/").status == 404


def test_in_the_record_a_visit_says_that_it_has_a_page_of_its_own(site, hers, ben, ada, max_berg):
    record = f"/charts/{ada.id}/records/Appointment/{id_in(book(hers, ben))}/"
    assert "You wrote this on a page of its own" in hers.get(record).page.text
    for way in ("wrong/", "delete/", "change/"):
        assert hers.get(record + way).status == 404
    with Browser(site).enter(max_berg) as other:
        assert other.get(record).status == 404
