"""The store of sign-ins is away: every page says so, asks people to come again, and looks at nothing on the way."""

import sqlite3
from contextlib import closing, contextmanager

import pytest

SORRY = "Something went wrong here. It is not your fault. Please try again in a minute."

DOUBT = "What you sent may have been done. Look before you send it again."


@pytest.fixture
def later(site):
    """A while later a page notes that its visitor is still there."""
    site.shift(120)
    yield
    site.shift(0)


@contextmanager
def where(site, updated):
    """This happens when a session is updated."""
    _do(site, f"CREATE TRIGGER fault BEFORE UPDATE ON django_session BEGIN {updated}; END")
    try:
        yield
    finally:
        _do(site, "DROP TRIGGER fault")


@contextmanager
def without(site, table):
    """The table under another name: what is asked of it fails, as it does where a database is being restarted."""
    _renamed(site, table, f"{table}_away")
    try:
        yield
    finally:
        _renamed(site, f"{table}_away", table)


def _renamed(site, name, to):
    _do(site, f"ALTER TABLE {name} RENAME TO {to}")


def _do(site, sql):
    with closing(sqlite3.connect(site.data / "accounts.db")) as connection:
        connection.execute(sql)


@pytest.mark.parametrize("table", ["django_session", "accounts_signin"])
@pytest.mark.parametrize("path", ["/", "/visits/", "/notices/"])
def test_the_page_says_so_and_works_again_afterwards(browser, site, ada, table, path):
    browser.sign_in(ada).get(path)
    heading = browser.page.h1
    with without(site, table):
        browser.get(path)
        assert browser.status == 503
        assert browser.response.headers["Retry-After"] == "1"
        assert browser.response.headers["Content-Security-Policy"]
        assert SORRY in browser.page.text
        assert "Sign in" not in browser.page.text
        assert ada.name not in browser.page.html
    assert browser.get(path).page.h1 == heading


def test_a_form_is_not_taken(browser, site, ada):
    browser.sign_in(ada).get("/notices/")
    with without(site, "django_session"):
        assert browser.post("/accounts/logout/").status == 503
    assert browser.get("/").page.h1 == f"Hello {ada.name}"


@pytest.mark.usefixtures("later")
def test_what_is_away_when_a_session_is_noted_is_no_end_of_it(browser, site, ada):
    browser.sign_in(ada).get("/")
    site.shift(240)
    with where(site, "INSERT INTO nowhere VALUES (1)"):
        assert browser.get("/").status == 503
        assert SORRY in browser.page.text
    assert browser.get("/").page.h1 == f"Hello {ada.name}"


@pytest.mark.usefixtures("later")
def test_who_was_signed_out_meanwhile_signs_in_again(browser, site, ada):
    browser.sign_in(ada).get("/")
    site.shift(240)
    with where(site, "SELECT RAISE(IGNORE)"):  # as if the row were not there any more
        answer = browser.http.get("/notices/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=%2Fnotices%2F")


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    ("happens", "status", "title"),
    [("INSERT INTO nowhere VALUES (1)", 503, "Carefolio is busy"), ("SELECT RAISE(IGNORE)", 403, "You are signed out")],
)
def test_who_sent_something_is_told_that_it_may_be_done(browser, site, ada, happens, status, title):
    """The session is saved after the page has done what it does."""
    browser.sign_in(ada).get("/visits/find/")
    site.shift(240)
    with where(site, happens):
        browser.post("/visits/find/", typed="x")
        assert (browser.status, browser.page.h1.strip()) == (status, title)
        assert DOUBT in browser.page.text
        assert SORRY not in browser.page.text
        assert ada.name not in browser.page.html
        assert ("Sign in" in browser.page.links) == (status < 500)
