"""Saved attachments: every one, and none that is not what was saved."""

import json
import subprocess
from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.blobs.files import Files
from carefolio.blobs.s3 import S3
from carefolio.records.archive import attachments, data
from carefolio.records.archive.copying import read_manifest
from tests.contract import bucket

NAMES = [f"{'0' * 16}_7_Binary_b{number}_1_0{number}" for number in range(5)]


@pytest.fixture
def settings(tmp_path):
    return read_settings(tmp_path / "data", environ={})


@pytest.fixture
def carefolio(settings):
    with closing(open_carefolio(settings, create=True)) as opened:
        for name in NAMES:
            opened.blobs.put(bucket.upload(name, name.encode() * 30_000))
        yield opened


@pytest.fixture
def saved(carefolio, tmp_path):
    target = tmp_path / "saved"
    data.save(carefolio.database, target, blobs=carefolio.blobs)
    return target


@pytest.fixture
def manifest(saved):
    return read_manifest(saved, data.WHAT)


@pytest.fixture
def elsewhere(tmp_path):
    return read_settings(tmp_path / "elsewhere", environ={})


def put_back(saved, manifest, settings):
    settings.data.mkdir()
    attachments.place(attachments.prepare(saved, manifest, settings), settings.blobs_folder)
    return Files(settings.blobs_folder)


def test_they_are_saved_and_put_back(carefolio, saved, manifest, elsewhere):
    assert (manifest.attachments, manifest.bucket) == (len(NAMES), "")
    again = put_back(saved, manifest, elsewhere)
    for name in NAMES:
        assert b"".join(again.get(name)) == b"".join(carefolio.blobs.get(name))
    again.put(bucket.upload("one_more", b"x"))
    assert sorted(found.name for found in again.list()) == sorted([*NAMES, "one_more"])


def test_nobody_else_may_look_into_them(saved, manifest, elsewhere):
    again = put_back(saved, manifest, elsewhere)
    for path in (*saved.rglob("*"), again.folder, *again.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_list_is_one_that_others_can_check(saved):
    done = subprocess.run(["sha256sum", "--check", "--quiet", "blobs.sha256"], cwd=saved, check=False)
    assert done.returncode == 0


def test_without_any_the_list_is_empty(settings, tmp_path, elsewhere):
    with closing(open_carefolio(settings, create=True)) as carefolio:
        manifest = data.save(carefolio.database, tmp_path / "saved", blobs=carefolio.blobs)
    assert manifest.attachments == 0
    assert list(put_back(tmp_path / "saved", manifest, elsewhere).list()) == []


def test_one_that_is_swept_meanwhile_is_left_out(carefolio, tmp_path):
    class Swept(Files):
        def list(self, prefix=""):
            for number, found in enumerate(super().list(prefix)):
                if number == 2:
                    self.delete(found.name)
                yield found

    manifest = data.save(carefolio.database, tmp_path / "less", blobs=Swept(carefolio.blobs.folder))
    assert manifest.attachments == len(NAMES) - 1


def _change(path):
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        lambda saved: _change(Files(saved / "blobs").path(NAMES[0])),
        lambda saved: Files(saved / "blobs").path(NAMES[1]).unlink(),
        lambda saved: _change(saved / "blobs.sha256"),
        lambda saved: (saved / "blobs.sha256").unlink(),
    ],
    ids=["changed", "missing", "list changed", "list missing"],
)
def test_a_backup_that_was_changed_is_refused(saved, manifest, elsewhere, harm):
    harm(saved)
    elsewhere.data.mkdir()
    with pytest.raises(Failure, match="not what was saved"):
        attachments.prepare(saved, manifest, elsewhere)
    assert not elsewhere.blobs_folder.exists()


def test_what_a_broken_off_restore_left_is_thrown_away(saved, manifest, elsewhere):
    left = elsewhere.data / "blobs.partial" / "left"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    attachments.place(attachments.prepare(saved, manifest, elsewhere), elsewhere.blobs_folder)
    assert not (elsewhere.blobs_folder / "left").exists()


def test_an_older_backup_has_none(saved, manifest, elsewhere):
    path = saved / "manifest.json"
    content = json.loads(path.read_text())
    for name in ("attachments", "blobs", "bucket"):
        del content[name]
    path.write_text(json.dumps(content))
    assert attachments.prepare(saved, read_manifest(saved, data.WHAT), elsewhere) is None


def test_files_are_not_put_back_where_there_is_a_bucket(saved, manifest, tmp_path):
    other = read_settings(tmp_path / "other", environ={"CAREFOLIO_BLOBS_URL": "s3://bucket?region=eu-west-2"})
    with pytest.raises(Failure, match="names a bucket"):
        attachments.prepare(saved, manifest, other)


def test_a_disk_of_its_own_is_not_moved(saved, manifest, tmp_path):
    other = read_settings(tmp_path / "other", environ={"CAREFOLIO_BLOBS_URL": "file:///proc"})
    with pytest.raises(Failure, match="disk of its own"):
        attachments.prepare(saved, manifest, other)


def test_of_a_bucket_only_its_name_is_saved(carefolio, tmp_path, elsewhere):
    store = S3("s3://bucket/prefix?region=eu-west-2")
    manifest = data.save(carefolio.database, tmp_path / "saved", blobs=store)
    assert (manifest.bucket, manifest.attachments, manifest.blobs) == ("s3://bucket/prefix", 0, "")
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == ["carefolio.db", "manifest.json"]
    assert attachments.prepare(tmp_path / "saved", manifest, elsewhere) is None
