"""Reads offered evenly, whether or not the earlier ones have been answered: what somebody sees who comes at any moment.

As a program: ``python -m tests.faults.open_loop PORT TOKEN RATE SECONDS PATH`` prints one line of JSON: how many, how
many failed, and p50, p99 and the longest in ms, each counted from the moment that its read was due.
"""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles

CONNECTIONS = 40
_HEAD_END = b"\r\n\r\n"


class Reader:
    """Offers reads of one path."""

    def __init__(self, port: int, token: str, path: str) -> None:
        self._port = port
        self._request = f"GET /fhir{path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.seconds: list[float] = []
        self.failed = 0

    async def run(self, rate: float, seconds: float) -> None:
        """One read each 1/rate seconds."""
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))
        loop = asyncio.get_running_loop()
        start = loop.time() + 0.1
        due = [start + number / rate for number in range(int(rate * seconds))]
        await asyncio.gather(*(self._at(moment) for moment in due))

    async def _at(self, moment: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.create_future()
        loop.call_at(moment, due.set_result, None)
        await due
        connection = await self._free.get()
        reader, writer = connection
        writer.write(self._request)
        head = await reader.readuntil(_HEAD_END)
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        self.seconds.append(loop.time() - moment)
        self.failed += not head.startswith(b"HTTP/1.1 200")
        self._free.put_nowait(connection)


def main(port: str, token: str, rate: str, seconds: str, path: str) -> None:
    """Offer, count, print."""
    reader = Reader(int(port), token, path)
    asyncio.run(reader.run(float(rate), float(seconds)))
    cut = quantiles(reader.seconds, n=100)
    told = {"reads": len(reader.seconds), "failed": reader.failed, "p50": cut[49] * 1e3, "p99": cut[98] * 1e3}
    sys.stdout.write(json.dumps(told | {"longest": max(reader.seconds) * 1e3}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
