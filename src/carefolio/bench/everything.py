"""``$everything`` of a big chart over HTTP."""

from __future__ import annotations

from http.client import HTTPConnection
from statistics import median

from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.bench.figures import Figure
from carefolio.bench.servers import Server
from carefolio.bench.stage import Stage

_MICROSECONDS, _NANOSECONDS, _MILLISECONDS = 1e6, 1e9, 1e3
_OK = 200
_FULL_URL = b'"fullUrl"'


def measure(stage: Stage, product: Server) -> list[Figure]:
    """The whole chart, one after the other."""
    times, records = list[float](), 0
    before = product.cpu_seconds()
    for _ in range(stage.size.rounds):
        seconds, records = _once(stage, product)
        times.append(seconds)
    cpu = (product.cpu_seconds() - before) / len(times) / records
    taken = median(times)
    return [
        Figure(
            f"$everything of {records:,}",
            records / taken,
            "/s",
            cpu=cpu * _MICROSECONDS,
            note=f"{taken * _MILLISECONDS:.0f} ms a chart, {1 / taken:.1f} charts/s; CPU µs a record",
        )
    ]


def _once(stage: Stage, product: Server) -> tuple[float, int]:
    connection = HTTPConnection("127.0.0.1", product.port)
    started = stopwatch()
    connection.request("GET", f"/fhir/{stage.big}/$everything", headers={"Authorization": f"Bearer {stage.doctor}"})
    answer = connection.getresponse()
    body = answer.read()
    seconds = (stopwatch() - started) / _NANOSECONDS
    connection.close()
    if answer.status != _OK:
        raise broken(f"$everything was answered with {answer.status}.")
    return seconds, body.count(_FULL_URL)
