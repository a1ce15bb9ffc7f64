"""Long attachments: cut out of a body and put back to the byte, whatever else stands in it."""

import tracemalloc
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Failure
from carefolio.blobs.files import Files
from carefolio.fhir.json import parse, serialise
from carefolio.records import enclosures
from carefolio.records.enclosures import (
    LONGEST_INSIDE,
    Held,
    Version,
    enclose,
    held_in,
    is_whole,
    kept_in,
    length,
    named,
    outline,
    recognised,
    send,
    version_in,
    whole,
)

PLACE = b"DocumentReference/d1/3/7"
MARK = "0123456789abcdef"
LONG = "QUJD" * (LONGEST_INSIDE // 4 + 1)
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    store = Files(tmp_path_factory.mktemp("blobs") / "blobs")
    store.make()
    return store


@pytest.fixture(scope="module")
def key(keyring):
    return keyring.of(7)


def document(*texts, **more):
    content = [{"attachment": {"contentType": "application/pdf", "data": text}} for text in texts]
    return {"resourceType": "DocumentReference", "status": "current", "content": content} | more


def stored(resource, key):
    return enclose(serialise(resource), key, MARK, PLACE)


def test_a_long_one_is_cut_out_and_comes_back(blobs, key):
    body = serialise(document(LONG, "QUJD", LONG[4:] + "RA==", LONG + "QUJD"))
    kept, cut = enclose(body, key, MARK, PLACE)
    assert len(kept) < 2_000
    assert not is_whole(kept)
    assert [len(one.text) for one in cut] == [len(LONG), len(LONG), len(LONG) + 4]
    assert length(kept) == len(body)
    send(blobs, cut)
    assert whole(kept, blobs, key, PLACE) == body
    texts = [one["attachment"]["data"] for one in parse(outline(kept))["content"]]
    assert texts == ["", "QUJD", "", ""]


@pytest.mark.parametrize("size", [0, 4, LONGEST_INSIDE - 4, LONGEST_INSIDE])
def test_a_short_one_stays(key, size):
    body = serialise(document("Q" * size))
    assert enclose(body, key, MARK, PLACE) == (body, ())
    assert outline(body) == body
    assert length(body) == len(body)


def test_it_is_cut_wherever_it_stands(blobs, key):
    resource = {
        "resourceType": "Patient",
        "photo": [{"data": LONG}],
        "extension": [{"url": "urn:x", "valueAttachment": {"data": LONG}}, {"url": "y", "valueBase64Binary": LONG}],
        "contained": [{"resourceType": "Binary", "contentType": "x/y", "data": LONG}],
    }
    kept, cut = stored(resource, key)
    assert len(cut) == 4
    send(blobs, cut)
    assert whole(kept, blobs, key, PLACE) == serialise(resource)


def test_line_breaks_in_base64_come_back_as_they_were(blobs, key):
    lines = "\r\n\t ".join([LONG[:76]] * 2_000)
    kept, cut = stored(document(lines), key)
    assert len(cut) == 1
    send(blobs, cut)
    assert parse(whole(kept, blobs, key, PLACE))["content"][0]["attachment"]["data"] == lines


@pytest.mark.parametrize(
    "text",
    [
        '","data":"' + LONG,
        '\\"data\\":\\"' + LONG,
        '"data":"' + LONG + '"',
        LONG + '"',
        LONG + "\\",
        '"' + LONG,
        '\x01[[0,1,"x","eA=="]]\n' + LONG,
        "ü" * LONGEST_INSIDE,
    ],
)
def test_nothing_that_a_client_sends_is_taken_for_a_cut(blobs, key, text):
    for resource in (document(text), document(LONG, text), {"resourceType": "Basic", "text": {"div": text}}):
        body = serialise(resource)
        kept, cut = enclose(body, key, MARK, PLACE)
        parse(outline(kept))
        send(blobs, cut)
        assert whole(kept, blobs, key, PLACE) == body


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.text(max_size=20)
        | st.sampled_from([LONG, LONG + '"', '"data":"', '\\"data\\":\\"' + LONG]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["data", "valueBase64Binary", "x", 'a"b', "data\\"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_comes_back_to_the_byte(blobs, key, value):
    body = serialise({"resourceType": "Basic", "value": value})
    kept, cut = enclose(body, key, MARK, PLACE)
    parse(outline(kept))
    send(blobs, cut)
    assert whole(kept, blobs, key, PLACE) == body
    assert length(kept) == len(body)


def test_each_is_named_after_its_version_and_never_twice(key):
    first, second = (stored(document(LONG, LONG), key) for _ in range(2))
    names = [one.name for one in (*first[1], *second[1])]
    assert len(set(names)) == 4
    assert all(name.startswith("0123456789abcdef_7_DocumentReference_d1_3_") for name in names)
    assert {version_in(name) for name in names} == {Version(7, "DocumentReference", "d1", 3)}
    assert [one.name for one in kept_in(first[0])] == names[:2]


@pytest.mark.parametrize(
    "name", ["", "x", "a_b_c_d_e_f", "0_7_T_i_one_0", "0_x_T_i_1_0", "0_7_T_i_1_0_0", "0__T_i_1_0"]
)
def test_a_name_that_we_did_not_make_is_nobodys(name):
    assert version_in(name) is None


def test_the_digest_is_that_of_what_is_kept(blobs, key):
    kept, cut = stored(document(LONG), key)
    send(blobs, cut)
    (one,) = kept_in(kept)
    assert sha256(blobs.path(one.name).read_bytes()).digest() == one.digest
    assert blobs.size(one.name) == cut[0].upload().size


def test_one_that_was_changed_or_belongs_elsewhere_does_not_open(blobs, key, keyring):
    kept, cut = stored(document(LONG), key)
    send(blobs, cut)
    for other_key, place in ((key, b"DocumentReference/d1/4/7"), (keyring.of(8), PLACE)):
        with pytest.raises(Failure, match="ledger verify"):
            whole(kept, blobs, other_key, place)
    path = blobs.path(cut[0].name)
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    with pytest.raises(Failure, match="ledger verify"):
        whole(kept, blobs, key, PLACE)


def test_thirty_megabytes_need_little_more_than_themselves(blobs, key):
    size = 30 * MEBIBYTE
    body = b'{"resourceType":"Binary","contentType":"x/y","data":"%b"}' % (b"QUJD" * (size // 4))
    tracemalloc.start()
    try:
        kept, cut = enclose(body, key, MARK, PLACE)
        send(blobs, cut)
        writing = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        again = whole(kept, blobs, key, PLACE)
        reading = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert again == body
    assert writing < 8 * MEBIBYTE
    assert reading < 1.3 * size + 8 * MEBIBYTE


def test_what_is_the_same_is_recognised_and_no_store_is_asked(key):
    sent = document(LONG, "QUJD", LONG[4:] + "RA==")
    kept, cut = enclose(serialise(sent), key, MARK, PLACE)
    names = [one.name for one in cut]
    moved = {"status": "superseded", "content": sent["content"], "resourceType": "DocumentReference"}
    assert recognised(kept, key, PLACE, moved) == sent
    assert recognised(serialise(document("QUJD")), key, PLACE, moved) == document("QUJD")
    for other in (LONG[:-4] + "RA==", LONG + "QUJD", "QUJD", "", None, 5, {"data": LONG}):
        assert recognised(kept, key, PLACE, document(other, "QUJD", LONG[4:] + "RA==")) == document(
            names[0], "QUJD", LONG[4:] + "RA=="
        )
    for other in ({}, {"content": "QUJD"}, {"content": ["QUJD"]}, document(), document(LONG[4:] + "RA==", "QUJD")):
        assert recognised(kept, key, PLACE, other) == document(names[0], "QUJD", names[1])


NEXT, AFTER = b"DocumentReference/d1/4/7", b"DocumentReference/d1/5/7"
OTHER = LONG[4:] + "RA=="


def test_the_next_version_names_what_is_there_already(blobs, key):
    first, cut = enclose(serialise(document(LONG, OTHER)), key, MARK, PLACE)
    send(blobs, cut)
    held = held_in(first, PLACE, signed=False)
    sent = serialise(document(LONG, OTHER, status="superseded"))
    second, anew = enclose(sent, key, MARK, NEXT, held)
    assert anew == ()
    assert [(one.name, one.digest) for one in kept_in(second)] == [(one.name, one.digest) for one in kept_in(first)]
    assert whole(second, blobs, key, NEXT) == sent
    assert recognised(second, key, NEXT, document(LONG, OTHER)) == document(LONG, OTHER, status="superseded")
    third, anew = enclose(sent, key, MARK, AFTER, held_in(second, NEXT, signed=False))
    assert anew == ()
    assert whole(third, blobs, key, AFTER) == sent


def test_what_is_another_text_is_kept_anew(blobs, key):
    first, cut = enclose(serialise(document(LONG, LONG)), key, MARK, PLACE)
    send(blobs, cut)
    sent = serialise(document(LONG, OTHER, LONG))
    second, anew = enclose(sent, key, MARK, NEXT, held_in(first, PLACE, signed=False))
    assert [bytes(one.text) for one in anew] == [OTHER.encode(), LONG.encode()]
    send(blobs, anew)
    assert whole(second, blobs, key, NEXT) == sent


def test_it_is_changed_by_signs_without_its_texts(blobs, key):
    first, cut = enclose(serialise(document(LONG, "QUJD", OTHER)), key, MARK, PLACE)
    send(blobs, cut)
    changed = parse(named(first)) | {"status": "superseded"}
    changed["content"].reverse()
    second, anew = enclose(serialise(changed), key, MARK, NEXT, held_in(first, PLACE, signed=True))
    assert anew == ()
    assert parse(whole(second, blobs, key, NEXT)) == document(OTHER, "QUJD", LONG, status="superseded")
    fewer = serialise(document(changed["content"][0]["attachment"]["data"], LONG))
    third, anew = enclose(fewer, key, MARK, AFTER, held_in(second, NEXT, signed=True))
    assert [bytes(one.text) for one in anew] == [LONG.encode()]
    send(blobs, anew)
    assert parse(whole(third, blobs, key, AFTER)) == document(OTHER, LONG)


def test_each_of_many_signs_is_made_once(key, monkeypatch):
    """Hundreds are found on the event loop, where everybody waits."""
    first, _cut = enclose(serialise(document(*[LONG] * 40)), key, MARK, PLACE)
    sent, held, made = named(first), held_in(first, PLACE, signed=True), []
    monkeypatch.setattr(enclosures, "b64encode", lambda name: made.append(name) or b64encode(name))
    second, anew = enclose(sent, key, MARK, NEXT, held)
    assert (len(kept_in(second)), anew, len(made)) == (40, (), 40)


def test_what_was_stored_before_a_blob_could_be_bound_to_an_earlier_version_is_read(blobs, key):
    body = serialise(document(LONG))
    kept, cut = enclose(body, key, MARK, PLACE)
    send(blobs, cut)
    assert kept.count(b',""]]\n') == 1
    assert whole(kept.replace(b',""]]\n', b"]]\n"), blobs, key, PLACE) == body


def test_a_sign_is_nothing_but_a_short_text_to_who_sends_one(key):
    first, _cut = enclose(serialise(document(LONG)), key, MARK, PLACE)
    sent = named(first)
    assert enclose(sent, key, MARK, NEXT, held_in(first, PLACE, signed=False)) == (sent, ())
    assert enclose(sent, key, MARK, NEXT, Held(signed=True)) == (sent, ())
