"""Who is being worked for, who was about lately, and how many may wait at the pace of the moment. Pure: the time is
told.
"""

from __future__ import annotations

from carefolio.edge.limits import Limits

LATELY = 1_000_000_000
"""Nanoseconds. A client counts as being about in the stretch of its last request and in the one after."""
REMEMBERED = 4_096
"""So many clients are told apart in a stretch; with more of them the shares are at their least anyway."""
_SMOOTHING = 128
"""Requests are done in bursts, a group's with its commit: over fewer of them the pace would swing."""
_STALL = 8
"""A pause longer than this part of *soon* counts as so long: one stall of the disk does not make a slow machine."""
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
        self._asked = 0
        self._away = 0
        self._pressed = False
        self._share = limits.in_work
        self._room = limits.waiting
        self._pace = 0.0
        self._ended = 0

    @property
    def room(self) -> int:
        """How many may wait, so that the last of them comes in soon."""
        return self._room

    def seen(self, client: str, now: int) -> bool:
        """A request of the client's came; nanoseconds by any steady clock. Whether they were not about until then."""
        if now >= self._turns:
            self._turn(now)
        self._asked += 1
        if client not in self._now and len(self._now) < REMEMBERED:
            self._now.add(client)
            if client not in self._before:
                self._about += 1
                self._divide()
                return True
        return False

    def forget(self, client: str) -> None:
        """It has become another one: it is about no more."""
        if client in self._now or client in self._before:
            self._now.discard(client)
            self._before.discard(client)
            self._about -= 1
            self._divide()

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
            soon = self.limits.soon * _NANOSECONDS
            took = min(now - self._ended, soon / _STALL)
            self._pace += (took - self._pace) / _SMOOTHING if self._pace else took
            self._room = self.limits.waiting
            if self._pace * self._room > soon:
                self._room = min(self._room, max(self.limits.in_any_case(self._about), int(soon / self._pace)))
        self._ended = now

    def sent_away(self) -> None:
        """Somebody was. Where most are in one stretch, fewer are worked on at once in the next; a few are no reason,
        since less gets done so, and a little too much would stay too much.
        """
        self._away += 1

    def calm(self) -> None:
        """Nobody waits: the time to the next one that is done says nothing."""
        self._ended = 0

    def _turn(self, now: int) -> None:
        self._before = self._now if now < self._turns + LATELY else set()
        self._now = set()
        self._about = len(self._before)
        self._pressed = 2 * self._away > self._asked and now < self._turns + LATELY
        self._asked = self._away = 0
        self._turns = now + LATELY
        self._divide()

    def _divide(self) -> None:
        self._share = self.limits.share(self._about, pressed=self._pressed)
