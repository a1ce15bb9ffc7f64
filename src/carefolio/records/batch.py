"""What is being prepared together: the plan so far, the charts that begin with it, what was looked into for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from carefolio.base.keys import OwnerKey
from carefolio.ledger.entry import SealedEntry
from carefolio.records.changes import Change, NewOwner, Plan
from carefolio.records.entries import Caller
from carefolio.records.mandates import WRITERS_OWN, Under
from carefolio.store.owners import Owner
from carefolio.store.rows import Flag


@dataclass(slots=True)
class Batch:
    """One caller's changes on their way to a plan."""

    caller: Caller
    plan: Plan
    updated: int
    under: Under | None = None
    new: dict[str, NewOwner] = field(default_factory=dict)
    """The charts that begin here, by ``Patient/id``."""
    charts: set[int] = field(default_factory=set)
    """The owners whose policy something was decided on."""
    matched: set[str] = field(default_factory=set)
    """Ids that an ``If-None-Exist`` found."""
    searched: list[SealedEntry] = field(default_factory=list)
    """What conditions told the caller: it is recorded whatever becomes of the changes."""
    known: dict[tuple[str, str | int], Owner | None] = field(default_factory=dict)
    """The owners that were looked for, by what named them."""

    def mandated(self, change: Change, interaction: str) -> bool:
        """Whether the caller may do this under the mandate of these changes."""
        under, principal = self.under, self.caller.principal
        return under is not None and under.mandate.covers(principal, interaction, change.type)

    def kept(self, change: Change, interaction: str) -> Flag:
        """What a record counts for that is written so: kept by the workflow, or its writer's own."""
        by_rules = self.mandated(change, interaction) and change.type not in WRITERS_OWN
        return Flag.KEPT if by_rules else Flag.NONE

    def once(self, name: tuple[str, str | int], look: Callable[[], Owner | None]) -> Owner | None:
        """The owner that this names; a hundred records of one chart look for it once. Owners are never taken away."""
        if name not in self.known:
            self.known[name] = look()
        return self.known[name]


class Home(NamedTuple):
    """The owner that a record goes to; ``author`` and ``hospital`` are set where it has another writer's."""

    number: int
    ref: str
    key: OwnerKey
    author: int = 0
    hospital: int = 0
