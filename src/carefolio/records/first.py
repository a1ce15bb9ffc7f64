"""Who reads in a chart for the first time under a contract: its patient is told, once for each hospital or person.

What is known already costs a look into a set: a read that comes again adds no statement to its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from carefolio.base.database import Transaction
from carefolio.consent.decide import Decision
from carefolio.consent.principal import Principal
from carefolio.records.announce import Announcer

Meeting = tuple[int, int]
"""A chart's owner number; a hospital's number, or minus the account's of a person who works for none."""

MOST_KNOWN = 200_000
_CONTRACT = "contract"
_NOTE = "INSERT INTO first_access (chart, source) VALUES (?, ?) ON CONFLICT DO NOTHING"


def meetings(principal: Principal, shown: Iterable[tuple[int, Decision]]) -> tuple[Meeting, ...]:
    """In which charts something is shown under a contract, and to whom; ``shown``: each record's chart, and why."""
    source = principal.hospital or -principal.account
    return tuple({(chart, source) for chart, decision in shown if decision.rule == _CONTRACT})


class FirstAccess:
    """Remembers who has met which chart."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer
        self._known: set[Meeting] = set()

    def note(self, tx: Transaction, met: Iterable[tuple[Principal, tuple[Meeting, ...]]]) -> None:
        """Note and tell the meetings of one group that are the first. What this group itself notes is remembered only
        when it is found again, later: the group may yet fail.
        """
        fresh: set[Meeting] = set()
        for principal, those in met:
            for meeting in those:
                if meeting in self._known or meeting in fresh:
                    continue
                if tx.execute(_NOTE, meeting).rowcount:
                    fresh.add(meeting)
                    self._announcer.first_access(tx, principal, meeting[0])
                else:
                    self._remember(meeting)

    def knows(self, meetings: Iterable[Meeting]) -> bool:
        """Whether none of these can be the first."""
        return all(meeting in self._known for meeting in meetings)

    def _remember(self, meeting: Meeting) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(meeting)
