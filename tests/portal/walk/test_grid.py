"""Every page and every step in Chromium: all widths, both themes, 400 % zoom, key by key, without script."""

import pytest

from tests.portal.walk import looking
from tests.portal.walk.choice import failures, variants
from tests.portal.walk.told import told

WIDTHS = (320, 360, 1280)
SHIFT, DELAY_MILLISECONDS = 0.1, 200
pytestmark = pytest.mark.drill


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe(walk, player, width, dark):
    wrong = []
    for taken in [*variants(walk), *failures(walk)]:
        page = player.show(taken, width=width, dark=dark)
        wrong += [(taken, one) for one in looking.axe(page) + looking.layout(page, width)]
    told([*player.complaints, *wrong])


def test_zoomed_four_times(walk, player):
    """1280 x 1024 at 400 % leaves 320 x 256 for the page: what has the focus is still in sight."""
    wrong = []
    for taken in variants(walk)[::3]:
        page = player.show(taken, width=320, height=256)
        wrong += [(taken, one) for one in looking.spaced(page, 320)]
        page.set_viewport_size({"width": 320, "height": 256})
        wrong += [(taken, one) for one in looking.tab_through(page)]
    told(wrong)


def test_by_keyboard(walk, player):
    wrong = []
    for taken in variants(walk):
        page = player.show(taken)
        wrong += [(taken, one) for one in looking.tab_through(page)]
    told(wrong)


def test_without_script(walk, player):
    """The same links, forms and fields are there, and can be seen."""
    wrong = []
    for taken in variants(walk):
        without = looking.parts(player.show(taken, javascript=False))
        lost = set(looking.parts(player.show(taken))) - set(without)
        wrong += [(taken, f"only with script: {one}") for one in lost]
    told(wrong)


def test_nothing_jumps(walk, player):
    wrong = []
    for taken in variants(walk):
        shift = looking.shift(player.show(taken, width=360))
        wrong += [(taken, f"layout shift {shift}")] * (shift > SHIFT)
    told(wrong)


def test_answers_at_once(walk, player):
    """From a press on the menu until it is drawn."""
    wrong = []
    for taken in [one for one in variants(walk) if 'class="menu"' in one.text][::8]:
        page = player.show(taken)
        delay = looking.delay(page, ".top .inside > .menu > summary")
        wrong += [(taken, f"{delay:.0f} ms")] * (delay > DELAY_MILLISECONDS)
    told(wrong)
