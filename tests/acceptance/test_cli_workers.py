"""Several server processes at one address: replaced, killed and ended while somebody asks all the time."""

import json
import os
import signal
import socket
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests import stores
from tests.acceptance.console import ENDS_SECONDS, STOP_SECONDS, Console, serving
from tests.stores import CHOOSES_ITSELF

pytestmark = CHOOSES_ITSELF

WAIT_SECONDS = 60
URL = stores.URL


@pytest.fixture
def url():
    return stores.server().fresh()


def children(pid):
    """The workers: whatever multiprocessing itself keeps beside them is none."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in _read(task / "children").split():
            if "spawn_main" in _read(Path(f"/proc/{child}/cmdline")):
                found.append(int(child))
    return sorted(found)


def _read(path):
    """What the kernel tells of a thread or a process; nothing of one that has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return path.read_text()
    return ""


def wait_until(holds):
    pause, left = threading.Event(), WAIT_SECONDS * 20
    while not holds():
        left -= 1
        assert left, "it took too long"
        pause.wait(0.05)


def once_again(url):
    try:
        return httpx.get(url, timeout=20)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return httpx.get(url, timeout=20)


@contextmanager
def asking(address):
    """Somebody asks all the time, each time on a connection of its own; what the answers were. Where a connection ends
    before an answer has begun, a request that may be repeated is asked again, once: RFC 9110, 9.2.2.
    """
    answers, over = Counter(), threading.Event()

    def ask():
        while not over.is_set():
            try:
                answers[once_again(f"{address}/readyz").status_code] += 1
            except httpx.HTTPError as problem:
                answers[type(problem).__name__] += 1

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_workers_are_replaced_without_a_refused_request(tmp_path, url):
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as server:
        before = children(server.process.pid)
        assert len(before) == 2
        with asking(server.address) as answers:
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: len(now := children(server.process.pid)) == 2 and not set(now) & set(before))
            wait_until(lambda: answers[200] > 50)
        assert set(answers) == {200}
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_SECONDS) == 0
        for pid in before:
            assert not Path(f"/proc/{pid}").exists()


def test_a_worker_that_is_killed_is_started_anew_and_what_was_written_is_there(tmp_path, url):
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as server:
        console = Console(tmp_path / "data")
        token = console.call("hospital", "add", "--name", "North", "--json", **{URL: url})
        hospital = json.loads(token.stdout)
        head = {"authorization": f"Bearer {hospital['token']}"}
        made = []
        for _ in range(3):
            victim = children(server.process.pid)[0]
            for _ in range(10):
                patient = {"resourceType": "Patient", "active": True}
                answer = httpx.post(f"{server.address}/fhir/Patient", json=patient, headers=head, timeout=20)
                assert answer.status_code == 201
                made.append(answer.headers["location"].split("/_history")[0])
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda victim=victim: victim not in (now := children(server.process.pid)) and len(now) == 2)
        read = [httpx.get(address, headers=head, timeout=20).status_code for address in made]
        assert read == [200] * 30
    verified = console.call("ledger", "verify", "--json", **{URL: url})
    assert '"ok":true' in verified.stdout.replace(" ", "")


def test_workers_end_with_a_parent_that_is_killed(tmp_path, url):
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as server:
        workers = children(server.process.pid)
        server.process.kill()
        server.process.wait(STOP_SECONDS)
        wait_until(lambda: not any(Path(f"/proc/{pid}/fd").exists() for pid in workers))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as again:
        assert httpx.get(f"{again.address}/readyz", timeout=20).status_code == 200


def test_all_end_where_everything_is_moved_away(tmp_path, url):
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as server:
        target = f"sqlite:///{tmp_path / 'data' / 'carefolio.db'}"
        done = Console(tmp_path / "data").call("move", "--to", target, **{URL: url})
        assert done.returncode == 0, done.stderr
        assert server.process.wait(ENDS_SECONDS) == 1
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


def test_all_end_where_the_log_comes_not_to_extend_what_the_keys_say(tmp_path, url):
    console = Console(tmp_path / "data")
    with serving(console.data, "--workers", "2", anew=True, **{URL: url}) as server:
        assert console.call("hospital", "add", "--name", "North", **{URL: url}).returncode == 0
        name = url.split("@/")[1].split("?")[0]
        stores.server().sql(name, f"UPDATE ledger_head SET size = 0, frontier = '\\x{'00' * 8}'")
        assert server.process.wait(ENDS_SECONDS) == 1
    assert "does not extend" in console.refused("serve", "--port", "0", "--workers", "2", **{URL: url})


def test_a_new_worker_that_does_not_answer_takes_nobodys_place(tmp_path, url):
    with serving(tmp_path / "data", "--workers", "2", anew=True, **{URL: url}) as server:
        before = children(server.process.pid)
        root = tmp_path / "data" / "keys" / "root.key"
        root.rename(tmp_path / "aside")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(children(server.process.pid)) == 3)
        wait_until(lambda: children(server.process.pid) == before)
        assert httpx.get(f"{server.address}/readyz", timeout=20).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_SECONDS) == 0
