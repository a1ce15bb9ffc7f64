"""A forked command is, for whoever starts it, like one that starts from nothing."""

import signal
import subprocess

import pytest

from tests import prepared
from tests.acceptance.console import STOP_SECONDS, Console, call, call_anew, environment, serving
from tests.stores import CHOOSES_ITSELF

pytestmark = CHOOSES_ITSELF


def test_it_says_and_answers_the_same(tmp_path):
    nowhere = ("ledger", "verify", "--data", str(tmp_path / "none"))
    for words in (("--version",), ("ledger", "--help"), nowhere, ("no-such-word",)):
        forked, anew = call(*words), call_anew(*words)
        assert (forked.returncode, forked.stdout, forked.stderr) == (anew.returncode, anew.stdout, anew.stderr)


def test_its_environment_is_its_own(tmp_path):
    console = Console(tmp_path / "data")
    console.hospital()
    assert "no setting CAREFOLIO_PORT" in console.refused("ledger", "verify", CAREFOLIO_PORT="1")
    assert console.entries() > 0


def test_it_holds_no_other_ones_files_open(tmp_path):
    with serving(tmp_path / "data") as first, serving(tmp_path / "other") as second:
        assert first.process.pid != second.process.pid
        first.process.terminate()
        assert first.process.wait(STOP_SECONDS) == 0
        assert first.process.stdout.read() == b"", "nobody else holds its standard output"


def test_a_signal_ends_it_and_is_told(tmp_path):
    with serving(tmp_path / "data") as server:
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(0.01)
        server.process.kill()
        assert server.process.wait(STOP_SECONDS) == -signal.SIGKILL
        server.process.kill()
        assert server.process.poll() == -signal.SIGKILL


def test_what_breaks_in_it_is_told_like_python_tells_it():
    done = prepared.run(["no.such.module"], environment(), stdin="", seconds=STOP_SECONDS)
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
