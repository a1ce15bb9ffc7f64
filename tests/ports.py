"""Ports for servers of the tests' own, which nobody else is given meanwhile.

A port that the kernel gave is anybody's again until somebody listens there: another process that asks for one, or that
connects somewhere, may be given the same. So these are outside the range that the kernel gives from, and each process
of tests has a block of them to itself, for as long as it runs. Nobody listens at one that was just answered, either.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle, repeat
from pathlib import Path

LOWEST, HIGHEST, BLOCK = 11_000, 65_535, 256
"""Chromium refuses some addresses below the lowest."""
_GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """One at which nobody listens; so soon it is not answered again."""
    for port in _ours()[0]:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:  # taken, or its last connection is not quite over
                continue
            number: int = probe.getsockname()[1]
            return number
    raise AssertionError("a cycle has no end")


@cache
def _ours() -> tuple[Iterator[int], socket.socket | None]:
    """The ports of a block, over and over, and what says that it is this process's: a name that ends with it. Where
    the kernel gives from everywhere, or does not say, whatever it gives.
    """
    first, last = map(int, _GIVEN.read_text().split()) if _GIVEN.exists() else (0, HIGHEST)
    for start in range(LOWEST, HIGHEST - BLOCK, BLOCK):
        if start + BLOCK <= first or start > last:
            claim = socket.socket(socket.AF_UNIX)
            try:
                claim.bind(f"\0carefolio-tests-{start}")
            except OSError:
                claim.close()
            else:
                return cycle(range(start, start + BLOCK)), claim
    return repeat(0), None
