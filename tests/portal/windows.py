"""Chromium's windows for the journeys that need a real browser (fixture ``windows``).

    window = windows(site)                                    # a playwright Page at the site, nobody signed in
    window = windows(site, person=ada, path="/sharing/")      # signed in, without the journey
    window = windows(site, javascript=False, width=320, height=640, dark=True)
    window.get_by_role("button", name="Sign in").click()
    windows.complaints                                        # what pages said to the console: has to stay empty

A window is a browser of its own (cookies apart) and is closed after the test. Chromium is Debian's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.portal.site import Person, Site

CHROMIUM = next(filter(Path.exists, map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium"))), None)
"""The same engine without a window costs two thirds of what the whole browser does."""
PATIENCE_MILLISECONDS = 30_000


class Windows:
    """Opens windows, and closes them all."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(
        self,
        site: Site,
        *,
        person: Person | None = None,
        path: str = "/",
        javascript: bool = True,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        **more: object,
    ) -> Page:
        """A window at this page; ``more`` goes to playwright's ``new_context``."""
        context = self._chromium.new_context(
            base_url=site.address,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **more,  # type: ignore[arg-type]
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        if person is not None:
            cookies = site.ask("enter", email=person.email)
            context.add_cookies([{"name": name, "value": cookies[name], "url": site.address} for name in cookies])
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(f"{page.url}: {said.text}"))
        page.on("pageerror", lambda problem: self.complaints.append(f"{page.url}: {problem}"))
        page.goto(path)
        return page

    def close(self) -> None:
        while self._contexts:
            self._contexts.pop().close()


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Chromium itself, with ``more`` of its switches; the test skips where it is not installed. Module-scoped: while it
    runs, no other event loop can run on the test's thread.
    """
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: run 'make services' as root.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", *more])
        yield browser
        browser.close()
