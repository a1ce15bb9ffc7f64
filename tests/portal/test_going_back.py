"""Back, after a form was refused and put right: every page on the way can be shown again, and none is kept for it."""

import pytest


@pytest.fixture
def ada_there(windows, site, ada):
    """Ada at the form for a problem; with JavaScript and without."""

    def at(path, **more):
        return windows(site, person=ada, path=path, **more)

    return at


@pytest.mark.parametrize("javascript", [True, False])
def test_back_leads_to_the_form_and_not_to_an_error_of_the_browser(ada_there, ada, javascript):
    window = ada_there(f"/charts/{ada.id}/add/problem/", javascript=javascript)
    window.get_by_label("Note").fill("Since the stairs")
    window.get_by_role("button", name="Save").click()
    window.get_by_role("heading", name="There is a problem").wait_for()
    assert window.title().startswith("Error:")
    assert window.get_by_label("Note").input_value() == "Since the stairs"
    window.get_by_label("What is it?").fill("Sore knee")
    window.get_by_role("button", name="Save").click()
    window.get_by_text("Saved: 1 record.").wait_for()
    answer = window.go_back()
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert window.get_by_role("button", name="Save").is_visible()


def test_what_was_refused_is_shown_by_get_and_stays_sealed_until_it_is_right(browse, ada, site):
    browser = browse().enter(ada, f"/charts/{ada.id}/add/problem/")
    browser.fill(note="Only a note").send()
    assert [one.request.method for one in browser.trail] == ["POST", "GET"]
    assert browser.trail[0].status_code == 303
    assert browser.response.request.url.query == b"refused=1"
    assert browser.page.errors
    assert browser.page.form.fields["note"] == ["Only a note"]
    assert browser.get(browser.path + "?refused=1").page.errors
    browser.get(browser.path)
    assert browser.page.errors == []
    assert browser.page.form.fields["note"] == ["Only a note"]
    browser.fill(problem="Sore elbow").send()
    assert site.ask("draft", email=ada.email, form=f"add/{ada.id}/problem") is None
    assert browser.get(f"/charts/{ada.id}/add/problem/?refused=1").page.errors == []


def test_what_is_too_much_to_keep_is_refused_where_it_was_sent(browse, ada):
    browser = browse().enter(ada, f"/charts/{ada.id}/add/problem/")
    browser.fill(note="x" * 70_000).send()
    assert [one.request.method for one in browser.trail] == ["POST"]
    assert browser.page.errors


def test_a_form_that_is_right_is_sent_by_its_button_alone(browse, ada):
    """The mark in the address shows mistakes again; it sends nothing, whatever the draft holds."""
    address = f"/charts/{ada.id}/add/problem/"
    browser = browse().enter(ada, address)
    before = browser.get(f"/charts/{ada.id}/").page.text.count("Stiff neck")
    browser.post(
        f"/drafts/add/{ada.id}/problem/", dict(browser.get(address).page.form.fields) | {"problem": "Stiff neck"}
    )
    assert browser.get(f"{address}?refused=1").page.errors == []
    assert browser.get(f"/charts/{ada.id}/").page.text.count("Stiff neck") == before
