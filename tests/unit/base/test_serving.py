"""What the server sets for its whole process, each time in a process of its own."""

import re
import subprocess
import sys

import pytest

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
