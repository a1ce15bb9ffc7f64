"""Signing up, with the e-mail that confirms it."""

import pytest

from tests.portal.site import PASSWORD

PATIENT = {
    "name": "Wren Holloway",
    "birth_date_day": "27",
    "birth_date_month": "3",
    "birth_date_year": "1985",
    "password1": PASSWORD,
}
DOCTOR = {
    "name": "Dr Ivo Marsh",
    "licence": "MC-20417",
    "authority": "Medical Council",
    "qualification": "MB BCh",
    "place": "Cork",
    "password1": PASSWORD,
}


def sign_up_patient(browser, email, **more):
    browser.get("/accounts/signup/").get("/accounts/signup/patient/")
    return browser.fill(PATIENT | {"email": email} | more).send()


def sign_up_doctor(browser, email):
    browser.get("/accounts/signup/doctor/")
    speciality = next(one for one in browser.page.form.choices["speciality"] if one)
    return browser.fill(DOCTOR | {"email": email, "speciality": speciality}).send()


def confirm(browser, site, email):
    browser.get(site.inbox.take(email, "Confirm").link)
    assert email in browser.page.text
    return browser.send()


def sign_in(browser, email, password=PASSWORD):
    return browser.get("/accounts/login/").fill(login=email, password=password).send()


def test_a_patient_signs_up_confirms_and_is_in(browser, site):
    sign_up_patient(browser, "wren@example.org")
    assert browser.page.h1 == "Check your e-mail"
    confirm(browser, site, "wren@example.org")
    assert browser.path == "/accounts/login/"
    sign_in(browser, "wren@example.org")
    assert (browser.path, browser.page.h1) == ("/", "Hello Wren Holloway")
    browser.get("/accounts/")
    assert "wren@example.org" in browser.page.text


def test_nobody_gets_in_before_the_e_mail_is_confirmed(browser, site):
    sign_up_patient(browser, "early@example.org")
    sign_in(browser, "early@example.org")
    assert browser.page.h1 == "Check your e-mail"
    assert browser.get("/accounts/").path == "/accounts/login/"


def test_getting_the_link_confirms_nothing(browser, site):
    """Mail programs open links by themselves."""
    sign_up_patient(browser, "opened@example.org")
    browser.get(site.inbox.take("opened@example.org", "Confirm").link)
    sign_in(browser, "opened@example.org")
    assert browser.page.h1 == "Check your e-mail"


def test_a_doctor_signs_up_is_not_verified_and_sets_up_an_app_first(browser, site):
    sign_up_doctor(browser, "ivo@example.org")
    confirm(browser, site, "ivo@example.org")
    sign_in(browser, "ivo@example.org")
    assert browser.path == "/accounts/2fa/totp/activate/"
    for path in ("/", "/accounts/", "/accounts/sessions/", "/accounts/password/change/", "/accounts/2fa/"):
        browser.get(path)
        assert "Ivo Marsh" not in browser.page.text, path
        assert browser.path in ("/", "/accounts/2fa/totp/activate/"), path
    listed = site.console.call("ledger", "verify")
    assert listed.returncode == 0, listed.stderr


def test_an_address_that_is_taken_answers_like_a_new_one_and_its_owner_is_told(browse, site, ada):
    new, taken = browse(), browse()
    sign_up_patient(new, "brand-new@example.org")
    sign_up_patient(taken, ada.email)
    assert [one.status_code for one in new.trail] == [one.status_code for one in taken.trail]
    assert new.page.text.replace("brand-new@example.org", "") == taken.page.text.replace(ada.email, "")
    assert set(new.cookies) == set(taken.cookies)
    assert site.inbox.take(ada.email).subject == "You have an account already"
    assert sign_in(browse(), ada.email).page.h1 == "Hello Ada Quinn"


def test_an_address_is_one_whatever_its_letters(browse, site, charlie):
    sign_up_patient(browse(), charlie.email.upper())
    assert site.inbox.take(charlie.email).subject == "You have an account already"
    assert sign_in(browse(), charlie.email.upper()).page.h1 == "Hello Charlie Stone"


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", ""])
def test_a_password_that_is_easy_to_guess_is_refused_and_the_rest_stays(browser, site, password):
    sign_up_patient(browser, "weak@example.org", password1=password)
    assert browser.page.title.startswith("Error: ")
    assert len(browser.page.errors) == 1
    assert browser.page.form.fields["name"] == [PATIENT["name"]]
    assert browser.page.form.fields["birth_date_year"] == ["1985"]
    assert not browser.page.form.fields["password1"][0]


def test_a_link_that_was_made_up_confirms_nothing(browser):
    browser.get("/accounts/confirm-email/MTI:1abcde:made-up/")
    assert browser.status in (200, 404)
    assert not [one for one in browser.page.forms if one.in_main]


@pytest.mark.parametrize("way", ["pages", "console"])
def test_an_e_mail_that_nobody_confirms_is_free_again_after_three_days(browse, site, way):
    email = f"someone-elses-{way}@example.org"
    sign_up_patient(browse(), email)
    link = site.inbox.take(email, "Confirm").link
    site.ask("an_hour_passes", email=email, hours=71)
    sign_up_patient(browse(), email)
    assert [one for one in browse().get(link).page.forms if one.in_main], "the link still holds"
    site.ask("an_hour_passes", email=email, hours=73)
    site.forget_tries()
    if way == "console":
        assert site.console.account("patient", "Wren Holloway", email)
        return
    owner = browse()
    sign_up_patient(owner, email, name="Real Owner")
    old = browse().get(link)
    assert not [one for one in old.page.forms if one.in_main], "the old link is dead"
    confirm(owner, site, email)
    assert sign_in(owner, email).page.h1 == "Hello Real Owner"
    assert site.console.call("ledger", "verify").returncode == 0


@pytest.mark.parametrize("when", ["start", "day"])
def test_a_start_and_each_day_free_what_nobody_confirmed_and_nothing_else(browse, site, ada, when):
    late, in_time = f"late-{when}@example.org", f"in-time-{when}@example.org"
    for email in (late, in_time):
        sign_up_patient(browse(), email)
    for email in (late, ada.email):
        site.ask("an_hour_passes", email=email, hours=73)
    if when == "start":
        site.kill()
        site.start()
    else:
        site.ask("do_daily")
    gone, there = (
        {"account": False, "sign_in": False, "active": False},
        {"account": True, "sign_in": True, "active": True},
    )
    found = [site.ask("standing", email=one) for one in (late, in_time, ada.email)]
    assert found == [gone, there, there]


@pytest.mark.parametrize("role", ["patient", "doctor"])
@pytest.mark.parametrize("crashed", [False, True])
def test_who_was_signing_up_when_the_operator_added_that_account_is_too_late(browse, site, role, crashed):
    """Nobody has the e-mail's account but whoever reads its letters."""
    email, theirs = f"added-{role}-{crashed}@example.org".lower(), "a stranger's own password"
    site.ask("half_signed_up", email=email, password=theirs)
    if crashed:
        assert site.ask("put_without_sign_in", role=role, email=email) is False
    else:
        site.console.account(role, "Kit Late", email, "--password", PASSWORD)
        own = sign_in(browse(), email)
        assert not own.page.errors
    assert "not right" in sign_in(browse(), email, theirs).page.errors[0]
