"""The copy to take away: it can be read alone, holds all of one's own and nothing of anybody else's."""

import csv
import io
import json
import zipfile

import pytest

from tests.acceptance.resources import action, consent
from tests.portal.chart.story import SCRIPT, problems


@pytest.fixture(scope="module")
def copy(site, story):
    from tests.portal.browser import Browser  # noqa: PLC0415 - beside the fixtures of a single test

    with Browser(site) as ada:
        ada.enter(story.ada, story.chart + "download/")
        ada.post(story.chart + "download/")
        assert ada.status == 200
        assert ada.response.headers["content-type"] == "application/zip"
        assert "health-record-" in ada.response.headers["content-disposition"]
        return zipfile.ZipFile(io.BytesIO(ada.response.content))


def test_the_page_says_what_is_made_and_how_big(as_ada, story):
    page = as_ada.get(story.chart + "download/").page
    assert "You get" in page.text
    assert "megabytes" in page.text
    assert "Test results" in page.text


def test_reading_the_page_makes_no_copy(as_ada, story):
    assert as_ada.get(story.chart + "download/").response.headers["content-type"].startswith("text/html")
    assert as_ada.http.head(story.chart + "download/").status_code == 200


def test_a_form_elsewhere_cannot_start_it(as_ada, story):
    answer = as_ada.http.post(story.chart + "download/", data={}, headers={"Referer": "https://evil.example/"})
    assert answer.status_code == 403


def test_all_pages_are_there_whole_and_without_links_out(copy):
    assert copy.testzip() is None
    names = set(copy.namelist())
    assert {"README.txt", "style.css", "index.html", "chart.json", "who-looked.html", "who-looked.csv"} <= names
    assert {"test-results-north-hospital.html", "trends.html", "permissions.html"} <= names
    index = copy.read("index.html").decode()
    for name in names:
        if not name.endswith(".html"):
            continue
        text = copy.read(name).decode()
        assert problems(text) == [], name
        assert "http:" not in text.replace("http://www.w3.org/2000/svg", ""), name
        assert "https:" not in text, name
        assert SCRIPT not in text, name
        assert name == "index.html" or f'href="{name}"' in index, name


def test_words_and_pictures(copy):
    results = copy.read("test-results-north-hospital.html").decode()
    assert "above the usual range" in results
    assert 'class="number-line"' in results
    assert 'class="trend"' in copy.read("trends.html").decode()
    assert "Ada Quinn" in copy.read("README.txt").decode()


def references(bundle):
    return {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in bundle["entry"]}


def test_the_bundle_holds_every_record_of_the_chart_and_no_other(copy, story):
    found = {
        f"{one['resource']['resourceType']}/{one['resource']['id']}"
        for one in json.loads(copy.read("chart.json"))["entry"]
    }
    everything = story.ada.actor.get(f"/Patient/{story.ada.id}/$everything?_count=500").json()
    assert found == references(everything)
    whole = b"".join(copy.read(name) for name in copy.namelist())
    assert b"Charlie" not in whole
    assert story.foreign["id"].encode() not in whole


def test_the_table_of_who_looked(copy):
    rows = list(csv.reader(io.StringIO(copy.read("who-looked.csv").decode())))
    assert rows[0][0] == "number"
    assert any("North Hospital" in row[2] for row in rows[1:])
    assert all(len(row) == len(rows[0]) for row in rows)


def test_it_stands_in_the_trail_as_one_entry(copy, as_ada, story):
    text = as_ada.get(f"{story.chart}looked/?who={story.ada.person}").page.text
    assert "read all that they may see" in text


def test_nobody_else_takes_it(as_ben, browse, story):
    assert as_ben.get(story.chart + "download/").status == 403
    charlie = browse().enter(story.charlie, f"/charts/{story.charlie.id}/download/")
    assert charlie.post(story.chart + "download/").status == 404


def test_no_delegate_takes_it_by_this_page(browse, story, site):
    """Acting for somebody else has pages of its own."""
    friend = site.patient("Finn Rye")
    given = consent(story.ada.person, friend.person, status="active", action=action("access"))
    story.ada.actor.send(given)
    browser = browse().enter(friend, f"/charts/{friend.id}/download/")
    assert browser.post(story.chart + "download/").status == 404
