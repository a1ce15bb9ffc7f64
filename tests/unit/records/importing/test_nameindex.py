"""The index of names answers like a dictionary would."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from carefolio.records.importing.nameindex import NameIndex

names = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["Patient", "Observation", "Zebra"])), max_size=60)


def digest(number):
    return sha256(b"%d" % number).digest()[:16]


@given(names, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=20))
def test_it_knows_types_repetitions_and_the_last_content(names, contents):
    index = NameIndex(chunk=7)
    known = [(number, type_) for number, type_ in names if type_ != "Zebra"]
    for number, type_ in names:
        index.add(digest(number), type_)
    packs = range(index.pack())
    index.finish()
    last = {}
    for number, content in contents:
        index.note_content(digest(number), digest(1_000 + content))
        last[number] = content
    for number in range(31):
        types = {type_ for other, type_ in known if other == number}
        times = sum(other == number for other, _ in known)
        assert index.type_of(digest(number)) in (types or {None})
        assert index.is_repeated(digest(number)) == (times > 1)
        for content in range(4):
            is_last = times > 1 and last.get(number) == content
            assert index.is_last(digest(number), digest(1_000 + content)) == is_last
    assert index.packs_repeat(packs) == (len({number for number, _ in known}) < len(known))


def test_an_empty_one_knows_nothing():
    index = NameIndex()
    index.finish()
    assert index.type_of(digest(1)) is None
    assert not index.is_repeated(digest(1))
