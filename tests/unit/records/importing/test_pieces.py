"""Taking a Bundle apart while it is read gives what reading it whole gives, wherever the chunks end."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Failure
from carefolio.records.importing import pieces
from carefolio.records.importing.pieces import bundle_pieces

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\{}[]:,é entry', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("entry"), inner, max_size=3)
    ),
    max_leaves=12,
)
entries = st.lists(st.dictionaries(st.sampled_from(["fullUrl", "resource", "entry"]), values, max_size=3), max_size=6)


def split(data, size, largest=10_000):
    chunks = (data[place : place + size] for place in range(0, len(data), size))
    return [json.loads(piece) for piece in bundle_pieces(chunks, largest)]


@given(entries, values, st.integers(1, 40), st.booleans())
def test_it_gives_the_same_entries(entries, other, size, escaped):
    document = {"resourceType": "Bundle", "other": other, "entry": entries, "last": {"entry": [other]}}
    assert split(json.dumps(document, ensure_ascii=escaped).encode(), size) == entries


@pytest.mark.parametrize(
    "data", [b'{"entry":[{"a":1}', b'{"entry":[{"a":"', b'{"resourceType":"Patient"}', b'{"a":[{}]}', b'{"entry":{}}']
)
def test_what_is_no_whole_bundle_is_refused(data):
    with pytest.raises(Failure):
        split(data, 5)


def test_an_entry_without_end_does_not_fill_the_memory():
    with pytest.raises(Failure, match="larger than"):
        split(b'{"entry":[{"a":"' + b"x" * 5_000, 100, largest=1_000)
    assert pieces.__doc__
