"""Clients that come again whatever dies, and keep their own list of what they were told, as the judge's do.

As a program: ``python -m tests.faults.throng PORT CAST LIST SEED``: some write and read; some have access asked for,
given, used and ended, on a doctor of their own; some look at pages, whose session Redis may hold. Until it is killed.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
from pathlib import Path
from typing import Any

from tests.faults.cast import consent
from tests.faults.client import Client, Reply
from tests.faults.judge import LATER, Notes, OneClient, version_of

WRITERS, VIEWERS = 4, 2
AWAY = (OSError, http.client.HTTPException)
ABSENT = 404


class Unknown(Exception):  # noqa: N818 - it says what is known
    """Nobody answered: what was asked may have been done."""


class Writer(OneClient):
    """The judge's client, on a new connection when the old one is lost."""

    def run(self) -> None:
        """Until it is killed."""
        while True:
            try:
                self._rng.choice((self._write, self._write, self._read, self._search))()
            except AWAY:
                for client in (self._writer, *self._readers):
                    client.close()


class Granter:
    """A doctor asks, the patient agrees, the doctor reads, the patient withdraws: the next read finds nothing."""

    def __init__(self, port: int, cast: dict[str, Any], doctor: dict[str, str], notes: Notes) -> None:
        self._chart, self._doctor, self._notes = cast["chart"], doctor["ref"], notes
        self._patient, self._reader = Client(port, cast["patient"]), Client(port, doctor["token"])
        self._record = cast["record"]

    def run(self) -> None:
        """Until it is killed."""
        while True:
            try:
                self._round()
            except (Unknown, *AWAY):
                self._patient.close()
                self._reader.close()

    def _round(self) -> None:
        self._end_all()
        asked = self._wrote(self._reader, "POST", "/Consent", consent(self._chart, self._doctor))
        active = self._wrote(self._patient, "PUT", f"/Consent/{asked['id']}", asked | {"status": "active"})
        reply = self._answer(self._reader.get(f"/{self._record}"), 200)
        self._notes.note("body", reply, [version_of(reply.json())])
        self._wrote(self._patient, "PUT", f"/Consent/{active['id']}", active | {"status": "inactive"})
        self._answer(self._reader.get(f"/{self._record}"), ABSENT)

    def _end_all(self) -> None:
        """What may have been agreed to when nobody answered."""
        found = self._answer(self._patient.get(f"/Consent?patient={self._chart}&status=active&_count=50"), 200).json()
        for one in [entry["resource"] for entry in found.get("entry", ())]:
            if one["resourceType"] == "Consent" and self._doctor in json.dumps(one["provision"]):
                self._wrote(self._patient, "PUT", f"/Consent/{one['id']}", one | {"status": "inactive"})

    def _wrote(self, client: Client, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = self._answer(client.ask(method, path, body), 200, 201)
        self._notes.note("write", reply, [version_of(reply.json())])
        stored: dict[str, Any] = reply.json()
        return stored

    def _answer(self, reply: Reply, *wanted: int) -> Reply:
        if reply.status in LATER:
            raise Unknown
        assert reply.status in wanted, f"{reply.status} {reply.body!r}"
        return reply


class Viewer:
    """Looks at the patient's chart as its owner does, in a browser."""

    def __init__(self, port: int, cast: dict[str, Any], notes: Notes) -> None:
        self._browser, self._notes = Client(port, "", under=""), notes
        self._path, self._cookie = f"/charts/{cast['chart'].partition('/')[2]}/", cast["cookie"]

    def run(self) -> None:
        """Until it is killed."""
        while True:
            try:
                reply = self._browser.ask("GET", self._path, Cookie=self._cookie)
            except AWAY:
                self._browser.close()
                continue
            assert reply.status in (200, *LATER), f"{reply.status} {reply.headers} {reply.body[:2000]!r}"
            if reply.status == 200:
                self._notes.note("page", reply, [])


def main(port: str, cast: str, notes: str, seed: str) -> None:
    """All of them at once."""
    with Path(notes).open("a") as file:
        kept, known, to = Notes(file), json.loads(cast), int(port)
        seeds = [random.Random(f"{seed}/{number}") for number in range(WRITERS)]
        clients = [
            *[Writer(to, known, kept, rng, patient=True) for rng in seeds],
            *[Granter(to, known, doctor, kept) for doctor in known["doctors"]],
            *[Viewer(to, known, kept) for _ in range(VIEWERS)],
        ]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
