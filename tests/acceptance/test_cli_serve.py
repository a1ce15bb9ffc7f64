"""The server as a process: how it starts, is told to stop, and is killed."""

import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.acceptance.console import ENDS_SECONDS, STOP_SECONDS, Console, serving
from tests.stores import ABOUT_SQLITE, ON_POSTGRES, run_sql


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("serve") / "data"


def test_it_is_ready_when_it_says_so_and_stops_cleanly_with_connections_open(data):
    with serving(data, "--region", "north", anew=True) as server, httpx.Client(base_url=server.address) as http:
        ready = http.get("/readyz")
        assert ready.status_code == 200
        assert ready.headers["x-carefolio-region"] == "north"
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(b"GET /fhir/metadata HTTP/1.1\r\nhost: x\r\n")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(STOP_SECONDS) == 0
    assert Console(data).entries() == 0


def children_of(task):
    """What the kernel tells of a thread; one that has just ended has none."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return (task / "children").read_text()
    return ""


def test_killed_it_leaves_nothing_behind(data):
    with serving(data, anew=True) as server:
        tasks = list(Path(f"/proc/{server.process.pid}/task").iterdir())
        assert len(tasks) > 1
        assert "".join(map(children_of, tasks)).strip() == ""
        server.process.kill()
        server.process.wait(STOP_SECONDS)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
    with serving(data, anew=True) as again:
        assert httpx.get(f"{again.address}/readyz").status_code == 200


def test_it_ends_where_its_log_comes_not_to_extend_what_the_keys_say(tmp_path):
    console = Console(tmp_path / "data")
    with serving(console.data, anew=True) as server:
        console.hospital()
        run_sql(console.data, f"UPDATE ledger_head SET size = 0, frontier = x'{'00' * 8}'")
        assert server.process.wait(ENDS_SECONDS) == 1
    assert "does not extend" in console.refused("serve", "--port", "0")


def test_a_port_that_is_taken_is_refused(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = Console(data).refused("serve", "--port", str(port))
    assert told.startswith(f"Carefolio cannot listen at 127.0.0.1:{port}: Address already in use")


@ABOUT_SQLITE
def test_what_cannot_be_served_is_refused(data):
    console = Console(data)
    assert "one server process" in console.refused("serve", "--workers", "2")
    told = console.refused("serve", "--demo", CAREFOLIO_PUBLIC_URL="https://records.example.org")
    assert "this machine only" in told
    assert "no setting CAREFOLIO_PORT" in console.refused("serve", CAREFOLIO_PORT="1")


def test_a_new_installation_keeps_its_keys_to_itself(tmp_path):
    with serving(tmp_path / "new", anew=True):
        pass
    for name in ("keys/root.key", "keys/keys.db", *(() if ON_POSTGRES else ("carefolio.db",))):
        assert (tmp_path / "new" / name).stat().st_mode & 0o077 == 0


def test_requests_that_are_under_way_when_it_stops_are_answered_or_cut_off_never_half(data):
    answers = []

    def ask(address):
        with httpx.Client(base_url=address) as http:
            try:
                while True:
                    answers.append(http.get("/readyz").status_code)
            except httpx.HTTPError:
                return

    with serving(data, anew=True) as server:
        threads = [threading.Thread(target=ask, args=(server.address,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert httpx.get(f"{server.address}/readyz").status_code == 200
        server.process.terminate()
        assert server.process.wait(STOP_SECONDS) == 0
        for thread in threads:
            thread.join()
    assert set(answers) <= {200, 503}
