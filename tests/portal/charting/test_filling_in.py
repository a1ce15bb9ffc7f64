"""Forms on pages: a patient in their own chart, doctors under a contract or at a visit."""

import pytest


def test_a_patient_adds_their_weight_and_height_and_sees_them_with_the_mass_index(as_ada, story):
    as_ada.get(story.chart).follow("Add").follow("General health")
    as_ada.follow("Use pounds, inches and °F")
    as_ada.fill(weight_0="150", weight_1="lb", height_0="5 ft 11", height_1="ft", note="At home").send()
    assert "Saved: 3 records." in as_ada.page.text
    values = {one["code"]["coding"][0]["code"]: one["valueQuantity"] for one in story.held("Observation")}
    assert [values[code]["value"] for code in ("29463-7", "8302-2", "39156-5")] == [68.04, 180.3, 20.9]
    assert {one["performer"][0]["reference"] for one in story.held("Observation")} == {story.ada.person}
    as_ada.get(story.chart + "trends/loinc-39156-5/")
    assert "20.9" in as_ada.page.text
    assert "150.0 lb" in as_ada.get(story.chart + "trends/loinc-29463-7/").page.text
    as_ada.follow("Use kilograms, centimetres and °C")
    assert "68.04 kg" in as_ada.page.text


def test_nothing_and_half_a_blood_pressure_are_told(as_ada, story):
    as_ada.get(story.chart + "add/heart/").send()
    assert as_ada.page.errors == ["Answer at least one question"]
    as_ada.fill(systolic="140", pulse="9000").send()
    assert as_ada.page.errors == [
        "Enter both numbers of the blood pressure",
        "Check the number: it must be from 20 to 300 beats per minute",
    ]
    assert as_ada.page.form.fields["systolic"] == ["140"]


def test_what_was_sent_twice_is_written_once(as_ada, story):
    before = len(story.held("Condition"))
    as_ada.get(story.chart + "add/problem/").fill(problem="Sore knee")
    form = dict(as_ada.page.form.fields)
    for _time in range(2):
        as_ada.post(story.chart + "add/problem/", {**form, "problem": "Sore knee"})
    assert len(story.held("Condition")) == before + 1
    assert story.held("Condition")[0]["asserter"]["reference"] == story.ada.person


def test_what_was_typed_and_not_sent_is_there_again(as_ada, story):
    address = story.chart + "add/results/"
    as_ada.get(address).post(f"/drafts/add/{story.ada.id}/results/", potassium="4.1", glucose_0="99", glucose_1="mg")
    as_ada.get(address)
    fields = as_ada.page.form.fields
    assert (fields["potassium"], fields["glucose_0"], fields["glucose_1"]) == (["4.1"], ["99"], ["mg"])


def test_a_doctor_adds_a_diagnosis_with_its_hints(as_ben, as_ada, story):
    as_ada.get(story.chart + "add/heart/").fill(systolic="185", diastolic="100", pulse="").send()
    as_ben.get(story.chart + "add/diagnosis/")
    assert "180/120 mmHg or more" in as_ben.page.text
    assert "NICE NG136" in as_ben.page.text
    as_ben.fill(problem="High blood pressure", sure="confirmed", note="Treat now").send()
    made = story.held("Condition")[0]
    assert [one["code"] for one in made["code"]["coding"]] == ["38341003", "I10"]
    assert made["asserter"]["reference"] == story.ben.person
    as_ada.get(story.chart)
    assert "High blood pressure" in as_ada.page.text


def test_a_doctor_writes_at_a_visit_without_seeing_the_chart(as_sue, story):
    as_sue.get(story.chart + "add/")
    assert "Ada Quinn" in as_sue.page.text
    as_sue.follow("Teeth").fill(teeth=["16", "36"], finding="decay").send()
    assert (as_sue.path, "16" in as_sue.page.text) == (story.chart + "teeth/", True)
    assert "High blood pressure" not in as_sue.get(story.chart).page.text
    assert as_sue.page.h1 == "Ada Quinn", "as the visit tells her name"
    assert len([one for one in story.held("Observation") if one["performer"][0]["reference"] == story.sue.person]) == 2


@pytest.mark.parametrize("form", ["", "general/", "teeth/", "problem/", "diagnosis/", "document/", "test/"])
def test_strangers_find_nothing(browse, story, form):
    for person in (story.zoe, story.charlie):
        found = browse().enter(person)
        assert found.get(f"{story.chart}add/{form}").status in (403, 404)
        assert found.post(f"{story.chart}add/{form}", weight_0="70", problem="Gout").status in (403, 404, 405)


def test_what_somebody_wrote_is_deleted_and_put_back(as_ada, browse, story):
    as_ada.get(story.chart + "add/problem/").fill(problem="Gout").send()
    made = story.held("Condition")[0]
    address = f"{story.chart}records/Condition/{made['id']}/"
    assert as_ada.get(address + "deleted/").status == 404
    as_ada.get(address).follow("Delete it").send()
    assert as_ada.path == address + "deleted/"
    stranger = browse().enter(story.ben)
    assert stranger.post(address + "deleted/").status in (403, 404)
    as_ada.send()
    assert as_ada.path == address
    assert "It is back" in as_ada.page.text
    assert story.held("Condition")[0]["meta"]["versionId"] == "3"


def test_a_doctor_changes_and_deletes_what_they_wrote(as_ben, as_ada, story):
    as_ben.get(story.chart + "add/results/").fill(potassium="4.4").send()
    made = story.held("Observation")[0]
    address = f"{story.chart}records/Observation/{made['id']}/"
    as_ben.get(address).follow("Change what you wrote").fill(value="5.4").send()
    assert "5.4" in as_ada.get(address).page.text
    assert "by Ben Osei" in as_ada.page.text
    assert as_ada.get(address + "change/").status == 404
    as_ben.get(address).follow("Delete it").send()
    assert as_ada.get(address).status in (404, 410)
