"""The benchmark's own applications have as many processes as the product that they are compared with."""

import http.client
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from carefolio.bench.hosting import write_plain
from carefolio.bench.servers import hosted

SECONDS = 20


def other_of(pid):
    """The other process, as soon as there is one: the first accepts before it has begun another."""
    pause, began, there = threading.Event(), time.monotonic(), Path(f"/proc/{pid}/task/{pid}/children")
    while not (found := there.read_text().split()):
        assert time.monotonic() - began < SECONDS
        pause.wait(0.02)
    (other,) = found
    return other


def test_both_accept_from_one_socket_and_end_together(tmp_path):
    write_plain(str(tmp_path / "plain.db"), [("Observation/a", b'{"a":1}')])
    outgrown, two = SimpleNamespace(postgres="postgresql://"), SimpleNamespace(workers=2)
    stage = SimpleNamespace(plain=str(tmp_path / "plain.db"), folder=tmp_path, settings=outgrown, size=two)
    with hosted("plain", stage) as server:
        other = other_of(server.pid)
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.request("GET", "/fhir/Observation/a")
            assert connection.getresponse().read() == b'{"a":1}'
            connection.close()
    assert not Path(f"/proc/{other}").exists()
