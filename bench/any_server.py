"""Load any FHIR server with what the product is measured by, so that figures of different servers stand side by side.

It makes its own patients and Observations through the server's API, then measures, one after the other: reads,
Patient searches by name, the newest 20 Observations of a chart by code, ``$everything``, creates, and transactions of
100 creates; 16 connections each. README.md says how to point it at which server.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

from carefolio.bench import samples
from carefolio.bench.load import Job, run
from carefolio.bench.servers import cpu_seconds_of, shared_memory_of

CONNECTIONS, BUNDLE, NEWEST = 16, 100, 20
_BODIES, _BUNDLES = 400, 8
_LOINC = "http://loinc.org"
_JSON = "application/fhir+json"
_GOOD = frozenset({200, 201})
_HEADINGS = ("what", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU µs each", "memory MiB")
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A server: where it is, what its requests carry, and its processes, if they are on this machine."""

    host: str
    port: int
    path: str
    headers: dict[str, str]
    pids: tuple[int, ...] = ()

    def request(self, method: str, path: str, resource: Resource | None = None) -> bytes:
        """A whole request for the load generator."""
        body = b"" if resource is None else json.dumps(resource).encode()
        headers = {"host": f"{self.host}:{self.port}", "accept": _JSON, **self.headers}
        if resource is not None:
            headers |= {"content-type": _JSON, "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {self.path}{path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def ask(self, method: str, path: str, resource: Resource) -> Resource:
        """One request now; what is not done ends the program with the server's own words."""
        connection = HTTPConnection(self.host, self.port, timeout=120)
        headers = {"accept": _JSON, "content-type": _JSON, **self.headers}
        connection.request(method, self.path + path, json.dumps(resource), headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status not in _GOOD:
            sys.exit(f"{method} {path} was answered with {answer.status}: {body[:500].decode('utf-8', 'replace')}")
        found: Resource = json.loads(body) if body else {}
        return found


@dataclass(slots=True)
class Charts:
    """What was made: patients by reference, and the Observations' references."""

    patients: list[str] = field(default_factory=list)
    observations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: answers a second, latencies in ms, the server's CPU µs for each, MiB of its processes."""

    what: str
    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    memory: float


def fill(target: Target, patients: int, records: int, *, post: bool = False) -> Charts:
    """So many charts of so many Observations, through the server's own API."""
    charts = Charts()
    for number in range(patients):
        id_ = f"bench-{os.getpid()}-{number}"
        patient = samples.patient(id_, number)
        made = target.ask(*(("POST", "/Patient") if post else ("PUT", f"/Patient/{id_}")), patient)
        charts.patients.append(f"Patient/{made.get('id', id_)}")
        for start in range(0, records, BUNDLE):
            count = min(BUNDLE, records - start)
            bundle = samples.transaction(
                samples.observation(charts.patients[-1], start + each) for each in range(count)
            )
            charts.observations += _references(target.ask("POST", "", bundle))
    return charts


def _references(answer: Resource) -> Iterator[str]:
    """``Type/id`` of what a transaction made, from its locations: relative, absolute, with a version or without."""
    for entry in answer.get("entry", []):
        location = str(entry.get("response", {}).get("location", ""))
        words = location.partition("/_history")[0].split("/")
        if len(words) > 1:
            yield "/".join(words[-2:])


def requests_of(target: Target, charts: Charts) -> dict[str, list[bytes]]:
    """What is measured, by name; in a shuffled order that is the same each time. What lets the charts grow comes last:
    how much it does is another's on each server.
    """
    shuffled = Random(1)  # noqa: S311 - the same order each time is wanted, not an unguessable one
    names = shuffled.sample(charts.observations, len(charts.observations))
    patients = shuffled.sample(charts.patients, len(charts.patients))
    codes = [code for code, *_ in samples.CODES]
    newest = f"_sort=-date&_count={NEWEST}"
    return {
        "read": [target.request("GET", f"/{name}") for name in names],
        "Patient search by name": [
            target.request("GET", f"/Patient?name=Benchwick{number}") for number in range(len(patients))
        ],
        f"Observation search, newest {NEWEST}": [
            target.request("GET", f"/Observation?patient={patient}&code={quote(f'{_LOINC}|{code}')}&{newest}")
            for code in codes
            for patient in patients
        ],
        "$everything": [target.request("GET", f"/{patient}/$everything") for patient in patients],
        "create": [
            target.request("POST", "/Observation", samples.observation(patients[number % len(patients)], number))
            for number in range(_BODIES)
        ],
        f"transaction of {BUNDLE}": [
            target.request("POST", "", _bundle(patients, number)) for number in range(_BUNDLES)
        ],
    }


def _bundle(patients: Sequence[str], number: int) -> Resource:
    patient = patients[number % len(patients)]
    return samples.transaction(samples.observation(patient, BUNDLE * number + each) for each in range(BUNDLE))


def measure(
    target: Target, requests: dict[str, list[bytes]], rounds: int, seconds: float, say: Callable[[str], None]
) -> list[Measured]:
    """Each, so many times for so long; medians."""
    found = []
    with TemporaryDirectory() as folder:
        for what, these in requests.items():
            say(f"Measuring {what}…")
            file = Path(folder) / "requests.json"
            file.write_text(json.dumps([each.decode("latin-1") for each in these]))
            slices = [_slice(target, what, file, seconds) for _ in range(rounds)]
            columns = zip(*(list(asdict(one).values())[1:] for one in slices), strict=True)
            found.append(Measured(what, *map(median, columns)))
    return found


def _slice(target: Target, what: str, file: Path, seconds: float) -> Measured:
    before = cpu_seconds_of(target.pids)
    counted = run(Job(target.port, str(file), CONNECTIONS, seconds, target.host))
    cpu = cpu_seconds_of(target.pids) - before
    if counted.failed or not counted.all:
        sys.exit(f"{what}: '{counted.status}' came back {counted.failed} times; nothing can be said of it.")
    rate = counted.counted / counted.seconds
    return Measured(
        what, rate, counted.p50, counted.p95, counted.p99, cpu / counted.all * 1e6, shared_memory_of(target.pids)
    )


def table(found: Sequence[Measured]) -> str:
    """The lines in columns."""
    rows = [_HEADINGS, *((one.what, *(f"{value:,.2f}" for value in list(asdict(one).values())[1:])) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )


def _target(given: argparse.Namespace) -> Target:
    parts = urlsplit(given.base)
    if parts.scheme != "http" or not parts.hostname:
        sys.exit("The address has to look like http://host:port/fhir; TLS is not spoken here.")
    headers = dict(header.split(": ", 1) for header in given.header)
    if given.token:
        headers["authorization"] = f"Bearer {given.token}"
    return Target(parts.hostname, parts.port or 80, parts.path.rstrip("/"), headers, tuple(given.pid))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load any FHIR server; see README.md.")
    parser.add_argument("base", help="the server's FHIR address, like http://127.0.0.1:8080/fhir")
    parser.add_argument("--token", default="", help="a bearer token")
    parser.add_argument("--header", action="append", default=[], help="another header, 'name: value'; may be repeated")
    parser.add_argument(
        "--pid", action="append", default=[], type=int, help="a process of the server's; its children count"
    )
    parser.add_argument("--patients", type=int, default=8)
    parser.add_argument("--records", type=int, default=400, help="of each patient")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--post", action="store_true", help="make patients with POST; the server chooses their ids")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """The command."""
    given = _arguments(words)
    target = _target(given)

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr)

    started = time.perf_counter()
    say(f"Making {given.patients} charts of {given.records} records…")
    charts = fill(target, given.patients, given.records, post=given.post)
    say(f"That took {time.perf_counter() - started:.1f} s.")
    found = measure(target, requests_of(target, charts), given.rounds, given.seconds, say)
    print(json.dumps([asdict(one) for one in found]) if given.json else table(found))


if __name__ == "__main__":
    main()
