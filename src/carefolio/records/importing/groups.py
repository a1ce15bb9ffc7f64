"""Groups: what is written together. Short ones, with a pause between them, so that a running server gets its turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from carefolio.base import clock
from carefolio.ledger.entry import Kind
from carefolio.records.changes import NewOwner, Plan, Write
from carefolio.records.commit import commit
from carefolio.records.disclose import Moved
from carefolio.records.enclosures import send
from carefolio.records.importing.identity import Kept, keep
from carefolio.records.importing.sender import Opened, Sender
from carefolio.store.rows import Row

T = TypeVar("T")

LARGEST_GROUP = 150
LARGEST_BYTES = 2 * 1024 * 1024
"""A group ends with the resource that reaches one of these."""
PAUSE_NANOSECONDS = 2_000_000
_NANOSECONDS = 1_000_000_000


@dataclass(slots=True)
class Group(Generic[T]):
    """What goes into the next transaction. ``items`` are the caller's own, handed back when it has to be redone."""

    updated: int = field(default_factory=clock.now)
    owners: list[NewOwner] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    items: list[T] = field(default_factory=list)
    taken: set[bytes | str] = field(default_factory=set)
    """The names and the records in it."""
    size: int = 0

    def add(self, item: T, kept: Kept, write: Write | None = None, begun: NewOwner | None = None) -> None:
        """One more name, with the version to be written, if there is one, and the chart that begins with it."""
        self.items.append(item)
        self.kept.append(kept)
        self.taken.add(kept.name)
        self.taken.add(kept.reference)
        if write is not None:
            self.writes.append(write)
            self.size += len(write.record.row.body) + sum(len(one.text) for one in write.cut)
        if begun is not None:
            self.owners.append(begun)

    @property
    def full(self) -> bool:
        """Whether it is to be written now."""
        return len(self.items) >= LARGEST_GROUP or self.size >= LARGEST_BYTES


class Committer:
    """Writes groups, each in one transaction with its entries in the ledger."""

    def __init__(self, opened: Opened, sender: Sender, wait: Callable[[float], None] = time.sleep) -> None:
        self._opened = opened
        self._sender = sender
        self._wait = wait
        self._last = 0

    def commit(self, group: Group[T]) -> bool:
        """True: all of it is durable. False: something has moved and nothing of it is written; prepare it anew.

        If we crash before the commit, nothing of the group is there and the next run does it; if after it, all of it
        is there under its names, and the next run finds it unchanged.
        """
        plan = Plan(self._sender.guard, owners=group.owners, writes=group.writes)
        plan.entries = [
            self._opened.door.scribe.written(self._sender.caller, event, owner, rows)
            for (owner, event), rows in _by_chart_and_event(group.writes).items()
        ]
        plan.also.append(lambda tx: keep(tx, group.kept))
        send(self._opened.door.parts.blobs, plan.cut)
        self._pause()
        try:
            self._opened.database.write_now(lambda tx: commit(tx, self._opened.log, plan), alone=plan.is_alone)
        except Moved:
            return False
        finally:
            self._last = clock.stopwatch()
        return True

    def _pause(self) -> None:
        """Two milliseconds lie between groups at least; preparing the next one counts."""
        left = self._last + PAUSE_NANOSECONDS - clock.stopwatch()
        if self._last and left > 0:
            self._wait(left / _NANOSECONDS)


def _by_chart_and_event(writes: list[Write]) -> dict[tuple[int, Kind], list[Row]]:
    found: dict[tuple[int, Kind], list[Row]] = {}
    for write in writes:
        found.setdefault((write.record.row.owner, write.event), []).append(write.record.row)
    return found
