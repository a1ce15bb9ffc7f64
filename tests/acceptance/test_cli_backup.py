"""Backups and putting them back: data and keys apart, in either order."""

import shutil
import threading

import httpx
import pytest

from tests.acceptance.console import Console, serving
from tests.stores import BACKED_UP_HERE

pytestmark = BACKED_UP_HERE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Data with a patient, and the backups of its data and its keys, taken while the server ran."""
    folder = tmp_path_factory.mktemp("backup")
    console = Console(folder / "data")
    with serving(folder / "data"):
        console.account("patient", "Ada Byron", "ada@example.org")
        saved = console.told("backup", str(folder / "saved"))
        assert saved["keys"] is False
        console.told("keys", "backup", str(folder / "keys"))
        console.told("keys", "backup", str(folder / "wrapped"), "--without-root-key")
    return folder


@pytest.fixture
def other(folder, tmp_path):
    """An empty place for an installation."""
    return Console(tmp_path / "data")


def _reads(console):
    """Ada reads her chart here."""
    token = console.token("ada@example.org")
    with serving(console.data) as server:
        found = httpx.get(f"{server.address}/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
    return [entry["resource"]["name"][0]["family"] for entry in found.json()["entry"]]


def test_the_data_s_backup_holds_no_key_and_nobody_else_may_read_it(folder):
    assert sorted(path.name for path in (folder / "saved").iterdir()) == [
        "accounts.db",
        "blobs",
        "blobs.sha256",
        "carefolio.db",
        "manifest.json",
    ]
    for path in (folder / "saved").iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert path.is_dir() or b"Byron" not in path.read_bytes()
    assert not (folder / "wrapped" / "root.key").exists()


def test_data_first_then_keys(folder, other):
    told = other.told("restore", str(folder / "saved"))
    assert told["keys"] is False
    assert "keys restore" in other.refused("ledger", "verify")
    assert other.told("keys", "restore", str(folder / "keys"))["data"] is True
    assert _reads(other) == ["Byron"]
    assert "Restored at" in other.call("ledger", "verify").stdout


def test_keys_first_then_data(folder, other):
    assert other.told("keys", "restore", str(folder / "keys"))["data"] is False
    assert "There are keys in" in other.refused("serve", "--port", "0")
    assert other.told("restore", str(folder / "saved"))["keys"] is True
    assert _reads(other) == ["Byron"]


@pytest.mark.parametrize("first", ["data", "keys"])
def test_tokens_end_and_contracts_stand_as_of_the_backup(folder, other, first):
    """A hospital's token, and one that was revoked after the backup, hold nowhere; new ones do."""
    hospital = other.hospital()
    other.account("patient", "Ada Byron", "ada@example.org")
    revoked = other.token("ada@example.org")
    parent = other.data.parent
    other.told("backup", str(parent / "saved"))
    other.told("keys", "backup", str(parent / "keys"))
    other.told("token", "revoke", "--account", "ada@example.org")
    new = Console(parent / "new")
    orders = [("restore", str(parent / "saved")), ("keys", "restore", str(parent / "keys"))]
    before, last = orders if first == "data" else orders[::-1]
    assert "All tokens have ended" not in new.call(*before).stdout
    said = new.call(*last).stdout
    assert "All tokens have ended" in said
    assert "Contracts stand as they stood in the backup" in said
    bearers = [revoked, hospital["token"], new.token(hospital["organization"])]
    with serving(new.data) as server:
        headers = [{"Authorization": f"Bearer {token}"} for token in bearers]
        answers = [httpx.get(f"{server.address}/fhir/Location", headers=each).status_code for each in headers]
    assert answers == [401, 401, 200]


def test_wrapped_keys_wait_for_the_root_key(folder, other):
    assert "The root key is not in this backup" in other.refused("keys", "restore", str(folder / "wrapped"))
    (other.data / "keys").mkdir(parents=True)
    shutil.copy(folder / "data" / "keys" / "root.key", other.data / "keys")
    other.told("keys", "restore", str(folder / "wrapped"))
    other.told("restore", str(folder / "saved"))
    assert other.entries() > 0


def test_what_is_there_is_replaced_only_when_asked_and_kept_beside(folder, other):
    other.told("restore", str(folder / "saved"))
    other.told("keys", "restore", str(folder / "keys"))
    other.account("patient", "Late Comer", "late@example.org")
    assert "--replace" in other.refused("restore", str(folder / "saved"))
    assert "--replace" in other.refused("keys", "restore", str(folder / "keys"))
    with serving(other.data):
        assert "stop the server first" in other.refused("restore", str(folder / "saved"), "--replace")
    other.told("restore", str(folder / "saved"), "--replace")
    assert "no such account" in other.refused("token", "issue", "--account", "late@example.org")
    assert other.entries() > 0
    assert len(list(other.data.glob("carefolio.db.replaced-*"))) == 1


def test_keys_that_are_older_than_the_data_are_refused(folder, other):
    shutil.copytree(folder / "data", other.data)
    other.account("patient", "One More", "more@example.org")
    other.told("keys", "backup", str(other.data.parent / "newer"))
    told = other.refused("keys", "restore", str(folder / "keys"), "--replace")
    assert "are older than the data" in told
    assert "keys restore" in told
    assert "NOT keys: The keys are older" in other.call("check").stdout
    other.told("keys", "restore", str(other.data.parent / "newer"), "--replace")
    assert other.entries() > 0


def test_another_installation_s_keys_and_data_are_refused(folder, other):
    other.account("patient", "Charlie Stone", "charlie@example.org")
    assert "belong to other data" in other.refused("restore", str(folder / "saved"), "--replace")
    assert "belong to other data" in other.refused("keys", "restore", str(folder / "keys"), "--replace")
    assert other.entries() > 0


def test_a_backup_that_was_changed_or_is_none_is_refused(folder, other, tmp_path):
    changed = shutil.copytree(folder / "saved", tmp_path / "changed")
    content = bytearray((changed / "carefolio.db").read_bytes())
    content[-100] ^= 1
    (changed / "carefolio.db").write_bytes(content)
    assert "is not what was saved" in other.refused("restore", str(changed))
    assert "is no backup" in other.refused("restore", str(tmp_path))
    assert "put it back with 'carefolio keys restore'" in other.refused("restore", str(folder / "keys"))
    assert "put it back with 'carefolio restore'" in other.refused("keys", "restore", str(folder / "saved"))
    (changed / "manifest.json").write_text("{}")
    assert "cannot be read" in other.refused("restore", str(changed))
    assert not (other.data / "carefolio.db").exists()


def test_a_backup_never_goes_into_a_folder_that_holds_something(folder):
    assert "not empty" in Console(folder / "data").refused("backup", str(folder / "saved"))
    assert "not empty" in Console(folder / "data").refused("keys", "backup", str(folder / "keys"))


def test_a_backup_is_finished_while_others_write_all_the_time(folder, other):
    hospital = other.hospital()
    headers = {"Authorization": f"Bearer {hospital['token']}", "Content-Type": "application/fhir+json"}
    enough = threading.Event()
    with serving(other.data) as server:

        def write():
            with httpx.Client(base_url=server.address, headers=headers, timeout=30) as http:
                while not enough.is_set():
                    http.post("/fhir/Location", json={"resourceType": "Location", "name": "Ward"})

        writer = threading.Thread(target=write)
        writer.start()
        try:
            saved = other.told("backup", str(other.data.parent / "busy"))
        finally:
            enough.set()
            writer.join()
    assert saved["entries"] >= 3
    assert other.entries() > saved["entries"]
