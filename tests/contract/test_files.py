"""Blobs in files: for this user alone, spread over folders; a disk that is gone is not an empty one."""

import os

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from tests.contract.test_blobs import read, refused, upload


def test_nobody_else_can_read_them(files):
    files.put(upload())
    for path in (files.folder, *files.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_they_are_spread_over_two_levels(files):
    for number in range(40):
        files.put(upload(f"blob_{number}"))
    paths = list(files.folder.rglob("blob_*"))
    assert len(paths) == 40
    assert all(len(path.relative_to(files.folder).parts) == 3 for path in paths)
    assert len({path.parent for path in paths}) > 30


def test_what_a_crash_left_is_thrown_away_when_it_is_old(files):
    left = files.folder / "partial" / "left"
    left.write_bytes(b"half")
    assert files.tidy(clock.now() - clock.DAY) == 0
    os.utime(left, (0, 0))
    assert files.tidy(clock.now() - clock.DAY) == 1
    assert not left.exists()


def test_a_folder_that_is_gone_is_a_store_that_is_away(files):
    files.put(upload())
    away = files.folder.rename(files.folder.with_name("elsewhere"))
    calls = [
        lambda: files.put(upload("more")),
        lambda: read(files),
        lambda: files.size("17_Binary_b1_1_x"),
        lambda: files.delete("17_Binary_b1_1_x"),
        lambda: list(files.list()),
        lambda: files.tidy(0),
    ]
    assert [refused(call) for call in calls] == [Category.UNAVAILABLE] * len(calls)
    with pytest.raises(Failure, match="no folder"):
        files.look()
    away.rename(files.folder)
    assert files.size("17_Binary_b1_1_x") is not None


def test_a_failure_says_when_to_come_again_and_names_nothing(files, caplog):
    files.folder.rename(files.folder.with_name("elsewhere"))
    with pytest.raises(Failure) as caught:
        files.put(upload("17_Binary_secret_1"))
    assert caught.value.retry_after
    assert "secret" not in caught.value.sentence + caplog.text
