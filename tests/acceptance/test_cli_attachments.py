"""Long attachments at the operator's console: imported, verified, backed up and put back; in files and in a bucket."""

import json
import shutil
from base64 import b64encode
from random import Random

import httpx
import pytest

from carefolio.blobs.files import Files
from tests.acceptance.console import Console, serving
from tests.contract import bucket
from tests.stores import ABOUT_SQLITE

LETTERS = [b64encode(Random(number).randbytes(90_000)).decode() for number in range(3)]


def letter(number):
    content = [{"attachment": {"contentType": "application/pdf", "data": LETTERS[number]}}]
    document = {"resourceType": "DocumentReference", "id": f"d{number}", "status": "current", "content": content}
    return document | {"subject": {"reference": "Patient/p"}}


def imported(console, folder, numbers, **env):
    """The hospital sends these letters; who it is."""
    hospital = console.call("hospital", "add", "--name", "North Hospital", "--json", **env)
    made = json.loads(hospital.stdout)
    folder.mkdir()
    lines = [{"resourceType": "Patient", "id": "p"}, *map(letter, numbers)]
    (folder / "sent.ndjson").write_text("\n".join(json.dumps(line) for line in lines))
    for figure in ("created", "unchanged"):
        done = console.call("import", "--hospital", made["organization"], str(folder), "--json", **env)
        assert json.loads(done.stdout)[figure] == len(lines), done.stderr
    return made


def shown(console, organization, **env):
    """What the hospital reads of its letters here."""
    issued = console.call("token", "issue", "--account", organization, "--json", **env)
    headers = {"Authorization": f"Bearer {json.loads(issued.stdout)['access_token']}"}
    with serving(console.data, **env) as server:
        found = httpx.get(f"{server.address}/fhir/DocumentReference", headers=headers).json()
    return sorted(entry["resource"]["content"][0]["attachment"]["data"] for entry in found["entry"])


@pytest.fixture
def console(tmp_path):
    return Console(tmp_path / "data")


@pytest.fixture
def other(tmp_path):
    return Console(tmp_path / "other")


@ABOUT_SQLITE
def test_they_are_in_the_backup_and_put_back(console, other, tmp_path):
    hospital = imported(console, tmp_path / "sent", (0, 1))
    assert console.entries() > 0
    told = console.told("backup", str(tmp_path / "saved"))
    assert (told["attachments"], told["bucket"]) == (2, "")
    console.told("keys", "backup", str(tmp_path / "keys"))
    other.told("restore", str(tmp_path / "saved"))
    other.told("keys", "restore", str(tmp_path / "keys"))
    assert other.entries() > 0
    assert shown(other, hospital["organization"]) == sorted(LETTERS[:2])
    assert list(other.data.glob("blobs.replaced-*")) == []
    other.told("restore", str(tmp_path / "saved"), "--replace")
    (aside,) = other.data.glob("blobs.replaced-*")
    assert len(list(Files(aside).list())) == len(list(Files(other.data / "blobs").list())) == 2
    assert other.entries() > 0


def test_one_that_is_missing_or_changed_is_found(console, tmp_path):
    imported(console, tmp_path / "sent", (0, 1))
    store = Files(console.data / "blobs")
    first, second = sorted(store.list(), key=lambda found: found.name)
    store.path(first.name).unlink()
    assert " is missing." in console.refused("ledger", "verify")
    other = shutil.copy(store.path(second.name), tmp_path / "aside")
    store.path(second.name).write_bytes(b"x" + store.path(second.name).read_bytes()[1:])
    done = console.call("ledger", "verify", "--json")
    assert [
        *sorted(
            problem.rpartition("attachment 1 of ")[2].partition(" ")[2]
            for problem in json.loads(done.stdout)["problems"]
        )
    ] == [
        "is missing.",
        "was changed after it was written.",
    ]
    shutil.copy(other, store.path(second.name))
    assert len(json.loads(console.call("ledger", "verify", "--json").stdout)["problems"]) == 1


@ABOUT_SQLITE
def test_a_bucket_holds_them_and_is_backed_up_on_its_own(console, tmp_path):
    with bucket.serving() as endpoint, pytest.MonkeyPatch.context() as patched:
        for name, value in bucket.NOBODYS.items():
            patched.setenv(name, value)
        name, url = bucket.fresh(endpoint)
        env = {"CAREFOLIO_BLOBS_URL": url}
        hospital = imported(console, tmp_path / "sent", (0, 1, 2), **env)
        assert not (console.data / "blobs").exists()
        assert console.call("ledger", "verify", **env).returncode == 0
        assert console.call("check", **env).returncode == 0
        assert shown(console, hospital["organization"], **env) == sorted(LETTERS)
        saved = console.call("backup", str(tmp_path / "saved"), **env)
        assert f"they are in s3://{name}/north, which has to be backed up on its own" in saved.stdout
        assert not (tmp_path / "saved" / "blobs").exists()
        again = console.call("restore", str(tmp_path / "saved"), "--replace", **env)
        assert f"they were in s3://{name}/north then" in again.stdout
        assert console.call("ledger", "verify", **env).returncode == 0
    assert "Attachments cannot be kept or read" in console.refused("ledger", "verify", **env)
