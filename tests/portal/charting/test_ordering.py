"""A test that has an equal recent result is not ordered before that was shown."""


def test_a_recent_result_is_shown_and_asked_about(as_ada, as_ben, story):
    as_ada.get(story.chart + "add/results/").fill(hba1c_0="6.9").send()
    as_ben.get(story.chart + "add/test/").fill(test="hba1c", why="Thirst").send()
    assert "There is a recent result" in as_ben.page.text
    assert "6.9 %" in as_ben.page.text
    assert story.held("ServiceRequest") == []
    as_ben.send()
    assert as_ben.page.errors == ["Say why you order it all the same"]
    as_ben.fill(again="Measured at home").send()
    (made,) = story.held("ServiceRequest")
    assert (made["reasonCode"][0]["text"], made["note"][0]["text"]) == ("Thirst", "Measured at home")
    assert as_ben.path == f"{story.chart}records/ServiceRequest/{made['id']}/"


def test_a_newer_result_is_shown_before_the_order_is_taken(as_ada, as_ben, story):
    as_ada.get(story.chart + "add/results/").fill(crp="80").send()
    as_ben.get(story.chart + "add/test/").fill(test="crp").send()
    as_ben.fill(again="Fever")
    as_ada.get(story.chart + "add/results/").fill(crp="120").send()
    as_ben.send()
    assert "120 mg/L" in as_ben.page.text
    assert "There is a recent result" in as_ben.page.text


def test_without_one_it_is_ordered_at_once(as_ben, as_sue, story):
    as_ben.get(story.chart + "add/test/").fill(test="psa").send()
    assert story.held("ServiceRequest")[0]["code"]["coding"][0]["code"] == "2857-1"
    as_sue.get(story.chart + "add/test/").fill(test="crp").send()
    assert story.held("ServiceRequest")[0]["requester"]["reference"] == story.sue.person, "sees no result"


def test_an_open_order_is_shown_and_asked_about(as_ben, story):
    as_ben.get(story.chart + "add/test/").fill(test="ferritin", why="Tired").send()
    as_ben.get(story.chart + "add/test/").fill(test="ferritin").send()
    assert "It is ordered already" in as_ben.page.text
    assert "There is a recent result" not in as_ben.page.text
    as_ben.fill(again="The sample was lost").send()
    assert [one["note"][0]["text"] for one in story.held("ServiceRequest")[:1]] == ["The sample was lost"]


def test_a_part_alone_is_no_panel(as_ada, as_ben, story):
    as_ada.get(story.chart + "add/results/").fill(haemoglobin_0="12.4", potassium="4.1").send()
    for test in ("blood-count", "chemistry"):
        as_ben.get(story.chart + "add/test/").fill(test=test).send()
        assert "Ordered:" in as_ben.page.text
    as_ben.get(story.chart + "add/test/").fill(test="potassium").send()
    assert "There is a recent result" in as_ben.page.text


def test_patients_order_nothing(as_ada, story):
    assert as_ada.get(story.chart + "add/test/").status == 403
