"""The room for bodies on their way in: all requests together hold a bounded number of bytes, one caller half of it."""

from __future__ import annotations

from carefolio.base.failures import busy, unavailable

ROOM = 128 * 1024 * 1024
"""Bytes of bodies that are held at once: four of the largest that one request may carry."""
BODIES, BODIES_OF_ONE = 512, 128
"""How many bodies may be on their way in at once, and how many of one caller's."""
_TOO_MUCH = "Very much is being sent here just now. Send it again in a second."
_TOO_MUCH_OF_ONE = "You are sending very much at once. Send it again when the rest has been answered."


class Room:
    """What is held, in bytes and in bodies, by caller."""

    def __init__(self, size: int = ROOM) -> None:
        self._size = size
        self._held = 0
        self._bodies = 0
        self._of: dict[int | str, tuple[int, int]] = {}

    @property
    def held(self) -> int:
        """Bytes."""
        return self._held

    def begin(self, caller: int | str) -> None:
        """One more body comes; raises a Failure where there are too many."""
        bodies, held = self._of.get(caller, (0, 0))
        if bodies >= BODIES_OF_ONE:
            raise busy(_TOO_MUCH_OF_ONE)
        if self._bodies >= BODIES:
            raise unavailable(_TOO_MUCH)
        self._bodies += 1
        self._of[caller] = bodies + 1, held

    def take(self, caller: int | str, size: int) -> None:
        """So many bytes more are held for the caller, who has begun; raises a Failure where there is no room."""
        bodies, held = self._of[caller]
        if held + size > self._size // 2:
            raise busy(_TOO_MUCH_OF_ONE)
        if self._held + size > self._size:
            raise unavailable(_TOO_MUCH)
        self._held += size
        self._of[caller] = bodies, held + size

    def end(self, caller: int | str, size: int) -> None:
        """The body, and so many bytes of it, are held no longer."""
        bodies, held = self._of[caller]
        self._held -= size
        self._bodies -= 1
        if bodies > 1:
            self._of[caller] = bodies - 1, held - size
        else:
            del self._of[caller]
