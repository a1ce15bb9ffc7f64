"""Auditors and admins see every emergency access, and that they looked stands in the chart's trail."""

import asyncio

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.trail import Asked
from carefolio.workflows.oversight import actions, rules
from tests.workflows.oversight.cast import ADA, BEN, DORA, GUS, STRANGERS

NOTE = {
    "status": "final",
    "code": {"text": "Weight"},
}


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_sees_one(door, people, opened, entries, who):
    seq = opened()
    before = len(entries(Kind.DISCLOSED_AUDIT))
    for call in (lambda: actions.list_accesses(door, people(who)), lambda: actions.look(door, people(who), seq)):
        assert refused(call) is Category.FORBIDDEN
    assert len(entries(Kind.DISCLOSED_AUDIT)) == before


@pytest.mark.parametrize("who", [DORA, GUS])
def test_one_is_seen_with_who_when_and_why(door, people, opened, who):
    seq = opened()
    (access,), _before = actions.list_accesses(door, people(who))
    ben = people(BEN)
    assert (access.seq, access.doctor, access.person, access.name) == (seq, ben.number, ben.person, "Dr Ben Osei")
    assert access.organization == ben.organization
    assert access.patient == people(ADA).person
    assert (access.reason, access.text) == ("ETREAT", "Found without consciousness.")
    assert access.until - access.time == pytest.approx(60 * clock.MINUTE, abs=clock.SECOND)
    assert (dict(access.read), access.review) == ({}, None)
    assert actions.look(door, people(who), seq) == access


def test_what_was_read_under_it_is_counted_by_its_kind(door, people, opened, write, read):
    weights = [write("Observation", f"w{number}", **NOTE) for number in range(2)]
    other = write("Condition", "c1")
    seq = opened()
    for type_, id_ in (*weights, weights[0], other):
        read(BEN, type_, id_)
    read(ADA, *weights[0])
    assert dict(actions.look(door, people(GUS), seq).read) == {"Condition": 1, "Observation": 2}


def test_what_was_read_after_it_is_not_counted(door, people, opened, write, read):
    weight = write("Observation", "w1", **NOTE)
    first = opened()
    clock.shift(2 * clock.HOUR)
    second = opened()
    read(BEN, *weight)
    assert dict(actions.look(door, people(GUS), first).read) == {}
    assert dict(actions.look(door, people(GUS), second).read) == {"Observation": 1}


def test_a_long_trail_is_read_to_its_begin(door, people, opened, write, read, monkeypatch):
    weight = write("Observation", "w1", **NOTE)
    monkeypatch.setattr(actions, "_CHUNK", 2)
    seq = opened()
    for _ in range(5):
        read(BEN, *weight)
    assert dict(actions.look(door, people(GUS), seq).read) == {"Observation": 1}


def test_the_list_goes_on(door, people, opened):
    numbers = [opened() for _ in range(3)]
    newest, before = actions.list_accesses(door, people(GUS), count=1)
    assert ([access.seq for access in newest], before) == ([numbers[2]], numbers[2])
    rest, before = actions.list_accesses(door, people(GUS), before=before)
    assert ([access.seq for access in rest], before) == ([numbers[1], numbers[0]], 0)


def test_there_may_be_none(door, people):
    assert actions.list_accesses(door, people(GUS)) == ([], 0)


@pytest.mark.parametrize("which", ["other", "none"])
def test_another_entry_is_none(door, people, opened, which):
    seq = opened() + (1 if which == "other" else 10_000)
    actions.list_accesses(door, people(GUS))
    assert refused(lambda: actions.look(door, people(GUS), seq)) is Category.ABSENT


def test_the_patient_sees_that_somebody_looked(door, people, opened, caller):
    seq = opened()
    actions.look(door, people(GUS), seq)
    steps = asyncio.run(door.trail_of(caller(ADA), Asked()))
    looked = [step for step in steps if step.entry.kind is Kind.DISCLOSED_AUDIT]
    assert [(step.name, step.entry.content["records"]) for step in looked] == [("Gus Tarn", [f"AuditEvent/{seq}"])]
    assert looked[0].entry.content["purpose"] == rules.OPERATION
