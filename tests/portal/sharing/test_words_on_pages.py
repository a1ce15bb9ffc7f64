"""What patients read while they share: plain, short, and without a word that does not help."""

from __future__ import annotations

import pytest

from carefolio.portal.words.banned import banned_in
from tests.portal.home.test_help import HARDEST_GRADE, LONGEST_SENTENCE, sentences_of
from tests.portal.sharing.conftest import parts
from tests.unit.portal.words.reading import grade, longest

REQUEST = ("", "allow/", "refuse/", "choose/", "records/")
FOCUSED = "document.activeElement.matches('a, button') ? document.activeElement.textContent : ''"
CONTRACT = ("", "withdraw/", "change/", "change/records/", "given/", "changed/")


@pytest.fixture
def pages(town, she):
    """Every page on the way, before and after access is given."""
    waiting, request = town.ask(town.cleo), town.ask(town.ben, parts("results", "problems"))
    addresses = ["/", "/sharing/", "/sharing/give/", f"/sharing/give/{town.cleo.person}/", "/notices/"]
    addresses += [f"/sharing/requests/{waiting}/{page}" for page in REQUEST]
    she.get(f"/sharing/requests/{request}/allow/").send()
    addresses += [f"/sharing/{request}/{page}" for page in CONTRACT]
    return [(address, she.get(address).page) for address in addresses]


def test_every_page_is_easy_to_read(pages):
    for address, page in pages:
        text = sentences_of(page.html)
        assert grade(text) <= HARDEST_GRADE, (address, text)
        assert longest(text) <= LONGEST_SENTENCE, (address, text)
        assert banned_in(page.text) == [], address


def test_titles_and_headings_tell_pages_apart(pages):
    titles = [page.title for _, page in pages]
    assert all(page.h1 for _, page in pages)
    assert len(set(titles)) >= len(titles) - 4


def test_by_keyboard_alone_and_without_scripts(town, windows):
    town.ask(town.ben)
    window = windows(town.site, person=town.ada, javascript=False, width=320, height=640)
    for words in ("Ben Osei asks to read all", "Allow", "Give access"):
        presses = 0
        while words not in window.evaluate(FOCUSED):
            window.keyboard.press("Tab")
            presses += 1
            assert presses < 60, words
        with window.expect_navigation():
            window.keyboard.press("Enter")
    assert window.get_by_role("heading", level=1).inner_text() == "Ben Osei has access now"
    assert town.sees(town.ben) == set(town.records)
    assert windows.complaints == []


def test_the_code_is_copied(town, windows):
    window = windows(town.site, person=town.ada)
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.reload()
    window.get_by_role("button", name="Copy").click()
    window.get_by_role("button", name="Copied").wait_for()
    assert window.evaluate("navigator.clipboard.readText()") == town.ada.code
    assert windows.complaints == []
