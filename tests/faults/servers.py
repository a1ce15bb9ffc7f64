"""Real servers and real commands on a data folder, each a process of its own; ended by their own id alone."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import prepared
from tests.ports import free_port
from tests.stores import processes_of

COMMAND = Path(sys.executable).with_name("carefolio")
START_SECONDS = 30.0
STOP_SECONDS = 20.0
_STEP_SECONDS = 0.02


def environment() -> dict[str, str]:
    """The shell's, without what would change what is tested."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAREFOLIO_")}


def run(data: Path, *args: str, seconds: float = 120.0) -> subprocess.CompletedProcess[str]:
    """One command to its end; its outcome is the caller's to judge."""
    return prepared.run([prepared.CLI, *args, "--data", str(data)], processes_of(data), stdin="", seconds=seconds)


def told(data: Path, *args: str) -> dict[str, Any]:
    """What a command that has to succeed answers in JSON."""
    done = run(data, *args, "--json")
    assert done.returncode == 0, f"{args}: {done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Server:
    """``carefolio serve`` on a port of its own."""

    data: Path
    extra: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    name: str = ""
    also: dict[str, str] = field(default_factory=dict)
    """More of the environment."""
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> Server:
        """Returns when it answers; what it prints goes into files beside the data."""
        self.out = (self.data.parent / f"{self.data.name}{self.name}.out").open("ab")
        self.err = (self.data.parent / f"{self.data.name}{self.name}.err").open("ab")
        command = [str(COMMAND), "serve", "--port", str(self.port), "--data", str(self.data), "--json", *self.extra]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.err, env=processes_of(self.data) | self.also
        )
        line = self._first_line()
        self.out.write(line)
        self.port = int(json.loads(line)["address"].rpartition(":")[2])
        for _ in range(int(START_SECONDS / _STEP_SECONDS)):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except ConnectionRefusedError:
                self._refuse_ended()
            else:
                return self
        raise AssertionError("the server does not listen")

    def _first_line(self) -> bytes:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else b""
        assert line, f"the server did not start: {Path(self.err.name).read_text()[-2000:]}"
        return line

    def _refuse_ended(self) -> None:
        """Wait a step for the port, and notice when the process ends instead."""
        try:
            self.process.wait(_STEP_SECONDS)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"the server ended: {Path(self.err.name).read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """Its server processes; whatever multiprocessing itself keeps beside them is none."""
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                with suppress(FileNotFoundError):
                    if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                        found.append(int(child))
        return sorted(found)

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self._ended(-signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, which has to end it cleanly."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._ended(0)

    def _ended(self, code: int) -> None:
        assert self.process.stdout is not None
        ended = self.process.wait(STOP_SECONDS)
        self.out.write(self.process.stdout.read())
        self.process.stdout.close()
        self.out.close()
        self.err.close()
        assert ended == code, f"ended with {ended}: {Path(self.err.name).read_text()[-2000:]}"

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()
