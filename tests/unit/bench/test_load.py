"""The load generator, against a server of the test's own on a real socket."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest

from carefolio.bench.load import Job, centiles, run

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
LONG_SECONDS, GIVEN_UP_SECONDS = 0.5, 20
"""The first fifth is not counted, and has to have seen an answer; where the last connection ends, so does the job."""
REQUEST = "GET /fhir/x HTTP/1.1\r\nhost: localhost\r\n\r\n"


@contextmanager
def answering(*pieces):
    """Answers each request with these pieces, until the client goes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                try:
                    while connection.recv(4096):
                        for piece in pieces:
                            connection.sendall(piece)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.fixture
def requests(tmp_path):
    path = tmp_path / "requests.json"
    path.write_text(json.dumps([REQUEST]))
    return str(path)


@pytest.mark.parametrize(
    "pieces",
    [
        (OK,),
        (OK[:20], OK[20:]),
        (OK[:-3], OK[-3:]),
        (b"HTTP/1.1 201 Created\r\n\r\n",),
        (CHUNKS,),
        (CHUNKS[:-9], CHUNKS[-9:]),
    ],
    ids=["whole", "cut in the head", "cut in the body", "no body", "chunks", "cut between chunks"],
)
def test_whole_answers_are_counted_however_they_come(requests, pieces):
    with answering(*pieces) as port:
        counted = run(Job(port, requests, 1, LONG_SECONDS))
    assert counted.counted > 0
    assert counted.all > counted.counted
    assert counted.failed == 0
    assert counted.p99 >= counted.p50 > 0


def test_a_connection_that_ends_after_an_answer_is_opened_again(requests):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(GIVEN_UP_SECONDS)
        answered = []

        def serve():
            while len(answered) < 5:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(CLOSING if len(answered) < 4 else OK[:-1] + b"!")
                    answered.append(1)
                    if len(answered) == 5:
                        connection.recv(4096)

        thread = threading.Thread(target=serve)
        thread.start()
        counted = run(Job(listening.getsockname()[1], requests, 1, GIVEN_UP_SECONDS))
        thread.join()
    assert counted.all >= 5


def test_anything_but_a_good_answer_is_a_failure(requests):
    with answering(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n") as port:
        counted = run(Job(port, requests, 1, 0.1))
    assert (counted.failed, counted.status) == (1, "404")


def test_a_server_that_hangs_up_is_a_failure(requests):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            connection.recv(4096)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        counted = run(Job(listening.getsockname()[1], requests, 1, 0.1))
        thread.join()
    assert (counted.failed, counted.status) == (1, "end")


def test_centiles_in_milliseconds():
    assert centiles([]) == (0.0, 0.0, 0.0)
    assert centiles([0.5]) == (500.0, 500.0, 500.0)
    assert [round(each, 3) for each in centiles([each / 1_000 for each in range(101)])] == [50.0, 95.0, 99.0]
