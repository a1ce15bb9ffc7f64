"""Files: which are found, in which shapes entries stand in them, and what is said of those that cannot be read."""

import gzip
import json

import pytest

from carefolio.base.failures import Failure
from carefolio.records.importing import files
from carefolio.records.importing.files import entries_of, find_files, label, read_entry
from tests.unit.records.importing.cast import ada, ben, bundle, figures, named

ADA, BEN = json.dumps(ada()).encode(), json.dumps(ben()).encode()
BOTH = json.dumps(bundle(named("urn:uuid:a", ada()), ben()), indent=1).encode()


LINES = 2_000
"""More than are unpacked at once, so that some come before the place where a packed file is cut off."""


def read(path):
    return [(entry.place, label(entry), read_entry(entry)["id"]) for entry in entries_of(path)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("one.json", ADA, [("", "Patient/ada", "ada")]),
        ("marked.json", b"\xef\xbb\xbf" + ADA, [("", "Patient/ada", "ada")]),
        ("both.json", BOTH, [("entry[0]", "urn:uuid:a", "ada"), ("entry[1]", "Patient/ben", "ben")]),
        ("lines.ndjson", ADA + b"\n\n" + BEN, [("line 1", "Patient/ada", "ada"), ("line 3", "Patient/ben", "ben")]),
        ("lines.json", ADA + b"\n" + BEN + b"\n", [("line 1", "Patient/ada", "ada"), ("line 2", "Patient/ben", "ben")]),
        (
            "bundles.jsonl",
            json.dumps(bundle(ada())).encode() + b"\n" + BEN,
            [("line 1, entry[0]", "Patient/ada", "ada"), ("line 2", "Patient/ben", "ben")],
        ),
        ("empty.json", b'{"resourceType":"Bundle","type":"batch"}', []),
        ("nothing.ndjson", b"", []),
    ],
)
def test_entries_are_read_in_every_shape(tmp_path, name, data, expected, pack):
    path = tmp_path / name
    path.write_bytes(pack(data))
    assert read(path) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "not JSON|too early"),
        (b"", "too early"),
        (b"[]", "JSON object was expected"),
        (b'{"resourceType":"Bundle","entry":{}}', "no list"),
        (b'{"resourceType":"Bundle","entry":' + b"[" * 100_000, "too early|levels deep"),
        (gzip.compress(BOTH)[:-20], "cannot be read"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, words):
    path = tmp_path / "broken.json"
    path.write_bytes(data)
    with pytest.raises(Failure) as failure:
        list(entries_of(path))
    assert any(word in failure.value.sentence for word in words.split("|")), failure.value.sentence


def test_a_broken_file_is_reported_and_the_others_are_taken(house):
    house.raw("a.json", b"{")
    house.put("b.json", ada())
    packed = gzip.compress(b"".join(BEN.replace(b"ben", b"ben%d" % n) + b"\n" for n in range(LINES)))
    house.raw("c.ndjson", packed[: len(packed) // 2])
    report = house.take()
    assert report.files == 3
    assert [(finding.file.rpartition("/")[2], finding.entry) for finding in report.rejected] == [
        ("a.json", ""), ("c.ndjson", ""),
    ]  # fmt: skip
    assert report.created == report.entries > 1
    assert figures(house.take())[2] == report.entries


def test_a_line_that_is_no_json_is_an_entry_that_is_rejected(house):
    house.raw("a.ndjson", ADA + b"\n{oops\n" + BEN + b"\n")
    report = house.take()
    assert figures(report) == (2, 0, 0, 1)
    assert next(iter(report.rejected)).entry == "line 2"


def test_files_are_found_below_folders_each_once(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.json", "a.ndjson.gz", "deep/c.jsonl", "note.txt", ".hidden.json"):
        (tmp_path / name).write_bytes(b"")
    found = find_files([tmp_path, tmp_path / "b.json", tmp_path / "note.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.ndjson.gz", "b.json", "deep/c.jsonl", "note.txt",
    ]  # fmt: skip


def test_a_large_bundle_is_taken_apart_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WHOLE", 300)
    path = tmp_path / "large.json"
    path.write_bytes(json.dumps(bundle(named("urn:uuid:a", ada()), *[ben(id=f"b{n}") for n in range(9)])).encode())
    assert [name for _, name, _ in read(path)] == ["urn:uuid:a", *(f"Patient/b{n}" for n in range(9))]


def test_one_resource_may_not_be_larger_than_all_the_memory_we_give_it(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WHOLE", 300)
    monkeypatch.setattr(files, "LARGEST", 300)
    huge = ada(name=[{"family": "M" * 400}])
    for name, data in (("a.ndjson", huge), ("b.json", bundle(huge)), ("c.json", huge)):
        path = tmp_path / name
        path.write_bytes(json.dumps(data).encode())
        with pytest.raises(Failure):
            list(entries_of(path))
