"""Who sees what of a chart: its patient everything, a doctor what was shared, strangers nothing at all."""

import re

import pytest

from carefolio.portal.chart.addresses import key_of
from tests.acceptance.resources import action, consent, emergency
from tests.portal.chart.story import SCRIPT, problems

PAGES = ("", "trends/", f"trends/{key_of('http://loinc.org|2823-3')}/", "details/", "download/", "looked/")
PATIENTS_ONLY = ("details/", "details/check/", "details/done/", "download/", "looked/", "looked/1/wrong/")


def every_page(story):
    records = [story.record(one) for one in (*story.inside.values(), *story.outside.values())]
    return [story.chart + page for page in (*PAGES, *PATIENTS_ONLY)] + records


def test_a_stranger_doctor_sees_no_page(browse, story):
    sue = browse().enter(story.sue)
    for page in every_page(story):
        status = sue.get(page).status
        assert status in (403, 404), page
        assert "Quinn" not in sue.response.text, page
        assert status == 404 or any(page.endswith(name) for name in PATIENTS_ONLY), page


def test_another_patient_sees_no_page(browse, story):
    charlie = browse().enter(story.charlie)
    for page in [*every_page(story), story.record(story.own) + "wrong/", story.record(story.own) + "delete/"]:
        assert charlie.get(page).status == 404, page
        assert "Quinn" not in charlie.response.text, page


def test_nobody_signed_in_is_led_to_the_sign_in_page(browser, story):
    assert browser.get(story.chart).path == "/accounts/login/"


@pytest.mark.parametrize("role", ["admin", "auditor", "pharmacist"])
def test_other_roles_are_refused(browse, story, site, role):
    other = browse().enter(site.staff(role, "Kim Vale"))
    assert other.get(story.chart).status == 403


def test_hidden_and_absent_look_alike(browse, story):
    sue = browse().enter(story.sue)
    hidden = sue.get(story.chart).response.text.replace(story.ada.id, "X")
    absent = sue.get("/charts/01a20360-0000-7000-8000-000000000000/").response.text
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|data-now="\d+"|content="\d+"')
    assert tokens.sub("", hidden) == tokens.sub("", absent.replace("01a20360-0000-7000-8000-000000000000", "X"))


def test_the_patient_sees_all(as_ada, story):
    page = as_ada.get(story.chart).page
    assert page.h1 == "Your health record"
    for words in (
        "Potassium",
        "Asthma",
        "Flu vaccine",
        "Sore knee",
        "Salts and more",
        "North Hospital",
        "South Clinic",
    ):
        assert words in page.text, words
    assert story.ada.code in page.text
    assert "Fetched for you from the region" in page.text


def test_the_doctor_sees_what_was_shared(as_ben, story):
    page = as_ben.get(story.chart).page
    assert "Potassium" in page.text
    assert "Salts and more" in page.text
    for words in ("Asthma", "Flu", "Sore knee", "South Clinic", "weight", "Weight"):
        assert words not in page.text, words
    assert "from North Hospital" in page.text
    assert "1 November 2027" in page.text
    assert "You may read, and not add." in page.text


def test_counts_and_filters_hold_nothing_hidden(as_ben, story):
    form = as_ben.get(story.chart).page.form
    assert form.choices["kind"] == ["", "results"]
    assert form.choices["hospital"] == ["", story.north.id]
    assert "(5)" in as_ben.page.text
    assert as_ben.get(story.chart + "?kind=problems").page.text.count("Asthma") == 0
    assert "Nothing matches" in as_ben.page.text


def test_each_record_inside_is_readable_and_each_outside_is_not(as_ben, story):
    for one in story.inside.values():
        assert as_ben.get(story.record(one)).status == 200
    for one in (*story.outside.values(), story.own):
        assert as_ben.get(story.record(one)).status == 404


def test_linked_records_are_those_that_the_reader_may_see(as_ada, as_ben, story):
    report = story.record(story.inside["Salts and more"])
    weight = story.outside["weight"]["id"]
    assert weight in as_ada.get(report).response.text
    assert story.inside["Potassium"]["id"] in as_ben.get(report).response.text
    assert weight not in as_ben.response.text


def test_trends_hold_nothing_hidden(as_ada, as_ben, story):
    assert "Weight" in as_ada.get(story.chart + "trends/").page.text
    assert "Weight" not in as_ben.get(story.chart + "trends/").page.text
    assert "3 values" in as_ben.page.text
    assert "from North Hospital" in as_ben.page.text
    address = story.chart + f"trends/{key_of('http://loinc.org|2823-3')}/"
    assert "4.1 mmol/L" in as_ada.get(address).page.text
    assert "South Clinic" in as_ada.page.text
    assert "South Clinic" not in as_ben.get(address).page.text
    assert as_ben.get(story.chart + f"trends/{key_of('http://loinc.org|29463-7')}/").status == 404


def test_a_record_of_another_chart_is_not_shown_under_this_one(as_ada, browse, story):
    foreign = f"{story.chart}records/Condition/{story.foreign['id']}/"
    assert as_ada.get(foreign).status == 404
    charlies = f"/charts/{story.charlie.id}/records/Condition/{story.own['id']}/"
    assert as_ada.get(charlies).status == 404
    assert as_ada.get(f"{story.chart}records/Practitioner/{story.ben.id}/").status == 404
    assert as_ada.get(f"{story.chart}records/Nonsense/{story.own['id']}/").status == 404


def test_text_of_records_is_escaped(as_ada, story):
    for page in (story.chart, story.record(story.inside["Oddity"]), story.chart + "trends/"):
        assert SCRIPT not in as_ada.get(page).response.text
    assert "&lt;script&gt;" in as_ada.get(story.chart).response.text


def test_pages_are_well_formed_small_and_have_help(as_ada, as_ben, story):
    for visitor, pages in ((as_ada, [*PAGES, "looked/1/wrong/"]), (as_ben, PAGES[:3])):
        for page in pages:
            text = visitor.get(story.chart + page).response.text
            if visitor.status == 404:
                continue
            assert problems(text) == [], page
            assert len(text) < 60_000, page
            assert "Carefolio" in visitor.page.title, page
            assert "Help with this page" in visitor.page.text, page
    text = as_ada.get(story.record(story.inside["Potassium"])).response.text
    assert problems(text) == []


def test_emergency_access_is_told(browse, story, site):
    eve = site.doctor("Eve Hart")
    assert eve.actor.post(f"/Patient/{story.ada.id}/$break-glass", emergency()).status_code == 200
    page = browse().enter(eve).get(story.chart).page
    assert page.h1 == "Ada Quinn"
    assert "in an emergency" in page.text
    assert "41 years" in page.text


def test_what_a_doctor_wrote_stays_open_to_them(browse, story, site):
    whole = site.doctor("Ida Pell")
    asked = whole.actor.send(consent(story.ada.person, whole.person, action=action("correct")))
    given = story.ada.actor.change(asked, status="active")
    browser = browse().enter(whole, story.chart)
    assert "the whole health record" in browser.page.text
    assert "You may read and add records." in browser.page.text
    assert "It holds until Ada Quinn ends it." in browser.page.text
    whole.actor.send(
        {"resourceType": "Condition", "subject": {"reference": story.ada.person}, "code": {"text": "Cold"}}
    )
    story.ada.actor.change(given, status="inactive")
    page = browser.get(story.chart).page
    assert "You see what you or your hospital wrote about this patient." in page.text
    assert "Cold" in page.text
    assert "Asthma" not in page.text
