"""Recorded pages in Chromium: each with the headers it came with, and nothing from anywhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.portal.walk.recorder import Taken, Walk

ORIGIN = "http://127.0.0.1:9"
_OWN_LENGTH = ("content-encoding", "content-length", "transfer-encoding", "date", "server", "set-cookie")


class Player:
    """Shows one page at a time; ``complaints`` is what the console said and what was asked for and is not there."""

    def __init__(self, walk: Walk, chromium: Browser) -> None:
        self._walk, self._chromium = walk, chromium
        self._contexts: dict[tuple[Any, ...], BrowserContext] = {}
        self._shown: Taken | None = None
        self.complaints: list[tuple[object, str]] = []
        self.requests: list[str] = []

    def show(self, taken: Taken, *, width: int = 1280, dark: bool = False, **more: Any) -> Page:
        """The page, loaded, in the place of the one before it: a window of its own would cost as much as looking."""
        context = self._context(dark, more)
        page = context.pages[0] if context.pages else self._opened(context)
        page.set_viewport_size({"width": width, "height": more.get("height", 800)})
        self._shown, self.requests = taken, []
        page.goto(ORIGIN + taken.url)
        return page

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def _opened(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append((self._shown, said.text)))
        page.on("pageerror", lambda problem: self.complaints.append((self._shown, str(problem))))
        return page

    def _context(self, dark: bool, more: dict[str, Any]) -> BrowserContext:
        key = (dark, *sorted(more.items()))
        if key not in self._contexts:
            made = self._chromium.new_context(
                color_scheme="dark" if dark else "light",
                java_script_enabled=more.get("javascript", True),
                reduced_motion="reduce",
                timezone_id="Europe/Dublin",
            )
            made.route("**/*", self._answer)
            self._contexts[key] = made
        return self._contexts[key]

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.requests.append(route.request.url)
        if self._shown is not None and route.request.is_navigation_request() and path == self._shown.url:
            return route.fulfill(status=200, headers=_sent(self._shown.headers), body=self._shown.text)
        held = self._walk.statics.get(path)
        if held is not None:
            return route.fulfill(status=held["status"], headers=_sent(held["headers"]), body=held["text"])
        if route.request.method == "GET" and not path.startswith("/drafts/") and "/file/" not in path:
            self.complaints.append((self._shown, f"asks for {route.request.url}"))
        return route.fulfill(status=204, body="")


def _sent(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _OWN_LENGTH}
