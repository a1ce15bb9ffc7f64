"""What every store of blobs has to do, whichever it is."""

import threading
from hashlib import sha256

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.blobs.port import PIECE, Upload, digest_of
from carefolio.blobs.s3 import PART

CONTENT = bytes(range(256)) * 300


def upload(name="17_Binary_b1_1_x", content=CONTENT):
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    return Upload(name, len(content), sha256(content).digest(), lambda: iter(pieces))


def read(store, name="17_Binary_b1_1_x", start=0, end=None):
    return b"".join(store.get(name, start, end))


def refused(call):
    with pytest.raises(Failure) as caught:
        call()
    return caught.value.category


def test_what_is_put_is_got(store):
    store.put(upload())
    assert read(store) == CONTENT
    assert store.size("17_Binary_b1_1_x") == len(CONTENT)
    assert digest_of(store, "17_Binary_b1_1_x") == sha256(CONTENT).digest()


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, PART, PART + 1, 2 * PART + 12345])
def test_any_length_comes_back_in_small_pieces(store, size):
    content = (CONTENT * (size // len(CONTENT) + 1))[:size]
    store.put(upload(content=content))
    pieces = list(store.get("17_Binary_b1_1_x"))
    assert b"".join(pieces) == content
    assert all(len(piece) <= PIECE for piece in pieces)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 10), (10, 20), (70_000, None), (0, 0), (20, 10), (76_790, 90_000), (76_800, None)]
)
def test_a_range_is_what_it_says(store, start, end):
    store.put(upload())
    assert read(store, start=start, end=end) == CONTENT[start:end]


def test_the_same_content_may_be_put_again(store):
    store.put(upload())
    store.put(upload())
    assert read(store) == CONTENT


@pytest.mark.parametrize("first", [CONTENT, CONTENT * 150])
@pytest.mark.parametrize("other", [b"other", b"other" * PART])
def test_other_content_does_not_take_a_name(store, first, other):
    store.put(upload(content=first))
    assert refused(lambda: store.put(upload(content=other))) is Category.CONFLICT
    assert read(store) == first


def test_of_many_at_once_one_wins(store):
    contents = [b"%d" % number * 70_000 for number in range(6)]
    outcomes = []

    def put(content):
        try:
            store.put(upload(content=content))
            outcomes.append(content)
        except Failure:
            outcomes.append(None)

    threads = [threading.Thread(target=put, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [content for content in outcomes if content]
    assert len(outcomes) == len(contents)
    assert read(store) == won


def test_what_is_not_there_is_told_apart_from_a_store_that_is_away(store):
    assert store.size("nothing") is None
    assert refused(lambda: read(store, "nothing")) is Category.BROKEN
    store.delete("nothing")


def test_what_is_deleted_is_gone(store):
    store.put(upload())
    store.delete("17_Binary_b1_1_x")
    assert store.size("17_Binary_b1_1_x") is None
    assert list(store.list()) == []
    store.put(upload(content=b"again"))
    assert read(store) == b"again"


def test_blobs_are_listed_by_how_their_names_begin(store):
    before = clock.now()
    for name in ("a_1", "a_2", "b_1"):
        store.put(upload(name, name.encode()))
    assert sorted(found.name for found in store.list()) == ["a_1", "a_2", "b_1"]
    found = sorted(store.list("a_"))
    assert [(each.name, each.size) for each in found] == [("a_1", 3), ("a_2", 3)]
    assert all(abs(each.written - before) < clock.MINUTE for each in found)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".hidden", "x" * 201, "a\nb", "ü"])
def test_a_name_that_could_lead_elsewhere_is_refused(store, name):
    assert refused(lambda: store.put(upload(name))) is Category.BROKEN
    assert refused(lambda: read(store, name)) is Category.BROKEN


@pytest.mark.parametrize("content", [CONTENT, CONTENT * 150])
def test_an_upload_that_breaks_off_leaves_nothing(store, content):
    def broken():
        yield content[: len(content) // 2]
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        store.put(Upload("half", len(content), b"", broken))
    assert store.size("half") is None
    assert list(store.list()) == []
    assert store.tidy(clock.now() + clock.MINUTE) == 0


def test_a_store_that_can_be_used_says_nothing(store):
    store.look()
    assert store.place.endswith(("blobs", "/north"))
