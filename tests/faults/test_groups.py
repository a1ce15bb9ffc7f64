"""What was decided before a withdrawal and reaches the writer together with it, in one group, one commit."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, contextmanager

import pytest

from carefolio.records.changes import Change, Method
from carefolio.records.repeat import Repeatable
from tests.faults.cast import consent, found, observation, opened
from tests.stores import ABOUT_SQLITE, ON_POSTGRES

SECONDS = 10


@pytest.fixture
def world(tmp_path):
    cast = found(tmp_path / "data")
    with opened(tmp_path / "data") as carefolio:
        yield carefolio, cast


@contextmanager
def held(carefolio):
    """Another process is writing: what is submitted meanwhile becomes one group. On PostgreSQL each is on its own."""
    if ON_POSTGRES:
        yield
        return
    with closing(sqlite3.connect(carefolio.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


async def turn():
    """Let everything run that is ready to."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(passed.set_result, None)
    await passed


class Submitted:
    """How many pieces of work came to the store, which does them as ever."""

    def __init__(self, database):
        self.count = 0
        database.write, database.gather = self._counted(database.write), self._counted(database.gather)

    def _counted(self, original):
        def call(*given, **named):
            self.count += 1
            return original(*given, **named)

        return call

    async def begun(self, attempt):
        """The attempt as a task whose work is there, or which has ended without any."""
        before, task = self.count, asyncio.ensure_future(attempt)
        async with asyncio.timeout(SECONDS):
            while self.count == before and not task.done():
                await turn()
        return task


async def grouped(carefolio, *attempts):
    """Begin all of them in this order while the writer waits, then let it go."""
    submitted = Submitted(carefolio.database)

    async def nothing():
        return await carefolio.database.write(lambda tx: tx.now)

    with held(carefolio):
        # The writer takes the first and waits with it for the lock; the others come behind, together. A contract is
        # prepared beside the event loop: whoever is to come after it is begun when it is there.
        first, *tasks = [await submitted.begun(attempt) for attempt in (nothing(), *attempts)]
        for _ in range(20):
            await turn()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


def caller(carefolio, token):
    return carefolio.door.admit(token, "test")


async def granted(carefolio, cast):
    """An active contract under which the doctor may add; the stored Consent's id and the resource."""
    door = carefolio.door
    asked = consent(cast.ada.ref, cast.ben.ref, adds=True)
    made = await door.write(caller(carefolio, cast.ben.token), [Change(Method.CREATE, "Consent", resource=asked)])
    id_ = made[0].row.id
    active = asked | {"id": id_, "status": "active"}
    await door.write(caller(carefolio, cast.ada.token), [Change(Method.UPDATE, "Consent", id_, resource=dict(active))])
    return id_, active


def withdrawal(carefolio, cast, id_, active):
    change = Change(Method.UPDATE, "Consent", id_, resource=active | {"status": "inactive"})
    return carefolio.door.write(caller(carefolio, cast.ada.token), [change])


@ABOUT_SQLITE
def test_a_write_that_arrives_with_the_withdrawal_is_decided_again(world):
    carefolio, cast = world

    async def story():
        id_, active = await granted(carefolio, cast)
        added = Change(Method.CREATE, "Observation", resource=observation(cast.ada.ref))
        return await grouped(
            carefolio,
            withdrawal(carefolio, cast, id_, active),
            carefolio.door.write(caller(carefolio, cast.ben.token), [added]),
        )

    withdrawn, written = asyncio.run(story())
    assert withdrawn[0].row.version == 3
    assert isinstance(written, Exception), "the doctor wrote into the chart after the withdrawal"


@ABOUT_SQLITE
def test_the_list_of_a_chart_is_decided_again(world):
    carefolio, cast = world

    async def story():
        id_, active = await granted(carefolio, cast)
        return await grouped(
            carefolio,
            withdrawal(carefolio, cast, id_, active),
            carefolio.door.record_index(caller(carefolio, cast.ben.token), cast.ada.ref.partition("/")[2]),
        )

    _, listed = asyncio.run(story())
    assert isinstance(listed, Exception), "the list left after the withdrawal"


def test_the_same_key_twice_at_once_writes_once(world):
    carefolio, cast = world

    async def story():
        repeatable = Repeatable("the same", b"digest")
        hospital = caller(carefolio, cast.hospital_token)
        attempts = [
            carefolio.door.write(
                hospital, [Change(Method.CREATE, "Observation", resource=observation(cast.ada.ref))], repeatable
            )
            for _ in range(3)
        ]
        return await grouped(carefolio, *attempts)

    outcomes = asyncio.run(story())
    assert len({outcome[0].row.id for outcome in outcomes}) == 1


def test_the_same_new_patient_twice_at_once_is_one_chart(world):
    carefolio, cast = world

    async def story():
        hospital = caller(carefolio, cast.hospital_token)
        resource = {"resourceType": "Patient", "id": "known-here", "name": [{"family": "Doe"}]}
        attempts = [
            carefolio.door.write(hospital, [Change(Method.UPDATE, "Patient", "known-here", resource=dict(resource))])
            for _ in range(3)
        ]
        return await grouped(carefolio, *attempts)

    outcomes = asyncio.run(story())
    assert sorted(outcome[0].row.version for outcome in outcomes) == [1, 2, 3]
