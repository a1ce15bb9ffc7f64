"""How a page reaches the platform: it runs on a thread of its own, the door on the event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

from carefolio.base.failures import busy
from carefolio.base.settings import Settings
from carefolio.records.door import Door

T = TypeVar("T")
PATIENCE_SECONDS = 30
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
        future = asyncio.run_coroutine_threadsafe(self.door.hosted(work), self.loop)
        try:
            return future.result(PATIENCE_SECONDS)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise busy("This takes longer than it may; please try again.") from None


def reach_of(request: HttpRequest) -> Reach:
    """The reach that the server put beside this request."""
    reach: Reach = request.META[KEY]
    return reach
