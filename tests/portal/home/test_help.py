"""Help is there for everybody, and easy to read."""

from __future__ import annotations

import re
from html import unescape

import pytest

from carefolio.portal.words.banned import banned_in
from tests.unit.portal.words.reading import grade, longest

TOPICS = (
    "record",
    "sharing",
    "looked",
    "visits",
    "messages",
    "prescriptions",
    "emergencies",
    "corrections",
    "payments",
    "second-factor",
    "privacy",
    "doctors",
    "pharmacists",
    "admins",
)
HARDEST_GRADE, LONGEST_SENTENCE = 8, 20
_BLOCK = re.compile(r"<(?:p|li|h1|h2)[^>]*>(.*?)</(?:p|li|h1|h2)>", re.DOTALL)


def sentences_of(html: str) -> str:
    """The text of a page's main part; what has no full stop of its own gets one."""
    main = html.partition("<main")[2].partition("</main>")[0]
    texts = (" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in _BLOCK.findall(main))
    return " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in texts if text)


@pytest.mark.parametrize("topic", ["", *(f"{one}/" for one in TOPICS)])
def test_a_page_of_help(browser, topic):
    browser.get(f"/help/{topic}")
    assert browser.status == 200
    text = sentences_of(browser.page.html)
    assert grade(text) <= HARDEST_GRADE, text
    assert longest(text) <= LONGEST_SENTENCE
    assert banned_in(browser.page.text) == []


def test_every_topic_is_listed(browser):
    browser.get("/help/")
    assert {address for address in browser.page.links.values() if address.startswith("/help/")} >= {
        f"/help/{topic}/" for topic in TOPICS
    }
    assert browser.get("/help/nonsense/").status == 404
