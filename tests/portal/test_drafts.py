"""Half-filled forms: kept sealed, for their writer alone, across sign-out and a crash."""

import base64
import gzip
import sqlite3
from contextlib import closing

import pytest

CANARY = "canary-Zw7-what-somebody-typed"
FORM = "sharing/ask/nothing"


@pytest.fixture
def dora(site):
    return site.patient("Dora Finch")


def save(browser, form=FORM, **fields):
    browser.get("/")
    return browser.post(f"/drafts/{form}/", fields)


def kept(site, person, form=FORM):
    return site.ask("draft", email=person.email, form=form)


def test_a_draft_survives_signing_out_and_a_crash(browse, site, dora):
    browser = browse().enter(dora)
    assert save(browser, reason=CANARY, kinds=["a", "b"]).status == 204
    browser.sign_out()
    site.kill()
    site.start()
    assert kept(site, dora) == {"reason": [CANARY], "kinds": ["a", "b"]}


def test_the_last_words_count(browse, site, dora):
    browser = browse().enter(dora)
    save(browser, reason="first")
    save(browser, reason="second")
    assert kept(site, dora) == {"reason": ["second"]}


def test_nobody_else_and_no_other_form_gets_it(browse, site, dora, ada):
    save(browse().enter(dora), reason=CANARY)
    assert kept(site, ada) is None
    assert kept(site, dora, "sharing/ask/another") is None


def test_one_that_was_moved_to_somebody_else_in_the_table_opens_for_nobody(browse, site, dora, ada):
    save(browse().enter(dora), reason=CANARY)
    with closing(sqlite3.connect(site.data / "accounts.db", timeout=20)) as database, database:
        database.execute(
            "UPDATE drafts_draft SET sign_in_id = (SELECT id FROM accounts_signin WHERE email = ?)"
            " WHERE sign_in_id = (SELECT id FROM accounts_signin WHERE email = ?)",
            (ada.email, dora.email),
        )
    assert kept(site, ada) is None


def test_secrets_are_not_kept(browse, site, dora):
    save(browse().enter(dora), password="p", password1="p", oldpassword="p", code="123456", town="Cork", postcode="T12")
    assert kept(site, dora) == {"town": ["Cork"], "postcode": ["T12"]}


def test_too_much_is_refused(browse, site, dora):
    assert save(browse().enter(dora), text="x" * 70_000).status == 413
    assert save(browse().enter(dora), form="f" * 300, text="x").status == 413
    assert kept(site, dora) is None


def test_old_ones_make_way(browse, site, dora):
    browser = browse().enter(dora)
    for number in range(55):
        browser.post(f"/drafts/form/{number}/", text=str(number))
    assert site.ask("drafts", email=dora.email) == 50
    assert kept(site, dora, "form/54") == {"text": ["54"]}


def test_nobody_saves_without_signing_in(browser):
    browser.get("/accounts/login/")
    assert browser.post(f"/drafts/{FORM}/", reason="x").path == "/accounts/login/"


def test_what_was_typed_stands_nowhere_in_the_clear(browse, site, dora):
    """Drafts, sessions, the mail queue, logs; the database and its write-ahead log."""
    browser = browse().enter(dora)
    save(browser, reason=CANARY, **{f"field-{CANARY}": CANARY})
    browser.get("/accounts/").fill(zone="Europe/Dublin").send()
    other = browse()
    other.get("/accounts/signup/patient/").fill(name=CANARY, email="canary@example.org", password1=CANARY)
    other.fill(birth_date_day="27", birth_date_month="3", birth_date_year="1985").send()
    mail = site.inbox.take("canary@example.org")
    other.get("/accounts/login/").fill(login="canary@example.org", password=CANARY).send()
    token = site.ask("session", key=browser.session)["token"]
    secrets = [CANARY, token]
    needles = [form for text in secrets for form in forms(text)]
    files = [one for one in site.data.rglob("*") if one.is_file()] + [site.errors]
    assert any(one.name == "accounts.db-wal" for one in files)
    for file in files:
        content = file.read_bytes()
        for needle in needles:
            assert needle not in content, (file.name, needle)
    assert CANARY.encode() not in mail.raw


def forms(text):
    raw = text.encode()
    shifted = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), gzip.compress(raw)[10:-8], *shifted]
