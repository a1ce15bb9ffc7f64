"""When the disclosures of a group may be one statement: the epoch alone has to be as it was."""

import pytest

from carefolio.base import clock
from carefolio.consent.principal import Principal, Role
from carefolio.ledger.entry import Entry, Kind, seal_entry
from carefolio.ledger.log import Log
from carefolio.ledger.waiting import WaitingLog
from carefolio.records.disclose import Discloser, Disclosure, Guard
from carefolio.records.first import FirstAccess

BEN = Principal(account=8, role=Role.DOCTOR)
MET = ((7, -8),)


@pytest.fixture
def entry(keyring):
    return seal_entry(Entry(clock.now(), Kind.DISCLOSED_READ, 0, 8, {}), keyring.of(0))


def guard(epoch=5, until=None):
    return Guard(BEN, epoch, until or clock.now() + clock.HOUR, ((7, 1),))


class Known(FirstAccess):
    def __init__(self, *known):
        super().__init__(None)
        self._known = set(known)


def asked(log, *items, known=()):
    return Discloser(log, Known(*known)).at_once(items)


def test_what_was_decided_as_of_one_epoch_is_one_statement(entry):
    told = asked(WaitingLog(), Disclosure((entry, entry), guard()), Disclosure((entry,), None))
    assert told.sql.startswith("SELECT disclose")
    epoch, *columns = told.args
    assert epoch == 5
    assert [len(column) for column in columns] == [3] * 6
    assert columns[-1] == (entry.leaf,) * 3


def test_refusals_hang_on_nothing(entry):
    assert asked(WaitingLog(), Disclosure((entry,), None)).args[0] is None
    assert list(asked(WaitingLog(), Disclosure((), None)).args[1:]) == [()] * 6


def test_what_can_not_be_said_by_the_epoch_alone_is_not(entry):
    log = WaitingLog()
    assert asked(log, Disclosure((entry,), guard(5)), Disclosure((entry,), guard(6))) is None
    assert asked(log, Disclosure((entry,), guard(until=clock.now()))) is None
    first = Disclosure((entry,), guard(), MET)
    assert asked(log, first) is None
    assert asked(log, first, known=MET) is not None


def test_where_the_tree_grows_in_the_transaction_there_is_no_such_statement(entry):
    assert asked(Log(), Disclosure((entry,), guard())) is None


def test_no_disclosure_stands_in_the_way_of_another():
    assert Discloser(Log(), Known()).apart(None, [Disclosure((), None), Disclosure((), guard())]) == [None, None]
