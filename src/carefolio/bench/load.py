"""The load generator: HTTP/1.1 over raw sockets and epoll, in a process of its own, so that its work is not counted as
the server's. It reads a job as JSON from standard input and answers on standard output.

It parses as little as it can: status, where the answer ends, whether the connection does. Each connection has one
request under way.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles

WARM_SHARE = 0.2
"""The first part of a slice warms up both sides: it costs CPU that is counted, but no answers of it are timed."""
_CHUNK = 1 << 18
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
_LINE_END = b"\r\n"
_CHUNKED = b"transfer-encoding: chunked"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_CLOSES = b"connection: close"
_STATUS = slice(9, 12)
_GOOD = frozenset({b"200", b"201"})
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 10
"""On a machine so busy that a slice passed without an answer, the first one is waited for."""
_CENTILES, _HALF, _TWENTIETH, _LAST = 100, 49, 94, 98


@dataclass(frozen=True, slots=True)
class Job:
    """What to send where: ``requests`` is a file of whole requests (a JSON list of Latin-1 texts)."""

    port: int
    requests: str
    connections: int
    seconds: float
    host: str = "127.0.0.1"


@dataclass(slots=True)
class Counted:
    """What came back. ``all`` counts the warm-up too; times in seconds, latencies in ms."""

    all: int = 0
    counted: int = 0
    failed: int = 0
    seconds: float = 0.0
    client_seconds: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    status: str = ""


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    started: float = 0.0
    missing: int = 0
    head: bytes = b""
    tail: bytes | None = None
    """Of an answer in chunks, the last bytes so far."""
    closes: bool = False

    def take(self) -> bytes | None:
        """Read what is there; the status when the answer is complete. A closed connection counts as a failure."""
        data = self.socket.recv(_CHUNK)
        if not data:
            return b"end"
        if self.tail is not None:
            return self._chunk(data)
        if self.missing:
            self.missing -= len(data)
            return None if self.missing else self.head[_STATUS]
        data = self.head + data
        end = data.find(_HEAD_END)
        if end < 0:
            self.head = data
            return None
        head = data[:end].lower() + _LINE_END
        self.closes = _CLOSES in head
        if _CHUNKED in head:
            self.tail, self.head = b"", data[: _STATUS.stop]
            return self._chunk(data[end:])
        at = head.find(_LENGTH) + len(_LENGTH)
        length = int(head[at : head.find(_LINE_END, at)]) if at >= len(_LENGTH) else 0
        self.missing = length - (len(data) - end - len(_HEAD_END))
        self.head = data[: _STATUS.stop] if self.missing else b""
        return None if self.missing else data[_STATUS]

    def _chunk(self, data: bytes) -> bytes | None:
        """An answer in chunks ends with one of no length."""
        self.tail = ((self.tail or b"") + data)[-len(_LAST_CHUNK) :]
        return self.head[_STATUS] if self.tail == _LAST_CHUNK else None


@dataclass(slots=True)
class _Run:
    requests: Iterator[bytes]
    connections: dict[int, _Connection] = field(default_factory=dict)
    counted: Counted = field(default_factory=Counted)
    latencies: list[float] = field(default_factory=list)

    def open(self, address: tuple[str, int], poller: select.epoll) -> None:
        """One more connection, with its first request under way."""
        connection = _Connection(socket.create_connection(address))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections[connection.socket.fileno()] = connection
        poller.register(connection.socket.fileno(), select.EPOLLIN)
        self.send(connection)

    def send(self, connection: _Connection) -> None:
        """The next request."""
        connection.head, connection.tail = b"", None
        connection.started = time.perf_counter()
        connection.socket.sendall(next(self.requests))

    def until(self, end: float, poller: select.epoll) -> None:
        """Answer with the next request until then."""
        connections, latencies = self.connections, self.latencies
        while (now := time.perf_counter()) < end and connections:
            for handle, _ in poller.poll(min(_POLL_SECONDS, end - now)):
                connection = connections[handle]
                status = connection.take()
                if status is None:
                    continue
                latencies.append(time.perf_counter() - connection.started)
                if status not in _GOOD:
                    self.counted.failed += 1  # an answer that is not what was measured: the slice is void, and says so
                    self.counted.status = status.decode("ascii", "replace")
                    self._close(handle, poller)
                elif connection.closes:
                    address = connection.socket.getpeername()[:2]
                    self._close(handle, poller)
                    self.open(address, poller)
                else:
                    self.send(connection)

    def _close(self, handle: int, poller: select.epoll) -> None:
        poller.unregister(handle)
        self.connections.pop(handle).socket.close()


def run(job: Job) -> Counted:
    """Load the server for the job's time and count what came back."""
    requests = [text.encode("latin-1") for text in json.loads(Path(job.requests).read_text())]
    state = _Run(cycle(requests))
    poller = select.epoll()
    cpu = time.process_time()
    for _ in range(job.connections):
        state.open((job.host, job.port), poller)
    begun = time.perf_counter()
    state.until(begun + job.seconds * WARM_SHARE, poller)
    warm, state.latencies[:] = len(state.latencies), []
    timed = time.perf_counter()
    state.until(begun + job.seconds, poller)
    while not state.latencies and state.connections and time.perf_counter() < begun + job.seconds + _GRACE_SECONDS:
        state.until(time.perf_counter() + _POLL_SECONDS, poller)
    counted = state.counted
    counted.seconds = time.perf_counter() - timed
    counted.client_seconds = time.process_time() - cpu
    counted.counted = len(state.latencies)
    counted.all = warm + counted.counted
    counted.p50, counted.p95, counted.p99 = centiles(state.latencies)
    for connection in state.connections.values():
        connection.socket.close()
    return counted


def centiles(seconds: list[float]) -> tuple[float, float, float]:
    """The median, the 95th and the 99th percentile in ms; 0 where there are none."""
    if not seconds:
        return (0.0, 0.0, 0.0)
    cuts = quantiles(seconds * 2 if len(seconds) == 1 else seconds, n=_CENTILES, method="inclusive")
    return cuts[_HALF] * 1_000, cuts[_TWENTIETH] * 1_000, cuts[_LAST] * 1_000


def main() -> None:
    """One job."""
    job = Job(**json.load(sys.stdin))
    json.dump(asdict(run(job)), sys.stdout)


if __name__ == "__main__":
    main()
