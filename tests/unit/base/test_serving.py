"""What the server sets for its whole process, each time in a process of its own, and for its connections."""

import re
import socket
import subprocess
import sys

import pytest

from carefolio.base.serving import listen

THREADS = 6
ALLOCATING = f"""
import ctypes, threading
from carefolio.base import serving

serving.suit_a_server()
libc, together = ctypes.CDLL(None), threading.Barrier({THREADS})
libc.fdopen.restype = ctypes.c_void_p

def allocate():
    together.wait()
    libc.malloc(ctypes.c_size_t(5000))
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range({THREADS})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(None)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries have no such heaps")
def test_many_threads_have_one_heap():
    done = subprocess.run([sys.executable, "-c", ALLOCATING], capture_output=True, text=True, check=True)
    assert len(re.findall("<heap nr", done.stdout)) == 1


def test_no_part_of_an_answer_waits_until_the_one_before_it_is_acknowledged():
    with listen("127.0.0.1", 0) as listening:
        listening.setblocking(True)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
