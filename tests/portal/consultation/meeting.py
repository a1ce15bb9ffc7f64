"""Visits by video, and plain WebSockets (RFC 6455) to their rooms."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from typing import Any
from urllib.parse import urlsplit

from carefolio.base import clock
from carefolio.base.clock import MINUTE
from tests.acceptance.cast import Actor
from tests.portal.site import Person, Site

PATIENCE_SECONDS = 15.0
PATH = "/visits/room/signal"
_LONG, _LONGEST = 126, 1 << 16


def meet(site: Site, patient: Actor, doctor: Actor | Person, name: str = "Dr Ben Osei", *, minutes: int = 5) -> str:
    """A visit by video that begins in so many minutes; its id."""
    start = clock.now() + minutes * MINUTE
    sides = {"patient": (patient.person, "Ada Quinn"), "doctor": (doctor.person, name)}
    return str(site.ask("visit", token=patient.token, status="booked", start=start, **sides))


class Socket:
    """One WebSocket, as a program would open it."""

    def __init__(self, site: Site, *, origin: str = "", path: str = PATH) -> None:
        place = urlsplit(site.address)
        self._socket = socket.create_connection((place.hostname or "", place.port or 0), PATIENCE_SECONDS)
        self._read = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {place.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Origin: {origin or site.address}",
        )
        self._socket.sendall("\r\n".join((*lines, "", "")).encode())
        self.status = int(self._read.readline().split()[1])
        while self._read.readline().strip():
            pass

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._socket.close()

    def say(self, value: Any) -> Socket:
        payload = json.dumps(value).encode()
        size = len(payload)
        length = struct.pack("!B", 0x80 | size) if size < _LONG else struct.pack("!BH", 0x80 | _LONG, size)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._socket.sendall(b"\x81" + length + mask + masked)
        return self

    def hear(self) -> Any:
        """The next message; the code as a number when it is closed."""
        first, size = self._read.read(2)
        size &= 0x7F
        if size == _LONG:
            (size,) = struct.unpack("!H", self._read.read(2))
        payload = self._read.read(size)
        if first & 0x0F == 8:
            return struct.unpack("!H", payload[:2])[0]
        return json.loads(payload)
