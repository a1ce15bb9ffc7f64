import os
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.keys import OwnerKey
from carefolio.ledger.entry import (
    CONTRACTS,
    DISCLOSURES,
    WRITES,
    Entry,
    Kind,
    Tampered,
    open_entry,
    seal_entry,
    unseal,
)

KEY = OwnerKey(5, bytes(range(32)))
ENTRY = Entry(1_790_000_000_000_000, Kind.DISCLOSED_READ, 5, 7, {"what": ["Observation/1"], "by": "a doctor"})
PLAIN = b'[1790000000000000,20,5,7,{"by":"a doctor","what":["Observation/1"]}]'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_an_entry_comes_back_as_it_was(content):
    entry = ENTRY._replace(content=content)
    assert open_entry(seal_entry(entry, KEY), KEY) == entry


def test_the_leaf_is_the_salted_commitment():
    sealed = seal_entry(ENTRY, KEY)
    commitment = sha256(KEY.salt(sealed.body[:12]) + PLAIN).digest()
    assert sealed.leaf == sha256(b"\x00" + commitment).digest()


def test_the_same_entry_twice_has_two_leaves():
    assert seal_entry(ENTRY, KEY).leaf != seal_entry(ENTRY, KEY).leaf


def test_the_order_of_keys_does_not_matter():
    turned = dict(reversed(ENTRY.content.items()))
    aad = b"carefolio ledger entry"
    opened = [KEY.open(seal_entry(ENTRY._replace(content=c), KEY).body, aad) for c in (ENTRY.content, turned)]
    assert opened == [b"\x00" + PLAIN] * 2


def test_a_long_entry_is_made_shorter():
    long = ENTRY._replace(content={"what": [f"Observation/{number}" for number in range(500)]})
    sealed = seal_entry(long, KEY)
    assert len(sealed.body) < len(msgspec.json.encode(long.content)) / 2
    assert open_entry(sealed, KEY) == long


def test_only_under_its_owners_key():
    with pytest.raises(ValueError, match="own owner"):
        seal_entry(ENTRY, OwnerKey(6, bytes(32)))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("time", 1, "its time is not"),
        ("kind", 21, "its kind is not"),
        ("owner", 6, "its owner is not"),
        ("actor", 8, "its actor is not"),
        ("leaf", bytes(32), "its leaf is not"),
        ("body", os.urandom(90), "its sealed content or its owner"),
        ("body", b"", "its sealed content or its owner"),
        ("body", "text", "its sealed content or its owner"),
    ],
    ids=[f"{n}" for n in range(8)],
)
def test_a_changed_column_is_named(column, value, words):
    sealed = seal_entry(ENTRY, KEY)._replace(**{column: value})
    with pytest.raises(Tampered) as caught:
        open_entry(sealed, KEY)
    assert words in caught.value.sentence


def test_all_changed_columns_are_named():
    sealed = seal_entry(ENTRY, KEY)._replace(time=1, actor=2)
    with pytest.raises(Tampered) as caught:
        open_entry(sealed, KEY)
    assert caught.value.sentence.endswith("its time and actor are not what was sealed.")


def test_every_single_bit_of_the_body_counts():
    sealed = seal_entry(ENTRY, KEY)
    for at in range(len(sealed.body)):
        changed = bytearray(sealed.body)
        changed[at] ^= 1
        with pytest.raises(ValueError, match="sealed content"):
            unseal(sealed._replace(body=bytes(changed)), KEY)


def test_a_kind_from_the_future():
    with pytest.raises(ValueError, match="kind 9999 is not known"):
        unseal(seal_entry(ENTRY._replace(kind=9999), KEY), KEY)


def test_the_numbers_of_kinds_stay():
    numbers = {Kind.RECORD_CREATED: 1, Kind.CONTRACT_GRANTED: 11, Kind.DISCLOSED_READ: 20, Kind.REFUSED: 40}
    numbers |= {Kind.SIGN_IN: 50, Kind.TOKEN_ISSUED: 70, Kind.RESTORE: 92, Kind.CLOCK: 95}
    assert {kind: int(kind) for kind in numbers} == numbers
    assert Kind.DISCLOSED_EXPORT in DISCLOSURES
    assert Kind.CONTRACT_ENDED in CONTRACTS
    assert not DISCLOSURES & CONTRACTS & WRITES
