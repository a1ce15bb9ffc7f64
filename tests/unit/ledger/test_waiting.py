"""The log of several processes: entries wait, one sequencer at a time places them, and nothing is lost or forked."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from importlib import import_module

import psycopg
import pytest

from carefolio.base.keys import Keyring
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import read_head
from carefolio.ledger.waiting import PIECE, WaitingLog
from tests import stores
from tests.unit.ledger.conftest import Ledger

WAITING = "SELECT count(*) FROM waiting"


class Plain:
    """A transaction by psycopg: asked on this thread, where asyncpg is asked from another one's bridge."""

    def __init__(self, connection):
        self._connection = connection

    def execute(self, sql, args=()):
        return self._connection.execute(sql.replace("?", "%s"), args)

    def one(self, sql, args=()):
        return self.execute(sql, args).fetchone()

    def all(self, sql, args=()):
        return self.execute(sql, args).fetchall()

    def many(self, sql, rows):
        with self._connection.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), rows)


@pytest.fixture
def url():
    return stores.server().fresh()


@pytest.fixture
def processes(url, tmp_path, root):
    """Two that write to one database."""
    Keyring.create(tmp_path / "keys.db", root)
    with ExitStack() as stack:
        keyring = stack.enter_context(closing(Keyring.open(tmp_path / "keys.db", root)))
        chart, other = keyring.reserve(2)
        postgres = import_module("carefolio.base.database.postgres").PostgresDatabase
        opened = [stack.enter_context(closing(postgres(url))) for _ in range(2)]
        yield [Ledger(database, keyring, chart, other, WaitingLog()) for database in opened]


def let_wait(ledger, count=1):
    sealed = [ledger.seal(ledger.entry()) for _ in range(count)]
    ledger.database.write_now(lambda tx: ledger.log.append(tx, sealed), alone=False)
    return [each.leaf for each in sealed]


def test_what_waits_is_placed_in_its_order(processes):
    one, other = processes
    leaves = let_wait(one) + let_wait(other, 2) + let_wait(one)
    assert (one.leaves(), one.database.one(WAITING)) == ([], (4,))
    other.log.settle(other.database)
    assert (one.leaves(), one.database.one(WAITING)) == (leaves, (0,))
    assert one.verify().problems == []


def test_another_client_of_postgresql_places_the_same(processes, url):
    one, _ = processes
    leaves = let_wait(one, 2)
    sealed = [one.seal(one.entry()) for _ in range(2)]
    with psycopg.connect(url) as connection:
        tx = Plain(connection)
        assert one.log.append_numbered(tx, sealed[:1]) == 3
        one.log.append_many(tx, [sealed[1:]])
        assert one.log.head(tx).frontier.size == 4
        assert one.log.head(tx).frontier.size == 4
    assert one.leaves() == [*leaves, *(each.leaf for each in sealed)]
    assert one.verify().problems == []


def test_where_nothing_waits_nothing_is_written(processes):
    one, _ = processes
    let_wait(one)
    one.log.settle(one.database)
    before = one.database.one("SELECT xmin::text FROM ledger_head")
    one.log.settle(one.database)
    one.database.write_now(one.log.head)
    assert one.database.one("SELECT xmin::text FROM ledger_head") == before


def test_who_needs_a_number_is_placed_behind_all_that_waits(processes):
    one, other = processes
    let_wait(one, 3)
    assert other.write(other.entry(), other.entry()) == 4
    assert one.write(one.entry()) == 6
    assert one.verify().problems == []


def test_a_sequencer_that_fails_leaves_all_to_the_next(processes):
    one, other = processes
    leaves = let_wait(one, 2)

    def fail(tx):
        one.log.place(tx)
        raise LookupError

    with pytest.raises(LookupError):
        one.database.write_now(fail)
    assert one.leaves() == []
    other.log.settle(other.database)
    one.log.settle(one.database)
    assert one.leaves() == leaves
    assert one.checkpointer.make()


def test_more_than_a_piece_is_placed_at_once(processes):
    one, _ = processes
    leaves = let_wait(one, PIECE + 5)
    one.log.settle(one.database)
    assert one.leaves() == leaves
    assert read_head(one.database).size == PIECE + 5


def test_many_append_while_two_place(processes):
    def work(number):
        ledger = processes[number % 2]
        let_wait(ledger, 1 + number % 3)
        ledger.log.settle(ledger.database)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(60)))
    one, other = processes
    assert read_head(one.database).size == 120
    assert one.checkpointer.make() == other.checkpointer.make()
    assert one.database.read("SELECT seq FROM entry ORDER BY seq") == [(number,) for number in range(1, 121)]


def test_a_head_that_is_gone_is_told(processes):
    one, _ = processes
    let_wait(one)
    one.database.write_now(lambda tx: tx.execute("DELETE FROM ledger_head"))
    with pytest.raises(Tampered, match="head"):
        one.log.settle(one.database)
    assert one.leaves() == []
