"""A write that is prepared again, since something moved, starts from what was sent and leaves the loop free."""

import asyncio
import threading
from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.fhir.json import parse
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Change, Method
from carefolio.records.disclose import Moved
from carefolio.records.door import INLINE_BYTES
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital
from tests.stores import settings_of


@pytest.fixture
def door(tmp_path):
    with closing(open_carefolio(settings_of(tmp_path / "data"), create=True)) as carefolio:
        yield carefolio.door


@pytest.fixture
def north(door):
    return door.admit(actions.add_hospital(door, NewHospital("North")).token, "request")


def create(door, caller, resource, **more):
    change = Change(Method.CREATE, resource["resourceType"], "", resource, **more)
    return change, asyncio.run(door.write(caller, [change]))[0]


def patient(value):
    return {"resourceType": "Patient", "identifier": [{"system": "urn:p", "value": value}]}


def searches(plan):
    return sum(entry.kind == Kind.DISCLOSED_SEARCH for entry in plan.entries)


def test_conditions_are_asked_and_put_down_at_each_try(door, north):
    known = create(door, north, patient("1"))[1].row
    basic = {
        "resourceType": "Basic",
        "code": {"text": "n"},
        "subject": {"reference": known.reference},
        "extension": [{"url": "urn:e", "valueReference": {"reference": "Basic?identifier=urn:b|1"}}],
    }
    create(
        door, north, {"resourceType": "Basic", "code": {"text": "o"}, "identifier": [{"system": "urn:b", "value": "1"}]}
    )
    sent = Change(Method.CREATE, "Basic", "", basic, if_none_exist="identifier=urn:b|2")
    plans = [door.preparer.plan(north, [sent]) for _ in range(2)]
    assert [searches(plan) for plan in plans] == [2, 2]
    assert [len(plan.checks) for plan in plans] == [1, 1]


def test_a_match_that_is_gone_at_the_next_try_is_created_anew(door, north):
    known = create(door, north, patient("1"))[1].row
    sent = Change(Method.CREATE, "Patient", "", patient("1"), if_none_exist="identifier=urn:p|1")
    assert door.preparer.plan(north, [sent]).outcomes[0].row.id == known.id
    asyncio.run(door.write(north, [Change(Method.DELETE, "Patient", known.id)]))
    made = asyncio.run(door.write(north, [sent]))[0]
    assert made.created
    assert made.row.id != known.id


def test_a_long_transaction_with_a_condition_is_prepared_beside_the_loop(door, north, monkeypatch):
    where, plan = [], door.preparer.plan

    def watched(*args):
        where.append(threading.current_thread() is threading.main_thread())
        if len(where) == 1:
            raise Moved
        return plan(*args)

    monkeypatch.setattr(door.preparer, "plan", watched)
    sent, made = create(door, north, patient("1"), if_none_exist="identifier=urn:p|1", size=INLINE_BYTES + 1)
    assert where == [False, False]
    assert parse(made.body)["identifier"] == sent.resource["identifier"]
