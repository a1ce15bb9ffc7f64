"""The trail: how often somebody was refused, for the chart or for themselves; and what was an older version."""

import asyncio
from contextlib import closing, suppress

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.ledger import reading
from carefolio.ledger.entry import Kind
from carefolio.ledger.reading import NEWEST
from carefolio.records import trail
from carefolio.records.changes import Change, Method
from carefolio.records.trail import Asked
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewPerson, PersonRole


@pytest.fixture
def door(tmp_path):
    with closing(open_carefolio(read_settings(tmp_path, environ={}), create=True)) as opened:
        yield opened.door


@pytest.fixture
def called(door):
    """Ada is a patient, Ben and Cleo are doctors whom she lets see nothing; each has their token and person."""
    roles = {"ada": PersonRole.PATIENT, "ben": PersonRole.DOCTOR, "cleo": PersonRole.DOCTOR}
    made = {
        name: actions.add_person(door, NewPerson(role, f"{name.title()} Quinn", f"{name}@example.org", verified=True))
        for name, role in roles.items()
    }
    tokens = {name: actions.issue_token(door, f"{name}@example.org", minutes=60) for name in roles}
    return lambda name: (tokens[name], made[name].person)


def test_refusals_are_counted_for_the_chart_and_for_who_was_refused(door, called):
    ada, chart = called("ada")
    ben, _ = called("ben")
    id_ = chart.partition("/")[2]
    for _time in range(2):
        with suppress(Failure):
            asyncio.run(door.read(ben, "test", "Patient", id_))
    counted = {name: door.trail.refusals(door.admit(called(name)[0], "test")) for name in ("ada", "ben", "cleo")}
    assert counted == {"ada": 2, "ben": 2, "cleo": 0}
    assert door.trail.refusals(door.admit(called("cleo")[0], "test"), chart) == 0
    people = {
        name: door.trail.people(door.admit(called(name)[0], "test"), chart, refusals=True) for name in ("ada", "ben")
    }
    assert people == {"ada": [(called("ben")[1], "Ben Quinn")], "ben": []}
    assert door.trail.people(door.admit(ada, "test"), chart) == []
    mine = asyncio.run(door.trail_of(door.admit(ada, "test"), Asked(refusals=False)))
    assert [step.entry.kind for step in mine if step.entry.actor == door.admit(ben, "test").principal.account] == []


def test_a_version_that_was_not_the_newest_is_told_as_an_older_one(door, called):
    token, me = called("ada")
    problem = {"resourceType": "Condition", "subject": {"reference": me}, "code": {"text": "Cough"}}
    new = Change(Method.CREATE, "Condition", resource=problem)
    (made,) = asyncio.run(door.write(door.admit(token, "test"), [new]))
    id_ = made.row.id
    again = Change(Method.UPDATE, "Condition", id_, problem | {"id": id_, "code": {"text": "Cold"}})
    asyncio.run(door.write(door.admit(token, "test"), [again]))
    for version in (1, 2):
        asyncio.run(door.vread(door.admit(token, "test"), "Condition", id_, version))
    steps = asyncio.run(door.trail_of(door.admit(token, "test"), Asked(agent=me)))
    read = [one.entry.content for one in steps if one.entry.kind is Kind.DISCLOSED_READ]
    told = [(one["records"], one.get("older", False)) for one in read]
    assert told == [([f"Condition/{id_}/_history/2"], False), ([f"Condition/{id_}/_history/1"], True)]


def test_a_page_looks_through_a_bounded_part_and_the_next_one_goes_on(door, called, monkeypatch):
    """Ada reads her own record, which is left out, after somebody was refused."""
    token, me = called("ada")
    ben, _ = called("ben")
    with suppress(Failure):
        asyncio.run(door.read(ben, "test", "Patient", me.partition("/")[2]))
    for _time in range(7):
        asyncio.run(door.read(token, "test", "Patient", me.partition("/")[2]))
    monkeypatch.setattr(reading, "LOOKED_AT", 3)
    monkeypatch.setattr(trail, "_CHUNK", 2)
    caller = door.admit(token, "test")
    pages, before = [], NEWEST
    while before:
        page = asyncio.run(door.looked_at(caller, Asked(count=2, before=before)))
        pages.append([one.entry.kind for one in page.steps])
        assert page.before < before
        before = page.before
    assert pages[:2] == [[], []], "three of seven, and three"
    assert [kind for page in pages for kind in page].count(Kind.REFUSED) == 1
    whole = asyncio.run(door.trail_of(caller, Asked(count=2)))
    assert [one.entry.kind for one in whole if one.entry.kind is Kind.REFUSED] == [Kind.REFUSED]
    assert len(asyncio.run(door.looked_at(caller, Asked(count=1))).steps) <= 1


def test_what_one_person_did_is_found_behind_what_others_did(door, called, monkeypatch):
    """Who it was stands inside of an entry: a page that looks for it opens a bounded part too."""
    token, me = called("ada")
    for _time in range(2):
        asyncio.run(door.read(token, "test", "Patient", me.partition("/")[2]))
    for _time in range(9):
        with suppress(Failure):
            asyncio.run(door.read(called("ben")[0], "test", "Patient", me.partition("/")[2]))
    monkeypatch.setattr(reading, "LOOKED_AT", 4)
    monkeypatch.setattr(trail, "_CHUNK", 2)
    caller, kinds = door.admit(token, "test"), frozenset({Kind.DISCLOSED_READ, Kind.REFUSED})
    pages, before = [], NEWEST
    while before:
        page = asyncio.run(door.looked_at(caller, Asked(agent=me, count=1, before=before, kinds=kinds)))
        pages.append([step.entry.kind for step in page.steps])
        assert page.before < before
        before = page.before
    assert pages[:2] == [[], []], "four of nine, and four"
    assert [kind for page in pages for kind in page] == [Kind.DISCLOSED_READ] * 2


def test_entries_of_an_erased_chart_end_nobodys_list(door, called, monkeypatch):
    """What Ben did in a chart whose key is gone stands among the rest, which goes on before it."""
    ben, _ = called("ben")
    for name in ("ada", "cleo"):
        for _time in range(4):
            with suppress(Failure):
                asyncio.run(door.read(ben, "test", "Observation", called(name)[1].partition("/")[2]))
    caller = door.admit(ben, "test")
    mine = [step.seq for step in asyncio.run(door.trail_of(caller, Asked()))]
    assert len(mine) == 8
    erased = mine[2:5]
    sql = f"UPDATE entry SET owner = 99 WHERE seq IN ({', '.join(map(str, erased))})"
    door.parts.database.write_now(lambda tx: tx.execute(sql).rowcount)
    monkeypatch.setattr(trail, "_CHUNK", 2)
    steps = asyncio.run(door.trail_of(caller, Asked()))
    assert [step.seq for step in steps] == [seq for seq in mine if seq not in erased]


def test_what_nobody_can_open_counts_for_what_a_page_looks_through(door, called, monkeypatch):
    ben, _ = called("ben")
    for _time in range(12):
        with suppress(Failure):
            asyncio.run(door.read(ben, "test", "Patient", called("ada")[1].partition("/")[2]))
    caller = door.admit(ben, "test")
    mine = [step.seq for step in asyncio.run(door.trail_of(caller, Asked()))]
    sql = f"UPDATE entry SET owner = 99 WHERE seq IN ({', '.join(map(str, mine[:-1]))})"
    door.parts.database.write_now(lambda tx: tx.execute(sql).rowcount)
    for module, name, bound in ((trail, "_CHUNK", 1), (reading, "LOOKED_AT", 2)):
        monkeypatch.setattr(module, name, bound)
    pages, before = [], NEWEST
    while before:
        page = asyncio.run(door.looked_at(caller, Asked(before=before)))
        pages.append([step.seq for step in page.steps])
        before = page.before
    assert pages == [[]] * (len(pages) - 1) + [mine[-1:]]
    assert len(pages) > 2
    assert [step.seq for step in asyncio.run(door.trail_of(caller, Asked()))] == mine[-1:]


def test_a_kind_alone_is_looked_for(door, called):
    ben, _ = called("ben")
    id_ = called("ada")[1].partition("/")[2]
    for type_ in ("Patient", "Practitioner"):
        with suppress(Failure):
            asyncio.run(door.read(ben, "test", type_, id_))
    caller = door.admit(ben, "test")
    for kinds, found in ((frozenset({Kind.REFUSED}), 2), (frozenset({Kind.DISCLOSED_READ}), 0)):
        steps = asyncio.run(door.trail_of(caller, Asked(kinds=kinds)))
        assert len(steps) == found
