"""The HTTP reference lists the addresses that the dispatcher has, and no other."""

import re

from carefolio.api.app import OPEN, ROUTES
from carefolio.base.failures import HTTP_STATUS
from carefolio.search.parameters import CODED, DIRECTORY_LINKS, LINKS, OWNERS, STRINGS, TOKENS
from carefolio.search.parse import SORTABLE
from tests.house.tree import DOCS, text

PAGE = DOCS / "reference" / "http.md"
ROUTE = re.compile(r"^\| `([A-Z]+) (/[^`]*)` \|", re.MULTILINE)


def listed(page):
    return [f"{method} {path}" for method, path in ROUTE.findall(page)]


def dispatched():
    opened = [f"GET /{'/'.join(parts)}" for parts in OPEN]
    return opened + [
        f"{method} /{'/'.join(('fhir', *parts))}" for parts, handlers in ROUTES.items() for method in handlers
    ]


def test_every_route_is_listed_once_and_no_other():
    found = listed(text(PAGE))
    assert sorted(found) == sorted(dispatched())


def test_every_status_is_listed():
    codes = {int(code) for code in re.findall(r"\b([2345]\d\d)\b", text(PAGE))}
    assert set(HTTP_STATUS.values()) <= codes


def test_every_search_parameter_and_sort_key_is_named():
    named = set(re.findall(r"`([^`\n]+)`", text(PAGE)))
    assert {*TOKENS, *CODED, *STRINGS, *LINKS, *DIRECTORY_LINKS, *OWNERS, *SORTABLE} <= named


def test_a_route_that_is_missing_or_invented_is_found():
    assert listed("| `GET /fhir/{type}` | search |\n| `BREW /tea` | no |\nsee `GET /x`\n") == [
        "GET /fhir/{type}",
        "BREW /tea",
    ]
