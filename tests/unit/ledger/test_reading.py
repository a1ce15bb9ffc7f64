import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger import reading
from carefolio.ledger.entry import Tampered
from carefolio.ledger.reading import NEWEST, entries_by, entries_of, entry_at


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
    assert page == ([(4, ours[2]), (3, ours[1])], 3, 0)
    assert entries_of(ledger.database, ledger.keyring, owner, before=3) == ([(1, ours[0])], 0, 0)
    assert entries_of(ledger.database, ledger.keyring, owner, count=3).before == 0, "full, and the last"


def test_an_accounts_entries_over_charts(ledger):
    mine, theirs = ledger.entry(), ledger.entry(owner=ledger.other.owner)
    ledger.write(mine, theirs, ledger.entry()._replace(actor=8))
    assert entries_by(ledger.database, ledger.keyring, 7).entries == [(2, theirs), (1, mine)]


def test_entries_of_an_erased_chart_are_left_out(ledger):
    mine = ledger.entry()
    ledger.write(mine, ledger.entry())
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq = 2")
    assert entries_by(ledger.database, ledger.keyring, 7) == ([(1, mine)], 0, 1)


@pytest.mark.parametrize("looked_at", [1, 4, 5_000])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_what_is_left_out_is_no_end(ledger, monkeypatch, count, looked_at):
    """However many are looked at for one page, all that can be opened are found, once."""
    ledger.grow(9)
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq IN (3, 4, 5, 7, 9)")
    monkeypatch.setattr(reading, "LOOKED_AT", looked_at)
    before, pages = NEWEST, []
    while before:
        page = entries_by(ledger.database, ledger.keyring, 7, before, count)
        assert page.before < before
        pages.append([seq for seq, _entry in page.entries])
        before = page.before
    assert [seq for page in pages for seq in page] == [8, 6, 2, 1]
    if looked_at == 5_000:
        assert all(len(page) == count for page in pages[:-1])


def test_what_is_not_wanted_is_not_opened(ledger):
    """Each opening costs more than all the rest: a body that cannot be opened stands for one that was not."""
    ledger.grow(4)
    ledger.sql("UPDATE entry SET body = x'00' WHERE seq IN (2, 4)")
    whole = entries_by(ledger.database, ledger.keyring, 7, wanted=lambda sealed: len(sealed.body) > 1)
    assert ([seq for seq, _entry in whole.entries], whole.before, whole.left_out) == ([3, 1], 0, 2)
    page = entries_by(ledger.database, ledger.keyring, 7, count=1, wanted=lambda sealed: len(sealed.body) > 1)
    assert ([seq for seq, _entry in page.entries], page.before) == ([3], 3)


def test_one_page_looks_at_a_bounded_part(ledger, monkeypatch):
    ledger.grow(20)
    ledger.sql("UPDATE entry SET owner = 99 WHERE seq > 1")
    monkeypatch.setattr(reading, "LOOKED_AT", 6)
    page = entries_by(ledger.database, ledger.keyring, 7, NEWEST, 2)
    assert page == ([], 15, 6), "of nineteen that nobody can open"


def test_a_changed_entry_is_refused(ledger):
    ledger.grow(1)
    ledger.sql("UPDATE entry SET time = 1")
    with pytest.raises(Tampered):
        entry_at(ledger.database, ledger.keyring, 1)
