"""The operator's console: the real command as a process, on a data folder of the test's own. It is there at once
(``tests/prepared.py``), but for ``anew``: those start from nothing, as a shell starts them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import prepared
from tests.ports import free_port
from tests.stores import environment_of, processes_of

COMMAND = [sys.executable, "-c", "from carefolio.cli import main; main()"]
RUN_SECONDS = 120
STOP_SECONDS = 10
ENDS_SECONDS = 60
"""For a server that has to find out by itself that it is to end: nobody promises by when."""


def environment(**more: str) -> dict[str, str]:
    """The shell's, without what would change what is tested."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREFOLIO_")}
    return kept | more


def call(*args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """One command to its end; its outcome is the caller's to judge."""
    return prepared.run([prepared.CLI, *args], environment(**env), stdin=stdin, seconds=RUN_SECONDS)


def call_anew(*args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The same, started from nothing."""
    return subprocess.run(
        [*COMMAND, *args],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        env=environment(**env),
        check=False,
    )


@dataclass(frozen=True)
class Console:
    """Commands on one installation."""

    data: Path

    def call(self, *args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return call(*args, "--data", str(self.data), stdin=stdin, **(environment_of(self.data) | env))

    def told(self, *args: str) -> dict[str, Any]:
        """The JSON answer of a command that has to work."""
        done = self.call(*args, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def refused(self, *args: str, stdin: str = "", **env: str) -> str:
        """The one sentence of a command that has to be refused."""
        done = self.call(*args, stdin=stdin, **env)
        assert done.returncode == 1, (done.stdout, done.stderr)
        lines = done.stderr.strip().splitlines()
        assert lines[-1].startswith("carefolio: ")
        assert "Traceback" not in done.stderr
        return lines[-1].removeprefix("carefolio: ")

    def hospital(self, name: str = "North Hospital") -> dict[str, Any]:
        return self.told("hospital", "add", "--name", name)

    def account(self, role: str, name: str, email: str, *more: str) -> dict[str, Any]:
        return self.told("account", "add", "--role", role, "--name", name, "--email", email, *more)

    def token(self, email: str, *more: str) -> str:
        token: str = self.told("token", "issue", "--account", email, *more)["access_token"]
        return token

    def entries(self) -> int:
        """How many entries the ledger has, which verifies."""
        report = self.told("ledger", "verify")
        assert report["ok"]
        entries: int = report["entries"]
        return entries


@dataclass(frozen=True)
class Running:
    """A server that runs, and what it said when its port was open."""

    process: prepared.Process | subprocess.Popen[bytes]
    told: dict[str, Any]

    @property
    def address(self) -> str:
        address: str = self.told["address"]
        return address

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def serving(data: Path, *args: str, anew: bool = False, **env: str) -> Iterator[Running]:
    """A server at a free port, ended cleanly afterwards if the test has not ended it."""
    words = ["serve", "--port", str(free_port()), "--json", "--data", str(data), *args]
    around = processes_of(data) | env
    process = _started_anew(words, around) if anew else prepared.start([prepared.CLI, *words], around)
    assert process.stdout is not None
    try:
        yield Running(process, json.loads(process.stdout.readline()))
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(STOP_SECONDS)
        process.stdout.close()


def _started_anew(words: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
