"""SQL with the policy inside it answers exactly what reading every record would, on every page."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from carefolio.search.parse import parse
from tests.unit.search.chance import OWNERS, record, search, visible
from tests.unit.search.world import World

RECORDS = 40
SEARCHES = 15


def _world(chance: Random) -> World:
    world = World(OWNERS)
    for number in range(1, RECORDS + 1):
        resource, owner, facts = record(chance, number)
        resource["meta"] = {"lastUpdated": f"1970-01-01T00:00:{number:02}.000000+00:00"}
        world.add(resource, owner, **facts)
    return world


@settings(max_examples=60)
@given(st.integers(0, 2**63))
def test_sql_answers_what_reading_every_record_would(seed):
    chance = Random(seed)
    world = _world(chance)
    for _ in range(SEARCHES):
        type_, pairs = search(chance)
        seen = visible(chance)
        expected = sorted(one.row.reference for one in world.brute(parse(type_, pairs, lenient=False), seen))
        found = world.search(type_, pairs, seen)
        assert sorted(found) == expected, (type_, pairs, seen)
        whole = world.page(parse(type_, [*pairs, ("_count", "1000")], lenient=False), seen)
        assert found == [row.reference for row in whole.rows], "the pages joined are the answer in one page"
        assert whole.total == len(expected)
