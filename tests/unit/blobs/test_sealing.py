"""Sealed in pieces: what is put together otherwise than it was taken apart does not open, whatever was done to it."""

import tracemalloc
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.keys import OwnerKey
from carefolio.blobs.sealing import PIECE, TAG_BYTES, seal, sealed_size, unseal

PLACE = b"Binary/b1/1/7/0/name"
KEY = OwnerKey(7, b"k" * 32)
TEXTS = {
    size: (bytes(range(251)) * (size // 251 + 1))[:size] for size in (0, 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5)
}
MEBIBYTE = 1 << 20


def sealed(text, place=PLACE, key=KEY):
    return list(seal(key.of_blob(place), place, memoryview(text)))


def opened(pieces, place=PLACE, key=KEY):
    return b"".join(unseal(key.of_blob(place), place, pieces))


def refused(pieces, **more):
    with pytest.raises(InvalidTag):
        opened(pieces, **more)
    return True


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_it_opens_to_what_it_was_and_is_as_long_as_it_says(text):
    pieces = sealed(text)
    assert opened(pieces) == text
    assert sum(map(len, pieces)) == sealed_size(len(text))
    assert all(len(piece) <= PIECE + TAG_BYTES for piece in pieces)


@given(st.sampled_from(list(TEXTS)), st.lists(st.integers(1, 2 * PIECE), max_size=20))
def test_it_opens_however_the_stream_is_cut(size, cuts):
    stream = b"".join(sealed(TEXTS[size]))
    pieces, at = [], 0
    for cut in cuts:
        pieces.append(stream[at : at + cut])
        at += cut
    assert opened([*pieces, stream[at:]]) == TEXTS[size]


@given(st.sampled_from(list(TEXTS)), st.data())
def test_a_changed_bit_is_refused(size, data):
    stream = bytearray(b"".join(sealed(TEXTS[size])))
    stream[data.draw(st.integers(0, len(stream) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refused([bytes(stream)])


@given(st.sampled_from(list(TEXTS)), st.data())
def test_a_lost_end_is_refused(size, data):
    stream = b"".join(sealed(TEXTS[size]))
    assert refused([stream[: data.draw(st.integers(0, len(stream) - 1))]])


@pytest.mark.parametrize("length", [PIECE + TAG_BYTES, 2 * (PIECE + TAG_BYTES)])
def test_an_end_lost_between_two_pieces_is_refused(length):
    assert refused([b"".join(sealed(TEXTS[3 * PIECE]))[:length]])


@given(st.sampled_from(list(TEXTS)), st.binary(min_size=1, max_size=100))
def test_something_added_is_refused(size, more):
    stream = b"".join(sealed(TEXTS[size]))
    assert refused([stream, more])
    assert refused([more, stream])


@given(st.permutations([0, 1, 2, 3]).filter(lambda order: order != [0, 1, 2, 3]))
def test_another_order_is_refused(order):
    pieces = sealed(TEXTS[3 * PIECE + 5])
    assert refused([pieces[number] for number in order])


@given(st.lists(st.integers(0, 3), max_size=6).filter(lambda order: order != [0, 1, 2, 3]))
def test_pieces_left_out_or_doubled_are_refused(order):
    pieces = sealed(TEXTS[3 * PIECE + 5])
    assert refused([pieces[number] for number in order])


@pytest.mark.parametrize(
    "place",
    [
        b"Binary/b1/2/7/0/name",
        b"Binary/b1/1/8/0/name",
        b"Binary/b2/1/7/0/name",
        b"Binary/b1/1/7/1/name",
        b"Binary/b1/1/7/0/other",
        b"Media/b1/1/7/0/name",
    ],
)
def test_a_blob_in_another_place_is_refused(place):
    assert refused(sealed(b"text"), place=place)
    mixed = [*sealed(TEXTS[PIECE + 1])[:1], *sealed(TEXTS[PIECE + 1], place=place)[1:]]
    assert refused(mixed)


def test_another_owners_key_does_not_open_it():
    assert refused(sealed(b"text"), key=OwnerKey(7, b"o" * 32))


def test_the_place_is_bound_even_under_the_same_key():
    cipher = KEY.of_blob(PLACE)
    with pytest.raises(InvalidTag):
        list(unseal(cipher, b"elsewhere", seal(cipher, PLACE, memoryview(b"text"))))


def test_no_two_pieces_and_no_two_blobs_are_sealed_alike():
    zeros = bytes(3 * PIECE)
    pieces = sealed(zeros) + sealed(zeros, place=b"another")
    assert len({sha256(piece).digest() for piece in pieces}) == len(pieces)


def test_sealing_and_opening_need_little_memory_whatever_the_length():
    text = bytes(30 * MEBIBYTE)
    tracemalloc.start()
    try:
        cipher = KEY.of_blob(PLACE)
        total = sum(len(piece) for piece in unseal(cipher, PLACE, seal(cipher, PLACE, memoryview(text))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == len(text)
    assert peak < 8 * MEBIBYTE
