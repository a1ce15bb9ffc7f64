"""Who is being worked for, who was about lately, and how many may wait at the pace of the moment. Pure: the time is
told.
"""

from __future__ import annotations

from carefolio.edge.limits import Limits

LATELY = 1_000_000_000
"""Nanoseconds. A client counts as being about in the stretch of its last request and in the one after."""
REMEMBERED = 4_096
"""So many clients are told apart in a stretch; with more of them the shares are at their least anyway."""
_SMOOTHING = 16
_NANOSECONDS = 1_000_000_000


class Crowd:
    """Counts of one door."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.in_work = 0
        self._held: dict[str, int] = {}
        self._now: set[str] = set()
        self._before: set[str] = set()
        self._about = 0
        self._turns = 0
        self._share = limits.in_work
        self._room = limits.waiting
        self._pace = 0.0
        self._ended = 0

    @property
    def room(self) -> int:
        """How many may wait, so that the last of them comes in soon."""
        return self._room

    def seen(self, client: str, now: int) -> None:
        """A request of the client's came; nanoseconds by any steady clock."""
        if now >= self._turns:
            self._turn(now)
        if client not in self._now and len(self._now) < REMEMBERED:
            self._now.add(client)
            if client not in self._before:
                self._about += 1
                self._share = self.limits.share(self._about)

    def may(self, client: str) -> bool:
        """Whether one more of this client's may be worked on."""
        return self.in_work < self.limits.in_work and self._held.get(client, 0) < self._share

    def enter(self, client: str) -> None:
        """One is worked on."""
        self.in_work += 1
        self._held[client] = self._held.get(client, 0) + 1

    def leave(self, client: str) -> None:
        """One is done, or waits for what its client sends."""
        self.in_work -= 1
        left = self._held[client] - 1
        if left:
            self._held[client] = left
        else:
            del self._held[client]

    def served(self, now: int) -> None:
        """One was done while others waited: how fast that goes says how many can be served in time."""
        if self._ended:
            took = now - self._ended
            self._pace += (took - self._pace) / _SMOOTHING if self._pace else took
            self._room = self.limits.waiting
            soon = self.limits.soon * _NANOSECONDS
            if self._pace * self._room > soon:
                self._room = min(self._room, max(self.limits.few, int(soon / self._pace)))
        self._ended = now

    def calm(self) -> None:
        """Nobody waits: the time to the next one that is done says nothing."""
        self._ended = 0

    def _turn(self, now: int) -> None:
        self._before = self._now if now < self._turns + LATELY else set()
        self._now = set()
        self._about = len(self._before)
        self._turns = now + LATELY
        self._share = self.limits.share(self._about)
