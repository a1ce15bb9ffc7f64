"""Somebody of the story in front of their own browser: what they do, what they see, and how often they clicked.

ada.goes("/").clicks("Sharing").sees("Nobody has access")
ada.fills("E-mail", "ada@example.org").chooses("From which hospitals?", "North Hospital").submits("Go on and check")

``clicks`` and ``submits`` lead to another page; ``opens`` unfolds something on this one. A label stands for the field
that a screen reader would read it out for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Locator, Page

from tests.portal import site as cast
from tests.portal.site import PASSWORD, Site
from tests.portal.story.hands import Hands, named
from tests.portal.windows import Windows

REFUSED = (403, 404)
SIGN_IN, SECOND_STEP = "/accounts/login/", "/accounts/2fa/authenticate/"
WIDE, SMALL, HEIGHT = 1280, 360, 800

Pictures = Callable[[Page, str], None]
"""Takes a picture of a page, under a name."""


def both_sizes(folder: Path) -> Pictures:
    """Keeps each page as it is on a phone and on a desk."""

    def keep(page: Page, name: str) -> None:
        for width in (SMALL, WIDE):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)

    return keep


@dataclass
class Clicks:
    """How many there were."""

    count: int = 0


class Person:
    """``known``: somebody whom the harness made; without, they sign up themselves."""

    def __init__(self, name: str, email: str, site: Site, page: Page, hands: Hands, pictures: Pictures | None) -> None:
        self.name, self.email = name, email
        self.password = PASSWORD
        self.secret = ""
        self.recovery_codes: list[str] = []
        self.page = page
        self.site = site
        self._hands, self._hand = hands, hands(page)
        self._pictures = pictures
        self._counted = Clicks()

    # ── What they do ──

    def goes(self, path: str) -> Person:
        """By the address bar, or a link in an e-mail."""
        self.page.goto(path)
        return self._arrived()

    def clicks(self, name: str, *, to: str = "") -> Person:
        """A link; one that a phone folds is looked for in its menu. ``to``: the one that leads there, where the names
        of some begin like this.
        """
        beginning = re.compile(rf"^\s*{re.escape(name)}") if to else named(name)
        found = self.page.get_by_role("link", name=beginning)
        found = found.and_(self.page.locator(f'[href="{to}"]')) if to else found
        if not found.count() and self.page.locator(".places summary").is_visible():
            self.opens("Menu")
        self._leave(found.first)
        return self

    def clicks_first(self, words: str) -> Person:
        """The first link on the page whose name begins like this."""
        beginning = re.compile(rf"^\s*{re.escape(words)}\b")
        self._leave(self.page.locator("main").get_by_role("link", name=beginning).first)
        return self

    def submits(self, button: str) -> Person:
        """Press a form's button."""
        self._leave(self.page.locator("main").get_by_role("button", name=named(button)).first)
        return self

    def opens(self, fold: str) -> Person:
        """Unfold something on this page."""
        self._counted.count += 1
        self._hand.unfold(self.page.locator("summary", has_text=fold).first)
        return self

    def fills(self, label: str, value: str | tuple[int, int, int], *, of: str = "") -> Person:
        """A field; a date is (day, month, year). ``of``: the question whose boxes have labels of their own."""
        if isinstance(value, str):
            around = self._group(of) if of else self.page
            self._hand.type(around.get_by_label(named(label)).first, value)
            return self
        for part, number in zip(("Day", "Month", "Year"), value, strict=True):
            self._hand.type(self._group(label).get_by_label(named(part)), str(number))
        return self

    def attaches(self, label: str, name: str, content: bytes) -> Person:
        """A file."""
        file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.get_by_label(named(label)).set_input_files(file)
        return self

    def presses(self, button: str) -> Person:
        """A button whose page stays."""
        self._counted.count += 1
        self._hand.press(self.page.get_by_role("button", name=named(button)))
        return self

    def clicks_aside(self, link: str) -> Person:
        """A link that opens a tab of its own; who looks at that one."""
        self._counted.count += 1
        with self.page.expect_popup() as opened:
            self._hand.press(self.page.get_by_role("link", name=re.compile(rf"^\s*{re.escape(link)}")).first)
        aside = Person(self.name, self.email, self.site, opened.value, self._hands, self._pictures)
        aside.page.wait_for_load_state()
        return aside

    def chooses(self, label: str, *answers: str) -> Person:
        """Answers of a question, by the words with which they begin; or one option of a list that drops down."""
        self._counted.count += len(answers)
        if not self._group(label).count():
            self._hand.pick(self.page.get_by_label(named(label)).first, answers[0])
            return self
        for words in answers:
            answer = self._group(label).get_by_label(re.compile(rf"^\s*{re.escape(words)}"))
            self._hand.choose(answer.first)
        return self

    def ticks(self, label: str) -> Person:
        """A box that stands by itself."""
        self._counted.count += 1
        self._hand.choose(self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first)
        return self

    def signs_in(self) -> Person:
        """With everything that the sign-in page asks them for."""
        self.page.context.clear_cookies()
        self.goes(SIGN_IN).fills("E-mail", self.email).fills("Password", self.password).submits("Sign in")
        if self.secret:
            self.gives_code("Code", "Sign in")
        assert self.path == "/", (self.path, self.text)
        return self

    def gives_code(self, label: str, button: str) -> Person:
        """What their app shows; the next one, where it changed while they typed."""
        asking = self.path
        for _ in range(2):
            self.site.forget_tries()
            self.fills(label, cast.digits(self.secret)).submits(button)
            if self.path != asking:
                break
        return self

    def signs_out(self) -> Person:
        """By the menu with their name."""
        self.opens("Your account")
        self._leave(self.page.get_by_role("button", name="Sign out"))
        return self

    def enters(self) -> Person:
        """Signed in at once: for those whom the story is not about."""
        cookies = self.site.ask("enter", email=self.email)
        self.page.context.add_cookies(
            [{"name": name, "value": cookies[name], "url": self.site.address} for name in cookies]
        )
        return self

    # ── What they see ──

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What stands on the page, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def heading(self) -> str:
        return " ".join(self.page.get_by_role("heading", level=1).first.inner_text().split())

    def sees(self, *words: str) -> Person:
        shown = self.text
        for one in words:
            assert one in shown, f"{self.name} does not see {one!r} on {self.page.url}: {shown}"
        return self

    def waits_for(self, *words: str) -> Person:
        """Until it stands on the page, which others change."""
        for one in words:
            self.page.locator("main").get_by_text(one).first.wait_for()
        return self

    def has(self, link: str) -> bool:
        """Whether there is such a link."""
        return self.page.get_by_role("link", name=named(link)).count() > 0

    def lacks(self, *words: str) -> Person:
        """Nowhere in what was sent, shown or not."""
        sent = self.page.content()
        for one in words:
            assert one not in sent, f"{self.name} was sent {one!r} on {self.page.url}"
        return self

    def is_refused(self, *paths: str, but_never: tuple[str, ...] = ()) -> Person:
        """Each of these addresses: not found, not for them, or the sign-in page; and nothing of what it would say.
        Asked for with their browser's cookies, and not drawn.
        """
        for path in paths:
            answer = self.page.request.get(path)
            text, arrived = answer.text(), urlsplit(answer.url).path
            is_kept_out = answer.status in REFUSED or (answer.ok and arrived in (SIGN_IN, SECOND_STEP))
            assert is_kept_out, f"{self.name} gets {answer.status} at {path}: {text}"
            for one in but_never:
                assert one not in text, f"{self.name} was sent {one!r} at {path}"
        return self

    @contextmanager
    def counting(self) -> Iterator[Clicks]:
        """What they click in here."""
        before, self._counted = self._counted, Clicks()
        try:
            yield self._counted
        finally:
            self._counted = before

    def shows(self, name: str) -> Person:
        """A picture of the page, where pictures are wanted."""
        if self._pictures is not None:
            self._pictures(self.page, name)
        return self

    def _group(self, label: str) -> Locator:
        return self.page.get_by_role("group", name=named(label))

    def _leave(self, target: Locator) -> None:
        self._counted.count += 1
        with self.page.expect_navigation():
            self._hand.press(target)
        self._arrived()

    def _arrived(self) -> Person:
        """Nobody here was away for long: no page warns them that it will sign them out."""
        assert not self.page.locator("dialog[open]").count(), self.page.url
        return self


@dataclass
class Stage:
    """Where the story is played: the site, how people work their pages, and whether their browsers run scripts."""

    site: Site
    windows: Windows
    hands: Hands
    javascript: bool = True
    pictures: Pictures | None = None
    browsers: dict[str, Any] = field(default_factory=dict)
    """What more their browsers are told, as ``permissions``."""

    def person(self, name: str, email: str, *, width: int = WIDE) -> Person:
        """Somebody with a browser of their own, who is not signed in."""
        window = self.windows(self.site, javascript=self.javascript, width=width, height=HEIGHT, **self.browsers)
        return Person(name, email, self.site, window, self.hands, self.pictures)

    def known(self, made: cast.Person, *, width: int = WIDE) -> Person:
        """The same for somebody whom the harness made."""
        person = self.person(made.name, made.email, width=width)
        person.secret = made.secret
        return person
