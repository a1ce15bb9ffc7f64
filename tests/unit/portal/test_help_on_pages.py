"""Each page of doctors and of oversight has help at its end, with a way to a topic that there is."""

import re
from pathlib import Path

import pytest

from carefolio import portal
from carefolio.portal.home.help import TOPICS

FOLDER = Path(portal.__file__).parent
PAGES = [
    page
    for app in ("asking", "oversight")
    for page in sorted((FOLDER / app / "templates" / app).glob("*.html"))
    if "{% extends" in page.read_text() and page.name != "base.html"
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_help(page):
    _before, found, panel = page.read_text().partition("{% help_panel %}")
    assert found
    assert set(re.findall(r"/help/([a-z-]+)/", panel)) <= {topic.key for topic in TOPICS}
