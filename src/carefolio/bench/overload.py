"""Much more than can be done: what becomes of those who are let in, of those who are sent away, of a quiet client
beside a noisy one, and how soon it is over.

1. Find the capacity: the highest rate of a mix of reads, searches and creates with p99 of 100 ms at the most.
2. A quiet client's reads alone, and beside the noisy one at half the capacity.
3. The same beside the noisy one at ten times the capacity.
4. At half the capacity again: how long until answers are as quick as that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from carefolio.base.failures import broken
from carefolio.base.settings import foreign_environment
from carefolio.bench import samples
from carefolio.bench.figures import Figure, Floor
from carefolio.bench.openloop import Client, Flood, Told
from carefolio.bench.servers import Server, get, post, write_requests
from carefolio.bench.stage import Stage
from carefolio.fhir.json import serialise

TIMES = 10
QUICK_MILLISECONDS = 100.0
LONG = 30
"""So many slices' time the overload lasts: a minute in the usual size."""
QUIET_RATE = 20.0
_FIRST_RATE, _STEPS = 50.0, 4
_CONNECTIONS, _QUIET_CONNECTIONS = 1_000, 64
_WINDOWS_A_SECOND = 2
_SLOWER, _QUIETER = Floor(5, 3, at_most=True), Floor(2, 1.5, at_most=True)
_RECOVERY_SECONDS = Floor(5, 1, at_most=True)
_LEAST_MILLISECONDS = 0.01
_GROWN = Floor(200, 100, at_most=True)
_MIX = "rsrcrsrsrc"
"""Half of the requests are reads, three in ten searches for the newest 20, two in ten creates; over and over."""
_SHORT, _TRIES = 40, 3


@dataclass(frozen=True, slots=True)
class _Scene:
    server: Server
    noisy: Path
    quiet: Path

    def flood(self, seconds: float, rate: float, quiet: float = 0.0) -> dict[str, Told]:
        """Both clients at these rates for so long; ``quiet`` may stay away, and so may the noisy one."""
        clients = [
            Client(name, str(path), each, most)
            for name, path, each, most in (
                ("noisy", self.noisy, rate, _CONNECTIONS),
                ("quiet", self.quiet, quiet, _QUIET_CONNECTIONS),
            )
            if each
        ]
        job = json.dumps(asdict(Flood(self.server.port, seconds, tuple(clients))))
        made = subprocess.run(
            [sys.executable, "-m", "carefolio.bench.openloop"],
            input=job,
            capture_output=True,
            text=True,
            check=False,
            env=foreign_environment(),
        )
        if made.returncode:
            raise broken(f"The load generator failed: {made.stderr.strip().splitlines()[-1:]}.")
        return {name: Told(**told) for name, told in json.loads(made.stdout).items()}


def measure(stage: Stage, server: Server) -> list[Figure]:
    """The figures."""
    scene, seconds = _scene(stage, server), stage.size.seconds
    capacity, normal = _capacity(scene, seconds)
    alone = scene.flood(2 * seconds, 0.0, QUIET_RATE)["quiet"]
    calm = scene.flood(2 * seconds, capacity / 2, QUIET_RATE)
    before, _ = server.memory()
    _forget_peak(server.pid)
    told = scene.flood(LONG * seconds, TIMES * capacity, QUIET_RATE)
    _, most = server.memory()
    after = scene.flood(5 * seconds, capacity / 2)["noisy"]
    return [
        Figure("capacity of the mix", capacity, "/s", note=f"with a p99 of {normal:.0f} ms"),
        *_crowd(told["noisy"], normal, calm["noisy"].p99, LONG * seconds),
        Figure("  memory more", max(most - before, 0.1), "MiB", floor=_GROWN, note=f"{most:.0f} MiB at the most"),
        Figure("  recovery", _recovery(after), "s", floor=_RECOVERY_SECONDS, note="until no answer takes over 100 ms"),
        *_beside(told["quiet"], calm["quiet"], alone),
    ]


def _crowd(noisy: Told, normal: float, half: float, seconds: float) -> list[Figure]:
    served = f"{noisy.accepted / seconds:,.0f}/s of {noisy.due / seconds:,.0f}/s that were due"
    refused = (
        f"{noisy.refused:,}: {noisy.without_retry} without Retry-After; {noisy.other} failed, {noisy.unsent:,} unsent"
    )
    slower, at_half = noisy.p99 / normal, max(half, _LEAST_MILLISECONDS)
    note = f"normal is what it is at the capacity; at half of it {half:.1f} ms"
    return [
        Figure("overload, accepted: p99 / normal", noisy.p99, "ms", ratio=slower, floor=_SLOWER, note=served),
        Figure("  accepted: p99 / at half the capacity", noisy.p99, "ms", ratio=noisy.p99 / at_half, note=note),
        Figure("  refused: p99", noisy.refused_p99, "ms", note=f"{refused}; generator busy {noisy.client_busy:.0%}"),
    ]


def _beside(quiet: Told, calm: Told, alone: Told) -> list[Figure]:
    found = []
    for name, now, then, single in (
        ("p50", quiet.p50, calm.p50, alone.p50),
        ("p99", quiet.p99, calm.p99, alone.p99),
    ):
        note = f"{then:.1f} ms when calm, {single:.1f} ms alone; {quiet.refused} of {quiet.due} refused"
        ratio = now / max(then, _LEAST_MILLISECONDS)
        found.append(Figure(f"  a quiet client: {name} / calm", now, "ms", ratio=ratio, floor=_QUIETER, note=note))
        ratio = now / max(single, _LEAST_MILLISECONDS)
        found.append(Figure(f"  a quiet client: {name} / alone", now, "ms", ratio=ratio))
    return found


def _capacity(scene: _Scene, seconds: float) -> tuple[float, float]:
    """The highest rate that is answered in time, and its p99 in ms: doubled until it is too much, then halved in."""
    low, normal, high = 0.0, 0.0, _FIRST_RATE
    while (p99 := _in_time(scene, high, seconds)) is not None:
        low, normal, high = high, p99, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        p99 = _in_time(scene, middle, seconds)
        if p99 is None:
            high = middle
        else:
            low, normal = middle, p99
    if not normal:
        return max(low, high), QUICK_MILLISECONDS
    return low, normal


def _in_time(scene: _Scene, rate: float, seconds: float) -> float | None:
    """The p99 at this rate, if it is short enough in one of a few tries: a machine may do something else besides."""
    for _ in range(_TRIES):
        told = scene.flood(seconds, rate)["noisy"]
        if 0 < told.accepted == told.due and told.p99 <= QUICK_MILLISECONDS:
            return max(told.p99, 1.0)
    return None


def _recovery(after: Told) -> float:
    """Seconds from the flood's end until no answer takes longer than in normal times any more, to the half."""
    late = [number for number, slowest in enumerate(after.windows) if slowest > QUICK_MILLISECONDS]
    return (late[-1] + 1 if late else 1) / _WINDOWS_A_SECOND


def _scene(stage: Stage, server: Server) -> _Scene:
    token, chart = stage.hospital, stage.charts[1]
    reads = [get(f"/fhir/{name}", token) for name in stage.names]
    search = get(f"/fhir/Observation?patient={chart}&_count=20", token)
    mix: list[bytes] = []
    for number in range(_SHORT):
        made = samples.observation(chart, number)
        kinds = {"r": reads[number % len(reads)], "s": search, "c": post("/fhir/Observation", token, serialise(made))}
        mix.append(kinds[_MIX[number % len(_MIX)]])
    quiet = [get(f"/fhir/{name}", stage.doctor) for name in stage.names[:_SHORT]]
    noisy = write_requests(stage.folder / "noisy.json", mix)
    return _Scene(server, noisy, write_requests(stage.folder / "quiet.json", quiet))


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
