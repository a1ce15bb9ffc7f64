"""How often somebody may be told that an id is taken: enough for honest clashes, too little to find out ids."""

from __future__ import annotations

from collections import OrderedDict

from carefolio.base import clock
from carefolio.base.failures import busy

ALLOWED = 20
PERIOD = 60 * clock.SECOND
_ACCOUNTS = 10_000


class Guesses:
    """Counts by account, each over a minute from its first; in memory, since a restart costs an attacker more."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def count(self, account: int) -> None:
        """One more; raises busy (429) when it is too many."""
        now = clock.now()
        began, number = self._counts.get(account, (now, 0))
        if now - began >= PERIOD:
            began, number = now, 0
        self._counts[account] = (began, number + 1)
        self._counts.move_to_end(account)
        if len(self._counts) > _ACCOUNTS:
            self._counts.popitem(last=False)
        if number >= ALLOWED:
            raise busy(
                "Too many ids that are taken; let the server choose the ids.",
                (began + PERIOD - now) // clock.SECOND + 1,
            )
