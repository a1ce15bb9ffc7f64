from itertools import count

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.search.page import PAGE, links
from carefolio.search.parse import parse
from carefolio.search.plan import CANDIDATES
from tests.unit.search.world import World

OWNERS = {1: "Patient/ann"}


def _observation(id_, **fields):
    return {"resourceType": "Observation", "id": id_, "status": "final", **fields}


def _world(many=9):
    world = World(OWNERS)
    for place in range(many):
        world.add(_observation(f"o{place}", effectiveDateTime=f"2020-01-0{1 + place % 4}"), 1)
    return world


def _pages(world, pairs, between):
    """All pages, with something happening after each."""
    found, cursor = [], None
    while True:
        page = world.page(parse("Observation", [*pairs, ("_count", "2")], lenient=False, cursor=cursor))
        found += [row.id for row in page.rows]
        cursor = page.following
        if cursor is None:
            return found
        between(page)


@pytest.mark.parametrize("sort", ["-date", "date", "_lastUpdated", "-_id", "date,-_id"])
@pytest.mark.parametrize("more", [[], [("code:missing", "true")]])
def test_what_is_added_or_withdrawn_between_pages_repeats_nothing_and_loses_nothing_else(sort, more):
    world = _world()
    before = {one.row.id for one in world.kept.values()}
    withdrawn = set()
    numbers = count(100)

    def happen(page):
        number = next(numbers)
        world.add(_observation(f"n{number}", effectiveDateTime=f"2020-01-0{1 + number % 4}"), 1, rid=number)
        world.withdraw(page.rows[-1].rid)
        unseen = next((one.row.rid for one in world.kept.values() if one.row.id in before - set(seen)), None)
        if unseen is not None and len(withdrawn) < 2:
            withdrawn.add(world.kept[unseen].row.id)
            world.withdraw(unseen)

    seen = []

    def after(page):
        seen.extend(row.id for row in page.rows)
        happen(page)

    found = _pages(world, [("patient", "ann"), ("_sort", sort), *more], after)
    assert len(found) == len(set(found))
    assert before - withdrawn <= set(found)


def test_a_cursor_belongs_to_its_search():
    world = _world()
    page = world.page(parse("Observation", [("_count", "2")], lenient=False))
    for type_, pairs, cursor in (
        ("Observation", [("_sort", "_id")], page.following),
        ("Condition", [], page.following),
        ("Observation", [], b"no cursor"),
        ("Observation", [], b'["Observation,-date",1]'),
        ("Observation", [], b"[]"),
    ):
        with pytest.raises(Failure) as refusal:
            world.page(parse(type_, pairs, lenient=False, cursor=cursor))
        assert refusal.value.category is Category.MALFORMED


def test_a_search_that_would_read_too_many_records_has_to_be_narrowed():
    world = World(OWNERS)
    for place in range(CANDIDATES + 1):
        world.add(_observation(f"o{place}"), 1)
    query = parse("Observation", [("code:missing", "true")], lenient=False)
    with pytest.raises(Failure) as refusal:
        world.page(query)
    assert refusal.value.category is Category.UNPROCESSABLE
    assert "narrow it" in refusal.value.sentence
    world.withdraw(1)
    assert world.page(query).total == CANDIDATES


def test_only_a_number_is_no_page():
    for more in ([], [("code:missing", "true")]):
        page = _world().page(parse("Observation", [("_count", "0"), *more], lenient=False))
        assert (page.rows, page.following, page.total) == ([], None, 9)


def test_names_and_birth_dates_are_sorted_with_the_unknown_last():
    world = World({number: f"Patient/p{number}" for number in range(1, 5)})
    for number, name, born in ((1, "Öz", "1990"), (2, "Abel", None), (3, None, "1980"), (4, "Zimmer", "1985")):
        patient = {"resourceType": "Patient", "id": f"p{number}"}
        patient |= {"birthDate": born} if born else {}
        world.add(patient | ({"name": [{"family": name}]} if name else {}), number)

    def order(sort):
        return [ref[-1] for ref in world.search("Patient", [("_sort", sort), ("_count", "1")])]

    assert order("family") == ["2", "1", "4", "3"]
    assert order("-family") == ["4", "1", "2", "3"]
    assert order("birthdate") == ["3", "4", "1", "2"]
    assert order("-birthdate") == ["1", "4", "3", "2"]


def test_links_repeat_what_was_answered():
    query = parse("Observation", [("code", "a"), ("colour", "red")], lenient=True)
    assert links(query, None, None) == [("self", [("code", "a")]), ("first", [("code", "a")])]
    assert links(query, "here", "there") == [
        ("self", [("code", "a"), (PAGE, "here")]),
        ("first", [("code", "a")]),
        ("next", [("code", "a"), (PAGE, "there")]),
    ]
