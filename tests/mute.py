"""A service that takes whoever comes, hears what they ask, and never says a word."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

HEARD_SECONDS = 30


class Mute:
    """One, at a port of its own, until it is closed: those who wait are told then."""

    def __init__(self, port: int = 0) -> None:
        self._listening = socket.create_server(("127.0.0.1", port), backlog=256)
        self._taken: list[socket.socket] = []
        self._heard: list[bytes] = []
        self._news = threading.Condition()
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def await_asked(self, words: bytes = b"") -> None:
        """Return once somebody has asked for something with these words."""
        with self._news:
            assert self._news.wait_for(lambda: any(words in one for one in self._heard), HEARD_SECONDS), self._heard

    def close(self) -> None:
        """Whoever waits sees the end of the line."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._news:
            for each in self._taken:
                each.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                said = b""
                with suppress(ConnectionError):  # who goes at once ends nothing for those who come after
                    said = line.recv(65_536)
                with self._news:
                    self._taken.append(line)
                    self._heard.append(said)
                    self._news.notify_all()
