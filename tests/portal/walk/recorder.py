"""Walks the portal as everybody, and keeps what came: by links, by forms filled in with sense, nonsense and nothing."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from carefolio.base import clock
from tests.portal.walk import filling, routes
from tests.portal.walk.sheet import Form, Sheet
from tests.portal.walk.world import Persona, World

MOST_OF_A_KIND = 2
"""Pages of one route that one persona looks at; with a query, and of one type of record, it is one."""
STRANGERS = ("newcomer", "new doctor", "auditor", "admin", "nobody")
"""Who tries every route: one of each role, none of whom has anything to do with the charts."""
MOST_REDIRECTS = 6
MOST_PAGES = 400
WALK_S = 3_600
"""Longer than a walk ever takes."""
_TYPE = re.compile(r"/records/([A-Za-z]+)/")
_NOT_PAGES = ("/static/", "/fhir", "/ledger/")
_LAST = ("", "mfa_deactivate_totp", "account_logout")
"""The buttons after which others are of no use, after all others."""


@dataclass
class Taken:
    """One answer. ``how``: link, nonsense, empty, filled, pressed (a form without fields), or foreign (not theirs)."""

    persona: str
    role: str | None
    how: str
    method: str
    url: str
    route: str
    status: int
    headers: dict[str, str]
    text: str
    raw: int
    sent: int
    posted: dict[str, list[str]] = field(default_factory=dict)
    form: int = 0
    asked_at: str = ""
    """The page whose form was sent, or whose link was followed."""

    @property
    def is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html") and bool(self.text)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def is_refused(self) -> bool:
        """Whether it leads to the form that was sent, which says there what is wrong: the next that was taken."""
        return "refused=1" in self.headers.get("location", "")

    @cached_property
    def sheet(self) -> Sheet:
        """Its mark-up, read once for all that is asked about it: reading takes longer than most of the questions."""
        return Sheet(self.text)

    def __str__(self) -> str:
        return f"{self.persona}: {self.method} {self.url} ({self.how}, from {self.asked_at or 'nowhere'})"


@dataclass(eq=False)
class Walk:
    """All that was taken, what the style sheet, the script and pictures weigh, and the e-mails that went out."""

    taken: list[Taken] = field(default_factory=list)
    statics: dict[str, dict[str, Any]] = field(default_factory=dict)
    routes: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, str | None] = field(default_factory=dict)
    mails: list[dict[str, str]] = field(default_factory=list)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Walk:
        held = json.loads(path.read_text())
        return cls(**held | {"taken": [Taken(**one) for one in held["taken"]]})


class Walker:
    """One persona's way through the portal."""

    def __init__(self, world: World, persona: Persona, walk: Walk, known: list[routes.Route]) -> None:
        self.world, self.persona, self.walk, self.known = world, persona, walk, known
        self.queue: deque[tuple[str, str]] = deque()
        """Addresses, each with the page that leads there."""
        self.queued: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.forms: dict[str, list[tuple[Taken, int]]] = {}
        """By what they are: the pages that show such a form, and its place there."""
        self.done: set[str] = set()
        self.turned: set[str] = set()
        """Addresses that asked for the password first: to be tried again when it was given."""
        self.http = httpx.Client(base_url=world.site.address, timeout=60)
        self.enter()

    def enter(self) -> None:
        """A fresh session."""
        self.http.cookies.clear()
        if self.persona.email:
            for name, value in self.world.site.ask("enter", email=self.persona.email).items():
                self.http.cookies.set(name, value, domain="127.0.0.1", path="/")

    # ── by links ──

    def links(self, *starts: str) -> None:
        """Follow all links from here."""
        for start in starts:
            self._queue(start)
        while self.queue and len(self.queued) < MOST_PAGES:
            url, before = self.queue.popleft()
            taken = self.take("link", "GET", url)
            taken.asked_at = before
            if "/reauthenticate/" in taken.headers.get("location", ""):
                self.turned.add(url)
            self._look(taken)

    def _look(self, taken: Taken) -> None:
        if "location" in taken.headers:
            self._queue(urljoin(taken.url, taken.headers["location"]), taken.url)
        if not taken.is_page:
            return
        sheet = taken.sheet
        for node in sheet.all("a"):
            self._queue(urljoin(taken.url, node.get("href")), taken.url)
        for number, form in enumerate(sheet.forms):
            if form.method == "get":
                pairs = [(name, value) for name, values in form.held().items() for value in values]
                self._queue(urljoin(taken.url, (form.action or taken.path) + "?" + urlencode(pairs)), taken.url)
            elif taken.status == 200:
                self.forms.setdefault(self._form_key(taken, form), []).append((taken, number))

    def _form_key(self, taken: Taken, form: Form) -> str:
        """Two forms of a kind are one: the same fields, to the same route."""
        target = urljoin(taken.url, form.action or taken.url)
        fields = ",".join(sorted(name for name in form.fields if name not in ("csrfmiddlewaretoken", "once")))
        return f"{self._kind(target)} {fields}"

    def _queue(self, address: str, before: str = "") -> None:
        parts = urlsplit(urljoin(self.world.site.address, address))
        url = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc != urlsplit(self.world.site.address).netloc or url in self.queued:
            return
        if parts.path.startswith(_NOT_PAGES) or _passes_soon(parts.query):
            return
        kind = self._kind(url)
        if self.kinds[kind] >= (1 if "[]" not in kind or "/records/" in url else MOST_OF_A_KIND):
            return
        self.kinds[kind] += 1
        self.queued.add(url)
        self.queue.append((url, before))

    def _kind(self, url: str) -> str:
        parts = urlsplit(url)
        asked = sorted({name for name, value in parse_qsl(parts.query) if value})
        type_ = _TYPE.search(parts.path)
        return f"{self._route(parts.path)} {type_[1] if type_ else ''} {asked}"

    def _route(self, path: str) -> str:
        found = routes.of(self.known, path)
        return found.name if found else ""

    # ── by forms ──

    def tell_nonsense(self) -> None:
        """Every form with something to fill in gets nonsense, then nothing."""
        for (taken, number), *_ in self._fresh("nonsense"):
            form = _form((taken, number))
            for how, content in (("nonsense", filling.nonsense(form)), ("empty", filling.empty(form))):
                must = filling.refuses_nonsense(form) if how == "nonsense" else filling.refuses_nothing(form)
                if form.visible and must:
                    self._send(how, taken, number, content)

    def fill(self) -> None:
        """Every form with something to fill in gets it, and leads on; signing in comes last."""
        fresh = list(self._fresh("filled"))
        for candidates in sorted(fresh, key=lambda one: one[0][0].route == "account_login"):
            self._first_that_works("filled", [one for one in candidates if _form(one).visible])
        self.queue.extend((url, "") for url in sorted(self.turned))
        self.turned.clear()
        self.links()

    def _first_that_works(self, how: str, candidates: list[tuple[Taken, int]]) -> None:
        """What was asked on one page may have been answered on another meanwhile."""
        for taken, number in candidates:
            wanted = self.world.wanted.get(taken.route, {})
            done = self._send(how, taken, number, filling.sensible(_form((taken, number)), self.world.code, wanted))
            if done.status not in (404, 409):
                return self._on(done)
        return None

    def open_mails(self) -> None:
        """Follow the links of all e-mails so far."""
        for mail in self.world.site.inbox.all:
            self.links(*re.findall(r"https?://\S+", mail.text))

    def press(self) -> None:
        """Every button without anything to fill in, signing out last."""
        fresh = [one for one in self._fresh("pressed") if not _form(one[0]).visible]
        for candidates in sorted(fresh, key=lambda one: _LAST.index(self._target(one[0]))):
            self._first_that_works("pressed", candidates)
        self.turned.clear()

    def _target(self, one: tuple[Taken, int]) -> str:
        """Of the buttons that end things: which; "" for all others."""
        found = self._route(urlsplit(urljoin(one[0].url, _form(one).action or one[0].url)).path)
        return found if found in _LAST else ""

    def _fresh(self, how: str) -> Iterator[list[tuple[Taken, int]]]:
        """The forms that were not sent in this way yet."""
        for key, one in list(self.forms.items()):
            if f"{how} {key}" not in self.done:
                self.done.add(f"{how} {key}")
                yield one

    def _send(self, how: str, taken: Taken, number: int, content: filling.Filled) -> Taken:
        """Load the form's page again, for its tokens are of the day, and send it."""
        self.world.site.forget_tries()
        page = self.http.get(taken.url) if taken.method == "GET" else None
        forms = Sheet(page.text).forms if page is not None and page.status_code == 200 else []
        fresh = forms[number].fields.values() if number < len(forms) else ()
        hidden = {field.name: field.values for field in fresh if field.hidden}
        form = _form((taken, number))
        target = urljoin(taken.url, form.action or taken.url)
        done = self.take(how, "POST", target, content | hidden)
        done.form, done.asked_at = number, taken.url
        if done.is_refused:
            told = self.take(how, "GET", urljoin(target, done.headers["location"]))
            told.form, told.asked_at, told.posted = number, taken.url, done.posted
        return done

    def _on(self, taken: Taken) -> None:
        for _ in range(MOST_REDIRECTS):
            if "location" not in taken.headers:
                break
            taken = self.take(taken.how, "GET", urljoin(taken.url, taken.headers["location"]))
        self.queued.add(taken.url)
        self._look(taken)
        self._confirm(taken)
        self.links()

    def _confirm(self, taken: Taken) -> None:
        """Where all that was filled in is shown once more, press the button: what is done later may undo it."""
        for number, form in enumerate(taken.sheet.forms if taken.how == "filled" else ()):
            key = f"pressed {self._form_key(taken, form)}"
            plain = form.in_main and form.method == "post" and not form.visible
            if plain and not self._target((taken, number)) and key not in self.done:
                self.done.add(key)
                self._on(self._send("pressed", taken, number, form.held()))

    # ── one request ──

    def take(self, how: str, method: str, url: str, posted: filling.Filled | None = None) -> Taken:
        headers = {"Accept-Encoding": "gzip", "Referer": self.world.site.address + "/", "Sec-Fetch-Site": "same-origin"}
        with self.http.stream(method, url, data=posted, headers=headers) as answer:
            body = answer.read()
        kind = answer.headers.get("content-type", "")
        parts = urlsplit(str(answer.request.url))
        taken = Taken(
            self.persona.name,
            self.persona.role,
            how,
            method,
            parts.path + (f"?{parts.query}" if parts.query else ""),
            self._route(parts.path),
            answer.status_code,
            dict(answer.headers),
            body.decode() if kind.startswith("text/html") else "",
            len(body),
            answer.num_bytes_downloaded,
            posted or {},
        )
        self.walk.taken.append(taken)
        return taken


def _form(one: tuple[Taken, int]) -> Form:
    return one[0].sheet.forms[one[1]]


def _passes_soon(query: str) -> bool:
    """Whether this is a time to book that will have passed before the walk is over."""
    start = next((value for name, value in parse_qsl(query) if name == "start" and value.isdecimal()), None)
    return start is not None and int(start) < clock.now() // clock.SECOND + WALK_S


def record(world: World, starts: tuple[str, ...]) -> Walk:
    """Everybody's walk: first looking, then nonsense, then what makes sense, then the buttons; then where it is not
    their place.
    """
    walk = Walk(roles={name: one.role for name, one in world.personas.items()}, routes=world.site.ask("routes"))
    known = routes.read(walk.routes)
    walkers = [Walker(world, persona, walk, known) for persona in world.personas.values()]
    try:
        _go(walkers, starts)
        _go_where_it_is_not_theirs(walk, walkers)
    finally:
        for walker in walkers:
            walker.http.close()
    _weigh(world, walk)
    walk.mails = [{"to": one.to, "subject": one.subject, "text": one.text} for one in world.site.inbox.all]
    return walk


def _go(walkers: list[Walker], starts: tuple[str, ...]) -> None:
    for walker in walkers:
        walker.links(*walker.world.starts.get(walker.persona.name, ()), *starts)
    for walker in walkers:
        walker.tell_nonsense()
    for walker in walkers:
        walker.fill()
        walker.fill()
    walkers[-1].enter()
    walkers[-1].open_mails()
    for walker in walkers:
        walker.press()
        walker.fill()


def _go_where_it_is_not_theirs(walk: Walk, walkers: list[Walker]) -> None:
    """One address of each route, as everybody."""
    samples: dict[str, str] = {}
    for taken in walk.taken:
        if taken.route and taken.method == "GET" and taken.status == 200:
            samples.setdefault(taken.route, taken.url)
    for walker in walkers:
        if walker.persona.name not in STRANGERS:
            continue
        walker.enter()
        for url in samples.values():
            walker.take("foreign", "GET", url)


def _weigh(world: World, walk: Walk) -> None:
    """What pages bring along."""
    addresses = {address for taken in walk.taken if taken.is_page for address in brought(taken.sheet)}
    with httpx.Client(base_url=world.site.address) as http:
        for address in sorted(addresses):
            with http.stream(
                "GET", address, headers={"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
            ) as answer:
                body = answer.read()
            walk.statics[address] = {
                "status": answer.status_code,
                "headers": dict(answer.headers),
                "text": body.decode(),
                "raw": len(body),
                "sent": answer.num_bytes_downloaded,
            }


def brought(sheet: Sheet) -> list[str]:
    """The addresses that a browser fetches for a page; pictures that people sent are theirs, not the page's."""
    links = [node.get("href") for node in sheet.all("link") if node.get("rel") in ("stylesheet", "icon", "preload")]
    sources = [node.get("src") for node in sheet.all("script", "img", "iframe", "source") if node.get("src")]
    sources = [one for one in sources if "/file/" not in one]
    return sorted({one for one in [*links, *sources] if not one.startswith("data:")})
