"""Durable before the bytes leave: the entry of a disclosure goes in only if what it was decided on still holds.

A decision was made from what memory knew of the chart's contracts and of the token. Inside the writer's transaction
both are looked at once more. If either moved, nothing is recorded, nothing leaves, and the door decides anew: what is
stale costs a retry, never a disclosure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from carefolio.base import clock
from carefolio.base.database import Statement, Transaction
from carefolio.consent.principal import Principal
from carefolio.identity.tokens import still_holds
from carefolio.ledger.entry import SealedEntry
from carefolio.ledger.log import Log
from carefolio.records.first import FirstAccess, Meeting
from carefolio.store.owners import consent_version

SOON = clock.MINUTE
"""What ends so soon may end while it waits at the gate: the time is looked at behind it."""


class Moved(Exception):  # noqa: N818 - not an error: what was decided on is not so any more
    """The contracts or the token, or for a write the record, are not as they were decided on; decide anew."""


class Guard(NamedTuple):
    """What a decision hangs on: the caller, the moment it ends, and the consent version of each chart it concerned."""

    principal: Principal
    epoch: int
    until: int
    charts: tuple[tuple[int, int], ...]

    def holds(self, tx: Transaction, epoch: int) -> bool:
        """Whether all of it is still so in this transaction."""
        if self.until <= tx.now:
            return False
        if self.epoch == epoch:
            return True
        versions = all(consent_version(tx, number) == version for number, version in self.charts)
        return versions and still_holds(tx, self.principal)


class Disclosure(NamedTuple):
    """Entries to be placed, and the guard that has to hold; a refusal needs none. ``met``: what ``first.meetings`` says
    of the records that are shown.
    """

    entries: tuple[SealedEntry, ...]
    guard: Guard | None
    met: tuple[Meeting, ...] = ()


class Discloser:
    """Places the disclosures of a whole group with one statement."""

    quick = True

    def __init__(self, log: Log, first: FirstAccess) -> None:
        self._log = log
        self._first = first

    def __call__(self, tx: Transaction, items: Sequence[Disclosure]) -> Sequence[Exception | None]:
        """The writer calls this once a group. If we crash before the commit, nothing left and nothing is recorded;
        if after it, the ledger says that something left which the caller may not have received: the safe side.
        """
        epoch = tx.epoch()
        held = [item.guard is None or item.guard.holds(tx, epoch) for item in items]
        self._log.append_many(tx, [item.entries for item, holds in zip(items, held, strict=True) if holds])
        met = [item for item, holds in zip(items, held, strict=True) if holds and item.met]
        self._first.note(tx, [(item.guard.principal, item.met) for item in met if item.guard])
        return [None if holds else Moved() for holds in held]

    def apart(self, tx: Transaction, items: Sequence[Disclosure]) -> Sequence[Exception | None]:
        """Nobody: no row of a disclosure is another's."""
        return [None] * len(items)

    def at_once(self, items: Sequence[Disclosure]) -> Statement | None:
        """Where all was decided as of one epoch, and nobody meets a chart for the first time, the epoch alone has to be
        as it was: nothing that a guard hangs on moves without it.
        """
        guards = [item.guard for item in items if item.guard is not None]
        epochs = {guard.epoch for guard in guards}
        late = clock.now() + SOON
        if len(epochs) > 1 or any(guard.until <= late for guard in guards):
            return None
        if not self._first.knows(meeting for item in items for meeting in item.met):
            return None
        entries = [entry for item in items for entry in item.entries]
        return self._log.at_once(entries, next(iter(epochs), None))
