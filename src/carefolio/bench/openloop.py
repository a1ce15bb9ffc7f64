"""The other load generator: requests come at their own times, whether or not earlier ones were answered, as people and
programs do that know nothing of each other. A process of its own: a job as JSON on standard input, the answer on
standard output.

How long an answer took is counted from the moment at which its request was due, so what had to wait for a free
connection waited too. Where all connections are taken a request is not sent, and counted as such.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

from carefolio.bench.load import centiles

_CHUNK = 1 << 18
_HEAD_END = b"\r\n\r\n"
_LENGTH, _RETRY, _CHUNKED = b"content-length: ", b"retry-after: ", b"transfer-encoding"
_STATUS = slice(9, 12)
_REFUSED = frozenset({b"429", b"503"})
_GRACE_SECONDS = 2.0
_MILLISECONDS = 1_000
_AT_ONCE = 64
"""So many that are due are sent before answers are looked at again."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client: ``requests`` is a file of whole requests (a JSON list of Latin-1 texts), ``rate`` how many come a
    second.
    """

    name: str
    requests: str
    rate: float
    connections: int


@dataclass(frozen=True, slots=True)
class Flood:
    """What to send where, for how long."""

    port: int
    seconds: float
    clients: tuple[Client, ...]


@dataclass(slots=True)
class Told:
    """What one client was told. Latencies in ms; ``windows``: the accepted ones' slowest in each half second."""

    due: int = 0
    unsent: int = 0
    accepted: int = 0
    refused: int = 0
    without_retry: int = 0
    other: int = 0
    p50: float = 0.0
    p99: float = 0.0
    refused_p50: float = 0.0
    refused_p99: float = 0.0
    windows: list[float] = field(default_factory=list)
    client_busy: float = 0.0


@dataclass(slots=True, eq=False)
class _Wire:
    """One connection, with at most one request under way; ``due`` is when that should have left."""

    plug: socket.socket
    source: _Source
    due: float = 0.0
    data: bytes = b""

    def send(self, request: bytes, due: float) -> None:
        self.due, self.data = due, b""
        self.plug.sendall(request)

    def answered(self) -> tuple[bytes, bytes] | None:
        """Head and status when the answer is complete; an empty status for a connection that was closed."""
        try:
            data = self.plug.recv(_CHUNK)
        except ConnectionError:
            data = b""
        if not data:
            return b"", b""
        self.data += data
        end = self.data.find(_HEAD_END)
        if end < 0:
            return None
        head = self.data[:end]
        length = _length(head)
        return (head, head[_STATUS]) if len(self.data) >= end + len(_HEAD_END) + length else None


class _Source:
    """One client's requests at their times, and its connections."""

    def __init__(self, client: Client, port: int) -> None:
        texts = json.loads(Path(client.requests).read_text())
        self.requests: Iterator[bytes] = cycle([text.encode("latin-1") for text in texts])
        self.client = client
        self.port = port
        self.free: deque[_Wire] = deque()
        self.opened = 0
        self.told = Told()
        self.accepted: list[tuple[float, float]] = []
        self.refused: list[float] = []

    def wire(self, poller: select.epoll, wires: dict[int, _Wire]) -> _Wire | None:
        """A free connection, a new one, or none."""
        if self.free:
            return self.free.popleft()
        if self.opened >= self.client.connections:
            return None
        plug = socket.create_connection(("127.0.0.1", self.port))
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.opened += 1
        wire = wires[plug.fileno()] = _Wire(plug, self)
        poller.register(plug.fileno(), select.EPOLLIN)
        return wire

    def take(self, wire: _Wire, head: bytes, status: bytes, begun: float) -> None:
        """Count an answer."""
        now = time.perf_counter()
        if status.startswith(b"2"):
            self.accepted.append((wire.due - begun, now - wire.due))
        elif status in _REFUSED:
            self.refused.append(now - wire.due)
            self.told.without_retry += _RETRY not in head
        else:
            self.told.other += 1


def run(flood: Flood) -> dict[str, Told]:
    """Send it all, and tell what came back, by client."""
    sources = [_Source(client, flood.port) for client in flood.clients]
    poller, wires = select.epoll(), dict[int, _Wire]()
    cpu, begun = time.process_time(), time.perf_counter()
    end = begun + flood.seconds
    while (now := time.perf_counter()) < end + _GRACE_SECONDS:
        pause = _send_due(sources, (begun, min(now, end)), poller, wires) if now < end else _GRACE_SECONDS / 20
        if now >= end and len(wires) == sum(len(source.free) for source in sources):
            break
        _take_answers(poller, wires, pause, begun)
    busy = (time.process_time() - cpu) / flood.seconds
    for wire in wires.values():
        wire.plug.close()
    return {source.client.name: _summed(source, flood.seconds, busy) for source in sources}


def _send_due(
    sources: list[_Source], times: tuple[float, float], poller: select.epoll, wires: dict[int, _Wire]
) -> float:
    """Send what is due by now; the seconds until something is due again."""
    begun, now = times
    pause = 1.0
    for source in sources:
        rate, told = source.client.rate, source.told
        for _ in range(_AT_ONCE):
            due = begun + told.due / rate
            if due > now:
                break
            told.due += 1
            wire = source.wire(poller, wires)
            if wire is None:
                told.unsent += 1
            else:
                wire.send(next(source.requests), due)
        pause = min(pause, max(0.0, begun + told.due / rate - now))
    return pause


def _take_answers(poller: select.epoll, wires: dict[int, _Wire], pause: float, begun: float) -> None:
    for handle, _ in poller.poll(pause):
        wire = wires[handle]
        answered = wire.answered()
        if answered is None:
            continue
        head, status = answered
        source = wire.source
        source.take(wire, head, status, begun)
        if status and _CHUNKED not in head:
            source.free.append(wire)
        else:
            poller.unregister(handle)
            wires.pop(handle).plug.close()
            source.opened -= 1


def _length(head: bytes) -> int:
    at = head.find(_LENGTH)
    return int(head[at + len(_LENGTH) :].partition(b"\r")[0]) if at >= 0 else 0


def _summed(source: _Source, seconds: float, busy: float) -> Told:
    told = source.told
    told.accepted, told.refused, told.client_busy = len(source.accepted), len(source.refused), busy
    told.p50, _, told.p99 = centiles([took for _, took in source.accepted])
    told.refused_p50, _, told.refused_p99 = centiles(source.refused)
    told.windows = [0.0] * int(seconds * 2 + 1)
    for due, took in source.accepted:
        window = min(int(due * 2), len(told.windows) - 1)
        told.windows[window] = max(told.windows[window], took * _MILLISECONDS)
    return told


def main() -> None:
    """One job."""
    job = json.load(sys.stdin)
    clients = tuple(Client(**client) for client in job["clients"])
    json.dump(
        {name: asdict(told) for name, told in run(Flood(job["port"], job["seconds"], clients)).items()}, sys.stdout
    )


if __name__ == "__main__":
    main()
