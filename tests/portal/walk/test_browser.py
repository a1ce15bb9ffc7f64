"""One page of each kind in Chromium, widths and themes taking turns; the full grid is test_grid.py's."""

import pytest

from tests.portal.walk import looking
from tests.portal.walk.choice import failures, templates
from tests.portal.walk.told import told

WIDTHS = (320, 360, 1280)
SHARES = 4


def shown(walk, share):
    """This share of the pages, each with the width and the theme whose turn it is."""
    pages = [*templates(walk), *failures(walk)[:8]]
    turns = [(page, WIDTHS[at % 3], at // 3 % 2 == 1) for at, page in enumerate(pages)]
    return turns[share::SHARES]


@pytest.mark.parametrize("share", range(SHARES))
def test_looks(walk, player, share):
    """axe, layout at all widths, text spacing, focus; nothing to the console, nothing asked of others."""
    wrong = []
    for taken, width, dark in shown(walk, share):
        page = player.show(taken, width=width, dark=dark)
        found = looking.axe(page) + looking.focus(page) + looking.spaced(page, width)
        for each in WIDTHS:
            found += looking.layout(page, each)
        wrong += [(taken, one) for one in found]
    told([*player.complaints, *wrong])


def test_by_keyboard(walk, player):
    """Some pages of each sort, key by key."""
    wrong = []
    for taken in [one for one in templates(walk) if _is_short(one)][::6]:
        page = player.show(taken, width=1280)
        wrong += [(taken, one) for one in looking.tab_through(page)]
    told([*player.complaints, *wrong])


def _is_short(taken):
    return taken.text.count("<a ") < 40


ROWS = """() => new Set([...document.querySelectorAll(".top .brand, .places > ul > li")]
  .map((one) => one.getBoundingClientRect()).filter((box) => box.height)
  .map((box) => Math.round((box.top + box.bottom) / 2 / 16))).size"""
"""Of the head of a page, by the middles of its parts."""


@pytest.mark.parametrize(("width", "most"), [(360, 3), (900, 2), (1280, 1)])
def test_the_head_has_as_few_rows_as_it_may(walk, player, width, most):
    """Of each role, in Debian's wide letters."""
    homes = {taken.role: taken for taken in walk.taken if taken.route == "home:start" and taken.status == 200}
    rows = [(home, player.show(home, width=width).evaluate(ROWS)) for home in homes.values()]
    told((home, f"{found} rows") for home, found in rows if found > most)


def test_the_skip_link_skips(walk, player):
    page = player.show(next(one for one in walk.taken if one.is_page and one.route == "home:start"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
