"""A small browser over HTTP: keeps cookies, follows redirects, fills in forms with what they hold already.

browser = Browser(site)
browser.get("/accounts/login/")
browser.fill(login=ada.email, password=ada.password).send()   # the page's main form, its CSRF token and all
browser.sign_in(ben)                                          # the whole journey, his app's code too
browser.enter(ben)                                            # signed in at once, without the journey (fast)
browser.page.title, .h1, .text, .links, .forms, .errors       # what the last page says
browser.response                                              # httpx's answer of the last request
browser.post("/charts/…/", answer="yes")                      # a form by hand, with the CSRF token
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from tests.portal.site import Person, Site

MOST_REDIRECTS = 8
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_FORM_COOKIES = ("carefolio-form", "__Host-carefolio-form")


@dataclass
class Form:
    """A form on a page: where it goes, and its fields with what they hold (lists, as names may repeat)."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Of all its fields, those that hold nothing too."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What may be chosen where something is to be chosen."""
    buttons: list[str] = field(default_factory=list)
    in_main: bool = False
    secret: set[str] = field(default_factory=set)
    """The fields that show dots."""


class Page(HTMLParser):
    """What stands on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.title = self.h1 = self.text = ""
        self.links: dict[str, str] = {}
        """Address by its words."""
        self.forms: list[Form] = []
        self.errors: list[str] = []
        """The lines of "There is a problem"."""
        self.metas: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select = self._area = self._link = ""
        self._words: list[str] = []
        self._first_option = ""
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    @property
    def form(self) -> Form:
        """The first form of the page's own, not the menu's."""
        return next(one for one in self.forms if one.in_main)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append((tag, given))
        if tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method, in_main=self._is_in("main")))
        elif tag == "meta" and "name" in given:
            self.metas[given["name"]] = given.get("content", "")
        elif tag == "a":
            self._link = given.get("href", "")
        elif self.forms and self._is_in("form"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "textarea" and name:
            form.names.add(name)
            form.fields[name] = [""]
            self._area = name
        elif tag == "select" and name:
            self._select = name
            form.names.add(name)
            form.choices[name] = []
        elif tag == "option" and self._select:
            value = given.get("value", "")
            form.choices[self._select].append(value)
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = [value]

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        form.names.add(name)
        if kind == "password":
            form.secret.add(name)
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind not in ("submit", "button", "file"):
            form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                break
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        tag = self._open[-1][0] if self._open else ""
        if tag == "title":
            self.title += data
            return
        if tag in ("script", "style"):
            return
        if self._area and self.forms:
            self.forms[-1].fields[self._area][0] += data.removeprefix("\n")
            return
        if self._is_in("h1"):
            self.h1 += data
        if self._is_in("button") and self.forms and data.strip():
            self.forms[-1].buttons.append(data.strip())
        if self._link and data.strip():
            self.links[data.strip()] = self._link
        if any(given.get("id") == "problem" for _, given in self._open) and self._is_in("li") and data.strip():
            self.errors.append(data.strip())
        self._words.append(data)

    def _is_in(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)


class Browser:
    """Somebody's browser at a site. ``headers`` are sent with every request; ``device=False`` forgets its own mark."""

    def __init__(self, site: Site, **headers: str) -> None:
        self.site = site
        self.http = httpx.Client(base_url=site.address, timeout=60, headers=headers, follow_redirects=False)
        self.trail: list[httpx.Response] = []
        """Answers of the last request, its redirects first."""
        self._filled: dict[str, list[str]] = {}
        self._form: Form | None = None

    @property
    def response(self) -> httpx.Response:
        return self.trail[-1]

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where it stands now."""
        return self.response.request.url.path

    @property
    def page(self) -> Page:
        return self._page

    @property
    def cookies(self) -> dict[str, str]:
        return {one.name: one.value or "" for one in self.http.cookies.jar}

    @property
    def session(self) -> str:
        """The session's cookie; empty without one."""
        return next((value for name, value in self.cookies.items() if name in ("carefolio", "__Host-carefolio")), "")

    def get(self, path: str, **headers: str) -> Browser:
        return self._request("GET", path, headers=_dashed(headers))

    def post(self, path: str, data: dict[str, str | list[str]] | None = None, **fields: str | list[str]) -> Browser:
        """A form by hand; the CSRF token is put in when a page gave one."""
        sent: dict[str, str | list[str]] = {**self._token(), **(data or {}), **fields}
        return self._request("POST", path, data=sent, headers={"Referer": self.site.address + "/"})

    def form(self, button: str) -> Browser:
        """Choose the form that has this button, and fill it in next."""
        self._form = next(one for one in self.page.forms if button in one.buttons)
        self._filled = {}
        return self

    def fill(self, data: dict[str, str | list[str]] | None = None, **fields: str | list[str]) -> Browser:
        """Type into the chosen form, or the page's main one; fields that it does not have are refused."""
        form = self._form or self.page.form
        self._form = form
        for name, value in {**(data or {}), **fields}.items():
            assert name in form.names, f"no field {name!r} among {sorted(form.names)}"
            self._filled[name] = value if isinstance(value, list) else [value]
        return self

    def give(self, **codes: Callable[[], str]) -> Browser:
        """Send what an app shows, and what it shows next where that was refused because the half minute had ended."""
        shown = {name: code() for name, code in codes.items()}
        self.fill(**shown).send()
        if self.page.errors and (newest := {name: code() for name, code in codes.items()}) != shown:
            self.site.forget_tries()
            self.fill(**newest).send()
        return self

    def send(self) -> Browser:
        """Press the form's button."""
        form = self._form or self.page.form
        address = urljoin(str(self.response.request.url), form.action or str(self.response.request.url))
        data = {**form.fields, **self._filled}
        if form.method == "get":
            return self._request("GET", address, params=data)
        return self._request("POST", address, data=data, headers={"Referer": str(self.response.request.url)})

    def follow(self, words: str) -> Browser:
        """Click the link with these words."""
        return self.get(self.page.links[words])

    def sign_in(self, person: Person, *, to: str = "") -> Browser:
        """By the sign-in page, with the code of their app where one is asked for."""
        self.get("/accounts/login/" + (f"?next={to}" if to else ""))
        self.fill(login=person.email, password=person.password).send()
        if self.path == "/accounts/2fa/authenticate/":
            self.site.forget_tries()
            self.give(code=person.digits)
        assert self.cookies, self.page.errors
        return self

    def enter(self, person: Person, path: str = "/") -> Browser:
        """Signed in at once, and at this page."""
        for name, value in self.site.ask("enter", email=person.email).items():
            self.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        return self.get(path)

    def sign_out(self) -> Browser:
        return self.post("/accounts/logout/")

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _token(self) -> dict[str, str]:
        found = getattr(self, "_page", None)
        for form in found.forms if found else []:
            if "csrfmiddlewaretoken" in form.fields:
                return {"csrfmiddlewaretoken": form.fields["csrfmiddlewaretoken"][0]}
        cookies = self.cookies
        return next(({"csrfmiddlewaretoken": cookies[name]} for name in _FORM_COOKIES if name in cookies), {})

    def _request(self, method: str, address: str, **more: object) -> Browser:
        self.trail = [self.http.request(method, address, **more)]  # type: ignore[arg-type]
        while self.response.is_redirect:
            assert len(self.trail) <= MOST_REDIRECTS, [one.headers.get("location") for one in self.trail]
            target = urljoin(str(self.response.request.url), self.response.headers["location"])
            assert urlsplit(target).netloc == urlsplit(self.site.address).netloc, f"led away to {target}"
            self.trail.append(self.http.get(target))
        kind = self.response.headers.get("content-type", "")
        self._page = Page(self.response.text if kind.startswith("text/html") else "")
        self._form, self._filled = None, {}
        return self


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
