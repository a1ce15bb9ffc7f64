"""Nobody is led away from the site, and links in mails name the site that the settings name."""

import httpx
import pytest

from tests.portal.site import PASSWORD

AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.example",
    " https://evil.example",
    "/\t/evil.example/",
    "https://127.0.0.1@evil.example/",
]


def leads_away(location):
    """As browsers read it: a backslash is a slash, and what cannot be seen is not there."""
    seen = "".join(location.split()).replace("\\", "/")
    return httpx.URL("http://127.0.0.1/accounts/login/").join(seen).host != "127.0.0.1"


@pytest.mark.parametrize("wanted", AWAY)
def test_signing_in_leads_nowhere_else(browse, ada, wanted):
    browser = browse()
    page = browser.http.get("/accounts/login/", params={"next": wanted})
    assert page.status_code == 200
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = {"csrfmiddlewaretoken": token, "login": ada.email, "password": PASSWORD, "next": wanted}
    answer = browser.http.post("/accounts/login/", data=sent)
    assert answer.status_code == 302
    assert not leads_away(answer.headers["location"])
    sent["csrfmiddlewaretoken"] = browser.cookies["carefolio-form"]
    answer = browser.http.post("/accounts/logout/", params={"next": wanted}, data=sent)
    assert not leads_away(answer.headers.get("location", "/"))


@pytest.mark.parametrize("wanted", ["//evil.example", "//evil.example/accounts/login", "/%5Cevil.example/accounts"])
def test_a_missing_slash_leads_nowhere_else(site, wanted):
    with httpx.Client() as http:
        request = http.build_request("GET", site.address)
        request.url = request.url.copy_with(raw_path=wanted.encode())
        answer = http.send(request)
    assert not leads_away(answer.headers.get("location", "/"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1:80@evil"])
def test_another_host_is_refused(browse, host):
    assert browse(Host=host).http.get("/accounts/password/reset/").status_code == 400


def test_mails_name_the_site_of_the_settings(browse, site, ada):
    """Whatever the request says of its host."""
    browser = browse(**{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Host": "localhost"})
    page = browser.http.get("/accounts/password/reset/")
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = page.headers["set-cookie"].partition(";")[0]
    sent = {"csrfmiddlewaretoken": token, "email": ada.email}
    answer = browser.http.post("/accounts/password/reset/", data=sent, headers={"Cookie": cookie})
    assert answer.status_code == 302
    mail = site.inbox.take(ada.email, "Set a new password")
    assert mail.link.startswith(site.address + "/accounts/password/reset/key/")
    assert "evil" not in mail.text
