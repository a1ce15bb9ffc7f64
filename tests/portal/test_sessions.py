"""Sessions: where one is signed in, when it ends, and that nobody takes over another's."""

import sqlite3
from contextlib import closing

import pytest

from tests.portal.browser import Browser
from tests.portal.site import Site

MINUTE = 60


@pytest.fixture
def dora(site):
    return site.patient("Dora Finch")


@pytest.fixture
def later(site):
    """Let time pass, in seconds; it is put right again afterwards."""
    yield site.shift
    site.shift(0)


def token_of(site, browser):
    return site.ask("session", key=browser.session)["token"]


def holds(site, token):
    return site.http.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_list_and_ending_all_others(browse, site, dora):
    here = browse(**{"User-Agent": "Kitchen tablet"}).sign_in(dora)
    there = browse(**{"User-Agent": "Old phone"}).sign_in(dora)
    kept, ended = token_of(site, here), token_of(site, there)
    here.get("/accounts/sessions/")
    assert "Kitchen tablet (this one)" in here.page.text
    assert "Old phone" in here.page.text
    here.form("Sign out everywhere else").send()
    assert "Old phone" not in here.page.text
    assert there.get("/accounts/").path == "/accounts/login/"
    assert (holds(site, kept), holds(site, ended)) == (True, False)


def test_when_one_signed_in_is_told_on_ones_own_clock(browse, site, dora):
    here = browse().sign_in(dora)
    here.get("/accounts/sessions/")
    assert "(UTC)" in here.page.text
    here.get("/accounts/").fill(zone="Asia/Kolkata").send()
    here.get("/accounts/sessions/")
    assert "(UTC)" not in here.page.text
    assert "(Kolkata time)" in here.page.text


def test_nobody_sees_anybody_elses(browse, dora, ada):
    browse(**{"User-Agent": "Dora's phone"}).sign_in(dora)
    other = browse().sign_in(ada).get("/accounts/sessions/")
    assert "Dora" not in other.page.text


@pytest.mark.parametrize(("role", "minutes"), [("patient", 30), ("doctor", 15)])
def test_whoever_is_away_is_signed_out(browse, site, later, role, minutes):
    person = site.patient("Dora Finch") if role == "patient" else site.doctor("Ray Voss")
    browser = browse().enter(person, "/accounts/")
    assert browser.page.metas["signs-out"]
    token = token_of(site, browser)
    later((minutes - 1) * MINUTE)
    assert browser.get("/accounts/").path == "/accounts/"
    later((2 * minutes - 2) * MINUTE)
    assert browser.get("/accounts/").path == "/accounts/", "being there counts"
    later((3 * minutes - 1) * MINUTE)
    assert browser.get("/accounts/").path == "/accounts/login/"
    later(0)
    assert not holds(site, token)


def test_saying_that_one_is_there_keeps_the_session(browse, dora, later):
    browser = browse().enter(dora)
    later(29 * MINUTE)
    assert browser.post("/accounts/stay/").status == 204
    later(58 * MINUTE)
    assert browser.get("/accounts/").path == "/accounts/"


def test_no_session_is_longer_than_twelve_hours(browse, dora, later):
    browser = browse().enter(dora)
    for minutes in range(25, 12 * 60, 25):
        later(minutes * MINUTE)
        assert browser.get("/accounts/").path == "/accounts/"
    later((12 * 60 + 1) * MINUTE)
    assert browser.get("/accounts/").path == "/accounts/login/"


def test_a_suspension_works_on_the_next_page(browse, site, dora):
    browser = browse().sign_in(dora)
    assert site.console.told("account", "suspend", "--account", dora.email)["suspended"]
    assert browser.get("/accounts/").path == "/accounts/login/"
    again = browse().get("/accounts/login/").fill(login=dora.email, password=dora.password).send()
    assert "Hello" not in again.page.text
    assert again.get("/accounts/").path == "/accounts/login/"
    site.console.told("account", "suspend", "--account", dora.email, "--lift")
    assert browser.get("/accounts/").path == "/accounts/login/", "what was ended stays ended"
    assert browse().sign_in(dora).page.h1 == "Hello Dora Finch"


def test_the_sessions_name_changes_at_sign_in(browse, dora):
    """Session fixation: who planted a cookie before does not share the session after."""
    browser = browse().get("/accounts/2fa/authenticate/").get("/accounts/login/")
    browser.http.cookies.set("carefolio", "planted-by-somebody-else-0123456", domain="127.0.0.1", path="/")
    browser.get("/accounts/login/").fill(login=dora.email, password=dora.password).send()
    first = browser.session
    assert first
    assert "planted" not in first
    planted = browse()
    planted.http.cookies.set("carefolio", "planted-by-somebody-else-0123456", domain="127.0.0.1", path="/")
    assert planted.get("/accounts/").path == "/accounts/login/"
    before = browser.session
    browser.sign_out()
    browser.sign_in(dora)
    assert browser.session != before


def test_the_second_step_is_a_session_of_another_name(browse, site):
    ray = site.doctor("Ray Voss")
    browser = browse().get("/accounts/login/").fill(login=ray.email, password=ray.password).send()
    between = browser.session
    browser.give(code=ray.digits)
    assert browser.page.h1 == "Hello Ray Voss"
    assert browser.session != between


def test_what_stands_in_the_table_lets_nobody_in(browse, site, dora):
    browser = browse().sign_in(dora)
    with closing(sqlite3.connect(site.data / "accounts.db")) as database:
        keys = [row[0] for row in database.execute("SELECT session_key FROM django_session")]
    assert keys
    assert browser.session not in keys
    for key in keys:
        thief = browse()
        thief.http.cookies.set("carefolio", key, domain="127.0.0.1", path="/")
        assert thief.get("/accounts/").path == "/accounts/login/"


def flags(response):
    """Attributes of the cookies that an answer sets, by name."""
    found = {}
    for line in response.headers.get_list("set-cookie"):
        name, _, rest = line.partition("=")
        found[name] = {one.strip().lower() for one in rest.split(";")[1:]}
    return found


def test_cookies_are_for_this_site_alone(browse, dora):
    browser = browse().get("/accounts/login/")
    seen = flags(browser.response)
    browser.fill(login=dora.email, password=dora.password).send()
    seen |= flags(browser.trail[0])
    assert set(seen) == {"carefolio", "carefolio-form", "carefolio-device"}
    for name, attributes in seen.items():
        assert "httponly" in attributes, name
        assert "samesite=strict" in attributes or "samesite=lax" in attributes, name
        assert "path=/" in attributes, name
        assert not [one for one in attributes if one.startswith("domain")], name


def test_a_session_survives_a_restart(browse, site, dora):
    browser = browse().sign_in(dora)
    site.kill()
    site.start()
    assert browser.get("/").page.h1 == "Hello Dora Finch"


def test_behind_https_cookies_never_leave_it(tmp_path):
    site = Site(tmp_path / "data", CAREFOLIO_PUBLIC_URL="https://records.example.org").start()
    try:
        dora = site.patient("Dora Finch")
        with Browser(site, Host="records.example.org") as browser:
            answer = browser.http.get("/accounts/login/")
            seen = flags(answer)
            token = answer.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            cookie = answer.headers["set-cookie"].partition(";")[0]
            answer = browser.http.post(
                "/accounts/login/",
                data={"csrfmiddlewaretoken": token, "login": dora.email, "password": dora.password},
                headers={"Cookie": cookie, "Origin": "https://records.example.org"},
            )
            assert answer.status_code == 302
            seen |= flags(answer)
        assert set(seen) == {"__Host-carefolio", "__Host-carefolio-form", "__Host-carefolio-device"}
        for name, attributes in seen.items():
            assert {"secure", "httponly", "path=/"} <= attributes, name
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    finally:
        site.stop()
