"""Nonsense in every form about oneself: what went wrong is said at the top and beside the field, nothing is lost."""

import pytest

from tests.portal.browser import Browser

NONSENSE = ["", " ", "\x00", "ß" * 400, "<script>alert(1)</script>", "'; DROP TABLE account; --", "٣١٢", "-1", "🙂"]
OPEN = ["/accounts/login/", "/accounts/signup/patient/", "/accounts/signup/doctor/", "/accounts/password/reset/"]
OWN = ["/accounts/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"]


def nonsense(form, what):
    return {name: what for name in form.names if name not in ("csrfmiddlewaretoken", "next")}


def refused(browser, path, what):
    browser.get(path)
    assert browser.path == path
    before = browser.page.form
    browser.fill(nonsense(before, what)).send()
    if not browser.page.errors and what == "" and path == "/accounts/":
        return  # its fields may be empty
    assert browser.status == 200, (path, what)
    page = browser.page
    assert page.title.startswith("Error: "), (path, what, page.title)
    assert "There is a problem" in page.text
    assert page.errors
    ids = [href for href in page.links.values() if href.startswith("#id_")]
    assert ids, "the summary leads to the fields"
    for target in ids:
        assert f'id="{target[1:]}"' in page.html, target
    typed = {name for name in page.form.fields if name in before.names - page.form.secret - {"csrfmiddlewaretoken"}}
    for name in typed - set(page.form.choices) - {"next", "code"}:
        assert page.form.fields[name][0].strip("\x00 ") == what.strip("\x00 "), (path, name)
    for name in page.form.secret:
        assert not page.form.fields[name][0], "a password is never shown again"
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("path", OPEN)
def test_forms_for_everybody(browse, site, path):
    for what in NONSENSE:
        site.forget_tries()
        refused(browse(), path, what)


@pytest.fixture(scope="module")
def signed_in(site):
    with Browser(site) as browser:
        yield browser.sign_in(site.patient("Dora Finch"))


@pytest.mark.parametrize("path", OWN)
def test_ones_own_forms(site, signed_in, path):
    for what in NONSENSE:
        site.forget_tries()
        refused(signed_in, path, what)


def test_zone_and_language_are_saved_and_used(browse, site):
    dora = site.patient("Dora Finch")
    browser = browse().enter(dora, "/accounts/")
    browser.fill(zone="Europe/Dublin", language="en-us").send()
    assert "Your choices are saved." in browser.page.text
    assert browser.page.form.fields["zone"] == ["Europe/Dublin"]
    assert '<html lang="en-us"' in browser.get("/").page.html.replace("'", '"')
