"""What a browser is called, as people know it: "Firefox on Windows" and not the line that it sends of itself."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.translate import gettext as _

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first whose mark stands in the line: Edge and Opera call themselves Chrome too, and Chrome Safari."""
_MOST_SHOWN: Final = 60
_DEVICES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(sent: str) -> str:
    """The browser and what it runs on, from its ``User-Agent`` (RFC 9110, 10.1.5); a line without known names
    as it was sent.
    """
    browser = next((name for mark, name in _BROWSERS if mark in sent), "")
    device = next((name for mark, name in _DEVICES if mark in sent), "")
    if browser and device:
        return _("{browser} on {device}").format(browser=browser, device=device)
    return browser or device or sent[:_MOST_SHOWN] or _("Another program")
