"""What Chromium is asked about a page: its layout, its targets, its focus, and axe's findings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
TARGET = 44
PARTS = 2
"""Presses of the key that a stop takes, on average, at the most: a date takes four."""
_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
_SCRIPT = Path(__file__).with_suffix(".js").read_text()


@cache
def _axe_script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def _ask(page: Page, what: str, *given: Any) -> list[str]:
    """One of the script's questions."""
    found: list[str] = page.evaluate(f"given => {_SCRIPT}.{what}(...given)", list(given))
    return found


def axe(page: Page) -> list[str]:
    """WCAG 2.2 A and AA, and best practice."""
    page.evaluate(_axe_script())
    return _ask(page, "axe", TAGS)


def layout(page: Page, width: int) -> list[str]:
    """Sideways scroll and small targets at this width."""
    page.set_viewport_size({"width": width, "height": 800})
    return [f"{width} px: {one}" for one in [*_ask(page, "sideways"), *_ask(page, "small", TARGET)]]


def spaced(page: Page, width: int) -> list[str]:
    """Sideways scroll with the text spacing of WCAG 1.4.12."""
    page.set_viewport_size({"width": width, "height": 800})
    sheet = "const made = new CSSStyleSheet(); made.replaceSync(css); document.adoptedStyleSheets = "
    page.evaluate(f"css => {{ {sheet}[made]; }}", _SPACING)
    found = _ask(page, "sideways")
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    return [f"text spacing: {one}" for one in found]


def focus(page: Page) -> list[str]:
    """Whatever can have the focus shows it."""
    return _ask(page, "focus")


def tab_through(page: Page) -> list[str]:
    """With the tabulator key through the page and out of it."""
    wanted: int = page.evaluate(f"() => {_SCRIPT}.stops()")
    page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }")
    seen: list[int] = []
    wrong: list[str] = []
    for _ in range(wanted * PARTS + 5):
        page.keyboard.press("Tab")
        at: dict[str, Any] | None = page.evaluate(f"() => {_SCRIPT}.at()")
        if at is None or (seen and at["index"] == seen[0]):
            break
        if not at["seen"] or at["covered"]:
            wrong.append(f"has the focus out of sight: {at['html']}")
        if seen and at["index"] == seen[-1]:
            continue  # a date has several parts
        if at["index"] in seen:
            return [*wrong, f"a trap at {at['html']}"]
        seen.append(at["index"])
    if len(seen) < wanted:
        wrong.append(f"{len(seen)} of {wanted} reached")
    return wrong


def parts(page: Page) -> list[str]:
    """Links, forms and fields that can be seen."""
    return _ask(page, "parts")


def shift(page: Page) -> float:
    """How far things moved while the page came (Cumulative Layout Shift)."""
    found: float = page.evaluate(f"() => {_SCRIPT}.shift()")
    return found


def delay(page: Page, selector: str) -> float:
    """Milliseconds from a click on it until the next picture."""
    page.evaluate(f"selector => {_SCRIPT}.watch(selector)", selector)
    page.click(selector)
    found: float = page.evaluate("() => window.drawn")
    return found
