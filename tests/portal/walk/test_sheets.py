"""Every page that anybody gets, as it is received: reached, headers, mark-up, weight, who is let in."""

import re
from collections import defaultdict

import pytest

from tests.portal.walk import checks, routes
from tests.portal.walk.journeys import ALIKE, SHOWN_ELSEWHERE
from tests.portal.walk.recorder import brought
from tests.portal.walk.told import told

RAW, SENT, REQUESTS = 100 * 1024, 35 * 1024, 6
_CHART = re.compile(r"^/charts/([^/]+)/")


@pytest.fixture(scope="session")
def pages(walk):
    """All pages that were shown as they were meant, with their mark-up; of pages alike to the letter one."""
    found = {}
    for taken in walk.taken:
        if taken.is_page:
            found.setdefault((taken.persona, taken.url, taken.how, taken.status), (taken, taken.sheet))
    return list(found.values())


def test_every_route_was_reached(walk):
    reached = {taken.route for taken in walk.taken if taken.how != "foreign"}
    reached &= {taken.route for taken in walk.taken if taken.status < 400}
    missing = {one["name"] for one in walk.routes} - reached - set(SHOWN_ELSEWHERE)
    told((route, f"nobody's walk came to {route}: link to it, or let world.py lead there") for route in missing)


def test_no_route_is_excused_that_was_reached_or_is_gone(walk):
    assert set(SHOWN_ELSEWHERE) <= {one["name"] for one in walk.routes}


def test_nothing_breaks(walk):
    told((taken, str(taken.status)) for taken in walk.taken if taken.status >= 500)


def test_no_link_leads_to_nothing(walk):
    told((taken, f"{taken.status} {taken.url}") for taken in walk.taken if taken.how == "link" and taken.status >= 400)


def test_headers(walk):
    told([(taken, what) for taken in walk.taken for what in checks.headers(taken.headers)])


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_mark_up(pages, check):
    told([(taken, what) for taken, sheet in pages for what in check(taken, sheet)])


def test_titles_tell_pages_apart(pages):
    routes_of = defaultdict(set)
    for taken, sheet in pages:
        if taken.status == 200 and taken.how != "foreign":
            routes_of[taken.persona, sheet.title.removeprefix("Error: ")].add(taken.route)
    several = {key: found for key, found in routes_of.items() if len(found) > 1}
    told((who, f"{title}: {sorted(found)}") for (who, title), found in several.items() if not _is_one_step(found))


def _is_one_step(routes_):
    return any(routes_ <= alike for alike in ALIKE)


def test_weight(walk, pages):
    heavy = []
    for taken, sheet in pages:
        parts = [walk.statics[one] for one in brought(sheet)]
        raw, sent = taken.raw + sum(one["raw"] for one in parts), taken.sent + sum(one["sent"] for one in parts)
        if raw > RAW or sent > SENT or len(parts) + 1 > REQUESTS:
            heavy.append((taken, f"{raw} raw, {sent} compressed, {len(parts) + 1} requests, {taken.route}"))
    told(heavy)
    assert all(one["status"] == 200 for one in walk.statics.values())


def test_who_is_let_in(walk):
    known = {route.name: route for route in routes.read(walk.routes)}
    wrong = []
    for taken in walk.taken:
        if taken.how == "foreign":
            wrong += [(taken, f"{taken.status} {taken.route}")] * (not _as_it_has_to_be(taken, known[taken.route]))
    told(wrong)


def _as_it_has_to_be(taken, route):
    if route.admits(taken.role):
        return taken.status < 500
    if taken.role is None:
        return taken.status == 302 and taken.headers["location"].startswith("/accounts/login/")
    return taken.status == 403


def test_charts_of_others_are_closed(walk):
    seen = [taken for taken in walk.taken if taken.how == "foreign" and _CHART.match(taken.url)]
    strangers = [taken for taken in seen if taken.persona in ("newcomer", "new doctor", "auditor", "admin")]
    assert strangers
    told((taken, str(taken.status)) for taken in strangers if taken.status not in (403, 404))
