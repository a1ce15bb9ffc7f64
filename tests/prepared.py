"""The product in a process of its own that is there at once: forked from one that has loaded most of it before.

A command that starts from nothing spends most of its time on loading what the hundreds before it loaded as well. A
forked one has its own arguments, environment, streams, signals and exit code, and nothing of the product has run in it
before. What starting itself does is tested with processes that do start from nothing (``anew``).

    process = start([CLI, "serve", …], env)      # as subprocess.Popen does, its output in a pipe
    done = run([CLI, "ledger", "verify"], env)   # as subprocess.run does

``python -m tests.prepared FD`` is the one that forks: it waits at that socket for what to start.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests import forking

ROOT = Path(__file__).resolve().parents[1]
CLI = "carefolio.cli"
ALSO = 3
"""The number of the first open file that is handed on behind the three streams."""
_STATUS = struct.Struct("i")
_asking = threading.Lock()
_running = ExitStack()


class Process:
    """One that was forked; what it says on standard output can be read at ``stdout``."""

    def __init__(self, words: Sequence[str], pid: int, status: int, stdout: int | None) -> None:
        self.args, self.pid, self.returncode = words, pid, None
        self.stdout: IO[bytes] | None = None if stdout is None else os.fdopen(stdout, "rb")
        self._status = os.fdopen(status, "rb")

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """To it, if it has not ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has, and we have not been told yet
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], seconds)[0]:
            (self.returncode,) = _STATUS.unpack(self._status.read(_STATUS.size))
            self._status.close()
        return self.returncode


def start(
    words: Sequence[str], env: Mapping[str, str], *, stderr: int | None = None, also: Sequence[int] = ()
) -> Process:
    """The module with these arguments. ``also``: open files that it gets as its number ``ALSO``, and on."""
    with Path(os.devnull).open("r+b") as nothing:
        reading, writing = os.pipe()
        try:
            streams = [nothing.fileno(), writing, nothing.fileno() if stderr is None else stderr, *also]
            return _forked(words, env, streams, reading)
        finally:
            os.close(writing)


def run(
    words: Sequence[str], env: Mapping[str, str], *, stdin: str, seconds: float
) -> subprocess.CompletedProcess[str]:
    """The module with these arguments, to its end."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        process = _forked(words, env, [given.fileno(), out.fileno(), err.fileno()])
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, code, out.read().decode(), err.read().decode())


def end() -> None:
    """Let the one that forks go, if there is one."""
    _running.close()
    _forker.cache_clear()


@cache
def _forker() -> socket.socket:
    """The line to the one that forks; it is started when it is first asked."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", forking.__name__, str(theirs.fileno())]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=ROOT, pass_fds=[theirs.fileno()])
    theirs.close()
    _running.callback(process.wait)
    _running.callback(ours.close)
    return ours


def _forked(words: Sequence[str], env: Mapping[str, str], streams: Sequence[int], stdout: int | None = None) -> Process:
    told, status = os.pipe()
    asked: dict[str, Any] = {"words": list(words), "env": dict(env), "cwd": str(Path.cwd())}
    try:
        with _asking:
            line = _forker()
            socket.send_fds(line, [json.dumps(asked).encode()], [status, *streams])
            pid = json.loads(line.recv(forking.MOST))
    finally:
        os.close(status)
    return Process(words, pid, told, stdout)
