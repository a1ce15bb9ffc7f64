"""The benchmark's own applications have as many processes as the product that they are compared with."""

import http.client
from pathlib import Path
from types import SimpleNamespace

from carefolio.bench.hosting import write_plain
from carefolio.bench.servers import hosted


def children(pid):
    return (Path(f"/proc/{pid}/task/{pid}/children")).read_text().split()


def test_both_accept_from_one_socket_and_end_together(tmp_path):
    write_plain(str(tmp_path / "plain.db"), [("Observation/a", b'{"a":1}')])
    outgrown, two = SimpleNamespace(postgres="postgresql://"), SimpleNamespace(workers=2)
    stage = SimpleNamespace(plain=str(tmp_path / "plain.db"), folder=tmp_path, settings=outgrown, size=two)
    with hosted("plain", stage) as server:
        (other,) = children(server.pid)
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.request("GET", "/fhir/Observation/a")
            assert connection.getresponse().read() == b'{"a":1}'
            connection.close()
    assert not Path(f"/proc/{other}").exists()
