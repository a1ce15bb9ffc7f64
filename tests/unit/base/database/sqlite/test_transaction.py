"""A transaction's own view: what it wrote it sees, and the epoch that it moves counts for it already."""

from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.base.database.sqlite import SqliteDatabase


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "carefolio.db")) as opened:
        yield opened


def test_it_reads_what_it_wrote(database):
    def work(tx):
        tx.many("INSERT INTO installation VALUES (?, ?)", [("b", "2"), ("a", "1")])
        tx.many("INSERT INTO installation VALUES (?, ?)", [])
        assert tx.execute("UPDATE installation SET value = '3' WHERE name = ?", ("b",)).rowcount == 1
        return tx.one("SELECT count(*) FROM installation"), tx.all("SELECT * FROM installation ORDER BY name")

    assert database.write_now(work) == ((2,), [("a", "1"), ("b", "3")])
    assert database.write_now(lambda tx: tx.one("SELECT 1 FROM installation WHERE name = 'c'")) is None


def test_its_time_is_the_products_clock(database):
    before = clock.now()
    assert before <= database.write_now(lambda tx: tx.now) <= clock.now()


def test_the_epoch_moves_once_however_often_it_is_told(database):
    def work(tx):
        before = tx.epoch()
        tx.move_epoch()
        tx.move_epoch()
        return before, tx.epoch()

    assert database.write_now(work) == (1, 2)
    assert database.epoch() == 2
    assert database.write_now(lambda tx: tx.epoch()) == 2


def test_work_that_fails_moves_no_epoch(database):
    def work(tx):
        tx.move_epoch()
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(work)
    assert database.epoch() == 1
