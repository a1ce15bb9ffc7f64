"""The first time somebody reads under a contract: remembered only when it is certain, asked of the table once."""

import pytest

from carefolio.consent.decide import DENIED, Decision
from carefolio.consent.principal import Principal, Role
from carefolio.records import first
from carefolio.records.first import FirstAccess, meetings

BEN = Principal(account=8, role=Role.DOCTOR)
DORA = Principal(account=9, role=Role.DOCTOR, hospital=30)
CONTRACT = Decision(permit=True, rule="contract", contract="Consent/x/_history/2")
AUTHOR = Decision(permit=True, rule="author")
CHART = 7


class Heard:
    def __init__(self):
        self.told = []

    def first_access(self, tx, by, chart):
        self.told.append((by.account, chart))


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def access(heard):
    return FirstAccess(heard)


def statements(database, access, *met):
    """How many statements a group takes that shows this."""

    def work(tx):
        counted = Counting(tx)
        access.note(counted, met)
        return counted.count

    return database.write_now(work)


class Counting:
    def __init__(self, tx):
        self.tx, self.count = tx, 0

    def execute(self, *args):
        self.count += 1
        return self.tx.execute(*args)


@pytest.mark.parametrize(("by", "source"), [(BEN, -8), (DORA, 30)])
def test_only_what_a_contract_shows_counts(by, source):
    assert meetings(by, [(CHART, AUTHOR), (CHART, DENIED)]) == ()
    assert meetings(by, [(CHART, CONTRACT), (CHART, CONTRACT), (CHART, AUTHOR)]) == ((CHART, source),)


def test_it_is_told_once_and_soon_costs_no_statement(database, access, heard):
    met = (BEN, ((CHART, -8),))
    assert statements(database, access, met, met) == 1
    assert statements(database, access, met) == 1
    assert statements(database, access, met) == 0
    assert heard.told == [(8, CHART)]


def test_another_process_that_told_it_is_believed(database, access, heard):
    met = (BEN, ((CHART, -8),))
    statements(database, FirstAccess(heard), met)
    assert statements(database, access, met) == 1
    assert heard.told == [(8, CHART)]


def test_one_whose_group_failed_is_told_again(database, access, heard):
    def work(tx):
        access.note(tx, [(BEN, ((CHART, -8),))])
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(work)
    statements(database, access, (BEN, ((CHART, -8),)))
    assert heard.told == [(8, CHART)] * 2


def test_what_is_remembered_does_not_grow_for_ever(database, access, monkeypatch):
    monkeypatch.setattr(first, "MOST_KNOWN", 2)
    met = [(BEN, ((chart, -8),)) for chart in range(1, 6)]
    for _ in range(2):
        statements(database, access, *met)
    assert len(access._known) <= 2
