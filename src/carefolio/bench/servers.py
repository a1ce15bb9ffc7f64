"""Servers under load: started as processes of their own, loaded by another, and what that cost them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from select import select
from typing import IO, Any

from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.base.settings import foreign_environment
from carefolio.bench.load import Counted, Job
from carefolio.bench.stage import Stage

_TICKS = os.sysconf("SC_CLK_TCK")
_TIMES = slice(11, 15)
"""Of /proc/PID/stat: its own time in user and system mode, and that of its children that have ended."""
_ENDED = (FileNotFoundError, ProcessLookupError)
"""What a process says that has ended since it was listed."""
_MICROSECONDS = 1e6
_KIBIBYTES_A_MEBIBYTE = 1024
_START_SECONDS, _STOP_SECONDS = 30, 10
_NANOSECONDS = 1e9
_RETRY_SECONDS = 0.02
_PRODUCT = "from carefolio.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Slice:
    """One measured stretch: answers a second, the server's CPU µs for each, latencies in ms, the generator's load, and
    the CPU µs of the database server's processes for each.
    """

    rate: float
    cpu: float
    p50: float
    p99: float
    client_busy: float
    beside: float = 0.0

    @property
    def whole(self) -> float:
        """CPU µs for each, in the server and in the database server."""
        return self.cpu + self.beside


@dataclass(frozen=True, slots=True)
class Server:
    """A server process of ours; ``database`` is the first process of the database server that it asks, if that is
    known.
    """

    name: str
    pid: int
    port: int
    database: int | None = None
    together: list[float] = field(default_factory=list)
    """MiB that it and the database server held in the middle of each slice, what is shared counted once."""

    def cpu_seconds(self) -> float:
        """What the process and its children have used since they began."""
        return cpu_seconds_of((self.pid,))

    def database_seconds(self) -> float:
        """The same of the database server."""
        return 0.0 if self.database is None else cpu_seconds_of((self.database,))

    def memory(self) -> tuple[float, float]:
        """MiB in memory: now, and at the most so far."""
        return memory_of((self.pid,))

    def load(self, requests: Path, connections: int, seconds: float) -> Slice:
        """Load it with the file's requests, over and over."""
        job = Job(self.port, str(requests), connections, seconds)
        before, beside_before = self.cpu_seconds(), self.database_seconds()
        looking = threading.Timer(seconds / 2, self._look)
        looking.start()
        made = subprocess.run(
            [sys.executable, "-m", "carefolio.bench.load"],
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            check=False,
            env=foreign_environment(),
        )
        looking.join()
        cpu, beside = self.cpu_seconds() - before, self.database_seconds() - beside_before
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
            beside=beside / counted.all * _MICROSECONDS,
        )

    def _look(self) -> None:
        if self.database is not None:
            self.together.append(shared_memory_of((self.pid, self.database)))


def cpu_seconds_of(pids: Sequence[int]) -> float:
    """What these processes and all below them have used since they began."""
    return sum(_cpu_seconds(pid) for first in pids for pid in _tree(first))


def memory_of(pids: Sequence[int]) -> tuple[float, float]:
    """MiB that these processes and all below them hold: now, and at the most so far."""
    now, most = 0.0, 0.0
    for pid in (pid for first in pids for pid in _tree(first)):
        with suppress(*_ENDED):
            status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
            now += _mebibytes(status.get("VmRSS", "0"))
            most += _mebibytes(status.get("VmHWM", "0"))
    return now, most


def shared_memory_of(pids: Sequence[int]) -> float:
    """MiB that these processes and all below them hold now, what they share counted once."""
    return sum(_proportional(pid) for first in pids for pid in _tree(first))


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
def hosted(name: str, stage: Stage, database: int | None = None) -> Iterator[Server]:
    """One of the benchmark's own applications, with as many processes as the product has, until the block ends."""
    port = _free_port()
    arguments = [sys.executable, "-m", "carefolio.bench.hosting", name, stage.plain, str(port), str(_workers(stage))]
    with _process(arguments, stage.folder / f"{name}.log") as process:
        _wait_for(port, process)
        yield Server(name, process.pid, port, database)


@contextmanager
def product(stage: Stage, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """``carefolio serve`` on the stage's installation, until the block ends."""
    settings, workers = stage.settings, _workers(stage)
    arguments = [sys.executable, "-c", _PRODUCT, "serve", "--port", "0", "--json", "--data", str(settings.data)]
    named = {"CAREFOLIO_DATABASE_URL": settings.postgres} if settings.postgres else {}
    arguments += ["--workers", str(workers)] if settings.postgres else []
    with _process(arguments, settings.data / "serve.log", {**named, **(environment or {})}) as process:
        told = _first_line(process.stdout)
        database = None if stage.cluster is None else stage.cluster.pid
        yield Server("the product", process.pid, int(told["address"].rpartition(":")[2]), database)


def _workers(stage: Stage) -> int:
    """With SQLite there is one process."""
    return stage.size.workers if stage.settings.postgres else 1


@contextmanager
def _process(
    arguments: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    whole = foreign_environment() | dict(environment or {})
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own programs, with arguments made here
            arguments, stdout=subprocess.PIPE, stderr=errors, text=True, env=whole
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
    """The process and all below it; one that ends meanwhile counts as its parent's past."""
    found = [pid]
    with suppress(*_ENDED):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _cpu_seconds(pid: int) -> float:
    with suppress(*_ENDED):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[_TIMES])) / _TICKS
    return 0.0


def _proportional(pid: int) -> float:
    """MiB, of memory that several processes share each its part; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(_mebibytes(line.partition(":")[2]) for line in lines if line.startswith("Pss:"))


def _mebibytes(text: str) -> float:
    return int(text.split()[0]) / _KIBIBYTES_A_MEBIBYTE
