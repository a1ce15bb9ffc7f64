"""Killed anywhere while an installation is made, backed up or put back: doing it again is all that it takes."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.faults import outsider, servers, small
from tests.stores import BACKED_UP_HERE, processes_of

BIRTH = "base/keys.py,base/keystore/sqlite.py,carefolio/assembly.py,sqlite/database.py"
COPYING = "archive/copying.py,archive/data.py,archive/keys.py,cli/restore.py,cli/keys.py,cli/backup.py,cli/opening.py"
MOST = 2_000


def killed(number, files, data, *command):
    """Whether the command was killed at this line; else it ended well."""
    words = [sys.executable, "-m", "tests.faults.lines", str(number), files, *command, "--data", str(data)]
    done = subprocess.run(words, capture_output=True, text=True, env=processes_of(data), check=False, timeout=60)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def _birth(tmp_path, numbers):
    refused = []
    for number in numbers:
        data = tmp_path / f"data-{number}"
        if not killed(number, BIRTH, data, "hospital", "add", "--name", "First"):
            break
        again = servers.run(data, "hospital", "add", "--name", "Second")
        if again.returncode != 0:
            refused.append(f"line {number}: {again.stderr.strip()}")
            continue
        assert outsider.report_on(data).problems == []
        shutil.rmtree(data)
    return refused


def test_killed_while_an_installation_is_made(tmp_path):
    assert _birth(tmp_path, range(9, 250, 90)) == []


@pytest.mark.drill
def test_killed_at_every_line_while_an_installation_is_made(tmp_path):
    assert _birth(tmp_path, range(1, MOST)) == []


def test_a_keys_file_that_was_not_written_to_its_end_is_made_anew(tmp_path):
    data = tmp_path / "data"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "root.key").write_text("00" * 32)
    (data / "keys" / "root.key").chmod(0o600)
    (data / "keys" / "keys.db").touch(mode=0o600)
    done = servers.run(data, "hospital", "add", "--name", "First")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    small.make(folder / "data")
    servers.told(folder / "data", "backup", str(folder / "backup"))
    servers.told(folder / "data", "keys", "backup", str(folder / "keys"))
    return folder


def _put_back(saved, tmp_path, numbers, order):
    refused = []
    sources = {"restore": ("restore", str(saved / "backup")), "keys": ("keys", "restore", str(saved / "keys"))}
    for number in numbers:
        data = tmp_path / f"data-{number}"
        first, second = (sources[name] for name in order)
        was = killed(number, COPYING, data, *first)
        if was:
            refused += _again(data, number, *first)
        was_then = killed(number, COPYING, data, *second)
        if was_then:
            refused += _again(data, number, *second)
        report = outsider.report_on(data)
        if report.problems or not report.restores:
            refused.append(f"{order} line {number}: {report.problems} {report.restores}")
        shutil.rmtree(data)
        if not was and not was_then:
            break
    return refused


def _again(data, number, *command):
    """Once more, with --replace if it was done after all."""
    done = servers.run(data, *command)
    if done.returncode and "already" in done.stderr:
        done = servers.run(data, *command, "--replace")
    return [f"{command} line {number}: {done.stderr.strip()}"] if done.returncode else []


@BACKED_UP_HERE
@pytest.mark.parametrize("order", [("restore", "keys"), ("keys", "restore")])
def test_killed_while_a_backup_is_put_back(saved, tmp_path, order):
    assert _put_back(saved, tmp_path, range(60, 240, 120), order) == []


@BACKED_UP_HERE
@pytest.mark.drill
@pytest.mark.parametrize("order", [("restore", "keys"), ("keys", "restore")])
def test_killed_at_every_line_while_a_backup_is_put_back(saved, tmp_path, order):
    assert _put_back(saved, tmp_path, range(1, MOST), order) == []
