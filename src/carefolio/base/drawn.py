"""Random bytes, drawn many at a time: each draw gives up the interpreter's lock, which costs more than the randomness
when other threads are waiting for it.
"""

from __future__ import annotations

import os

_AT_ONCE = 256


class Drawn:
    """Pieces of one size, in bytes, from the system's own source."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ready: list[bytes] = []
        os.register_at_fork(after_in_child=self._ready.clear)

    def take(self) -> bytes:
        """One that nobody else gets; safe between threads, since a list's pop is."""
        while True:
            try:
                return self._ready.pop()
            except IndexError:
                drawn = os.urandom(self._size * _AT_ONCE)
                self._ready.extend(drawn[at : at + self._size] for at in range(0, len(drawn), self._size))
