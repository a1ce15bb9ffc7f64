"""What holds for every address of the portal, read from the URLconf of the running server."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import httpx
import pytest

from tests.portal.browser import Browser

HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>.*?\)(?=/|-|\$)")
SIGNED = {"payments:webhook"}
"""For another program's messages, which bring no cookie and no token: their signature is looked at."""
SAMPLES = {
    "int": "1",
    "number": "1",
    "str": "nothing",
    "slug": "nothing",
    "uuid": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
}


AT_ONCE = 8
"""Some forms, and all that is absent, are answered at moments of their own: nothing else has to wait for them."""


def address(pattern):
    """An address that a pattern takes, with values that name nothing."""
    path = _PART.sub(lambda found: SAMPLES.get(found[1] or "str", "nothing"), pattern)
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


@pytest.fixture(scope="module")
def routes(site):
    return site.ask("routes")


@pytest.fixture(scope="module")
def visitors(site, ada, ben):
    """Nobody, a patient, a doctor, an admin and an auditor."""
    people = [ada, ben, site.staff("admin", "Lou Adair"), site.staff("auditor", "Odile Fane")]
    browsers = [Browser(site), *[Browser(site).enter(person) for person in people]]
    yield browsers
    for one in browsers:
        one.close()


def test_every_view_says_who_it_is_for(routes):
    assert len(routes) > 25
    unused = {"mfa:mfa_trust"}
    assert [one["name"] for one in routes if not one["marked"] and one["name"] not in unused] == []


def test_pages_that_need_signing_in_answer_nobody_else(site, routes):
    with httpx.Client(base_url=site.address) as http:
        for one in routes:
            answer = http.get(address(one["pattern"]))
            if one["signed_in"]:
                assert answer.status_code in (302, 403), (one, answer.status_code)
                assert answer.status_code == 403 or answer.headers["location"].startswith("/accounts/login/"), one


@pytest.fixture(scope="module")
def pages(visitors, routes):
    """What each visitor gets at each address: (visitor, pattern, answer)."""
    asked = [(one, each["pattern"]) for one in visitors for each in routes]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda one: one[0].http.get(address(one[1])), asked)
        return [(*one, answer) for one, answer in zip(asked, answers, strict=True)]


def test_no_form_is_taken_without_its_token(visitors, routes):
    """CSRF: every address, every method that changes something, every role; with cookies but without the token."""

    def send(browser, one, method):
        answer = browser.http.request(method, address(one["pattern"]), data={"answer": "yes"})
        unsigned = 404 if method == "POST" else 405
        refused = unsigned if one["name"] in SIGNED else 403
        assert answer.status_code == refused, (method, one["pattern"], answer.status_code)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert [*pool.map(send, *zip(*product(visitors, routes, ("POST", "PUT", "PATCH", "DELETE")), strict=True))]
    for browser in visitors:
        assert browser.get("/").status == 200, "nobody was signed out by it"


def test_another_sites_token_is_none(visitors, routes):
    browser = visitors[1]
    foreign = {"Origin": "https://evil.example", "Referer": "https://evil.example/form"}
    for one in routes:
        data = browser._token()
        answer = browser.http.post(address(one["pattern"]), data=data, headers=foreign)
        assert answer.status_code == (404 if one["name"] in SIGNED else 403), one["pattern"]


def test_every_answer_carries_the_headers(site, visitors, pages):
    static = re.search(r'href="(/static/[^"]+\.css[^"]*)"', visitors[0].get("/").response.text)[1]
    others = [static, "/nowhere/", "/accounts/login", "/static/nothing.css"]
    answers = [(path, one.http.get(path)) for one in visitors for path in others]
    for path, answer in [*answers, *((address(pattern), answer) for _, pattern, answer in pages)]:
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (path, name)
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert POLICY.items() <= policy.items(), path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-carefolio-region"] == "local"
        assert "total;dur=" in answer.headers["server-timing"]
        if not path.startswith("/static/"):
            assert answer.headers["cache-control"].find("no-store") >= 0, path
        assert answer.status_code < 500, (path, answer.status_code)
    assert httpx.get(site.address + static).headers["cache-control"] == "public, max-age=31536000, immutable"


def test_no_page_has_a_script_or_a_style_of_its_own(pages):
    for _visitor, pattern, answer in pages:
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text), pattern
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", answer.text), pattern


def test_the_token_is_nowhere_on_a_page(visitors, site, pages):
    for browser in visitors[1:]:
        token = site.ask("session", key=browser.session)["token"]
        own = [(pattern, answer) for visitor, pattern, answer in pages if visitor is browser]
        assert own
        assert [pattern for pattern, answer in own if token in answer.text] == []
