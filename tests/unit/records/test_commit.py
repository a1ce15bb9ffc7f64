"""Small plans of many callers are put in place together, and each succeeds or fails for itself."""

import asyncio
from contextlib import closing

import pytest

from carefolio.records import commit, repeat
from carefolio.records.changes import SHORT, Change, Method
from carefolio.records.disclose import Moved
from carefolio.records.repeat import Repeatable
from carefolio.store import records
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital
from tests.stores import installed, settle

MANY = 64


@pytest.fixture
def carefolio(tmp_path):
    with closing(installed(tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
def north(carefolio):
    return carefolio.door.admit(actions.add_hospital(carefolio.door, NewHospital("North")).token, "request")


@pytest.fixture
def chart(carefolio, north):
    patient = {"resourceType": "Patient", "name": [{"family": "Doe"}]}
    return asyncio.run(carefolio.door.write(north, [Change(Method.CREATE, "Patient", "", patient)]))[0].row


def together(carefolio, attempts):
    """All of them at once, on one event loop."""

    async def story():
        try:
            those = (carefolio.door.hosted(attempt) for attempt in attempts)
            return await asyncio.gather(*those, return_exceptions=True)
        finally:
            await carefolio.database.leave()

    return asyncio.run(story())


def noted(chart, number, id_=""):
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": f"n{number}"},
        "subject": {"reference": chart.reference},
    }
    return Change(Method.UPDATE if id_ else Method.CREATE, "Observation", id_, resource | ({"id": id_} if id_ else {}))


def entries(carefolio):
    settle(carefolio.database)
    return carefolio.database.one("SELECT count(*) FROM entry")[0]


def test_creates_at_once_are_all_there_once_each_with_its_entry(carefolio, north, chart):
    before = entries(carefolio)
    made = together(carefolio, [carefolio.door.write(north, [noted(chart, number)]) for number in range(MANY)])
    rows = [records.current(carefolio.database, "Observation", outcome[0].row.id) for outcome in made]
    assert [row.version for row in rows] == [1] * MANY
    assert len({row.rid for row in rows}) == MANY
    assert carefolio.database.one("SELECT count(*) FROM record WHERE type = 'Observation'") == (MANY,)
    assert entries(carefolio) == before + MANY


def test_of_those_who_write_the_same_each_is_decided_after_the_other(carefolio, north, chart):
    """Neighbours in a group among them, who write something else, lose nothing by it."""
    same = [carefolio.door.write(north, [noted(chart, number, "the-same")]) for number in range(6)]
    others = [carefolio.door.write(north, [noted(chart, number)]) for number in range(6)]
    made = together(carefolio, [one for pair in zip(same, others, strict=True) for one in pair])
    assert sorted(outcome[0].row.version for outcome in made[::2]) == [1, 2, 3, 4, 5, 6]
    assert [outcome[0].row.version for outcome in made[1::2]] == [1] * 6


def test_the_same_request_among_others_is_done_once(carefolio, north, chart):
    same = [carefolio.door.write(north, [noted(chart, 0)], Repeatable("key", b"digest")) for _ in range(4)]
    others = [carefolio.door.write(north, [noted(chart, number)]) for number in range(1, 5)]
    made = together(carefolio, [*same, *others])
    assert len({outcome[0].row.id for outcome in made[:4]}) == 1
    assert carefolio.database.one("SELECT count(*) FROM record WHERE type = 'Observation'") == (5,)


def test_a_plan_that_saw_too_little_or_has_an_id_that_is_taken_fails_alone(carefolio, north, chart):
    known = asyncio.run(carefolio.door.write(north, [noted(chart, 0, "known")]))[0].row
    taken = carefolio.door.preparer.plan(north, [noted(chart, 1, "late")])
    asyncio.run(carefolio.door.write(north, [noted(chart, 2, "late")]))
    stale = carefolio.door.preparer.plan(north, [noted(chart, 3, known.id)])
    asyncio.run(carefolio.door.write(north, [noted(chart, 4, known.id)]))
    ended = carefolio.door.preparer.plan(north, [noted(chart, 5)])
    ended.guard = ended.guard._replace(until=0)
    good = [carefolio.door.preparer.plan(north, [noted(chart, number)]) for number in (6, 7)]
    plans = [good[0], taken, stale, ended, good[1]]
    told = together(carefolio, [carefolio.database.gather(carefolio.door.committer, plan) for plan in plans])
    assert [type(one) for one in told] == [type(None), Moved, Moved, Moved, type(None)]
    assert carefolio.database.one("SELECT count(*) FROM record WHERE type = 'Observation'") == (4,)


def test_a_long_plan_and_one_that_has_to_be_alone_do_not_join(carefolio, north, chart):
    def plan(count):
        return carefolio.door.preparer.plan(north, [noted(chart, number) for number in range(count)])

    assert plan(SHORT).joins
    assert not plan(SHORT + 1).joins
    searched = plan(1)
    searched.checks.append(lambda tx: True)
    assert not searched.joins


def test_a_version_of_a_record_that_is_not_there_any_more_is_not_superseded(carefolio, north, chart):
    known = asyncio.run(carefolio.door.write(north, [noted(chart, 0, "known")]))[0].row
    plan = carefolio.door.preparer.plan(north, [noted(chart, 1, known.id)])
    for before in (known._replace(rid=known.rid + 1_000), known._replace(version=7)):
        plan.writes[0] = plan.writes[0]._replace(before=before)
        assert isinstance(together(carefolio, [carefolio.database.gather(carefolio.door.committer, plan)])[0], Moved)


def test_no_one_statement_puts_plans_in_place(carefolio, north, chart):
    assert carefolio.door.committer.at_once([carefolio.door.preparer.plan(north, [noted(chart, 0)])]) is None


def test_those_under_one_key_do_not_undo_their_group(carefolio, north, chart, monkeypatch):
    """The second is told from the plans that it has to look again: no statement fails for it."""
    placed = []
    as_it_is = commit._place

    def watched(tx, log, plans):
        as_it_is(tx, log, plans)
        placed.append(len(plans))

    monkeypatch.setattr(commit, "_place", watched)
    door, gather = carefolio.door, carefolio.database.gather

    async def story():
        plans = [door.preparer.plan(north, [noted(chart, number)]) for number in range(4)]
        for plan in plans[:3]:
            plan.key = b"the same"
        results = (carefolio.database.hosted(gather(door.committer, plan)) for plan in plans)
        try:
            return await asyncio.gather(*results, return_exceptions=True)
        finally:
            await carefolio.database.leave()

    first, *others, stranger = asyncio.run(carefolio.database.hosted(story()))
    assert (first, stranger) == (None, None)
    assert [type(other) for other in others] == [Moved, Moved]
    assert placed == [2]


def test_those_whose_row_is_taken_are_told_and_all_others_are_put_in_place_together(
    carefolio, north, chart, monkeypatch
):
    """A record, a chart, a request under a key: each was somebody's before the group began, and nobody had seen it."""
    door, database = carefolio.door, carefolio.database

    def born(id_):
        patient = {"resourceType": "Patient", "id": id_, "name": [{"family": "Doe"}]}
        return Change(Method.UPDATE, "Patient", id_, patient)

    repeatable = Repeatable("key", b"digest")
    late = [door.preparer.plan(north, [change]) for change in (noted(chart, 1, "late"), born("ada"), noted(chart, 2))]
    late[2].key = door.memory.name(north, repeatable)
    late[2].also.append(lambda tx: door.memory.keep(tx, north, repeatable, late[2].outcomes))
    for changes, key in (([noted(chart, 3, "late")], None), ([born("ada")], None), ([noted(chart, 4)], repeatable)):
        asyncio.run(door.write(north, changes, key))
    good = [door.preparer.plan(north, [noted(chart, number)]) for number in range(MANY)]
    groups = []
    as_it_is = commit._place

    def watched(tx, log, plans):
        groups.append(len(plans))
        as_it_is(tx, log, plans)

    monkeypatch.setattr(commit, "_place", watched)
    told = together(carefolio, [database.gather(door.committer, plan) for plan in [*late, *good]])
    assert [type(one) for one in told] == [Moved] * 3 + [type(None)] * MANY
    assert groups == [MANY + 3, MANY]
    assert database.one("SELECT count(*) FROM record WHERE type = 'Observation'") == (MANY + 2,)


def test_nothing_is_looked_for_where_nothing_is_wanted(carefolio):
    assert carefolio.database.write_now(lambda tx: repeat.kept(tx, ())) == set()
