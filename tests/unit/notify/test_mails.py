"""Queued e-mails: taken by one worker, tried again after longer and longer waits, given up, never in the clear."""

import pytest

from carefolio.base import clock
from carefolio.notify.mails import GIVEN_UP_AFTER, LEASE, WAITS
from tests.stores import bytes_of


@pytest.fixture
def mails(notifier):
    return notifier.mails


@pytest.fixture
def take(database, mails):
    return lambda: database.write_now(mails.take)


@pytest.fixture
def fail(database, mails):
    return lambda mail, permanent=False: database.write_now(lambda tx: mails.failed(tx, mail, permanent=permanent))


def test_one_is_taken_once_and_gone_when_it_was_sent(database, mails, queue, take):
    assert take() is None
    assert not mails.some_due(database)
    queue("ada@example.org", "Hello", "World\n")
    assert mails.some_due(database)
    mail = take()
    assert (mail.to, mail.subject, mail.text, mail.attempts) == ("ada@example.org", "Hello", "World\n", 1)
    assert take() is None
    database.write_now(lambda tx: mails.sent(tx, mail))
    assert database.read("SELECT * FROM mail") == []


def test_the_oldest_goes_first(queue, take):
    for name in ("a", "b", "c"):
        queue(f"{name}@example.org")
    assert [take().to[0] for _ in range(3)] == ["a", "b", "c"]


def test_a_lease_runs_out(queue, take, later):
    queue()
    first = take()
    later(LEASE - clock.SECOND)
    assert take() is None
    later(LEASE + clock.SECOND)
    again = take()
    assert (again.number, again.attempts) == (first.number, 2)


def test_it_is_tried_again_after_longer_and_longer_waits_and_given_up_after_two_days(
    database, mails, queue, take, fail, later
):
    queue()
    passed, waits = 0, []
    while not fail(take()):
        due, start = database.one("SELECT due FROM mail")[0], clock.now()
        waits.append(round((due - start) / clock.MINUTE))
        later(passed := passed + due - start - clock.SECOND)
        assert take() is None
        later(passed := passed + 2 * clock.SECOND)
    assert waits[: len(WAITS)] == [1, 5, 30, 120, 360, 720]
    assert passed < GIVEN_UP_AFTER < passed + WAITS[-1]
    assert mails.given_up(database) == 1
    later(passed + 30 * clock.DAY)
    assert take() is None


def test_one_that_failed_for_good_is_given_up_at_once_and_its_text_deleted(database, mails, queue, take, fail):
    queue()
    assert fail(take(), permanent=True)
    assert mails.given_up(database) == 1
    assert database.one("SELECT message FROM mail") == (b"",)
    assert take() is None


@pytest.mark.parametrize("permanent", [False, True])
def test_a_worker_whose_lease_ran_out_changes_nothing(database, queue, take, fail, later, permanent):
    queue()
    slow = take()
    later(LEASE + clock.SECOND)
    quick = take()
    before = database.read("SELECT * FROM mail")
    fail(slow, permanent=permanent)
    assert database.read("SELECT * FROM mail") == before
    assert quick.number == slow.number


def test_one_that_is_not_what_was_queued_stands_in_nobodys_way(database, mails, queue, take):
    queue("ada@example.org")
    queue("ben@example.org")
    database.write_now(lambda tx: tx.execute("UPDATE mail SET queued = queued - 1 WHERE number = 1").rowcount)
    assert take().to == "ben@example.org"
    assert mails.given_up(database) == 1


def test_what_is_queued_leaves_with_its_transaction_or_not_at_all(database, notifier, take):
    def work(tx):
        notifier.mail(tx, "ada@example.org", "Hello", "World\n")
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(work)
    assert take() is None


def test_neither_address_nor_text_is_clear_in_the_file(database, queue, tmp_path):
    queue("kanarienvogel@example.org", "Kanarienvogel", "kanarienvogel\n")
    assert b"kanarienvogel" not in bytes_of(tmp_path).lower()
