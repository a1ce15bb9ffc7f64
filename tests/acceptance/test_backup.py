"""A backup that was taken while eight clients wrote and read, put back into an empty folder on another port."""

from __future__ import annotations

import shutil
from contextlib import closing
from hashlib import sha256

import pytest

from carefolio.assembly import open_carefolio
from tests import stores
from tests.faults import outsider, servers
from tests.faults.cast import found, granted, observation
from tests.faults.client import Client
from tests.faults.load import load
from tests.faults.telling import tell

pytestmark = stores.BACKED_UP_HERE

SEED = 4_711
BEFORE, DURING = 150, 60


class Saved:
    """The installation, its cast, and what was saved of it: data and keys at two moments."""

    def __init__(self, folder):
        self.data, self.folder = folder / "data", folder
        self.cast = found(self.data)
        self.told_before, self.manifests = [], []

    def save(self, number):
        self.manifests.append(servers.told(self.data, "backup", str(self.folder / f"backup-{number}")))
        servers.told(self.data, "keys", "backup", str(self.folder / f"keys-{number}"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    made = Saved(tmp_path_factory.mktemp("saved"))
    tell("seed", SEED)
    with servers.Server(made.data) as server:
        granted(server.port, made.cast.ada, made.cast.ben)
        with load(server.port, made.cast, made.folder / "notes", str(SEED)) as clients:
            for number in range(2):
                clients.until(BEFORE)
                made.told_before.append(clients.told())
                made.save(number)
                clients.until(DURING)
    return made


@pytest.fixture
def elsewhere(tmp_path):
    return tmp_path / "elsewhere"


def put_back(saved, data, number=1, keys=1, order=("data", "keys")):
    sources = {
        "data": ("restore", str(saved.folder / f"backup-{number}")),
        "keys": ("keys", "restore", str(saved.folder / f"keys-{keys}")),
    }
    for name in order:
        servers.told(data, *sources[name])


def anew(server, data, account):
    """Somebody with a new token; those of the time before the restore have ended."""
    return Client(server.port, servers.told(data, "token", "issue", "--account", account)["access_token"])


def digests(data):
    return {name: sha256(body).hexdigest() for name, body in outsider.versions(data).items()}


@pytest.mark.parametrize("order", [("data", "keys"), ("keys", "data")])
def test_everything_is_there_again(saved, elsewhere, order):
    put_back(saved, elsewhere, order=order)
    live, again = digests(saved.data), digests(elsewhere)
    assert again.items() <= live.items()
    assert {version for told in saved.told_before[1] for version in told["versions"]} <= again.keys()
    entries = saved.manifests[1]["entries"]
    assert outsider.entries(elsewhere)[:entries] == outsider.entries(saved.data)[:entries]
    assert len(again) == _versions_written(outsider.entries(elsewhere)[:entries])
    told = servers.told(elsewhere, "ledger", "verify")
    assert told["ok"] is True
    report = outsider.report_on(elsewhere)
    assert [(restore.to_size, restore.seq) for restore in report.restores] == [(entries, entries + 1)]


def _versions_written(entries):
    return sum(len(entry.content.get("writes", ())) for _, entry in entries)


def test_it_serves_on_another_port(saved, elsewhere):
    put_back(saved, elsewhere)
    version = next(told["versions"][0] for told in saved.told_before[1] if told["kind"] == "write").partition(
        "/_history/"
    )[0]
    with servers.Server(elsewhere) as server:
        for ended in (saved.cast.hospital_token, saved.cast.ada.token):
            with closing(Client(server.port, ended)) as client:
                assert client.get(f"/{version}").status == 401
        hospital, patient = (anew(server, elsewhere, name) for name in (saved.cast.hospital, saved.cast.ada.email))
        assert hospital.get(f"/{version}").status == 200
        assert patient.get(f"/{version}").status == 200
        hospital.made("POST", "/Observation", observation(saved.cast.ada.ref))
        hospital.close()
        patient.close()
    assert outsider.report_on(elsewhere).problems == []


def test_an_older_backup_beside_newer_keys_verifies_and_shows_the_restore(saved, elsewhere):
    put_back(saved, elsewhere, number=0, keys=1)
    with servers.Server(elsewhere) as server:
        hospital = anew(server, elsewhere, saved.cast.hospital)
        hospital.made("POST", "/Observation", observation(saved.cast.ada.ref))
        hospital.close()
    report = outsider.report_on(elsewhere)
    assert report.problems == []
    assert [restore.to_size for restore in report.restores] == [saved.manifests[0]["entries"]]
    assert "Restored at" in servers.run(elsewhere, "ledger", "verify").stdout


def test_restored_twice_and_forward_again(saved, elsewhere):
    """An older one, then the newer one in its place, then the older one once more: each is told of and accepted."""
    put_back(saved, elsewhere, number=0, keys=1)
    for number in (1, 0):
        servers.told(elsewhere, "restore", str(saved.folder / f"backup-{number}"), "--replace")
        assert outsider.report_on(elsewhere).problems == []
        servers.Server(elsewhere).start().stop()
        assert outsider.report_on(elsewhere).problems == []


def test_a_restore_in_place_of_newer_data(saved, elsewhere):
    """The same folder, the keys untouched: what was lost is told, and nobody calls it tampering."""
    shutil.copytree(saved.data, elsewhere)
    servers.told(elsewhere, "restore", str(saved.folder / "backup-0"), "--replace")
    servers.Server(elsewhere).start().stop()
    report = outsider.report_on(elsewhere)
    assert report.problems == []
    assert len(report.restores) == 1


def refusal(data, *command):
    done = servers.run(data, *command)
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_without_keys_it_is_one_sentence(saved, elsewhere):
    servers.told(elsewhere, "restore", str(saved.folder / "backup-1"))
    for command in (("serve", "--port", "0"), ("ledger", "verify"), ("token", "issue", "--account", "a@example.org")):
        assert "keys restore" in refusal(elsewhere, *command)


def test_a_wrong_root_key_is_one_sentence(saved, elsewhere):
    put_back(saved, elsewhere)
    (elsewhere / "keys" / "root.key").write_text("ab" * 32 + "\n")
    for command in (("serve", "--port", "0"), ("ledger", "verify")):
        assert "root key" in refusal(elsewhere, *command)


def test_the_keys_of_another_installation_are_one_sentence(saved, elsewhere, tmp_path):
    open_carefolio(stores.settings_of(tmp_path / "other"), create=True).close()
    put_back(saved, elsewhere)
    shutil.rmtree(elsewhere / "keys")
    shutil.copytree(tmp_path / "other" / "keys", elsewhere / "keys")
    for command in (("serve", "--port", "0"), ("ledger", "verify")):
        assert "belong to other data" in refusal(elsewhere, *command)


def test_a_byte_of_the_backup_flipped_is_one_sentence(saved, elsewhere, tmp_path):
    copied = tmp_path / "copied"
    shutil.copytree(saved.folder / "backup-1", copied)
    file = copied / "carefolio.db"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert "not what was saved" in refusal(elsewhere, "restore", str(copied))
    assert not (elsewhere / "carefolio.db").exists()
