"""Long bodies take turns; short ones do not wait for them."""

import asyncio
import json

import pytest

from carefolio.api.body import Body
from carefolio.api.request import LONG_BODY, OPENINGS_MAX, Request
from carefolio.base.failures import Category, Failure


def request(body, turn):
    return Request(
        method="POST",
        parts=("Basic",),
        pairs=[],
        headers={"content-type": "application/fhir+json"},
        incoming=Body(asyncio.Queue().get, {}),
        base="",
        token="",
        id="",
        dispatch=None,
        turn=turn,
        body=body,
    )


def test_a_long_body_waits_for_its_turn_and_a_short_one_does_not():
    async def work():
        turn = asyncio.Semaphore(0)
        long = asyncio.create_task(request(json.dumps({"text": "x" * LONG_BODY}).encode(), turn).resource())
        short = await request(b'{"text":"x"}', turn).resource()
        await asyncio.wait((long,), timeout=0.1)
        assert not long.done()
        turn.release()
        assert len((await long)["text"]) == LONG_BODY
        assert not turn.locked()
        return short

    assert asyncio.run(work()) == {"text": "x"}


@pytest.mark.parametrize("opening", [b"{},", b"[],"])
def test_more_objects_than_a_body_may_hold_are_refused_and_the_turn_goes_on(opening):
    async def work(count):
        turn = asyncio.Semaphore()
        try:
            await request(b'{"a":[' + opening * count + b"0]}", turn).resource()
        finally:
            assert not turn.locked()

    asyncio.run(work(OPENINGS_MAX - 2))
    with pytest.raises(Failure) as found:
        asyncio.run(work(OPENINGS_MAX - 1))
    assert found.value.category is Category.TOO_LARGE
