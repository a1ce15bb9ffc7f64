"""Withdrawals that race with reads from two processes on one data folder, and the judge who reads the ledger."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from carefolio.ledger.entry import DISCLOSURES, WRITES, Entry, Kind
from tests.faults.cast import Cast, Person, consent, observation
from tests.faults.client import Client

READERS = 4
"""Half of them ask the withdrawer's own process, half the other one."""
ROUNDS_A_CHART, CHARTS_AT_ONCE = 40, 8
PATHS = (
    "/Observation/{o}",
    "/Observation/{o}/_history/1",
    "/Observation/{o}/_history",
    "/Observation?patient={p}&code=2823-3&_sort=-date",
    "/Observation?_include=Observation:patient&_total=accurate",
    "/{p}/$everything?_count=20",
    "/{p}/$record-index",
    "/{p}",
    "POST",
)


@dataclass
class Lane:
    """One chart with one doctor, and the connections that are used on it."""

    patient: Person
    doctor: Person
    record: str
    owner: Client
    asker: Client
    readers: list[Client]

    def grant(self) -> dict[str, Any]:
        """The doctor asks, the patient agrees; the active Consent."""
        asked = self.asker.made("POST", "/Consent", consent(self.patient.ref, self.doctor.ref, adds=True))
        return self.owner.made("PUT", f"/Consent/{asked['id']}", asked | {"status": "active"})

    def ask(self, reader: Client, path: str) -> int:
        """One request of the doctor's, by its status."""
        if path == "POST":
            return reader.ask("POST", "/Observation", observation(self.patient.ref)).status
        return reader.get(path.format(o=self.record, p=self.patient.ref)).status

    def close(self) -> None:
        """Hang up everywhere."""
        for client in (self.owner, self.asker, *self.readers):
            client.close()


def lane(cast: Cast, number: int, ports: tuple[int, int]) -> Lane:
    """The chart with this number, with one record of the hospital's in it."""
    patient, doctor = cast.patients[number], cast.doctors[number]
    sender = Client(ports[0], cast.hospital_token)
    record = sender.made("POST", "/Observation", observation(patient.ref))["id"]
    sender.close()
    readers = [Client(ports[place % 2], doctor.token) for place in range(READERS)]
    return Lane(patient, doctor, record, Client(ports[0], patient.token), Client(ports[1], doctor.token), readers)


def race(lane: Lane, pool: ThreadPoolExecutor, rng: random.Random) -> list[str]:
    """Grant, race, ask once more everywhere; what was wrong, in words."""
    active = lane.grant()
    start = Barrier(READERS + 1)
    plans = [[rng.choice(PATHS) for _ in range(rng.randint(1, 4))] for _ in range(READERS)]
    head_start = [rng.random() < 0.5 for _ in range(READERS)]

    def read(reader: Client, plan: list[str], early: bool) -> list[int]:
        before = [lane.ask(reader, PATHS[0])] if early else []
        start.wait()
        return before + [lane.ask(reader, path) for path in plan]

    tasks = [
        pool.submit(read, reader, plan, early)
        for reader, plan, early in zip(lane.readers, plans, head_start, strict=True)
    ]
    start.wait()
    lane.owner.made("PUT", f"/Consent/{active['id']}", active | {"status": "inactive"})
    seen = {status for task in tasks for status in task.result()}
    wrong = [f"unexpected {status}" for status in seen - {200, 201, 404, 422}]
    for place, reader in enumerate(lane.readers):
        path = rng.choice([path for path in PATHS[:3] if path != "POST"])
        status = lane.ask(reader, path)
        if status != 404:
            wrong.append(f"after the withdrawal reader {place} got {status} for {path}")
    return wrong


def run(cast: Cast, ports: tuple[int, int], races: int, seed: int) -> list[str]:
    """So many races, a new chart now and then, some charts at a time; what was wrong."""

    def on_one(number: int) -> list[str]:
        here, rng = lane(cast, number, ports), random.Random(f"{seed}/{number}")
        with ThreadPoolExecutor(READERS) as readers:
            count = min(ROUNDS_A_CHART, races - number * ROUNDS_A_CHART)
            wrong = [each for _ in range(count) for each in race(here, readers, rng)]
        here.close()
        return wrong

    with ThreadPoolExecutor(CHARTS_AT_ONCE) as charts:
        return [each for wrong in charts.map(on_one, range(-(-races // ROUNDS_A_CHART))) for each in wrong]


def disclosed_after(entries: Iterable[tuple[int, Entry]], cast: Cast) -> tuple[int, list[str]]:
    """How many disclosures and writes that needed a contract the ledger tells of, and those behind a withdrawal."""
    doctors = {doctor.ref for doctor in cast.doctors}
    theirs = {patient.ref for patient in cast.patients}
    active: set[int] = set()
    counted, late = 0, []
    for seq, entry in entries:
        who = entry.content.get("who")
        if entry.kind is Kind.CONTRACT_GRANTED:
            active.add(entry.owner)
        elif entry.kind is Kind.CONTRACT_WITHDRAWN:
            active.discard(entry.owner)
        elif entry.kind in WRITES and who == cast.hospital:
            theirs |= {_name(reference) for reference, _ in entry.content["writes"]}
        elif who in doctors and _needs_contract(entry, theirs):
            counted += 1
            if entry.owner not in active:
                late.append(f"entry {seq}: {entry.kind.name} {entry.content}")
    return counted, late


def _needs_contract(entry: Entry, theirs: set[str]) -> bool:
    """Whether it writes into the chart, or shows anything that the doctor did not write."""
    if entry.kind in WRITES:
        return True
    return entry.kind in DISCLOSURES and not theirs.isdisjoint(map(_name, entry.content["records"]))


def _name(reference: str) -> str:
    return reference.partition("/_history/")[0]
