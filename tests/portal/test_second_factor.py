"""The second factor: staff set one up before they see anything; codes hold once; recovery codes stand in."""

import re
from functools import partial

import pytest

from tests.portal.site import PASSWORD, digits


@pytest.fixture
def nia(site):
    """A verified doctor who has no app yet."""
    return site._person("doctor", "Nia Brandt", verified=True, second_factor=False)


def begin(browser, person):
    return browser.get("/accounts/login/").fill(login=person.email, password=PASSWORD).send()


def set_up(browser, person):
    """The whole of it; answers the app's secret and the recovery codes."""
    assert browser.path == "/accounts/2fa/totp/activate/"
    secret = re.search(r"[A-Z2-7]{32}", browser.page.text)[0]
    browser.give(code=partial(digits, secret))
    assert browser.page.h1 == "Recovery codes"
    return secret, re.findall(r"\b\d{8}\b", browser.page.text)


def test_staff_set_one_up_before_any_page(browser, site, nia):
    begin(browser, nia)
    routes = [one for one in site.ask("routes") if one["signed_in"] and "<" not in one["pattern"]]
    assert len(routes) > 8
    for one in routes:
        browser.get("/" + one["pattern"])
        assert browser.path in ("/accounts/2fa/totp/activate/", "/accounts/reauthenticate/"), one
        assert "Nia Brandt" not in browser.page.text
    assert "token" not in site.ask("session", key=browser.session)


def test_setting_it_up_lets_one_in_and_tells_the_ledger(browser, site, nia):
    begin(browser, nia)
    secret, codes = set_up(browser, nia)
    assert len(codes) == 10
    assert browser.get("/").page.h1 == "Hello Nia Brandt"
    assert site.inbox.take(nia.email, "How you sign in was changed")
    assert site.ask("secret", email=nia.email) == secret


def test_a_wrong_first_code_is_refused_and_the_key_stays(browser, nia):
    begin(browser, nia)
    before = re.search(r"[A-Z2-7]{32}", browser.page.text)[0]
    browser.fill(code="000000").send()
    assert browser.page.title.startswith("Error: ")
    assert before in browser.page.text


def test_a_code_holds_once(browse, site, ben):
    first, second = browse(), browse()
    site.forget_tries()
    begin(first, ben)
    begin(second, ben)
    shown = []

    def code():
        shown.append(ben.digits())
        return shown[-1]

    first.give(code=code)
    second.fill(code=shown[-1]).send()
    if second.path == "/":  # the clock went into the next half minute in between: the second one's code was refused
        pytest.fail("a code was taken twice")
    assert first.path == "/"
    assert second.page.errors == ["This code is not right, or it has run out. Enter the newest one."]


def test_a_code_of_another_time_is_refused(browser, site, ben):
    site.forget_tries()
    begin(browser, ben)
    for seconds in (-600, -120, 120, 600):
        browser.fill(code=ben.digits(seconds)).send()
        assert browser.path == "/accounts/2fa/authenticate/", seconds


def test_codes_cannot_be_guessed(browse, site):
    kit = site.doctor("Kit Olsen")
    browser = begin(browse(), kit)
    for guess in range(10):
        browser.fill(code=f"{guess:06}").send()
    browser.fill(code=kit.digits()).send()
    assert browser.path == "/accounts/2fa/authenticate/"
    assert "too many" in browser.page.errors[0]
    begin(browser := browse(), kit)
    browser.fill(code=kit.digits()).send()
    assert browser.path == "/accounts/2fa/authenticate/"


def test_a_recovery_code_signs_in_once_and_ends_what_the_lost_phone_may_have(browse, site, nia):
    browser = begin(browse(), nia)
    _secret, codes = set_up(browser, nia)
    assert browser.get("/").page.h1 == "Hello Nia Brandt"
    phone = browser
    new = begin(browse(), nia)
    new.fill(code=codes[0]).send()
    assert new.page.h1 == "Hello Nia Brandt"
    assert phone.get("/accounts/").path in ("/accounts/login/", "/accounts/2fa/totp/activate/")
    again = begin(browse(), nia)
    again.fill(code=codes[0]).send()
    assert again.page.title.startswith("Error: ")
    spaced = f"{codes[1][:4]} {codes[1][4:]}"
    assert again.fill(code=spaced).send().page.h1 == "Hello Nia Brandt"


def test_codes_with_spaces_are_taken(browser, site, ben):
    site.forget_tries()
    begin(browser, ben)

    def spaced():
        code = ben.digits()
        return f" {code[:3]} {code[3:]} "

    assert browser.give(code=spaced).page.h1 == "Hello Ben Osei"


def test_the_second_step_needs_the_first(browser):
    assert browser.get("/accounts/2fa/authenticate/").path == "/accounts/login/"


def test_showing_recovery_codes_takes_the_factor_again(browse, site, ben):
    """Whoever finds a browser open does not get a way in for later."""
    browser = browse().sign_in(ben).get("/accounts/2fa/recovery-codes/generate/").send()
    assert browser.path == "/accounts/2fa/recovery-codes/"
    site.ask("age", key=browser.session, seconds=600)
    for path in ("", "generate/", "download/"):
        browser.get(f"/accounts/2fa/recovery-codes/{path}")
        assert browser.path == "/accounts/reauthenticate/", path
    browser.fill(password="not it at all").send()
    assert browser.page.title.startswith("Error: ")
    browser.fill(password=ben.password).send()
    assert browser.path == "/accounts/2fa/recovery-codes/download/"
    assert len(browser.response.text.split()) >= 10


def test_a_patient_may_use_an_app_and_is_then_asked_for_its_code(browse, site):
    pia = site.patient("Pia Moss")
    browser = browse().sign_in(pia).get("/accounts/2fa/totp/activate/")
    secret = re.search(r"[A-Z2-7]{32}", browser.page.text)[0]
    browser.give(code=partial(digits, secret))
    again = begin(browse(), pia)
    assert again.path == "/accounts/2fa/authenticate/"


def test_the_operator_can_tell_the_code(browse, site):
    lou = site.staff("admin", "Lou Adair")

    def code():
        told = site.console.told("account", "code", "--account", lou.email)
        assert list(told) == ["code"]
        return told["code"]

    site.forget_tries()
    assert begin(browse(), lou).give(code=code).page.h1 == "Hello Lou Adair"


def test_staff_cannot_go_back_to_a_password_alone(browse, site):
    kim = site.doctor("Kim Ashe")
    browser = browse().sign_in(kim)
    browser.get("/accounts/2fa/")
    assert "Stop using the app" not in browser.page.text
    browser.get("/accounts/2fa/totp/deactivate/")
    assert "Use another app instead" in browser.page.text
    browser.http.post("/accounts/2fa/totp/deactivate/", data=browser._token())
    assert site.ask("secret", email=kim.email) == kim.secret
    assert begin(browse(), kim).path == "/accounts/2fa/authenticate/"


def replace(browser, present):
    """Set up another app, with the old one's code from ``present``; answers the secret of the one that was offered."""
    browser.get("/accounts/2fa/totp/replace/")
    secret = re.search(r"[A-Z2-7]{32}", browser.page.text)[0]
    browser.give(present=present, code=partial(digits, secret))
    return secret


def test_another_app_takes_over_only_with_a_code_that_works_now(browse, site):
    moe = site.doctor("Moe Lind")
    other = browse().sign_in(moe)
    site.forget_tries()
    browser = browse().sign_in(moe)
    for wrong in ("000000", ""):
        replace(browser, lambda wrong=wrong: wrong)
        assert browser.page.title.startswith("Error: ")
        assert site.ask("secret", email=moe.email) == moe.secret
    site.forget_tries()
    secret = replace(browser, moe.digits)
    assert browser.page.h1 == "Recovery codes", "there were none before"
    assert site.ask("secret", email=moe.email) == secret != moe.secret
    assert browser.get("/").page.h1 == "Hello Moe Lind"
    assert other.get("/accounts/").path != "/accounts/"
    site.forget_tries()
    assert begin(browse(), moe).fill(code=moe.digits()).send().path == "/accounts/2fa/authenticate/"


def test_a_recovery_code_is_enough_for_another_app_and_gone_then(browse, site, nia):
    browser = begin(browse(), nia)
    _secret, codes = set_up(browser, nia)
    replace(browser, lambda: codes[0])
    assert browser.path == "/accounts/2fa/"
    again = begin(browse(), nia)
    assert again.fill(code=codes[0]).send().path == "/accounts/2fa/authenticate/"


def test_a_patient_may_stop_using_an_app(browse, site):
    pip = site.patient("Pip Moss")
    browser = browse().sign_in(pip).get("/accounts/2fa/totp/activate/")
    set_up(browser, pip)
    browser.get("/accounts/2fa/totp/deactivate/").send()
    assert site.ask("secret", email=pip.email) == ""
    assert begin(browse(), pip).page.h1 == "Hello Pip Moss"
