"""Passwords cannot be guessed, and whoever guesses keeps nobody out."""

import pytest

from tests.portal.site import PASSWORD

MOST = 10


@pytest.fixture
def dora(site):
    site.forget_tries()
    return site.patient("Dora Finch")


def attempt(browser, person, password):
    return browser.get("/accounts/login/").fill(login=person.email, password=password).send()


def guess(browse, person, count):
    """So many wrong passwords, each from a browser of its own."""
    return [attempt(browse(), person, f"guess number {number}") for number in range(count)]


def test_after_some_guesses_even_the_right_password_is_refused_elsewhere(browse, dora):
    refused = guess(browse, dora, MOST + 1)[-1]
    assert "too many tries" in refused.page.errors[0]
    late = attempt(browse(), dora, PASSWORD)
    assert late.path == "/accounts/login/"
    assert "too many tries" in late.page.errors[0]


def test_the_owners_own_device_is_let_in_meanwhile(browse, site, dora):
    own = browse().sign_in(dora).sign_out()
    site.ask("tried", email=dora.email, count=MOST)
    assert "too many tries" in attempt(browse(), dora, PASSWORD).page.errors[0]
    assert attempt(own, dora, PASSWORD).page.h1 == "Hello Dora Finch"


def test_one_who_resets_the_password_is_let_in_meanwhile(browse, site, dora):
    site.ask("tried", email=dora.email, count=MOST)
    own = browse().get("/accounts/password/reset/").fill(email=dora.email).send()
    own.get(site.inbox.take(dora.email, "Set a new password").link)
    own.fill(password1="quite another sentence", password2="quite another sentence").send()
    assert attempt(own, dora, "quite another sentence").page.h1 == "Hello Dora Finch"


def test_guesses_from_a_known_device_are_bounded_too(browse, dora):
    own = browse().sign_in(dora).sign_out()
    for number in range(20):
        attempt(own, dora, f"guess number {number}")
    assert "too many tries" in attempt(own, dora, PASSWORD).page.errors[0]


def test_the_mark_of_a_device_cannot_be_made_up_or_moved_to_another_account(browse, site, dora, charlie):
    own = browse().sign_in(charlie)
    mark = own.cookies["carefolio-device"]
    site.ask("tried", email=dora.email, count=MOST)
    for value in (mark, mark[:-2] + "xx", "WyJ4Il0:1abc:def"):
        other = browse()
        other.http.cookies.set("carefolio-device", value, domain="127.0.0.1", path="/")
        assert "too many tries" in attempt(other, dora, PASSWORD).page.errors[0]


def test_other_accounts_are_not_kept_out(browse, site, dora, charlie):
    site.ask("tried", email=dora.email, count=MOST)
    assert attempt(browse(), charlie, PASSWORD).page.h1 == "Hello Charlie Stone"


def test_made_up_e_mails_do_not_push_out_what_was_counted(browse, site, dora):
    site.ask("tried", email=dora.email, count=MOST)
    site.ask("fill_counters", count=2000)
    assert "too many tries" in attempt(browse(), dora, PASSWORD).page.errors[0]


def test_the_ledger_is_told_and_not_filled(browse, site, dora):
    before = site.console.entries()
    guess(browse, dora, 6)
    assert 1 <= site.console.entries() - before <= 2


def test_asking_for_links_does_not_flood_a_mailbox(browse, site, dora):
    for _ in range(12):
        browse().get("/accounts/password/reset/").fill(email=dora.email).send()
    own = browse()
    own.get("/accounts/password/reset/").fill(email=dora.email).send()
    site.forget_tries()
    own.get("/accounts/password/reset/").fill(email="marker@example.org").send()
    site.inbox.take("marker@example.org")
    assert len([one for one in site.inbox.all if one.to == dora.email]) <= 5


def test_asking_for_somebodys_links_does_not_keep_them_from_theirs(browse, site, dora):
    own = browse().sign_in(dora).sign_out()
    site.forget_tries()
    answers = set()
    for _ in range(8):
        stranger = browse().get("/accounts/password/reset/").fill(email=dora.email).send()
        answers.add((stranger.status, stranger.path, stranger.page.h1))
    assert len(answers) == 1, "nobody learns how often it was asked"
    for _ in range(5):
        site.inbox.take(dora.email, "Set a new password")
    own.get("/accounts/password/reset/").fill(email=dora.email).send()
    own.get(site.inbox.take(dora.email, "Set a new password").link)
    assert own.page.form.fields.keys() >= {"password1", "password2"}
