"""Ready means that a durable write went through within the last second; asking more often writes no more."""

import asyncio
from contextlib import closing

import pytest

from carefolio.api.health import Readiness
from carefolio.assembly import open_carefolio
from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from tests.stores import ABOUT_SQLITE, settings_of

NOTES = "SELECT value FROM installation WHERE name = 'ready'"


@pytest.fixture
def carefolio(tmp_path):
    with closing(open_carefolio(settings_of(tmp_path / "data"), create=True)) as opened:
        yield opened


@pytest.fixture
def times():
    """Let time pass between two questions, so that the note tells them apart."""
    yield clock.shift
    clock.shift(0)


def asked(carefolio, readiness, count=1):
    async def ask():
        return [answer.status for answer in await asyncio.gather(*(readiness(carefolio.door) for _ in range(count)))]

    return asyncio.run(ask())


def test_it_writes_one_row_and_always_the_same(carefolio, times):
    readiness = Readiness(fresh=0)
    assert asked(carefolio, readiness) == [200]
    (first,) = carefolio.database.read(NOTES)
    times(clock.MINUTE)
    assert asked(carefolio, readiness) == [200]
    (second,) = carefolio.database.read(NOTES)
    assert int(second[0]) >= int(first[0]) + clock.MINUTE


def test_who_asks_again_at_once_hears_of_the_same_write(carefolio, times):
    readiness = Readiness(fresh=3_600 * 10**9)
    assert asked(carefolio, readiness) == [200]
    (first,) = carefolio.database.read(NOTES)
    times(clock.MINUTE)
    assert asked(carefolio, readiness) == [200]
    assert carefolio.database.read(NOTES) == [first]


@ABOUT_SQLITE
def test_many_who_ask_together_share_one_write(carefolio):
    before = carefolio.database.read("PRAGMA data_version")
    assert asked(carefolio, Readiness(fresh=0), 50) == [200] * 50
    assert carefolio.database.read("PRAGMA data_version") == [(before[0][0] + 1,)]


def test_where_the_row_cannot_be_written_it_is_not_ready_and_then_it_is_again(carefolio):
    readiness = Readiness(fresh=0)
    carefolio.database.write_now(lambda tx: tx.execute("ALTER TABLE installation RENAME TO elsewhere").rowcount)
    with pytest.raises(Failure) as found:
        asked(carefolio, readiness)
    assert found.value.category is Category.UNAVAILABLE
    carefolio.database.write_now(lambda tx: tx.execute("ALTER TABLE elsewhere RENAME TO installation").rowcount)
    assert asked(carefolio, readiness) == [200]
