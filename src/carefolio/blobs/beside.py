"""Threads of its own for the store of attachments, and a bound on how long anybody waits for it.

A bucket may be silent. Searches, long bodies and whatever else is done beside the event loop go on, and who wants an
attachment is told to come again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from carefolio.base.apart import Apart
from carefolio.blobs.port import away

T = TypeVar("T")
THREADS = 8
"""So many are kept or fetched at once; boto3 holds ten connections."""
ANSWER_SECONDS = 10.0
"""So long whoever wants one waits, for a thread and for the store …"""
BYTES_A_SECOND = 1 << 20
"""… and for what is long a second more for each of these: a slow line is no silent store."""


class Beside:
    """Calls of the store, beside the event loop."""

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        self._apart = Apart("blobs", THREADS)
        self._seconds = seconds

    async def run(self, work: Callable[[], T], size: int = 0) -> T:
        """What the work gives, which moves so many bytes. Raises UNAVAILABLE when it takes too long: it may still come
        to its end, which leaves an orphan at the worst.
        """
        try:
            return await self._apart.run(work, self._seconds + size / BYTES_A_SECOND)
        except TimeoutError as problem:
            raise away(problem) from None
