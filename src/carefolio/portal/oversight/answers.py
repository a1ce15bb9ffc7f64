"""What these pages share: who acts, what a form is told that cannot be done, the page of two admins at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carefolio.base.failures import HTTP_STATUS, Category, Failure, unauthenticated
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.portal.drafts.keep import draft_of
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.failures import said, sentences_of

T = TypeVar("T")
View = Callable[..., HttpResponse]
_ONCE = "oversight-once"
_REMEMBERED = 20
_LONGEST_KEY = 64
_PLACES: tuple[tuple[str, Promise, str, bool], ...] = (
    ("oversight:overview", _("Overview"), "home", False),
    ("oversight:queue", _("People"), "people", True),
    ("oversight:hospitals", _("Hospitals"), "hospital", True),
    ("oversight:emergencies", _("Emergencies"), "alert", False),
    ("oversight:reports", _("Reports"), "message", False),
    ("oversight:ledger", _("Ledger"), "shield", False),
    ("oversight:health", _("Health"), "pulse", False),
)
"""Address, words, icon, and whether they are for admins alone."""


class Number:
    """A number in an address, as large as the database counts."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number's digits."""
        return str(value)


def acting(request: HttpRequest) -> Account:
    """Who acts."""
    account = visitor_of(request).account
    if account is None:
        raise unauthenticated("Please sign in.")
    return account


def tabs(request: HttpRequest) -> Iterator[dict[str, object]]:
    """Where one may go from each of these pages."""
    is_admin = acting(request).role == Role.ADMIN
    allowed = [place for place in _PLACES if is_admin or not place[3]]
    addresses = [reverse(name) for name, *_more in allowed]
    below = [address for address in addresses if request.path.startswith(address)]
    current = max(below, key=len, default="")
    for address, (_name, words, icon, _admins) in zip(addresses, allowed, strict=True):
        yield {"address": address, "words": words, "icon": icon, "current": address == current, "count": ""}


def page(
    request: HttpRequest, template: str, context: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """One of these pages."""
    return render(request, f"oversight/{template}", {"tabs": list(tabs(request)), **(context or {})}, status=status)


def attempt(form: Form, work: Callable[[], T], *more: Category) -> T | None:
    """Do it. None when it could not be done as the form says: the form then tells why."""
    try:
        return work()
    except Failure as failure:
        if failure.category not in (Category.MALFORMED, Category.UNPROCESSABLE, *more):
            raise
        for issue in failure.issues:
            form.add_error(issue.path if issue.path in form.fields else None, said(issue.text))
        return None


def typed(request: HttpRequest, key: str, *names: str) -> dict[str, object]:
    """What these fields begin with: what somebody typed into the form and did not send."""
    draft: QueryDict | None = draft_of(request, key)
    return {name: draft[name] for name in names if draft and draft.get(name)}


def is_first(request: HttpRequest, key: str) -> bool:
    """Whether nothing was sent with this mark in this session before; notes that now it was."""
    seen, key = request.session.get(_ONCE, []), key[:_LONGEST_KEY]
    if key and key in seen:
        return False
    request.session[_ONCE] = [*seen, key][-_REMEMBERED:]
    return True


def tells_of_conflicts(look_again: str) -> Callable[[View], View]:
    """Somebody else was first: say so, and lead to what is so now, the page with this name."""

    def around(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **place: Any) -> HttpResponse:
            try:
                return view(request, **place)
            except Failure as failure:
                if failure.category is not Category.CONFLICT:
                    raise
                context = {
                    "sentences": sentences_of(failure),
                    "again": reverse(look_again, kwargs=place),
                }
                return page(request, "conflict.html", context, HTTP_STATUS[Category.CONFLICT])

        return answer

    return around
