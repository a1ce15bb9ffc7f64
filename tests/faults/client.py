"""A small HTTP client over one kept connection, quick enough to be many of them."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple

SECONDS = 60.0


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Speaks for one token to one server; what it asks for is ``under`` this path."""

    def __init__(self, port: int, token: str, *, under: str = "/fhir") -> None:
        self._under = under
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request. Raises OSError or HTTPException when the server is gone."""
        sent = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if sent is not None:
            named.setdefault("Content-Type", "application/fhir+json")
        self._connection.request(method, self._under + path, sent, self._headers | named)
        answer = self._connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def get(self, path: str) -> Reply:
        """A GET."""
        return self.ask("GET", path)

    def made(self, method: str, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """A write that has to succeed; the stored resource."""
        reply = self.ask(method, path, body, **headers)
        assert reply.status in (200, 201), f"{method} {path}: {reply.status} {reply.body[:500]!r}"
        return reply.json()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
