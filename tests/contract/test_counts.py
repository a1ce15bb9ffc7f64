"""What is counted for a while, and sessions, on every backend; and when Redis is killed in between."""

import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.acceptance.console import RUN_SECONDS, environment

REDIS = shutil.which("redis-server")


@contextmanager
def redis(folder):
    """A Redis of the test's own, on a socket: its address and its process."""
    if REDIS is None:
        pytest.skip("Redis is not installed; 'make services' does that.")
    path = folder / "redis.sock"
    command = [REDIS, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            while process.poll() is None:
                try:
                    probe.connect(str(path))
                    break
                except OSError:
                    continue
        yield f"unix://{path}", process
    finally:
        process.kill()
        process.wait()


def count(data, killed="", **env):
    command = [sys.executable, "-m", "tests.contract.counting", str(data), str(killed)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=RUN_SECONDS, env=environment(**env), check=False
    )
    assert "everything holds" in done.stdout, done.stdout + done.stderr
    return done.stderr


def test_in_memory_for_one_process(tmp_path):
    count(tmp_path)


def test_in_a_table_for_several(tmp_path, server):
    count(tmp_path, CAREFOLIO_DATABASE_URL=server.fresh())


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_in_redis_and_without_it_when_it_is_killed(tmp_path, request, store):
    url = {} if store == "sqlite" else {"CAREFOLIO_DATABASE_URL": request.getfixturevalue("server").fresh()}
    with redis(tmp_path) as (address, process):
        said = count(tmp_path / "data", process.pid, CAREFOLIO_REDIS_URL=address, **url)
    assert said.count("Redis does not answer") == 2
