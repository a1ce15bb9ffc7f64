"""HTTP/1.1 by hand: thousands of requests cheaply, and requests that no client library would send."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

HEAD_LIMIT = 1 << 20


class Answer(NamedTuple):
    """What came back; header names in small letters."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class Ask(NamedTuple):
    """One request; ``path`` below the server's root."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    def encode(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body is not None:
            lines.append(f"content-length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (self.body or b"")


@dataclass
class Wire:
    """One connection that is kept open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str) -> AsyncIterator["Wire"]:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=HEAD_LIMIT)
        try:
            yield cls(reader, writer, parts.netloc)
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def ask(self, ask: Ask) -> Answer:
        return await self.send(ask.encode(self.host), ask.method)

    async def send(self, raw: bytes, method: str = "GET") -> Answer:
        self.writer.write(raw)
        return await self.answer(method)

    async def answer(self, method: str = "GET") -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        pairs = [line.partition(":") for line in head[1:] if line]
        answer = Answer(status, [(name.lower(), value.strip()) for name, _, value in pairs], b"")
        if method == "HEAD" or status in (204, 304):
            return answer
        if answer.header("transfer-encoding") == "chunked":
            return answer._replace(content=await self._chunks())
        return answer._replace(content=await self.reader.readexactly(int(answer.header("content-length") or 0)))

    async def _chunks(self) -> bytes:
        found = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            found.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(found)


async def ask_all(address: str, asks: Iterable[Ask], at_once: int) -> list[Answer]:
    """The answers in the order of the requests, over ``at_once`` connections."""
    numbered, answers = iter(enumerate(asks)), dict[int, Answer]()

    async def work() -> None:
        async with Wire.open(address) as wire:
            for number, ask in numbered:
                answers[number] = await wire.ask(ask)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return [answers[number] for number in sorted(answers)]
