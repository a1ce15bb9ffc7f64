"""Who looked: the patient's list, its filters and pages, and everybody's own steps."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from carefolio.base.clock import MICROSECONDS
from carefolio.ledger.reading import LOOKED_AT
from carefolio.portal.trail.forms import Narrowed
from tests.portal.chart.story import problems

READ_AT_ONCE = 60
"""So many steps are read for a page."""


@pytest.fixture(scope="module")
def read(site, story):
    """Ben reads the chart, Sue tries to."""
    from tests.portal.browser import Browser  # noqa: PLC0415 - beside the fixtures of a single test

    with Browser(site) as ben:
        ben.enter(story.ben, story.chart)
        ben.get(story.record(story.inside["Potassium"]))
        ben.get(story.record(story.outside["Asthma"]))
    with Browser(site) as sue:
        sue.enter(story.sue, story.chart)


@pytest.fixture
def looked(as_ada, story, read):
    return as_ada.get(story.chart + "looked/")


def test_reading_is_told_with_person_and_permission(looked, story):
    text = looked.page.text
    assert "Ben Osei (doctor) read" in text
    assert "Your permission of" in text
    assert "The reason given is your treatment." in text
    assert "was refused" not in text
    assert "North Hospital (hospital system) added" in text
    assert story.contract["id"] in looked.response.text
    assert story.inside["Potassium"]["id"] in looked.response.text
    assert problems(looked.response.text) == []


def test_refusals_stand_apart_with_their_number(looked, story, browse):
    for browser, base in ((looked, story.chart + "looked/"), (browse().enter(story.sue), "/trail/")):
        browser.get(base)
        words, link = next(pair for pair in browser.page.links.items() if "refused tr" in pair[0])
        assert words.split()[0].isdecimal()
        assert "was refused" not in browser.page.text.replace("were refused", "")
        browser.get(base + link)
        assert "refused" in browser.page.text
        assert "refused tr" not in browser.page.text
    assert "Refused tries" in looked.get(f"{story.chart}looked/?who={story.ben.person}").page.links


def test_one_page_of_a_doctor_is_one_line(looked, story):
    lines = looked.response.text.count("Ben Osei (doctor) read")
    assert lines == 2


def test_own_reading_is_hidden_unless_asked_for(looked, story):
    assert "You read" not in looked.page.text
    looked.fill(who=story.ada.person).send()
    assert "You read" in looked.page.text
    assert "Ben Osei (doctor)" not in looked.page.text


def test_filters(looked, story):
    looked.fill(who=story.ben.person).send()
    assert "Ben Osei (doctor) read" in looked.page.text
    assert "hospital system" not in looked.page.text
    looked.get(story.chart + "looked/?sort=refused")
    assert "was refused" in looked.page.text
    assert "Ben Osei (doctor) read" not in looked.page.text
    looked.get(story.chart + "looked/?sort=contract")
    assert "gave access" in looked.page.text
    looked.get(story.chart + "looked/?until=2020-01-01")
    assert "Nothing matches" in looked.page.text


def test_days_are_those_of_the_readers_calendar():
    """At half past nine in the evening of 14 March it is the 15th already by UTC."""
    evening = int(datetime(2026, 3, 15, 1, 30, tzinfo=UTC).timestamp()) * MICROSECONDS
    there = ZoneInfo("America/New_York")
    assert Narrowed({"since": "2026-03-14", "until": "2026-03-14"}, there).within(evening)
    assert not Narrowed({"since": "2026-03-15"}, there).within(evening)
    assert not Narrowed({"until": "2026-03-13"}, there).within(evening)


@pytest.mark.parametrize(
    "query",
    [
        "sort=zebra",
        "who=Practitioner/none",
        "since=x",
        "since=0001-01-01",
        "until=9999-12-31",
        "page=x",
        "page=99999999999999999999",
    ],
)
def test_odd_filters_are_no_failure(looked, story, query):
    assert looked.get(f"{story.chart}looked/?{query}").status == 200


def test_everybody_who_ever_looked_can_be_chosen(looked, story):
    """Also from a page on which they are not: those of another time."""
    offered = looked.page.form.choices["who"]
    looked.get(story.chart + "looked/?until=2020-01-01")
    assert "Nothing matches" in looked.page.text
    assert looked.page.form.choices["who"] == offered
    assert story.ben.person in offered


def test_who_was_only_refused_can_be_chosen_where_refusals_are_shown(looked, story):
    assert story.sue.person not in looked.page.form.choices["who"]
    assert story.sue.person in looked.get(story.chart + "looked/?sort=refused").page.form.choices["who"]


def test_choosing_another_patient_tells_no_name(looked, story):
    """Whoever knows the id of somebody's chart does not learn by it who they are."""
    page = looked.get(f"{story.chart}looked/?who={story.charlie.person}").page
    assert page.form.fields["who"] == [story.charlie.person]
    assert story.charlie.name not in page.html


def test_pages(looked, story):
    numbers = []
    while True:
        html = looked.response.text
        numbers += [int(part.split("/")[0]) for part in html.split("/looked/")[1:] if part[0].isdigit()]
        if "Older" not in looked.page.links:
            break
        looked.get(f"{story.chart}looked/{looked.page.links['Older']}")
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 10


def test_this_is_wrong_leads_on(looked, story):
    page = looked.follow("This is wrong").page
    assert page.h1 == "Somebody looked who had no reason to"
    assert "Change who has access" in page.links
    assert problems(page.html) == []
    assert looked.get(f"{story.chart}looked/999999/wrong/").status == 404


def test_a_wrong_look_is_told_to_an_auditor_who_marks_it(looked, browse, site, story):
    odo = site.staff("auditor", "Odo Tarn")
    looked.get(f"{story.chart}looked/?who={story.ben.person}&sort=read").follow("This is wrong")
    number = looked.path.split("/")[4]
    looked.send()
    assert looked.page.errors == ["Choose what is wrong"]
    looked.post(f"/drafts/wrong/{story.ada.id}/{number}/", what="no-reason", text="Who is he?")
    looked.get(f"{story.chart}looked/{number}/wrong/?refused=1")
    assert (looked.page.h1, looked.page.errors) == ("Somebody looked who had no reason to", []), (
        "only its button sends it"
    )
    looked.send()
    assert looked.page.h1 == "You have told us"
    assert "that something is wrong" in looked.get(f"{story.chart}looked/?sort=report").page.text
    mail = site.inbox.take(odo.email, "").text
    assert "Ada" not in mail
    assert "Who is he" not in mail
    his = browse().enter(odo, "/notices/")
    assert "no reason to look" in his.page.text
    his.get("/oversight/reports/").follow("Look at it")
    for told in ("Who is he?", "They had no reason to look", "Ben Osei (doctor)", f"entry {number}"):
        assert told in his.page.text
    for secret in (story.ada.name, "Potassium"):
        assert secret not in his.page.html
    his.send()
    assert "Looked at" in his.page.text
    assert "Mark as looked at" not in his.page.text
    assert "looked at what you told us" in looked.get("/notices/").page.text
    again = looked.get(f"{story.chart}looked/{number}/wrong/told/")
    assert again.page.h1 == "You have told us"


def test_nobody_tells_of_another_charts_looks(browse, site, story):
    other = browse().enter(story.charlie)
    assert other.get(f"{story.chart}looked/1/wrong/told/").status == 404


def test_the_doctors_own_trail(as_ben, story, read):
    page = as_ben.get("/trail/").page
    assert "You read" in page.text
    assert "The patient's permission" not in page.text
    assert problems(page.html) == []
    assert as_ben.get("/trail/?sort=refused").status == 200
    assert as_ben.get("/trail/?sort=write").status == 200


def test_the_patients_own_trail_is_in_their_list(as_ada, story):
    assert as_ada.get("/trail/").path == story.chart + "looked/"


def test_everybody_has_a_trail(browse, site, story):
    admin = browse().enter(site.staff("admin", "Dora Lind"), "/trail/")
    assert admin.page.h1 == "What I did"
    assert "Nothing yet" in admin.page.text


def test_a_rare_kind_is_found_behind_many_others(as_ada, story, read):
    """Who asks for refused tries sees them on the first page, however much was read since."""
    potassium = story.inside["Potassium"]["id"]
    for _time in range(READ_AT_ONCE + 1):
        assert story.ben.actor.get(f"/Observation/{potassium}").status_code == 200
    page = as_ada.get(story.chart + "looked/?sort=refused").page
    assert "was refused" in page.text
    assert "Nothing so far" not in page.text


def test_a_list_that_goes_on_says_so_where_nothing_is_to_be_shown(as_ada, story, site):
    """Her own reading is left out, and so much of it ends a page."""
    site.ask("pass_over", entries=3)
    try:
        for _time in range(3):
            assert story.ada.actor.get(f"/Patient/{story.ada.id}").status_code == 200
        page = as_ada.get(story.chart + "looked/").page
        assert "Nothing so far" in page.text
        assert as_ada.follow("Look further back").status == 200
    finally:
        site.ask("pass_over", entries=LOOKED_AT)
