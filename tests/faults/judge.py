"""Clients that keep their own list of what they were told, in a process of their own that outlives the server.

As a program: ``python -m tests.faults.judge PORT CAST LIST SEED [patient]``: eight clients write and read until the
server is gone, append a line of JSON to LIST for each answer that they received whole, and print a full stop each time.
Patient ones come again when the server says that it cannot just now.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from tests.faults.cast import observation
from tests.faults.client import Client, Reply

CLIENTS = 8
LATER = (429, 503)
"""What a server says that cannot just now."""
MOST = 3_000
"""Requests of a client: an end in case nobody kills the server."""


class Notes:
    """What was received, by whom; one list for all clients of this process."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._lock = threading.Lock()

    def note(self, kind: str, reply: Reply, versions: list[str]) -> None:
        """An answer that came back whole."""
        digest = sha256(reply.body).hexdigest()
        request = reply.headers["x-request-id"]
        line = json.dumps({"kind": kind, "versions": versions, "sha256": digest, "request": request})
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            sys.stdout.write(".\n")
            sys.stdout.flush()


def version_of(resource: dict[str, Any]) -> str:
    """``Type/id/_history/n``."""
    return f"{resource['resourceType']}/{resource['id']}/_history/{resource['meta']['versionId']}"


class OneClient:
    """Writes for the hospital, reads for the doctor and the patient, in an order that the seed gives."""

    def __init__(self, port: int, cast: dict[str, str], notes: Notes, rng: random.Random, *, patient: bool) -> None:
        self._patient = patient
        self._writer, self._cast, self._notes, self._rng = Client(port, cast["hospital"]), cast, notes, rng
        self._readers = [Client(port, cast["doctor"]), Client(port, cast["patient"])]
        self._mine: list[dict[str, Any]] = []

    def run(self) -> None:
        """Until the server is gone."""
        try:
            for _ in range(MOST):
                self._rng.choice((self._write, self._write, self._read, self._search))()
        except (OSError, http.client.HTTPException):
            return
        finally:
            for client in (self._writer, *self._readers):
                client.close()

    def _write(self) -> None:
        if self._mine and self._rng.random() < 0.4:
            old = self._mine[-1]
            reply = self._writer.ask("PUT", f"/Observation/{old['id']}", old | {"status": "amended"})
        else:
            reply = self._writer.ask(
                "POST", "/Observation", observation(self._cast["chart"], self._rng.randrange(10**9))
            )
        if not self._answered(reply):
            return
        self._mine.append(reply.json())
        self._notes.note("write", reply, [version_of(reply.json())])

    def _read(self) -> None:
        if self._mine:
            self._received(f"/Observation/{self._rng.choice(self._mine)['id']}", "body")

    def _search(self) -> None:
        self._received(f"/Observation?patient={self._cast['chart']}&_count=5", "bundle")

    def _received(self, path: str, kind: str) -> None:
        reply = self._rng.choice(self._readers).get(path)
        if not self._answered(reply):
            return
        content = reply.json()
        found = [content] if kind == "body" else [entry["resource"] for entry in content.get("entry", ())]
        self._notes.note(kind, reply, [version_of(one) for one in found if one["resourceType"] != "OperationOutcome"])

    def _answered(self, reply: Reply) -> bool:
        """Whether it is what was asked for; who is patient comes again to a server that cannot just now."""
        if reply.status not in (200, 201) and not (self._patient and reply.status in LATER):
            raise AssertionError(f"{reply.status} {reply.body!r}")
        return reply.status not in LATER


def main(port: str, cast: str, notes: str, seed: str, patience: str = "") -> None:
    """Eight clients at once."""
    with Path(notes).open("a") as file:
        kept, known, patient = Notes(file), json.loads(cast), bool(patience)
        seeds = [random.Random(f"{seed}/{number}") for number in range(CLIENTS)]
        clients = [OneClient(int(port), known, kept, rng, patient=patient) for rng in seeds]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
