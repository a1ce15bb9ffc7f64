"""Notices: an account's own, the newest first, sealed, seen once."""

import pytest
from cryptography.exceptions import InvalidTag

from carefolio.notify.notices import NewNotice, NoticeKind
from tests.stores import ABOUT_SQLITE, bytes_of

ADA, BEN = 7, 8


@pytest.fixture
def notices(notifier):
    return notifier.notices


@pytest.fixture
def put(database, notices):
    def work(account=ADA, kind=NoticeKind.REQUEST, chart=3, **about):
        database.write_now(lambda tx: notices.put(tx, NewNotice(account, kind, about, chart)))

    return work


def test_an_account_gets_its_own_the_newest_first(database, notices, put):
    for name in ("one", "two", "three"):
        put(name=name)
    put(BEN, name="Ben's")
    found = notices.of_account(database, ADA)
    assert [one.about["name"] for one in found] == ["three", "two", "one"]
    assert {(one.kind, one.chart, one.seen) for one in found} == {(NoticeKind.REQUEST, 3, 0)}
    assert all(one.time for one in found)
    (page,) = notices.of_account(database, ADA, before=found[0].number, count=1)
    assert page == found[1]


def test_what_was_seen_is_not_counted_any_more(database, notices, put):
    put()
    put()
    put(BEN)
    mine, bens = notices.of_account(database, ADA), notices.of_account(database, BEN)
    assert notices.unseen(database, ADA) == 2
    database.write_now(lambda tx: notices.mark_seen(tx, ADA, [mine[0].number, bens[0].number]))
    assert notices.unseen(database, ADA) == 1
    assert notices.unseen(database, BEN) == 1
    seen = notices.of_account(database, ADA)[0].seen
    assert seen > 0
    database.write_now(lambda tx: notices.mark_seen(tx, ADA, [mine[0].number]))
    assert notices.of_account(database, ADA)[0].seen == seen


def test_nothing_of_what_it_says_is_clear_in_the_file(database, notices, put, tmp_path):
    put(reason="kanarienvogel", patient={"name": "Ada Kanarienvogel"})
    assert b"kanarienvogel" not in bytes_of(tmp_path).lower()


@pytest.mark.parametrize("change", ["account = 8", "kind = 'granted'", "time = time + 1"])
def test_one_that_was_moved_does_not_open(database, notices, put, change):
    put()
    database.write_now(lambda tx: tx.execute(f"UPDATE notice SET {change}").rowcount)
    with pytest.raises(InvalidTag):
        notices.of_account(database, ADA) or notices.of_account(database, BEN)


@ABOUT_SQLITE
def test_a_list_is_read_by_the_index(database):
    plan = database.read(
        "EXPLAIN QUERY PLAN SELECT number FROM notice WHERE account = 1 AND number < 9 ORDER BY number DESC LIMIT 5"
    )
    assert "notice_account" in plan[0][-1]
    assert not any("TEMP B-TREE" in step[-1] for step in plan)
