"""Servers under load: started as processes of their own, loaded by another, and what that cost them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from select import select
from typing import IO, Any

from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.base.settings import foreign_environment
from carefolio.bench.load import Counted, Job

_TICKS = os.sysconf("SC_CLK_TCK")
_USER_TICKS, _SYSTEM_TICKS = 11, 12
_MICROSECONDS = 1e6
_KIBIBYTES_A_MEBIBYTE = 1024
_START_SECONDS, _STOP_SECONDS = 30, 10
_NANOSECONDS = 1e9
_RETRY_SECONDS = 0.02
_PRODUCT = "from carefolio.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Slice:
    """One measured stretch: answers a second, the server's CPU µs for each, latencies in ms, the generator's load."""

    rate: float
    cpu: float
    p50: float
    p99: float
    client_busy: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server process of ours."""

    name: str
    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """What the process and its children have used since they began."""
        return sum(_cpu_seconds(pid) for pid in _tree(self.pid))

    def memory(self) -> tuple[float, float]:
        """MiB in memory: now, and at the most so far."""
        now, most = 0.0, 0.0
        for pid in _tree(self.pid):
            status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
            now += _mebibytes(status["VmRSS"])
            most += _mebibytes(status["VmHWM"])
        return now, most

    def load(self, requests: Path, connections: int, seconds: float) -> Slice:
        """Load it with the file's requests, over and over."""
        job = Job(self.port, str(requests), connections, seconds)
        before = self.cpu_seconds()
        made = subprocess.run(
            [sys.executable, "-m", "carefolio.bench.load"],
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            check=False,
            env=foreign_environment(),
        )
        cpu = self.cpu_seconds() - before
        if made.returncode:
            raise broken(f"The load generator failed: {made.stderr.strip().splitlines()[-1:]}.")
        counted = Counted(**json.loads(made.stdout))
        if counted.failed or not counted.counted:
            raise broken(f"{self.name} answered '{counted.status}' {counted.failed} times; nothing can be said of it.")
        return Slice(
            rate=counted.counted / counted.seconds,
            cpu=cpu / counted.all * _MICROSECONDS,
            p50=counted.p50,
            p99=counted.p99,
            client_busy=counted.client_seconds / seconds,
        )


def write_requests(path: Path, requests: Sequence[bytes]) -> Path:
    """The file that the load generator takes its requests from."""
    path.write_text(json.dumps([request.decode("latin-1") for request in requests]))
    return path


def get(path: str, token: str = "") -> bytes:
    """A whole GET request."""
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}\r\n".encode()


def post(path: str, token: str, body: bytes) -> bytes:
    """A whole POST request with FHIR JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/fhir+json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def hosted(name: str, file: Path) -> Iterator[Server]:
    """One of the benchmark's own applications, until the block ends."""
    port = _free_port()
    arguments = [sys.executable, "-m", "carefolio.bench.hosting", name, str(file), str(port)]
    with _process(arguments, file.with_suffix(f".{name}.log")) as process:
        _wait_for(port, process)
        yield Server(name, process.pid, port)


@contextmanager
def product(data: Path) -> Iterator[Server]:
    """``carefolio serve`` on that data folder, until the block ends."""
    arguments = [sys.executable, "-c", _PRODUCT, "serve", "--port", "0", "--json", "--data", str(data)]
    with _process(arguments, data / "serve.log") as process:
        told = _first_line(process.stdout)
        yield Server("the product", process.pid, int(told["address"].rpartition(":")[2]))


@contextmanager
def _process(arguments: list[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own programs, with arguments made here
            arguments, stdout=subprocess.PIPE, stderr=errors, text=True, env=foreign_environment()
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _first_line(output: IO[str] | None) -> dict[str, Any]:
    if output is None or not select([output], [], [], _START_SECONDS)[0]:
        raise broken("The product did not start in time.")
    line = output.readline()
    if not line:
        raise broken("The product ended instead of serving.")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Until somebody listens at the port."""
    deadline = stopwatch() + _START_SECONDS * _NANOSECONDS
    while stopwatch() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            select([], [], [], _RETRY_SECONDS)
        else:
            return
    raise broken("A server of the benchmark did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _tree(int(child))
    return found


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / _TICKS


def _mebibytes(text: str) -> float:
    return int(text.split()[0]) / _KIBIBYTES_A_MEBIBYTE
