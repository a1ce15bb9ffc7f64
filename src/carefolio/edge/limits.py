"""How much is let in at once, and how long anybody waits. Fixed, small numbers: docs/decisions/backpressure.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """One door's; times in seconds."""

    in_work: int
    """So many requests are worked on at once; a client that is alone may have all of them."""
    beside: int
    """So many together where several clients are about, in equal parts …"""
    pressed: int
    """… or so many, while most are being sent away: fewer at once are quicker for whoever asks little …"""
    least: int
    """… but never fewer than this for each."""
    waiting: int
    """So many wait at the most, whoever they are."""
    soon: float
    """As many may wait as come in within this at the pace of the moment …"""
    few: int
    """… and so many in any case, however slow it goes …"""
    few_beside: int
    """… or so many, where several clients are about."""
    patience: float
    """Nobody waits longer."""

    def share(self, clients: int, *, pressed: bool = False) -> int:
        """How many requests of one client are worked on at once where so many clients are about."""
        if clients <= 1:
            return self.in_work
        return max(self.least, (self.pressed if pressed else self.beside) // clients)

    def in_any_case(self, clients: int) -> int:
        """How many may wait however slow it goes, where so many clients are about."""
        return self.few if clients <= 1 else self.few_beside


PROGRAMS = Limits(
    in_work=128, beside=16, pressed=8, least=2, waiting=512, soon=0.1, few=128, few_beside=32, patience=3.0
)
"""A commit takes along what came while the last one ran: many at once are cheaper, few at once are quicker."""
PEOPLE = Limits(
    in_work=12,
    beside=12,
    pressed=12,
    least=2,
    waiting=256,
    soon=10.0,
    few=256,
    few_beside=256,
    patience=60.0,
)
"""A page holds a thread; people wait rather than begin again, and a whole
hospital may come from one address."""
