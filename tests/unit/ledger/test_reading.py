import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Tampered
from carefolio.ledger.reading import entries_by, entries_of, entry_at


def test_one_by_its_number(ledger):
    first, second = ledger.entry(), ledger.entry()
    ledger.write(first, second)
    assert entry_at(ledger.database, ledger.keyring, 2) == second
    with pytest.raises(Failure) as caught:
        entry_at(ledger.database, ledger.keyring, 3)
    assert caught.value.category is Category.ABSENT


def test_a_charts_entries_in_pages(ledger):
    ours = [ledger.entry() for _ in range(3)]
    ledger.write(ours[0], ledger.entry(owner=ledger.other.owner), *ours[1:])
    owner = ledger.chart.owner
    page = entries_of(ledger.database, ledger.keyring, owner, count=2)
    assert page == [(4, ours[2]), (3, ours[1])]
    assert entries_of(ledger.database, ledger.keyring, owner, before=3) == [(1, ours[0])]


def test_an_accounts_entries_over_charts(ledger):
    mine, theirs = ledger.entry(), ledger.entry(owner=ledger.other.owner)
    ledger.write(mine, theirs, ledger.entry()._replace(actor=8))
    assert entries_by(ledger.database, ledger.keyring, 7) == [(2, theirs), (1, mine)]


def test_entries_of_an_erased_chart_are_left_out(ledger):
    mine = ledger.entry()
    ledger.write(mine, ledger.entry())
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq = 2")
    assert entries_by(ledger.database, ledger.keyring, 7) == [(1, mine)]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_what_is_left_out_is_no_end(ledger, count):
    """Who gets fewer than they asked for takes that for the end: only there is it so."""
    mine = [ledger.entry() for _ in range(9)]
    ledger.write(*mine)
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq IN (3, 4, 5, 7, 9)")
    left, before, pages = [1, 2, 6, 8], 10, []
    while page := entries_by(ledger.database, ledger.keyring, 7, before, count):
        pages.append([seq for seq, _entry in page])
        before = page[-1][0]
    assert [seq for page in pages for seq in page] == left[::-1]
    assert all(len(page) == count for page in pages[:-1])


def test_a_changed_entry_is_refused(ledger):
    ledger.grow(1)
    ledger.sql("UPDATE entry SET time = 1")
    with pytest.raises(Tampered):
        entry_at(ledger.database, ledger.keyring, 1)
