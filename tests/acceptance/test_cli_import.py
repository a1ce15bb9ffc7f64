"""Import at the console: the figures, again, and what is refused."""

import gzip
import json

import pytest

from tests.acceptance.console import Console


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    return Console(tmp_path_factory.mktemp("import") / "data")


@pytest.fixture(scope="module")
def hospital(console):
    return console.hospital()["organization"]


@pytest.fixture
def files(tmp_path):
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Import"}]}
    weight = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "Weight"},
        "subject": {"reference": "Patient/p1"},
    }
    (tmp_path / "patient.json").write_text(json.dumps(patient))
    with gzip.open(tmp_path / "weights.ndjson.gz", "wt") as file:
        file.write(json.dumps(weight) + "\n")
    return tmp_path


def test_files_come_in_once(console, hospital, files):
    first = console.told("import", "--hospital", hospital, str(files))
    assert (first["files"], first["entries"], first["created"], first["rejected"]) == (2, 2, 2, [])
    again = console.told("import", "--hospital", hospital, str(files))
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert "2 unchanged" in console.call("import", "--hospital", hospital, str(files)).stdout


def test_what_is_rejected_is_named(console, hospital, tmp_path):
    (tmp_path / "bad.json").write_text('{"resourceType": "Observation", "id": "b1"}')
    done = console.call("import", "--hospital", hospital, str(tmp_path))
    assert done.returncode == 1
    assert "rejected: " in done.stderr
    assert "Nothing was taken in" in done.stderr


def test_a_stranger_s_files_are_refused(console, hospital, files):
    assert "no registered hospital" in console.refused("import", "--hospital", "Organization/none", str(files))
    assert "There is no file" in console.refused("import", "--hospital", hospital, str(files / "none"))
