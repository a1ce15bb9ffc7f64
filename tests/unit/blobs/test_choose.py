"""Which store it is hangs on one setting, and boto3 is loaded only for S3."""

import subprocess
import sys

import pytest

from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.blobs.choose import blobs_of, opened_blobs
from carefolio.blobs.files import Files
from carefolio.blobs.s3 import S3


def settings(tmp_path, url=""):
    return read_settings(tmp_path, environ={"CAREFOLIO_BLOBS_URL": url})


def test_files_in_the_data_folder_are_the_default(tmp_path):
    found = blobs_of(settings(tmp_path))
    assert isinstance(found, Files)
    assert found.folder == tmp_path / "blobs"
    assert not found.folder.exists()
    opened_blobs(settings(tmp_path)).look()


def test_another_folder_may_be_named(tmp_path):
    found = opened_blobs(settings(tmp_path, f"file://{tmp_path}/disk"))
    assert found.place == f"{tmp_path}/disk"
    found.look()


def test_a_bucket_is_s3(tmp_path):
    found = opened_blobs(settings(tmp_path, "s3://bucket/prefix?region=eu-west-2"))
    assert isinstance(found, S3)
    assert found.place == "s3://bucket/prefix"


def test_without_boto3_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "carefolio.blobs.s3")
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Failure, match=r"pip install 'carefolio\[s3\]'"):
        blobs_of(settings(tmp_path, "s3://bucket?region=eu-west-2"))


def test_boto3_is_loaded_for_s3_alone():
    asked = "import sys, carefolio.assembly; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
