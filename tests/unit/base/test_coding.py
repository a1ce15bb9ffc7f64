"""Content codings: which one is chosen, that what was packed comes out, and that nothing swells beyond its bound."""

import gzip
import zlib

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.coding import MEMBERS, Coding, Unpacker, Unreadable, chosen, named, packed, packer

CODINGS = list(Coding)
PACK = {Coding.GZIP: gzip.compress, Coding.ZSTD: zstd.compress}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip; q=0.5 , zstd ;q=0.501", "zstd"),
        ("gzip;q=0", None),
        ("zstd;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0.000, *;q=0.001", "zstd"),
        ("identity", None),
        ("identity;q=0.5, gzip;q=0.2", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", None),
        ("br", None),
        ("gzip;q=2", None),
        ("gzip;q=-1", None),
        ("gzip;q=nan", None),
        ("gzip;q=", None),
        ("gzip;level=9", None),
        (",,;q=1,", None),
    ],
)
def test_the_coding_by_what_is_accepted(accepted, coding):
    assert chosen(accepted) == coding


@given(st.text(max_size=60))
def test_any_header_is_read(accepted):
    assert chosen(accepted) in (None, *CODINGS)


@pytest.mark.parametrize(("value", "coding"), [("", None), ("identity", None), (" X-GZip", "gzip"), ("zstd", "zstd")])
def test_the_coding_of_a_body(value, coding):
    assert named(value) == coding


@pytest.mark.parametrize("value", ["br", "deflate", "gzip, zstd", "gzip;q=1"])
def test_any_other_is_none_of_ours(value):
    with pytest.raises(KeyError):
        named(value)


def unpacked(coding, pieces, most):
    found, unpacker = [], Unpacker(coding)
    for piece in pieces:
        unpacker.feed(piece)
        while out := unpacker.take(most):
            assert len(out) <= most
            found.append(out)
    unpacker.end()
    return b"".join(found)


@given(st.sampled_from(CODINGS), st.lists(st.binary(max_size=3_000), max_size=4), st.integers(1, 5_000), st.booleans())
def test_what_was_packed_in_pieces_comes_out_in_pieces(coding, pieces, most, whole):
    body = b"".join(pieces)
    if whole:
        data = packed(coding, body)
    else:
        open_ = packer(coding)
        data = b"".join([open_.pack(piece) for piece in pieces] + [open_.end()])
    assert unpacked(coding, [data[start : start + 700] for start in range(0, len(data), 700)], most) == body


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_packed_for_keeping_is_smaller_and_the_same(coding):
    body = b"".join(b"%d %d;" % (number, number * number % 97) for number in range(5_000))
    kept = packed(coding, body, best=True)
    assert len(kept) < len(packed(coding, body))
    assert unpacked(coding, [kept], 1 << 20) == body


@pytest.mark.parametrize("coding", CODINGS)
def test_others_packers_and_several_members(coding):
    data = PACK[coding](b"one ") + PACK[coding](b"") + PACK[coding](b"two")
    assert unpacked(coding, [data], 3) == b"one two"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_gives_no_more_at_a_time_than_is_asked_for(coding):
    unpacker = Unpacker(coding)
    unpacker.feed(packed(coding, bytes(50_000_000)))
    for _ in range(20):
        assert len(unpacker.take(10_000)) in range(1, 10_001)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("data", [b"", b"{}", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"x" * 100])
def test_what_is_none_or_breaks_off_is_unreadable(coding, data):
    with pytest.raises(Unreadable):
        unpacked(coding, [data], 100)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_that_breaks_off_is_unreadable(coding):
    with pytest.raises(Unreadable):
        unpacked(coding, [packed(coding, bytes(range(256)) * 10)[:-3]], 100)


@pytest.mark.parametrize("coding", CODINGS)
def test_members_without_end_are_unreadable(coding):
    with pytest.raises(Unreadable):
        unpacked(coding, [PACK[coding](b"") * (MEMBERS + 1)], 100)


def test_a_window_larger_than_a_reader_owes_is_unreadable():
    level = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    open_ = zstd.ZstdCompressor(options=level)
    with pytest.raises(Unreadable):
        unpacked(Coding.ZSTD, [open_.compress(bytes(1_000)) + open_.flush()], 100)


def test_deflate_without_gzip_around_it_is_unreadable():
    with pytest.raises(Unreadable):
        unpacked(Coding.GZIP, [zlib.compress(b"x")], 100)
