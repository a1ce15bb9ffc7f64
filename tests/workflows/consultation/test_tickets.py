"""A ticket opens one socket, once, for half a minute; what is said on the way waits for a minute at the most."""

import asyncio

from carefolio.base import clock
from carefolio.base.clock import MINUTE, SECOND
from carefolio.workflows.consultation import relay, tickets
from carefolio.workflows.consultation.rules import Side
from carefolio.workflows.consultation.tickets import Pass


def write(surgery, work):
    return surgery.carefolio.database.write_now(work, alone=False)


def issue(surgery, visit="v", side=Side.PATIENT):
    return write(surgery, lambda tx: tickets.issue(tx, surgery.door.keyring, Pass(visit, side, "session")))


def take(surgery, ticket):
    return write(surgery, lambda tx: tickets.take(tx, surgery.door.keyring, ticket))


def test_it_lets_in_once(surgery):
    ticket = issue(surgery)
    assert take(surgery, ticket) == Pass("v", Side.PATIENT, "session")
    assert take(surgery, ticket) is None
    assert take(surgery, "made up \udcff") is None


def test_of_many_who_try_at_once_one_gets_in(surgery):
    ticket, database = issue(surgery), surgery.carefolio.database

    async def all_at_once():
        trying = lambda tx: tickets.take(tx, surgery.door.keyring, ticket)  # noqa: E731 - said once
        try:
            return await asyncio.gather(*(database.write(trying, alone=False) for _ in range(10)))
        finally:
            await database.leave()

    found = asyncio.run(all_at_once())
    assert sum(one is not None for one in found) == 1


def test_it_holds_for_thirty_seconds(surgery):
    ticket = issue(surgery)
    clock.shift(29 * SECOND)
    other = issue(surgery, side=Side.DOCTOR)
    assert take(surgery, ticket) is not None
    clock.shift(60 * SECOND)
    assert take(surgery, other) is None


def test_a_new_one_ends_the_older_of_the_same_side(surgery):
    first, second = issue(surgery), issue(surgery)
    assert take(surgery, first) is None
    assert take(surgery, second) is not None


def test_the_tables_tell_nothing(surgery):
    ticket = issue(surgery)
    line = tickets.line_of(surgery.door.keyring, "v", Side.PATIENT)
    write(surgery, lambda tx: relay.put(tx, surgery.door.keyring, line, "an address of mine"))
    rows = surgery.carefolio.database.read("SELECT mark, line, expires, sealed FROM room_ticket")
    rows += surgery.carefolio.database.read("SELECT line, sent, sealed FROM room_message")
    told = b"".join(bytes(value) for row in rows for value in row if not isinstance(value, int))
    assert not any(word in told for word in (ticket.encode(), b"session", b"address"))


def test_what_is_said_comes_in_order_and_once(surgery):
    keyring, line = surgery.door.keyring, b"a line"
    holder = write(surgery, lambda tx: relay.sit(tx, line))
    for text in "abc":
        write(surgery, lambda tx, text=text: relay.put(tx, keyring, line, text))
    assert relay.waits(surgery.carefolio.database, line)
    assert write(surgery, lambda tx: relay.take(tx, keyring, line, holder)) == ["a", "b", "c"]
    assert not relay.waits(surgery.carefolio.database, line)
    assert write(surgery, lambda tx: relay.take(tx, keyring, line, holder)) == []


def test_whoever_sits_down_later_has_the_seat(surgery):
    keyring, line, database = surgery.door.keyring, b"a line", surgery.carefolio.database
    first = write(surgery, lambda tx: relay.sit(tx, line))
    write(surgery, lambda tx: relay.put(tx, keyring, line, "for the first"))
    second = write(surgery, lambda tx: relay.sit(tx, line))
    assert (relay.is_seated(database, line, first), relay.is_seated(database, line, second)) == (False, True)
    write(surgery, lambda tx: relay.put(tx, keyring, line, "for the second"))
    assert write(surgery, lambda tx: relay.take(tx, keyring, line, first)) == []
    assert write(surgery, lambda tx: relay.take(tx, keyring, line, second)) == ["for the second"]


def test_what_nobody_fetches_goes_after_a_minute_and_is_bounded(surgery):
    keyring, line = surgery.door.keyring, b"a line"
    holder = write(surgery, lambda tx: relay.sit(tx, line))

    def many(tx):
        for _ in range(relay.MOST + 5):
            relay.put(tx, keyring, line, "x")

    write(surgery, many)
    count = "SELECT count(*) FROM room_message"
    assert surgery.carefolio.database.one(count) == (relay.MOST,)
    clock.shift(61 * SECOND)
    assert write(surgery, lambda tx: relay.take(tx, keyring, line, holder)) == []
    write(surgery, lambda tx: relay.put(tx, keyring, line, "x"))
    clock.shift(3 * MINUTE)
    write(surgery, lambda tx: relay.put(tx, keyring, b"another", "y"))
    assert surgery.carefolio.database.one(count) == (1,)
