"""The ledger's state, a verification that runs beside, and the platform's health."""

from contextlib import closing
from sqlite3 import connect

import pytest

TAMPERED = "UPDATE record SET body = x'00' WHERE rid = 1"
MOST_LOOKS = 2_000


@pytest.fixture
def auditor(browse, odo):
    return browse().enter(odo)


def verified(browser):
    """The ledger's page, once the verification that was asked for has ended."""
    browser.get("/oversight/ledger/").form("Verify now").send()
    for _ in range(MOST_LOOKS):
        if "Verify now" in browser.page.text:
            return browser.page
        browser.get("/oversight/ledger/")
    raise AssertionError("the verification does not end")


def signed(browser):
    """The ledger's page, once a first checkpoint is signed."""
    for _ in range(MOST_LOOKS):
        if "None yet" not in browser.get("/oversight/ledger/").page.text:
            return browser.page
    raise AssertionError("no checkpoint is signed")


def test_the_ledger_is_seen(auditor, site):
    page = signed(auditor)
    assert "Nobody has verified it since this server started." in page.text
    assert "Public key" in page.text
    assert "carefolio ledger verify" in page.text
    assert "Not checked" in auditor.get("/oversight/").page.text


def test_everything_holds(auditor, ada, browse, amy):
    page = verified(auditor)
    assert "Everything holds" in page.text
    assert "are what was written" in page.text
    assert "Everything holds" in browse().enter(amy, "/oversight/").page.text


def test_a_tampered_record_is_found(site, auditor, ada):
    with closing(connect(site.data / "carefolio.db")) as file:
        (body,) = file.execute("SELECT body FROM record WHERE rid = 1").fetchone()
        file.execute(TAMPERED)
        file.commit()
        page = verified(auditor)
        file.execute("UPDATE record SET body = ? WHERE rid = 1", (body,))
        file.commit()
    assert "Problems found" in page.text
    assert "not what was written" in page.text
    assert "What to do:" in page.text
    assert "Problems found" in auditor.get("/oversight/").page.text
    assert "Everything holds" in verified(auditor).text


def test_asking_twice_and_reading_the_address_do_no_harm(auditor):
    auditor.get("/oversight/ledger/")
    for _ in range(3):
        assert auditor.post("/oversight/ledger/verify/").status == 200
    assert auditor.http.get("/oversight/ledger/verify/").status_code == 405
    verified(auditor)


def test_the_health_page_tells_numbers(auditor, site, browse, amy, ada):
    text = auditor.get("/oversight/health/").page.text
    for told in ("Free disk", "Memory used", "Charts", "Mail server Set", "Version", "Region local", "Running since"):
        assert told in text
    assert "Given up 0" in text
    assert browse().enter(amy, "/oversight/health/").status == 200


def test_what_needs_doing_is_said_in_a_sentence(auditor, site):
    with closing(connect(site.data / "carefolio.db")) as file:
        file.execute("INSERT INTO mail (queued, due, message, state) VALUES (1, 1, x'', 1)")
        file.commit()
        health, first = auditor.get("/oversight/health/").page, auditor.get("/").page
        file.execute("DELETE FROM mail WHERE state = 1")
        file.commit()
    assert "1 e-mail could not be delivered." in health.text
    assert "1 e-mail did not leave" in first.text
    assert "could not be delivered" not in auditor.get("/oversight/health/").page.text


def test_the_page_follows_a_verification_by_itself(windows, site, odo):
    window = windows(site, person=odo, path="/oversight/ledger/", width=360)
    window.get_by_role("button", name="Verify now").click()
    window.get_by_text("Everything holds").wait_for()
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert windows.complaints == []


def test_it_works_without_javascript(windows, site, odo):
    window = windows(site, person=odo, path="/oversight/ledger/", javascript=False)
    window.get_by_role("button", name="Verify now").click()
    while not window.get_by_text("Everything holds").count():
        window.goto("/oversight/ledger/")
    assert window.get_by_role("button", name="Verify now").count() == 1
