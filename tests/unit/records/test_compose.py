"""From a resource to a row: what was sent with our id and meta, sealed for its place; and the mark of a deletion."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from carefolio.consent.policy import DIRECTORY
from carefolio.fhir.json import parse, serialise
from carefolio.records.compose import Place, compartment_of, compose, index_of, tombstone
from carefolio.records.vault import open_stored
from carefolio.store import rows
from carefolio.store.rows import Flag, State

NOON = 1_700_000_000_000_000


def place(keyring, **more):
    given_ = {"owner": 7, "owner_ref": "Patient/ada", "key": keyring.of(7), "author": 3, "hospital": 5, "updated": NOON}
    return Place(**given_ | more)


def observation(**more):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
        "subject": {"reference": "Patient/ada"},
        "effectiveDateTime": "2024-05-01",
    } | more


def test_the_body_is_what_was_sent_with_our_id_version_and_time(keyring):
    sent = observation(id="theirs", meta={"versionId": "99", "lastUpdated": "1999-01-01", "tag": [{"code": "x"}]})
    record, body, _ = compose(keyring, sent, "ours", place(keyring, version=4, rid=12))
    stored = parse(body)
    assert list(stored)[:3] == ["resourceType", "id", "meta"]
    assert stored["id"] == "ours"
    assert stored["meta"] == {
        "tag": [{"code": "x"}], "versionId": "4", "lastUpdated": "2023-11-14T22:13:20.000000+00:00",
    }  # fmt: skip
    ours = {"id", "meta"}
    assert {k: v for k, v in stored.items() if k not in ours} == {k: v for k, v in sent.items() if k not in ours}
    assert sent["id"] == "theirs"
    assert record.row[:9] == (12, "Observation", "ours", 4, 7, NOON, 3, 5, 0)


def test_the_clear_columns_come_from_the_content(keyring):
    restricted = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]}
    row = compose(keyring, observation(meta=restricted), "o", place(keyring, flags=Flag.FORCE))[0].row
    day = 86_400 * 1_000_000
    assert (row.label, row.flags, row.state) == (2, Flag.FORCE, State.LIVE)
    assert row.high - row.low == day - 1
    undated = compose(keyring, observation(effectiveDateTime=None, meta={}), "o", place(keyring))[0].row
    assert (undated.low, undated.high, undated.label) == (0, 0, 0)


def test_the_body_opens_in_its_place_alone(keyring):
    record, body, _ = compose(keyring, observation(), "o", place(keyring))
    row = record.row
    assert open_stored(keyring, row) == body
    for moved in (row._replace(id="p"), row._replace(type="Condition"), row._replace(version=2)):
        with pytest.raises(InvalidTag):
            keyring.of(7).open(row.body, rows.place(moved.type, moved.id, moved.version, moved.owner))
    with pytest.raises(InvalidTag):
        keyring.of(8).open(row.body, rows.place(row.type, row.id, row.version, row.owner))
    assert b"8302-2" not in row.body


def test_the_index_is_blind_and_its_digest_stands_in_the_row(keyring):
    record, body, _ = compose(keyring, observation(), "o", place(keyring))
    value = keyring.blind.value
    assert {
        value("Observation"),
        value("Observation.code=8302-2"),
        value("Observation.code=http://loinc.org|8302-2"),
    } <= set(record.index.chart)
    assert record.index.compartment == 7
    assert record.row.indexed == record.index.digest(record.row.low)
    assert index_of(keyring, "Observation", parse(body), 7, "Patient/ada", Flag.NONE) == record.index


def test_directory_records_share_a_compartment():
    assert {compartment_of(type_, 7) for type_ in DIRECTORY} == {0}
    assert compartment_of("Observation", 7) == 7


def test_a_deletion_is_a_version_without_content_and_index(keyring):
    before = compose(keyring, observation(), "o", place(keyring, rid=12))[0].row
    mark = tombstone(before, keyring.of(7), NOON + 1)
    assert (mark.row.version, mark.row.state, mark.row.updated, mark.row.rid) == (2, State.DELETED, NOON + 1, 12)
    assert (mark.row.author, mark.row.low, mark.row.label) == (before.author, before.low, before.label)
    assert (mark.index.chart, mark.index.lookup) == ((), ())
    assert mark.row.indexed == mark.index.digest(mark.row.low)
    assert open_stored(keyring, mark.row) == b""


NAMES = st.sampled_from(["note", "extension", "text", "zeta", "contained"])
VALUES = st.recursive(
    st.booleans() | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=4), inside, max_size=3),
    max_leaves=8,
)


@given(content=st.dictionaries(NAMES, VALUES), version=st.integers(1, 9))
def test_nothing_that_was_sent_is_lost_or_changed(keyring, content, version):
    sent = {"resourceType": "Basic", **content}
    body = compose(keyring, sent, "b", place(keyring, version=version))[1]
    stored = parse(body)
    assert serialise({name: stored[name] for name in sent}) == serialise(sent)
    assert set(stored) == set(sent) | {"id", "meta"}
