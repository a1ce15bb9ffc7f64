"""How a server process ends: in order, and in time, whoever keeps it waiting.

The time counts from the signal (``begin``). What has to be done gets what is left of it; then all is done (``over``),
connections are let go of, and the interpreter waits for its threads. One of those may wait for Stripe, or for a bucket,
that is silent: when the time is up the process ends without it.

If we are cut off before all is done, it is as if we had been killed: what was acknowledged is on the disk, and the next
start signs the log's end.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic

_LEAST_SECONDS = 0.5
"""A step has so much in any case, and the next one too."""
_CUT_OFF = 1


class Ending:
    """The end of one process, ``seconds`` after it was told to end at the latest."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline: float | None = None
        self._code = _CUT_OFF

    def begin(self) -> None:
        """From now on the time counts; said again, it changes nothing."""
        if self._deadline is None:
            self._deadline = monotonic() + self._seconds
            threading.Thread(target=self._cut_off, name="ending", daemon=True).start()

    def over(self, code: int = 0) -> None:
        """All is done: whoever is waited for now is waited for in vain, and the process ends with this code."""
        self._code = code

    @property
    def left(self) -> float:
        """Seconds that the step has which is done now."""
        now = monotonic()
        return max(_LEAST_SECONDS, (self._deadline or now) - now - _LEAST_SECONDS)

    def within(self, work: Callable[[], object]) -> bool:
        """Whether this was done in time; what it raises is raised here."""
        asked = Future[object]()

        def do() -> None:
            try:
                asked.set_result(work())
            except BaseException as problem:  # noqa: BLE001 - it is raised where it is waited for
                asked.set_exception(problem)

        thread = threading.Thread(target=do, name="last", daemon=True)
        thread.start()
        thread.join(self.left)
        if not asked.done():
            return False
        asked.result()
        return True

    def _cut_off(self) -> None:
        threading.Event().wait(self._seconds)
        os._exit(self._code)
