"""Page cursors say nothing to who carries them and open for one account alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Category, Failure
from carefolio.records.cursors import Cursors


@pytest.fixture(scope="module")
def cursors(keyring):
    return Cursors(keyring)


def refused(cursors, account, text):
    with pytest.raises(Failure) as caught:
        cursors.open(account, text)
    return caught.value.category is Category.MALFORMED


@given(cursor=st.binary(max_size=80), account=st.integers(0, 2**40))
def test_who_it_was_made_for_opens_it(cursors, cursor, account):
    text = cursors.seal(account, cursor)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert cursors.open(account, text) == cursor
    assert refused(cursors, account + 1, text)


SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(place=st.integers(0, 50), further=st.integers(1, 63))
def test_one_that_was_altered_opens_for_nobody(cursors, place, further):
    text = cursors.seal(3, b"Peterson|Ada")
    sign = SIGNS[(SIGNS.index(text[place]) + further) % len(SIGNS)]
    assert refused(cursors, 3, text[:place] + sign + text[place + 1 :])


@given(text=st.text(max_size=60))
def test_what_is_no_cursor_is_refused(cursors, text):
    assert refused(cursors, 3, text)


def test_the_same_cursor_looks_different_each_time(cursors):
    assert cursors.seal(3, b"Peterson") != cursors.seal(3, b"Peterson")


@given(number=st.integers(0, 2**63))
def test_a_page_that_goes_by_numbers_gets_its_number(cursors, number):
    assert cursors.open_number(3, cursors.seal(3, b"%d" % number)) == number


@pytest.mark.parametrize("cursor", [b"", b"-1", b"Peterson", b"1 2", b"\xc2\xb2"])
def test_a_page_that_goes_by_numbers_takes_no_other_kind(cursors, cursor):
    with pytest.raises(Failure, match="another address"):
        cursors.open_number(3, cursors.seal(3, cursor))
