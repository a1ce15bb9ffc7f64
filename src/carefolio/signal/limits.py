"""How many sockets are open, and how long one waits for what. Times in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """One process's. ``ask_quickly`` and ``ask_calmly`` are for the store that several processes share: how often it
    is asked what the other side said there, while a call is being set up, and else.
    """

    sockets: int = 2_000
    entering: int = 200
    """Of them, those that have not shown a ticket yet."""
    ticket: float = 5.0
    idle: float = 60.0
    """A browser says that it is still there three times as often."""
    look: float = 2.0
    """How often it is looked at whether somebody may still be here."""
    setting_up: float = 20.0
    """So long after either side said something a call counts as being set up."""
    ask_quickly: float = 0.2
    ask_calmly: float = 1.0


LIMITS: Final = Limits()
