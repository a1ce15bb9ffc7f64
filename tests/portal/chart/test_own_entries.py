"""A patient changes what they wrote themselves, by a new version."""

from decimal import Decimal

import pytest

from carefolio.portal.chart.own import can_change, labels_of, values_of, with_values

WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Weight at home"},
    "effectiveDateTime": "2026-11-20",
    "valueQuantity": {"value": Decimal("71.5"), "unit": "kg"},
}


@pytest.fixture
def address(story):
    """A fresh entry of Ada's."""
    made = story.ada.actor.send(
        WEIGHT | {"subject": {"reference": story.ada.person}, "valueQuantity": {"value": 71.5, "unit": "kg"}}
    )
    return story.record(made)


def boxes(day, month, year):
    return {"day_day": day, "day_month": month, "day_year": year}


def test_a_change_is_a_new_version(as_ada, address):
    as_ada.get(address).follow("Change what you wrote")
    assert as_ada.page.form.fields["value"] == ["71.5"]
    as_ada.fill(value="72.10", note="After lunch.", **boxes("19", "11", "2026")).send()
    for told in ("Saved.", "72.10", "After lunch.", "19 November 2026", "Earlier versions"):
        assert told in as_ada.page.text


def test_who_did_not_write_it_cannot_change_it(as_ada, browse, story):
    for one in (story.inside["Potassium"], story.outside["Asthma"]):
        assert as_ada.get(story.record(one) + "change/").status == 404
        assert "Change what you wrote" not in as_ada.get(story.record(one)).page.links
    assert browse().enter(story.charlie).get(story.record(story.own) + "change/").status == 404
    assert browse().enter(story.ben).get(story.record(story.own) + "change/").status == 404


def test_mistakes_are_told_and_kept(as_ada, address):
    as_ada.get(address + "change/")
    as_ada.fill(value="much", title="", **boxes("1", "1", "2999")).send()
    assert as_ada.page.errors == [
        "Enter what it is",
        "The value must be a number, like 71.5",
        "The day must be today or earlier",
    ]
    assert as_ada.page.form.fields["value"] == ["much"]


def test_what_the_records_refuse_is_told_and_kept(as_ada, address):
    as_ada.get(address + "change/").fill(title="Wei\x01ght", value="70").send()
    assert "This cannot be saved so." in as_ada.page.text
    assert as_ada.page.form.fields["value"] == ["70"]
    assert "Version 1" in as_ada.get(address).page.text


def test_who_looked_at_an_older_version_looks_again(as_ada, browse, story, address):
    other = browse().enter(story.ada, address + "change/")
    as_ada.get(address + "change/").fill(value="70").send()
    other.fill(value="80").send()
    assert "changed while you had the page open" in other.page.text
    assert other.page.form.fields["value"] == ["80"]
    assert "80 kg" not in as_ada.get(address).page.text
    other.send()
    assert "80 kg" in as_ada.get(address).page.text


def test_a_mistake_over_an_older_version_can_be_put_right(as_ada, browse, story, address):
    """The form that was refused was bound to the version that was the newest then."""
    other = browse().enter(story.ada, address + "change/").fill(value="much").send()
    assert other.response.request.url.query == b"refused=1"
    as_ada.get(address + "change/").fill(value="70").send()
    other.fill(value="80").send()
    for page in (other, other.get(address + "change/?refused=1")):
        assert "changed while you had the page open" in page.page.text
        assert page.page.form.fields["value"] == ["80"]
    other.send()
    assert "80 kg" in as_ada.get(address).page.text


def test_what_is_typed_and_not_sent_is_there_again(as_ada, story, address):
    _charts, chart, _records, type_, rid = address.strip("/").split("/")
    as_ada.get(address + "change/").post(f"/drafts/own/{chart}/{type_}/{rid}/", value="7", note="Half")
    as_ada.get(address + "change/")
    assert (as_ada.page.form.fields["value"], as_ada.page.form.fields["note"]) == (["7"], ["Half"])


def test_only_what_differs_is_touched():
    record = WEIGHT | {"text": {"div": "<div>71.5</div>"}, "note": [{"text": "Old"}, {"text": "Other"}]}
    assert with_values(record, values_of(record)) == record
    made = with_values(record, values_of(record) | {"note": "", "title": "Weight"})
    assert made == {key: value for key, value in record.items() if key != "text"} | {
        "note": [{"text": "Other"}],
        "code": {"text": "Weight"},
    }


def test_parts_of_a_blood_pressure_are_changed_and_what_was_said_of_them_goes():
    def part(value):
        quantity = {"value": value, "unit": "mmHg"}
        return {"code": {"text": "Upper"}, "valueQuantity": quantity, "interpretation": [{}], "referenceRange": [{}]}

    record = WEIGHT | {"component": [part(150), part(85)]}
    values = values_of(record)
    assert (values["part0"], values["part1"]) == (150, 85)
    assert labels_of(record)["part0"] == "Upper (mmHg)"
    made = with_values(record, values | {"part0": Decimal(140)})["component"]
    assert ["interpretation" in one for one in made] == [False, True]
    assert (made[0]["valueQuantity"]["value"], "referenceRange" in made[0]) == (140, True)
    assert "part0" not in values_of(record | {"component": [part(1)] * 3})


def test_a_coded_name_a_month_and_another_kind_stay():
    coded = WEIGHT | {"code": {"coding": [{"code": "1"}], "text": "Weight"}, "effectiveDateTime": "2026-11"}
    assert values_of(coded).keys() == {"value", "note"}
    said = {"resourceType": "Observation", "code": {"text": "Mood"}, "valueString": "Good"}
    assert with_values(said, values_of(said) | {"words": "Better", "note": "N"}) == said | {
        "valueString": "Better",
        "note": [{"text": "N"}],
    }
    assert not can_change({"resourceType": "Consent"})
