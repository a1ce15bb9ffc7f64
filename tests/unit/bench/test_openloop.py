"""The generator of requests at their own times, against a server of the test's own on a real socket."""

import json
import select
import socket
import threading
from contextlib import contextmanager
from itertools import cycle

import pytest

from carefolio.bench.openloop import Client, Flood, run

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 2\r\n\r\nno"
CREATED = b"HTTP/1.1 201 Created\r\nlocation: /x\r\n\r\n"
REQUEST = "GET /fhir/x HTTP/1.1\r\nhost: localhost\r\n\r\n"


@contextmanager
def answering(*answers):
    """Gives these answers in turn, on any number of connections; an empty one hangs up, None says nothing."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        plugs, turns = [listening], cycle(answers)

        def serve():
            while not stop.is_set():
                for plug in select.select(plugs, [], [], 0.02)[0]:
                    if plug is listening:
                        plugs.append(listening.accept()[0])
                    elif not said(plug, turns):
                        plugs.remove(plug)
                        plug.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        stop.set()
        thread.join()
        for plug in plugs[1:]:
            plug.close()


def said(plug, turns):
    """Answer what came; whether the connection stays open."""
    if not plug.recv(4096):
        return False
    answer = next(turns)
    if answer:
        plug.sendall(answer)
    return answer != b""


@pytest.fixture
def client(tmp_path):
    path = tmp_path / "requests.json"
    path.write_text(json.dumps([REQUEST]))
    return lambda name="noisy", rate=200.0, most=8: Client(name, str(path), rate, most)


def test_what_was_told_is_counted_by_kind_and_client(client):
    with answering(OK, BUSY, CREATED) as port:
        told = run(Flood(port, 0.3, (client(), client("quiet", 50.0))))
    noisy, quiet = told["noisy"], told["quiet"]
    assert noisy.due == 60
    assert quiet.due == 15
    for one in (noisy, quiet):
        assert one.accepted + one.refused + one.unsent == one.due
        assert one.p99 >= one.p50 > 0
        assert (one.without_retry, one.other) == (0, 0)
    assert noisy.refused > 0
    assert noisy.refused_p99 >= noisy.refused_p50 > 0
    assert max(noisy.windows) >= noisy.p99 * 0.99


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (BUSY.replace(b"retry-after: 1\r\n", b""), "without_retry"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "other"),
        (b"", "other"),
    ],
)
def test_what_should_not_be_told_is_counted_apart(client, answer, counted):
    with answering(answer) as port:
        told = run(Flood(port, 0.1, (client(),)))["noisy"]
    assert getattr(told, counted) > 0
    assert told.accepted == 0


def test_what_finds_no_free_connection_is_not_sent(client):
    with answering(None) as port:
        told = run(Flood(port, 0.1, (client(most=2),)))["noisy"]
    assert (told.due, told.unsent, told.accepted) == (20, 18, 0)
