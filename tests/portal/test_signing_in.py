"""Signing in and out, and a password that was forgotten."""

import pytest

from tests.portal.site import PASSWORD

NEW = "quite another sentence"


@pytest.fixture
def dora(site):
    """A patient of this test's own: it changes her password."""
    return site.patient("Dora Finch")


def sign_in(browser, email, password=PASSWORD):
    return browser.get("/accounts/login/").fill(login=email, password=password).send()


def forgot(browser, site, email):
    browser.get("/accounts/password/reset/").fill(email=email).send()
    return browser.get(site.inbox.take(email, "Set a new password").link)


def test_signing_out_ends_the_session_here_and_at_the_door(browser, site, dora):
    browser.sign_in(dora)
    token = site.ask("session", key=browser.session)["token"]
    answer = site.http.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    browser.form("Sign out").send()
    assert browser.get("/accounts/").path == "/accounts/login/"
    answer = site.http.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_signing_out_takes_a_button(browser, dora):
    browser.sign_in(dora).get("/accounts/logout/")
    assert browser.get("/").page.h1 == "Hello Dora Finch"


@pytest.mark.parametrize("password", ["not her password", PASSWORD.upper(), PASSWORD + " ", "x" * 5000])
def test_a_wrong_password_is_refused_in_plain_words(browser, dora, password):
    sign_in(browser, dora.email, password)
    assert browser.page.title.startswith("Error: ")
    assert browser.page.errors == ["The e-mail or the password is not right. Check both and try again."]
    assert browser.page.form.fields["login"] == [dora.email]
    assert not browser.page.form.fields["password"][0]
    assert not browser.session or browser.get("/accounts/").path == "/accounts/login/"


def test_after_signing_in_one_is_where_one_wanted_to_be(browser, dora):
    browser.get("/accounts/sessions/")
    assert browser.path == "/accounts/login/"
    browser.fill(login=dora.email, password=dora.password).send()
    assert browser.path == "/accounts/sessions/"


def test_who_stands_before_the_code_can_be_somebody_else(browser, site, dora):
    sign_in(browser, site.doctor("Ray Voss").email)
    assert browser.path == "/accounts/2fa/authenticate/"
    assert "Codes of the demo" not in browser.page.text
    browser.form("Sign in as somebody else").send()
    assert browser.path == "/accounts/login/"
    assert sign_in(browser, dora.email).page.h1 == "Hello Dora Finch"


def test_a_password_that_was_forgotten(browse, site, dora):
    """All sessions end, and the link works once."""
    elsewhere, here = browse().sign_in(dora), browse()
    token = site.ask("session", key=elsewhere.session)["token"]
    forgot(here, site, dora.email)
    link = here.trail[0].request.url
    here.fill(password1=NEW, password2=NEW).send()
    assert here.page.h1 == "Your password is changed"
    assert elsewhere.get("/accounts/").path == "/accounts/login/"
    answer = site.http.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert site.inbox.take(dora.email, "Your password was changed")
    assert sign_in(browse(), dora.email).page.errors
    assert sign_in(here, dora.email, NEW).page.h1 == "Hello Dora Finch"
    late = browse().get(str(link))
    assert "used before" in late.page.text


def test_the_link_is_not_told_to_other_pages(browse, site, dora):
    """It is taken out of the address at once, and no other site is told where one came from."""
    browser = forgot(browse(), site, dora.email)
    assert browser.path.endswith("-set-password/")
    assert browser.response.headers["Referrer-Policy"] == "same-origin"


def test_a_reset_still_asks_for_the_second_factor(browse, site):
    eve = site.doctor("Eve Lund")
    browser = forgot(browse(), site, eve.email)
    browser.fill(password1=NEW, password2=NEW).send()
    sign_in(browser, eve.email, NEW)
    assert browser.path == "/accounts/2fa/authenticate/"


def test_changing_the_password_ends_the_other_sessions(browse, site, dora):
    here, elsewhere = browse().sign_in(dora), browse().sign_in(dora)
    here.get("/accounts/password/change/").fill(oldpassword=PASSWORD, password1=NEW, password2=NEW).send()
    assert here.get("/").page.h1 == "Hello Dora Finch"
    assert elsewhere.get("/accounts/").path == "/accounts/login/"


def test_the_old_password_is_asked_for(browser, dora):
    browser.sign_in(dora).get("/accounts/password/change/")
    browser.fill(oldpassword="not it at all", password1=NEW, password2=NEW).send()
    assert browser.page.title.startswith("Error: ")


def test_the_mail_of_an_address_that_is_not_known_leads_to_signing_up(browser, site):
    browser.get("/accounts/password/reset/").fill(email="stranger@example.org").send()
    mail = site.inbox.take("stranger@example.org")
    assert "/accounts/signup/" in mail.text
