"""The patient's own details: from the form over the check to the record, with drafts and versions."""

import pytest

from carefolio.portal.chart.person import values_of
from tests.portal.chart.story import problems


@pytest.fixture
def form(as_ada, story):
    return as_ada.get(story.chart + "details/")


@pytest.fixture
def as_it_was(form):
    """What is refused here stays in the form, as a draft: it is put right for the next test."""
    held = dict(form.page.form.fields)
    yield
    form.post("/drafts/details/", held)


def stored(story):
    return story.ada.actor.get(f"/Patient/{story.ada.id}").json()


def test_the_form_shows_what_stands(form):
    fields = form.page.form.fields
    assert fields["given"] == ["Ada"]
    assert fields["family"] == ["Quinn"]
    assert fields["born_year"] == ["1985"]
    assert fields["sex"] == ["female"]
    assert fields["phone"] == ["0123"]
    assert problems(form.response.text) == []


def test_a_correction_from_form_to_record(form, story):
    before = stored(story)
    form.fill(street="7 Mill Lane", city="Cork", contact="Tom Quinn", relation="brother", contact_phone="0199").send()
    assert form.path == story.chart + "details/check/"
    assert "You changed 5 answers." in form.page.text
    assert "7 Mill Lane (changed)" in form.page.text
    assert problems(form.response.text) == []
    assert stored(story)["meta"]["versionId"] == before["meta"]["versionId"]
    form.send()
    assert form.path == story.chart + "details/done/"
    after = stored(story)
    assert after["address"] == [{"use": "home", "line": ["7 Mill Lane"], "city": "Cork"}]
    assert after["contact"][0]["name"] == {"text": "Tom Quinn"}
    assert after["identifier"] == before["identifier"]
    assert after["name"] == before["name"]
    assert values_of(after)["contact_phone"] == "0199"
    assert "answers that you began" not in form.get(story.chart + "details/").page.text


@pytest.mark.usefixtures("as_it_was")
def test_what_is_wrong_is_told_and_kept(form):
    form.fill(family="", born_month="13", contact_phone="0100", contact="").send()
    assert form.status == 200
    assert form.page.title.startswith("Error:")
    assert len(form.page.errors) == 3
    assert form.page.form.fields["born_month"] == ["13"]
    assert problems(form.response.text) == []


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("year", ["2199", "1700"])
def test_a_birth_in_the_future_or_long_ago(form, year):
    assert form.fill(born_year=year).send().page.errors


def test_what_was_typed_comes_back(form, story, browse):
    form.post("/drafts/details/", form.page.form.fields | {"city": "Galway"})
    again = browse().enter(story.ada, story.chart + "details/")
    assert again.page.form.fields["city"] == ["Galway"]
    assert "did not save yet" in again.page.text
    again.fill(city="Cork").send().send()
    assert again.path == story.chart + "details/done/"


def test_what_is_saved_is_what_the_check_showed(form, story):
    (city,) = form.page.form.fields["city"]
    form.fill(city="Sligo").send()
    given, before = form.page.form.fields, stored(story)["meta"]
    typed = form.get(story.chart + "details/").page.form.fields
    form.post("/drafts/details/", typed | {"city": "Sli"})
    form.post(story.chart + "details/check/", given)
    assert form.path == story.chart + "details/check/"
    assert "changed on another page" in form.page.text
    assert stored(story)["meta"] == before
    form.get(story.chart + "details/").fill(city=city).send().send()


def test_a_change_meanwhile_is_told_and_nothing_is_lost(form, story):
    form.fill(city="Sligo").send()
    assert form.path == story.chart + "details/check/"
    north = story.north.change(stored(story), maritalStatus={"text": "Married"})
    form.send()
    assert form.path == story.chart + "details/"
    assert "What you typed is kept" in form.page.text
    assert form.page.form.fields["city"] == ["Sligo"]
    assert "Somebody changed your details since you began" in form.page.text
    assert "Town or city: Cork" in form.page.text
    form.send().send()
    assert form.path == story.chart + "details/done/"
    after = stored(story)
    assert after["maritalStatus"] == north["maritalStatus"]
    assert after["address"][0]["city"] == "Sligo"


def test_a_mistake_over_an_older_version_is_put_right_in_one_go(form, story):
    form.fill(city="Sligo", born_year="much").send()
    assert form.response.request.url.query == b"refused=1"
    story.north.change(stored(story), maritalStatus={"text": "Single"})
    form.get(form.path + "?refused=1")
    assert "Somebody changed your details since you began" in form.page.text
    year = story.ada.actor.get(f"/Patient/{story.ada.id}").json()["birthDate"][:4]
    form.fill(born_year=year).send().send()
    assert form.path == story.chart + "details/done/"
    assert stored(story)["address"][0]["city"] == "Sligo"


def test_nothing_changed_writes_nothing(form, story):
    before = stored(story)["meta"]["versionId"]
    form.send()
    assert "You changed nothing." in form.page.text
    form.send()
    assert stored(story)["meta"]["versionId"] == before


def test_the_check_without_answers_leads_back(as_ada, story):
    assert as_ada.get(story.chart + "details/check/").path == story.chart + "details/"


def test_doctors_have_no_such_page(as_ben, story):
    assert as_ben.get(story.chart + "details/").status == 403


def test_nonsense_is_no_failure(form, story):
    assert form.post(story.chart + "details/", {"version": "x", "sex": "zebra", "born_day": "\0"}).status == 200
    assert form.page.errors
