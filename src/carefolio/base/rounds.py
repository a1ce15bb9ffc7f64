"""What is done again and again beside the server, each on a thread of its own, whatever comes of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from carefolio.base.logs import where

LOG = logging.getLogger("carefolio")


def keep_doing(
    name: str, work: Callable[[], object], how: tuple[str, float], stop: threading.Event
) -> threading.Thread:
    """A thread that does this now, and again after each pause, until ``stop`` or until it answers True; ``how``: what
    is logged when it fails, and the seconds of a pause.
    """

    def run() -> None:
        while tried(work, how[0]) is not True and not stop.wait(how[1]):
            pass

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def tried(work: Callable[[], object], words: str) -> object:
    """What it answers; None where it fails, which is logged: serving goes on, and the next round tries again."""
    try:
        return work()
    except Exception as problem:  # noqa: BLE001 - what it is stands in the log
        LOG.error(words, where(problem))  # noqa: TRY400 - a traceback could hold what a patient wrote
        return None
