"""The timeline: filters, pages back and forth, odd addresses; a record: its words, versions, what is wrong with it."""

import pytest

from tests.acceptance.resources import condition, observation
from tests.portal.chart.story import POTASSIUM, problems

MANY = 60


@pytest.fixture(scope="module")
def long_chart(site, story):
    """Another patient with more than two pages."""
    lena = site.patient("Lena Fox")
    for number in range(MANY):
        day = f"{2020 + number // 12}-{number % 12 + 1:02d}-01"
        story.north.send(condition(lena.person, code={"text": f"Cough {number}"}, recordedDate=day))
    return lena


def test_filters_by_kind_hospital_and_day(as_ada, story):
    as_ada.get(story.chart)
    page = as_ada.fill(kind="vaccinations").send().page
    assert "Flu vaccine" in page.text
    assert "Asthma" not in page.text
    assert page.form.fields["kind"] == ["vaccinations"]
    page = as_ada.get(f"{story.chart}?hospital={story.south.id}").page
    assert "Flu vaccine" in page.text
    assert "Asthma" not in page.text
    page = as_ada.get(f"{story.chart}?hospital=none").page
    assert "Sore knee" in page.text
    assert "Asthma" not in page.text
    page = as_ada.get(f"{story.chart}?since=2025-10-01&until=2025-12-31").page
    assert "Flu vaccine" in page.text
    assert "Sore knee" not in page.text


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "hospital=x%2Fy", "since=tomorrow", "until=2024-13-45", "before=...", "kind[]=x"]
)
def test_odd_filters_are_no_failure(as_ada, story, query):
    assert as_ada.get(f"{story.chart}?{query}").status == 200
    assert problems(as_ada.response.text) == []


def test_a_page_link_of_somebody_else_is_malformed(as_ada, story):
    assert as_ada.get(f"{story.chart}?page=nonsense").status == 400


def test_older_and_newer(browse, long_chart):
    lena = browse().enter(long_chart, f"/charts/{long_chart.id}/")
    seen = []
    first = lena.page.text
    while True:
        seen += [words for words in lena.page.links if words.startswith("Cough")]
        assert problems(lena.response.text) == []
        if "Older" not in lena.page.links:
            break
        lena.get(f"/charts/{long_chart.id}/{lena.page.links['Older']}")
    assert seen == [f"Cough {number}" for number in reversed(range(MANY))]
    while "Newer" in lena.page.links:
        lena.get(f"/charts/{long_chart.id}/{lena.page.links['Newer']}")
    assert [w for w in lena.page.text.split() if w == "Cough"] == [w for w in first.split() if w == "Cough"]
    assert lena.page.links["Older"]


def test_an_empty_chart_says_so(browse, site):
    new = site.patient("Nils Berg")
    page = browse().enter(new, f"/charts/{new.id}/").page
    assert "No records yet" in page.text
    assert "No trends yet" in browse().enter(new, f"/charts/{new.id}/trends/").page.text


def test_a_record_in_words(as_ada, story):
    page = as_ada.get(story.record(story.inside["Potassium"])).page
    assert page.h1 == "Potassium"
    assert "above the usual range" in page.text
    assert "number-line" in page.html
    assert "North Hospital" in page.text
    assert "See it over time" in page.links
    assert "Codes and numbers for specialists" in page.text
    assert f"<code>http://loinc.org|{POTASSIUM}</code>" in page.html


def test_earlier_versions_are_told(as_ada, story):
    made = story.north.send(observation(story.ada.person, effectiveDateTime="2023-03-01", code={"text": "Iron"}))
    story.north.change(made, valueQuantity={"value": 9.9, "unit": "mmol/L"})
    page = as_ada.get(story.record(made)).page
    assert "9.9" in page.text
    assert "Earlier versions" in page.text
    assert "4.1 mmol/L" in page.text
    assert problems(page.html) == []


def test_a_visit_shows_what_belongs_to_it(as_ada, story):
    patient = story.ada.person
    visit = story.north.send(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": {"reference": patient},
            "period": {"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T10:20:00Z"},
        }
    )
    named = {"encounter": {"reference": f"Encounter/{visit['id']}"}}
    story.north.send(condition(patient, code={"text": "Sprained ankle"}, **named))
    page = as_ada.get(story.record(visit)).page
    assert "Sprained ankle (sprain of ankle)" in page.links
    assert "Belongs together" in page.text


def test_wrong_leads_to_who_wrote_it(as_ada, story):
    as_ada.get(story.record(story.inside["Potassium"]))
    page = as_ada.follow("This is wrong").page
    assert "North Hospital wrote this. Only they can change it." in page.text
    assert "Delete this record" not in page.text
    assert problems(page.html) == []
    assert as_ada.get(story.record(story.inside["Potassium"]) + "delete/").status == 404


def test_own_records_can_be_deleted(as_ada, story):
    made = story.ada.actor.send(condition(story.ada.person, code={"text": "Hiccups"}, recordedDate="2026-07-01"))
    as_ada.get(story.record(made)).follow("Delete it")
    assert problems(as_ada.response.text) == []
    story.ada.actor.change(made, code={"text": "Hiccups, long"})
    assert as_ada.send().status == 409
    assert as_ada.page.title.startswith("Error:")
    assert "Look at it again" in as_ada.page.text
    assert as_ada.send().path == story.record(made) + "deleted/"
    assert "It is deleted" in as_ada.page.text
    assert as_ada.get(story.record(made)).status in (404, 410)


def test_the_page_of_the_patient_leads_to_their_details(as_ada, story):
    page = as_ada.get(f"{story.chart}records/Patient/{story.ada.id}/").page
    assert "Change your details" in page.links
    contract = as_ada.get(story.record(story.contract)).page
    assert "Change who has access" in contract.links


def test_a_trend_has_sentence_picture_and_table(as_ada, story):
    as_ada.get(story.chart + "trends/")
    page = as_ada.get(story.chart + "trends/loinc-2823-3/").page
    assert "above the usual range" in page.text
    assert 'class="trend"' in page.html
    assert "5.4 mmol/L (high)" in page.text
    assert "3.5 to 5" in page.text
    assert as_ada.get(story.chart + "trends/loinc-0000-0/").status == 404
    assert as_ada.get(story.chart + "trends/x-!!/").status == 404


def test_a_trend_of_two_numbers(as_ada, story):
    def part(code, value):
        coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
        return {"code": coded, "valueQuantity": {"value": value, "unit": "mmHg"}}

    for day, upper, lower in (("2025-01-01", 130, 80), ("2026-01-01", 142, 91)):
        made = observation(story.ada.person, effectiveDateTime=day)
        del made["valueQuantity"]
        made["code"] = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "Blood pressure"}
        story.north.send(made | {"component": [part("8480-6", upper), part("8462-4", lower)]})
    page = as_ada.get(story.chart + "trends/loinc-85354-9/").page
    assert "From 130 mmHg on" in page.text
    assert "91 mmHg" in page.text
    assert "Blood pressure" in as_ada.get(story.chart + "trends/").page.text
