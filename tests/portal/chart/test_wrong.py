"""A patient says that a record is wrong; who wrote it is told."""

import pytest


@pytest.fixture
def at_record(as_ada, story):
    return as_ada.get(story.record(story.inside["Potassium"])).follow("This is wrong")


def test_a_record_is_told_to_the_hospitals_staff(at_record, browse, site, story):
    hal = site.staff("staff", "Hal Moor", story.north)
    dora = site.staff("admin", "Dora Lind")
    at_record.fill(what="not-true", text="It was lower.").send()
    assert at_record.page.h1 == "We have told them"
    assert "The staff of North Hospital read what you said" in at_record.page.text
    mail = site.inbox.take(hal.email, "").text
    for secret in ("lower", "Potassium", "Ada", "North"):
        assert secret not in mail
    text = browse().enter(hal, "/notices/").page.text
    for told in ("Ada Quinn says that a record is wrong", "It was lower.", story.inside["Potassium"]["id"]):
        assert told in text
    theirs = browse().enter(dora, "/notices/")
    assert "a record" not in theirs.page.text
    seen = theirs.get("/oversight/reports/").page
    assert "The staff of North Hospital was told" in seen.text
    for secret in ("lower", "Potassium", story.inside["Potassium"]["id"], "Ada"):
        assert secret not in seen.html


def test_where_a_hospital_has_no_staff_admins_pass_it_on_without_seeing_it(as_ada, browse, site, story):
    eva = site.staff("admin", "Eva Lund")
    as_ada.get(story.record(story.outside["Southern potassium"]) + "wrong/")
    as_ada.fill(what="not-me", text="This was my sister.").send()
    assert "do not see the record, nor what you wrote" in as_ada.page.text
    page = browse().enter(eva, "/notices/").page
    assert "South Clinic" in page.text
    assert "sister" not in page.html


def test_what_is_typed_and_not_sent_is_there_again(at_record, story):
    at_record.post(f"/drafts/wrong/{story.ada.id}/Observation/{story.inside['Potassium']['id']}/", text="Half")
    at_record.get(story.record(story.inside["Potassium"]) + "wrong/")
    assert at_record.page.form.fields["text"] == ["Half"]


def test_a_form_without_an_answer_says_so(at_record):
    at_record.send()
    assert at_record.page.errors == ["Choose what is wrong"]


def test_looking_at_a_form_tells_nobody(at_record, story):
    """The mark that shows mistakes again fills the form in from its draft; only its button sends it."""
    draft = f"/drafts/wrong/{story.ada.id}/Observation/{story.inside['Potassium']['id']}/"
    at_record.post(draft, what="not-true", text="It was lower.")
    at_record.get(story.record(story.inside["Potassium"]) + "wrong/?refused=1")
    assert (at_record.page.h1, at_record.page.errors) == ("Something in this record is wrong", [])
    assert at_record.page.form.fields["text"] == ["It was lower."]


def test_what_one_wrote_oneself_is_reported_to_nobody(as_ada, story):
    page = as_ada.get(story.record(story.own) + "wrong/").page
    assert "Delete this record" in page.links
    assert "Tell them" not in page.text
    assert as_ada.get(story.record(story.own) + "wrong/told/").path.endswith("/wrong/")
