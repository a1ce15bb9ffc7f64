"""How a page reaches the platform: it runs on a thread of its own, the door on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

from carefolio.base.failures import busy, unavailable
from carefolio.base.settings import Settings
from carefolio.records.door import Door

T = TypeVar("T")
PATIENCE_SECONDS, COMMIT_SECONDS = 30, 15
"""How long a page waits; and how much longer for what cannot be taken back any more, if the store is silent over it."""
KEY = "carefolio.reach"
"""Where the WSGI environ holds it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The parts that pages use. ``demo``: the sign-in page offers the demo's people."""

    settings: Settings
    door: Door
    loop: asyncio.AbstractEventLoop
    demo: bool = False

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it on the event loop and wait for it; what it raises is raised here."""
        future = asyncio.run_coroutine_threadsafe(self._in_time(work), self.loop)
        try:
            return future.result(PATIENCE_SECONDS + COMMIT_SECONDS)
        except TimeoutError:
            if not future.done():  # it is past where it could be ended, and nobody knows how that goes out
                raise unavailable(
                    "This takes very long, and may still be done; look before you send it again."
                ) from None
        try:
            return future.result()
        except TimeoutError:
            raise busy("This takes longer than it may; please try again.") from None

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """What is being committed when its time is over is not told as failed: it is waited for."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.door.hosted(work)


def reach_of(request: HttpRequest) -> Reach:
    """The reach that the server put beside this request."""
    reach: Reach = request.META[KEY]
    return reach
