"""Idempotency-Key: kept for a day, for one caller and one body, and not readable in the file."""

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Principal, Role
from carefolio.records.changes import Outcome
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller
from carefolio.records.repeat import KEPT, Made, Memory, Repeatable
from carefolio.store.rows import Row

ADA = Caller("t", Principal(4, Role.PATIENT), 1, "r", {})
BEN = Caller("t", Principal(3, Role.DOCTOR), 1, "r", {})
SENT = Repeatable("key", b"digest")
ROW = Row(1, "Observation", "obs-77", 3, 7, 0, 3, 5, 0, 0, 0, 0, 0, b"", b"")
MADE = [Outcome(ROW, b"{}", created=True), Outcome(ROW._replace(type="Goal", id="g", version=9), b"", created=False)]


@pytest.fixture
def memory(keyring):
    return Memory(keyring)


@pytest.fixture
def keep(database, memory):
    return lambda caller=ADA, sent=SENT: database.write_now(lambda tx: memory.keep(tx, caller, sent, MADE))


@pytest.fixture
def later():
    yield clock.shift
    clock.shift(0)


def test_what_was_made_is_told_again(database, memory, keep):
    assert memory.find(database, ADA, SENT) is None
    keep()
    assert memory.find(database, ADA, SENT) == [Made("Observation", "obs-77", 3, True), Made("Goal", "g", 9, False)]


def test_another_key_or_another_caller_knows_nothing_of_it(database, memory, keep):
    keep()
    assert memory.find(database, ADA, Repeatable("other", b"digest")) is None
    assert memory.find(database, BEN, SENT) is None
    keep(caller=BEN)


def test_an_account_and_a_key_cannot_be_read_as_another_pair(database, memory, keep):
    keep(caller=Caller("t", Principal(1, Role.PATIENT), 1, "r", {}), sent=Repeatable("2\nkey", b"digest"))
    assert memory.find(database, Caller("t", Principal(12, Role.PATIENT), 1, "r", {}), SENT) is None


def test_another_body_under_the_same_key_is_refused(database, memory, keep):
    keep()
    with pytest.raises(Failure) as caught:
        memory.find(database, ADA, Repeatable("key", b"another"))
    assert caught.value.category is Category.UNPROCESSABLE


def test_after_a_day_it_is_forgotten_and_makes_room(database, memory, keep, later):
    keep()
    later(KEPT - clock.MINUTE)
    assert memory.find(database, ADA, SENT) is not None
    later(KEPT + clock.MINUTE)
    assert memory.find(database, ADA, SENT) is None
    keep(sent=Repeatable("key", b"another"))
    assert database.one("SELECT count(*) FROM repeated") == (1,)


def test_who_was_second_at_the_same_time_looks_again(keep):
    keep()
    with pytest.raises(Moved):
        keep()


def test_the_file_says_neither_key_nor_what_was_made(database, keep):
    keep(sent=Repeatable("my-secret-key", b"digest"))
    kept = b"".join(bytes(value) for value in database.one("SELECT name, answer FROM repeated"))
    assert b"obs-77" not in kept
    assert b"secret" not in kept
