"""Pictures and documents: looked at by content, kept with the chart, served so that they can do nothing."""

import pytest

from tests.workflows.charting.test_pictures import PLACE, chunk, png

PDF = b"%PDF-1.7\n<script>alert(1)</script>"


def sent(browser, address, name, data, **fields):
    """A form with a file."""
    browser.get(address)
    form = {name: value[0] for name, value in browser.page.form.fields.items()}
    answer = browser.http.post(
        address,
        data=form | fields,
        files={name: ("x", data)},
        headers={"Referer": str(browser.response.request.url)},
    )
    return answer


def test_a_patient_sends_a_document_and_opens_it_again(as_ada, as_ben, story):
    address = story.chart + "add/document/"
    answer = sent(as_ada, address, "file", PDF, title="Letter from the eye doctor")
    assert answer.status_code == 302
    as_ada.get(answer.headers["location"])
    assert "Letter from the eye doctor" in as_ada.page.text
    for browser in (as_ada, as_ben):
        got = browser.get(answer.headers["location"] + "file/0/").response
        assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
        assert got.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in got.headers["content-security-policy"]
        assert got.headers["x-content-type-options"] == "nosniff"
    assert as_ada.get(answer.headers["location"] + "file/1/").status == 404


def test_a_picture_of_the_skin_is_shown_without_what_the_camera_added(as_ada, browse, story):
    picture = png(chunk(b"eXIf", PLACE), width=4, height=3)
    answer = sent(as_ada, story.chart + "add/skin/", "picture", picture, site="face", looks="mole")
    assert answer.status_code == 302, answer.text
    (media,) = story.held("Media")
    page = f"{story.chart}records/Media/{media['id']}/"
    assert f'src="{page}file/0/"' in as_ada.get(page).page.html
    got = as_ada.get(page + "file/0/").response
    assert (got.content, got.headers["content-type"]) == (png(width=4, height=3), "image/png")
    assert got.headers["content-disposition"].startswith("inline")
    assert browse().enter(story.charlie).get(page + "file/0/").status == 404
    own = f"/charts/{story.charlie.id}/records/Media/{media['id']}/file/0/"
    assert browse().enter(story.charlie).get(own).status == 404
    assert as_ada.get(own).status == 404, "in no other chart"


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00", b"<html>\x00", b"\x89PNG\r\n\x1a\nxx", b"a" * (5 * 1024 * 1024 + 1)]
)
def test_what_may_not_be_sent_is_told(as_ada, story, data):
    before = len(story.held("DocumentReference"))
    answer = sent(as_ada, story.chart + "add/document/", "file", data, title="Odd")
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert len(story.held("DocumentReference")) == before
