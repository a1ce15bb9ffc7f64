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

    def check(self, account: int) -> None:
        """Raise busy (429) while it has been told often enough: then it is told nothing more about any id, be it taken
        or not.
        """
        began, number = self._since(account)
        if number >= ALLOWED:
            wait = (began + PERIOD - clock.now()) // clock.SECOND + 1
            raise busy("Too many ids that are taken; let the server choose the ids.", max(wait, 1))

    def count(self, account: int) -> None:
        """It was told once more."""
        began, number = self._since(account)
        self._counts[account] = (began, number + 1)
        self._counts.move_to_end(account)
        if len(self._counts) > _ACCOUNTS:
            self._counts.popitem(last=False)

    def _since(self, account: int) -> tuple[int, int]:
        """When the account's minute began, and how often it was told since."""
        now = clock.now()
        began, number = self._counts.get(account, (now, 0))
        return (began, number) if now - began < PERIOD else (now, 0)
