"""The postman: each mail once by any number of workers, again after a crash, never lost."""

import threading

import pytest

from carefolio.base import clock
from carefolio.notify.mails import LEASE
from carefolio.notify.notifier import Notifier
from carefolio.notify.post import Postman
from carefolio.notify.senders.sender import Undelivered
from tests.unit.notify.conftest import URL, Told

PATIENCE = 20


class Crash(BaseException):
    """The process ends here."""


def postman(database, notifier, sender):
    return Postman(database, notifier, sender)


def test_all_that_is_due_is_delivered(database, notifier, queue):
    for number in range(3):
        queue(f"person{number}@example.org")
    sender = Told()
    assert postman(database, notifier, sender).deliver_due() == 3
    assert [mail.to for mail in sender.sent] == [f"person{number}@example.org" for number in range(3)]
    assert postman(database, notifier, sender).deliver_due() == 0


def test_one_that_fails_for_now_is_sent_later_and_the_others_at_once(database, notifier, queue, later):
    queue("ada@example.org")
    queue("ben@example.org")
    sender = Told(Undelivered("Busy.", permanent=False))
    worker = postman(database, notifier, sender)
    assert worker.deliver_due() == 1
    later(2 * clock.MINUTE)
    assert worker.deliver_due() == 1
    assert [mail.to for mail in sender.sent] == ["ben@example.org", "ada@example.org"]


def test_one_that_fails_for_good_is_given_up_and_named_without_its_address(database, notifier, queue, later, caplog):
    queue("ada@example.org")
    sender = Told(Undelivered("The recipient was refused (550).", permanent=True))
    worker = postman(database, notifier, sender)
    assert worker.deliver_due() == 0
    later(30 * clock.DAY)
    assert worker.deliver_due() == 0
    assert notifier.mails.given_up(database) == 1
    assert "given up" in caplog.text
    assert "ada@" not in caplog.text


@pytest.mark.parametrize("left", [False, True])
def test_a_crash_in_the_middle_loses_nothing(database, notifier, queue, later, left):
    """Between taking and sending, or between sending and the note that it was sent."""
    queue()
    sender = Told()

    def crash(mail):
        if left:
            sender.sent.append(mail)
        raise Crash

    sender.during = crash
    with pytest.raises(Crash):
        postman(database, notifier, sender).deliver_due()
    sender.during = lambda mail: None
    assert postman(database, notifier, sender).deliver_due() == 0
    later(LEASE + clock.SECOND)
    assert postman(database, notifier, sender).deliver_due() == 1
    assert len(sender.sent) == (2 if left else 1)
    assert len({(mail.number, mail.queued) for mail in sender.sent}) == 1


def test_two_workers_do_not_send_the_same(database, notifier, queue):
    for _ in range(40):
        queue()
    sender, both = Told(), threading.Barrier(2, timeout=PATIENCE)
    first = {threading.current_thread()}

    def meet(mail):
        if threading.current_thread() not in first:
            first.add(threading.current_thread())
            both.wait()

    sender.during = meet
    workers = [threading.Thread(target=postman(database, notifier, sender).deliver_due) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert len(sender.sent) == 40
    assert len({mail.number for mail in sender.sent}) == 40


def kept(worker):
    """The postman's thread, with what ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.keep_delivering, args=(stop,))
    thread.start()
    return stop, thread


@pytest.mark.parametrize("same_process", [True, False])
def test_the_thread_delivers_what_it_heard_of_and_what_it_did_not(database, keyring, notifier, same_process):
    sender, left = Told(), threading.Semaphore(0)
    sender.during = lambda mail: left.release()
    stop, thread = kept(postman(database, notifier, sender))
    other = notifier if same_process else Notifier(keyring, URL)
    try:
        for _ in range(2):
            database.write_now(lambda tx: other.mail(tx, "ada@example.org", "Hello", "World\n"))
            assert left.acquire(timeout=PATIENCE)
    finally:
        stop.set()
        notifier.bell.set()
        thread.join(PATIENCE)
    assert len(sender.sent) == 2


def test_a_fault_does_not_end_the_thread(database, notifier, queue, caplog):
    sender, left = Told(RuntimeError("a value that no log may hold")), threading.Semaphore(0)
    sender.during = lambda mail: left.release()
    queue()
    stop, thread = kept(postman(database, notifier, sender))
    try:
        assert left.acquire(timeout=PATIENCE)
        queue("ben@example.org")
        assert left.acquire(timeout=PATIENCE)
    finally:
        stop.set()
        notifier.bell.set()
        thread.join(PATIENCE)
    assert [mail.to for mail in sender.sent] == ["ben@example.org"]
    assert "RuntimeError" in caplog.text
    assert "a value" not in caplog.text
