"""How somebody works a page: with the mouse, or with the keyboard alone.

Both are told the same things: ``press`` a link or a button, ``type`` into a field, ``choose`` an answer or ``pick`` it
from a list, ``unfold`` what is folded. The mouse points at an element; the keyboard goes to it with the tabulator key,
however far that is, and never points at anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STOPS = 150
MOST_OPTIONS = 80
LOOKED_AFTER = 4
_IS_HERE = "element => element === document.activeElement"
_GROUP = "element => element.type === 'radio' ? element.name : ''"
_IN_GROUP = "(element, name) => document.activeElement.name === name && document.activeElement.form === element.form"
_WAY = """element => {
  const asked = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const group = (one) => one.type === "radio" && document.getElementsByName(one.name);
  const stops = [...document.querySelectorAll(asked)].filter((one) => one.checkVisibility() && !one.disabled
    && (!group(one) || one === element || one === ([...group(one)].find((other) => other.checked) || group(one)[0])));
  const ahead = (stops.indexOf(element) - stops.indexOf(document.activeElement) + stops.length) % stops.length;
  return ahead > stops.length / 2 ? ["Shift+Tab", stops.length - ahead] : ["Tab", ahead];
}"""
_CHOSEN = "element => element.selectedOptions[0].label.trim()"

Hands = Callable[[Page], "Hand"]


class Hand(Protocol):
    """One way to work a page."""

    def press(self, target: Locator) -> None:
        """A link or a button."""

    def type(self, field: Locator, words: str) -> None:
        """In place of what stands there."""

    def choose(self, answer: Locator) -> None:
        """One of some answers, or a box to tick."""

    def pick(self, field: Locator, label: str) -> None:
        """An option of a list that drops down."""

    def unfold(self, fold: Locator) -> None:
        """Show what is folded."""


class Mouse:
    """Points and clicks."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, target: Locator) -> None:
        target.click()

    def type(self, field: Locator, words: str) -> None:
        field.fill(words)

    def choose(self, answer: Locator) -> None:
        answer.check()

    def pick(self, field: Locator, label: str) -> None:
        field.select_option(label=label)

    def unfold(self, fold: Locator) -> None:
        fold.click()


class Keyboard:
    """Tab, Shift-Tab, Enter, Space, arrows and letters."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, target: Locator) -> None:
        self._reach(target)
        self._page.keyboard.press("Enter")

    def type(self, field: Locator, words: str) -> None:
        self._reach(field)
        self._page.keyboard.press("Control+A")
        self._page.keyboard.press("Delete")
        self._page.keyboard.type(words)

    def choose(self, answer: Locator) -> None:
        group = answer.evaluate(_GROUP)
        if not group:
            self._reach(answer)
        else:
            self._tab(lambda: answer.evaluate(_IN_GROUP, group), answer)
            self._arrow(lambda: answer.evaluate(_IS_HERE), answer)
        if not answer.is_checked():
            self._page.keyboard.press("Space")
        assert answer.is_checked(), answer

    def pick(self, field: Locator, label: str) -> None:
        self._reach(field)
        self._page.keyboard.press("Home")
        self._arrow(lambda: field.evaluate(_CHOSEN) == label, field)

    def unfold(self, fold: Locator) -> None:
        self._reach(fold)
        self._page.keyboard.press("Enter")

    def _reach(self, target: Locator) -> None:
        self._tab(lambda: target.evaluate(_IS_HERE), target)

    def _tab(self, is_there: Callable[[], bool], target: Locator) -> None:
        """Whichever way is shorter: at its end, or its beginning, a browser goes on at the other side of the page.
        Somebody who sees how far it is does not look after each stroke; the last ones are looked after.
        """
        key, stops = target.evaluate(_WAY)
        for _ in range(stops - LOOKED_AFTER):
            self._page.keyboard.press(key)
        for _ in range(MOST_STOPS):
            if is_there():
                return
            self._page.keyboard.press(key)
        raise AssertionError(f"the tabulator key does not lead to {target} on {self._page.url}")

    def _arrow(self, is_there: Callable[[], bool], target: Locator) -> None:
        for _ in range(MOST_OPTIONS):
            if is_there():
                return
            self._page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys do not lead to {target} on {self._page.url}")


def named(words: str) -> re.Pattern[str]:
    """An accessible name, whatever its white space, and with what forms add to it."""
    parts = r"\s+".join(re.escape(part) for part in words.split())
    return re.compile(rf"^\s*{parts}(\s*\(optional\))?\s*$")
