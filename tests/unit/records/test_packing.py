"""What is sealed of a long record is packed, and comes out as it went in."""

import os

import pytest

from carefolio.records.packing import LONG, packed, unpacked

WORDS = b'{"resourceType":"Claim","item":[' + b'{"sequence":1,"encounter":[{"reference":"Encounter/1"}]},' * 100 + b"]}"


@pytest.mark.parametrize("text", [b"", b"{}", b"x" * (LONG - 1), WORDS, b"\x01[]\n" + WORDS, os.urandom(LONG)])
def test_it_comes_out_as_it_went_in(text):
    assert unpacked(packed(text)) == text


def test_a_long_one_gets_shorter():
    assert len(packed(WORDS)) < len(WORDS) / 5


@pytest.mark.parametrize("text", [b"x" * (LONG - 1), os.urandom(2 * LONG)])
def test_what_is_short_or_would_get_longer_stays_as_it_is(text):
    assert packed(text) is text
